import { assert, assertEquals } from "@std/assert";
import { retell, tryJoining } from "./exact.ts";
import { everyWay, explore, nodeOnCircle } from "./explore.ts";
import { localStates } from "./local_state.ts";
import type { Making, Outside } from "./process.ts";
import { answer } from "./server.ts";
import { type Options, prepare, settings } from "./start.ts";

for (const [name, options] of Object.entries(settings({ three: 0, two: 3 }))) {
  Deno.test(`createSession() in ${name} sends no token twice and drops no pair, whatever the order of their steps`, async () => {
    const start = await prepare(options);
    const { states, counterExample } = await explore(start, localStates(start.setting));
    assertEquals(counterExample && await retell(start, counterExample), undefined);
    assert(states > 2_500, `${states} states`);
  });
}

/** Changes what is written into the record, unless it is let alone. */
const overRecord =
  (change: (record: Record<string, unknown>) => unknown) => ({ engine }: Outside): Partial<Outside> => ({
    engine: {
      read: engine.read,
      write(data, over) {
        const record = JSON.parse(new TextDecoder().decode(data ?? undefined));
        return engine.write(new TextEncoder().encode(JSON.stringify(change(record))), over);
      },
    },
  });

/** Does something more after each answer to a refresh. */
const afterRefresh =
  (more: (fetch: Outside["fetch"], origin: string, body: Blob) => Promise<Response | void>) =>
  ({ fetch }: Outside): Partial<Outside> => ({
    async fetch(address, init) {
      const answer = await fetch(address, init);
      const { pathname, origin } = new URL(String(address));
      if (pathname !== "/auth/refresh") return answer;
      return await more(fetch, origin, new Blob([await answer.clone().text()])) ?? answer;
    },
  });

/** Sessions over something broken, and what goes wrong then. */
const FLAWS: Readonly<Record<string, [harm: RegExp, flaw: NonNullable<Making["flaw"]>, options?: Partial<Options>]>> = {
  "a store that writes over any version": [/overwritten/, ({ engine }) => ({
    engine: {
      read: engine.read,
      write: async (data) => await engine.write(data, (await engine.read())?.version ?? null),
    },
  })],
  "a clock that runs twice as fast": [/overtaken within/, ({ clock }) => ({
    clock: { ...clock, monotonic: () => 2 * clock.monotonic() },
  })],
  "a record without marks": [
    /a second time/,
    overRecord(({ inFlight: _, ...record }) => record),
    { credentials: false },
  ],
  "a record that keeps its first lease": [/left its lease/, (outside) => {
    let first: unknown;
    return overRecord((record) => ({ ...record, lease: first ??= record.lease }))(outside);
  }],
  "a record that loses its pair": [/is not in the record/, overRecord(({ token: _, ...record }) => record)],
  "a network that repeats a refresh": [
    /although it is fresh/,
    afterRefresh((fetch, origin, body) => {
      return fetch(`${origin}/auth/refresh`, { method: "POST", body });
    }),
  ],
  "a network that logs in after a refresh": [
    /the answer to another call will come|a pair works/,
    afterRefresh(
      (fetch, origin) => fetch(`${origin}/auth/login`),
    ),
  ],
  "a network that ends each pair": [
    /there is no other/,
    afterRefresh(async (fetch, origin, body) => {
      await fetch(`${origin}/auth/logout`, { method: "POST", body });
    }),
  ],
  "a network that loses every answer": [
    /it fails with/,
    () => ({ fetch: () => Promise.reject(new TypeError("lost")) }),
  ],
  "a store that does not answer": [/nobody can go on/, ({ engine }) => ({
    engine: { ...engine, read: () => new Promise(() => {}) },
  })],
};

for (const [name, [harm, flaw, options]] of Object.entries(FLAWS)) {
  Deno.test(`explore() finds what goes wrong with ${name}`, async () => {
    const start = await prepare({ credentials: true, workers: 2, pauses: 2, ...options, flaw });
    const { counterExample } = await explore(start, localStates(start.setting), (broken) => harm.test(broken));
    const lines = counterExample ? await retell(start, counterExample) : [];
    assert(lines.some((line) => line.startsWith("! ") && harm.test(line)), lines.join("\n"));
  });
}

Deno.test("tryJoining() finds no difference between joined histories and the code run from its beginning", async () => {
  for (const credentials of [true, false]) {
    const start = await prepare({ credentials, workers: 2, pauses: 2 });
    const locals = localStates(start.setting);
    await explore(start, locals);
    assert(await tryJoining(start, locals, 30) > 300);
  }
});

Deno.test("answer() takes a refresh token once, and ends its login when it comes again", () => {
  const [first, pair] = answer({ A: 1 }, { what: "refresh", token: "A-1" });
  assertEquals([first, pair], [{ A: 2 }, { status: 200, token: "A-2" }]);
  assertEquals(answer(first, { what: "refresh", token: "A-1" }), [{}, { status: 401 }]);
  assertEquals(answer(first, { what: "logout", token: "A-2" }), [{}, { status: 200 }]);
});

Deno.test("everyWay() makes every choice both ways, also those that only one way leads to", async () => {
  const ways: string[] = [];
  await everyWay((choose) => {
    ways.push(choose() ? "yes" : `no, ${choose()}`);
    return Promise.resolve(true);
  });
  assertEquals(ways, ["no, false", "no, true", "yes"]);
});

Deno.test("nodeOnCircle() finds a circle, not what comes before or after it", () => {
  assertEquals(nodeOnCircle([[1, 2], [3], [3, 3], []]), undefined);
  assert([1, 2].includes(nodeOnCircle([[1], [2], [1, 3], [4], []])!));
});
