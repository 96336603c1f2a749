/**
 * Judges every answer of every emulator in a program: it ends with an error after one that is not as it is documented.
 *
 *   deno run --preload=tests/answers/preload_program.ts PROGRAM
 */
import "./judge_emulators.ts";
import { complaint, listen } from "./judge.ts";

listen(async (verdict) => {
  const wrongs = await verdict;
  if (wrongs.length > 0) throw new Error(complaint(wrongs));
});
