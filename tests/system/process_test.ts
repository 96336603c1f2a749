import { assert, assertEquals } from "@std/assert";
import { serveEmulator } from "@xsignals/emulator/serve";
import { type Ended, runProgram } from "./run_program.ts";

const PROGRAMS = "tests/system/programs";

function linesOf({ stdout }: Ended): string[] {
  return stdout.trimEnd().split("\n");
}

/** How long a program took to end after it printed the time as its last line, in ms. */
function lag(ended: Ended): number {
  return ended.at - Number(linesOf(ended).at(-1));
}

Deno.test("a script with a session ends as soon as it is done, without a dispose (public bug 15)", async () => {
  const { emulator, api, stop } = await serveEmulator();
  try {
    for (let tries = 1;; tries++) {
      const byHand = await runProgram(`${PROGRAMS}/by_hand.ts`, { args: [api] });
      emulator.faults.add({ operation: "authLogin", skip: 2, status: 429, headers: { "retry-after": "0" } });
      const bySession = await runProgram(`${PROGRAMS}/by_session.ts`, { args: [api] });
      assertEquals([byHand.code, byHand.stderr, linesOf(byHand)[0]], [0, "", "200"]);
      assertEquals([bySession.code, bySession.stderr, ...linesOf(bySession).slice(0, 3)], [
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
  const ended = await runProgram(`${PROGRAMS}/went_away.ts`);
  assertEquals([ended.code, ended.stderr], [0, ""]);
  // Which of the two sessions is first depends on the machine.
  assertEquals(linesOf(ended).sort(), [
    "abandoned enough",
    "abandoned renewal_failed login_required",
    "background renewal_failed login_required",
  ]);
});
