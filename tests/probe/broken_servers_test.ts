import { assert, assertEquals } from "@std/assert";
import type { FetchLike } from "@xsignals/cli/run";
import { createEmulator } from "@xsignals/emulator";
import { fakeClock } from "@xsignals/session/testing";
import { openPlace, type Report } from "./probing.ts";

/** What a server does to one request, and which exit codes may follow. */
const FAULTS: Readonly<Record<string, () => Response>> = {
  "500": () => Response.json({ message: "SECRET-BODY" }, { status: 500 }),
  "429": () => new Response("SECRET-BODY", { status: 429, headers: { "retry-after": "120" } }),
  "cut": () => {
    throw new TypeError("connection closed before message completed SECRET-BODY");
  },
  "cut body": () =>
    new Response(
      new ReadableStream({
        start(controller) {
          controller.enqueue(new TextEncoder().encode('{"SECRET-BODY'));
          controller.error(new TypeError("error reading a body from connection"));
        },
      }),
      { headers: { "content-type": "application/json" } },
    ),
  "web page": () => new Response("<html>SECRET-BODY</html>", { headers: { "content-type": "text/html" } }),
};

/** Kept nowhere. */
const LOGIN = { XDG_STATE_HOME: "", XSIGNALS_USERNAME: "login", XSIGNALS_PASSWORD: "password" };
const STORED = { XSIGNALS_USERNAME: "login" };

/** Runs a probe in which one request goes wrong, `at` from 1, and looks whether the login still works afterwards. */
async function probed(env: Readonly<Record<string, string>>, at: number, fault?: () => Response) {
  const clock = fakeClock(Date.UTC(2030, 0, 1));
  const emulator = createEmulator({ now: clock.now });
  await using place = await openPlace(clock);
  let count = 0;
  let struck = "";
  const fetch: FetchLike = async (input, init) => {
    const url = new URL(input instanceof Request ? input.url : input);
    if (++count !== at || !fault) return await emulator.fetch(input, init);
    struck = url.pathname;
    return fault();
  };
  if (env === STORED) {
    const begun = await place.run(["login", "--password-stdin"], emulator.fetch, STORED, { input: "password\n" });
    assertEquals(begun.code, 0, begun.stderr);
  }
  const ran = await place.run(["probe", "--yes", "--json", "-o", place.path], fetch, env);
  const report = await place.report();
  await clock.advance(600_000);
  const after = await place.run(["groups"], emulator.fetch, env);
  assertEquals(after.code, 0, `${struck}: ${after.stderr}`);
  assertEquals(emulator.log.filter(({ violation }) => violation), []);
  return { ...ran, report, text: await place.text(), count, struck };
}

/** What was found: the values that are possible, or words. */
function foundIn(report: Report | undefined): Map<string, readonly unknown[]> {
  const found = report?.findings.filter((one) => one.found !== undefined) ?? [];
  return new Map(found.map(({ name, found, values }) => [name, values ?? [found]]));
}

for (const [kind, env] of Object.entries({ "a password": LOGIN, "a stored login": STORED })) {
  Deno.test(`xsignals probe with ${kind} ends with what it found, whichever request fails, and the login works`, async () => {
    const { code, report, count: requests } = await probed(env, 0);
    assertEquals([code, report?.complete], [0, true]);
    const all = foundIn(report);
    let before: readonly string[] = [];
    for (let at = 1; at <= requests; at++) {
      let least: readonly string[] = [];
      for (const [name, fault] of Object.entries(FAULTS)) {
        const { code, stdout, stderr, report, text, count, struck } = await probed(env, at, fault);
        const why = `${name} at request ${at} to ${struck}: ${stderr}`;
        assertEquals(/SECRET/.test(stdout + stderr + text), false, why);
        assert(count <= 20, why);
        if (isContent(struck) && /page|body/.test(name)) continue; // a file may be a page, and is not read to its end
        assertEquals([[1, 75].includes(code), report?.complete ?? false], [true, false], `${why} ended with ${code}`);
        const found = foundIn(report);
        const wrong = [...found].filter(([name, values]) =>
          all.get(name)?.every((one) => values.includes(one)) === false
        );
        assertEquals(wrong, [], why);
        assertEquals(before.filter((one) => !found.has(one)), [], `${why}: they are lost`);
        if (name === "429") least = [...found.keys()]; // it ends the probe at once
      }
      before = least;
    }
  });
}

/** Whether it is the path of a file's content. */
function isContent(path: string): boolean {
  return path.endsWith("/download") || /^\/[\w-]{36}$/.test(path);
}
