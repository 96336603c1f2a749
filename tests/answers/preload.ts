/**
 * Judges every answer of every emulator in a run of tests: a test fails when one is not as it is documented.
 *
 *   deno test --preload=tests/answers/preload.ts
 *
 * Runs before each test file. A judged answer is the emulator's own, before a fault replaces, delays or loses it.
 */
import "./judge_emulators.ts";
import { complaint, listen } from "./judge.ts";

const verdicts: Promise<string[]>[] = [];
listen((verdict) => verdicts.push(verdict));

Deno.test.afterEach(complain);
Deno.test.afterAll(complain); // of what came after the last test

async function complain(): Promise<void> {
  const wrongs = (await Promise.all(verdicts.splice(0))).flat();
  if (wrongs.length === 0) return;
  console.error(complaint(wrongs)); // An error of the test's own would hide the one that is thrown.
  throw new Error(complaint(wrongs));
}
