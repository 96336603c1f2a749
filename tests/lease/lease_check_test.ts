import { assert, assertEquals, assertRejects } from "@std/assert";
import { everyWay } from "./choices.ts";
import { countWays } from "./count_ways.ts";
import { explore } from "./explore.ts";
import { tryJoining } from "./joining.ts";
import { LEFT_OUT } from "./left_out.ts";
import { loadSession } from "./load_session.ts";
import { localStates } from "./local_state.ts";
import { canMove, createMoves, type Mover } from "./moves.ts";
import { retell } from "./retell.ts";
import { answer } from "./server.ts";
import { type Options, prepare, whoIs } from "./start.ts";
import { withoutRule } from "./without_rule.ts";

const CASES: readonly (readonly [name: string, options: Options])[] = [
  ["three processes with credentials", { credentials: true, pauses: 0 }],
  ["three processes with tokens alone", { credentials: false, pauses: 0 }],
  ["three processes that begin with no record", { credentials: true, hasRecord: false, pauses: 0 }],
  ["two processes with credentials that stop now and then", { credentials: true, workers: 2, pauses: 3 }],
  ["two processes with tokens alone that stop now and then", { credentials: false, workers: 2, pauses: 3 }],
];

for (const [name, options] of CASES) {
  Deno.test(`createSession() in ${name} sends no token twice and drops no pair, whatever the order of their steps`, async () => {
    const start = await prepare(options);
    const { states, schedules, counterExample } = await explore(start, localStates(start.setting));
    assertEquals(counterExample && await retell(start, counterExample), undefined);
    assert(states > 2_500 && schedules > 1_000_000, `${states} states`);
  });
}

for (const leftOut of LEFT_OUT) {
  Deno.test(`explore() finds what goes wrong without "${leftOut.rule}"`, async () => {
    const { lines } = await withoutRule(leftOut);
    assert(lines?.some((line) => line.startsWith("! ") && leftOut.harm.test(line)), lines?.join("\n"));
  });
}

Deno.test("createSession() overtakes a holder that is frozen between its check and its send, and does not send its token", async () => {
  const { setting, begin } = await prepare({ credentials: true, workers: 2, pauses: 3 });
  const moves = createMoves(setting, localStates(setting), whoIs);
  const lines: string[] = [];
  let state = await begin(moves);

  async function move(mover: Mover, ...choices: boolean[]): Promise<void> {
    let made = 0;
    const reached = await moves.make(state, mover, () => choices[made++] ?? false, (line) => lines.push(line));
    assertEquals([reached.broken, made], [[], choices.length || made]);
    ({ state } = reached);
  }

  const [a, b] = [0, 1];
  await move(a);
  await move(a, false, false, false, true); // lives on, hears at once, lives on; what it sends does not leave
  await move(b);
  for (let lease = 0; lease < 2; lease++) await move("time", true, true); // nothing leaves, and no timer goes off
  await move(b);
  await move(b);
  await move("time"); // A's request leaves now, after the lease has ended
  while (state.workers.some((worker) => canMove(worker, setting))) {
    await move(state.workers.findLastIndex((worker) => canMove(worker, setting)));
  }
  assertEquals(lines, [
    "A1 reads",
    "A1 writes Y-1, in flight, lease of A1",
    "A1 sends Y-1",
    "  which is on its way until time has passed",
    "B1 reads",
    "10 s pass",
    "10 s pass",
    "B1 reads",
    "B1 writes Y-1, in flight, lease of B1",
    "B1 sends a login",
    "the server answers B1: B1-1",
    "10 s pass",
    "the server answers A1: Y-2",
    "B1 writes B1-1",
    "B1 has B1-1",
    "A1 writes Y-2",
    "  too late: the record is another",
    "A1 reads",
    "A1 sends the end of Y-2",
    "the server answers A1: 200",
    "A1 has B1-1",
  ]);
});

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

Deno.test("loadSession() changes the text that is there once, and refuses any other", async () => {
  const text = "export function createSession(";
  const { createSession } = await loadSession([{ file: "session.ts", text, by: `${text}_: unknown, ` }]);
  assertEquals([createSession.length, (await loadSession([])).createSession.length], [2, 1]);
  await assertRejects(() => loadSession([{ file: "session.ts", text: "no such text", by: "" }]), Error, "0 times");
});

Deno.test("countWays() counts ways, and finds circles", () => {
  assertEquals(countWays([[1, 2], [3], [3, 3], []]), { schedules: 3 });
  assertEquals(countWays([[1], [2], [1]]).onCircle !== undefined, true);
});
