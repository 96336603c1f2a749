import { assert, assertEquals } from "@std/assert";
import { serveEmulator } from "@xsignals/emulator/serve";

interface Ended {
  readonly code: number;
  readonly lines: string[];
  readonly errors: string;
  /** When it had ended, in ms since 1970. */
  readonly at: number;
}

async function run(program: string, ...args: string[]): Promise<Ended> {
  const path = new URL(`./programs/${program}`, import.meta.url).pathname;
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "--quiet", "--no-prompt", "--allow-net=127.0.0.1", path, ...args],
    env: { NO_COLOR: "1" },
  }).output();
  const at = Date.now();
  return {
    code,
    at,
    lines: new TextDecoder().decode(stdout).trimEnd().split("\n"),
    errors: new TextDecoder().decode(stderr),
  };
}

/** How long a program took to end after it printed the time as its last line, in ms. */
function lag({ lines, at }: Ended): number {
  return at - Number(lines.at(-1));
}

Deno.test("a script with a session ends as soon as it is done, without a dispose (public bug 15)", async () => {
  const { emulator, api, stop } = await serveEmulator();
  try {
    for (let tries = 1;; tries++) {
      const byHand = await run("by_hand.ts", api);
      emulator.faults.add({ operation: "authLogin", skip: 2, status: 429, headers: { "retry-after": "0" } });
      const bySession = await run("by_session.ts", api);
      assertEquals([byHand.code, byHand.errors, byHand.lines[0]], [0, "", "200"]);
      assertEquals([bySession.code, bySession.errors, ...bySession.lines.slice(0, 3)], [
        0,
        "",
        "200 200 enough",
        "Cannot log in: the server refused the credentials",
        "200",
      ]);
      assertEquals(emulator.faults.pending, 0, "the server asked nobody to wait");
      // A machine that is busy for a moment may hold one program up; a timer holds up each.
      if (lag(bySession) < lag(byHand) + 200) return;
      assert(tries < 3, `it ended ${lag(bySession)} ms after its last line, a script without a session ${lag(byHand)}`);
    }
  } finally {
    await stop();
  }
});

Deno.test("a renewal that fails when nobody listens ends no process, and is told once (public bug 31)", async () => {
  const { code, lines, errors } = await run("went_away.ts");
  assertEquals([code, errors], [0, ""]);
  assertEquals(lines, [
    "background renewal_failed login_required",
    "abandoned enough",
    "abandoned renewal_failed login_required",
  ]);
});
