import { listen } from "../answers/listen.ts";
import type { Failure, Verdict } from "./run_judge.ts";

/**
 * Judges every answer that the emulators of this process give from now on by the spec, beside the other judges.
 *
 * @returns Ends it: the verdict on all answers so far, each of them one check.
 */
export function judgeAnswers(): () => Promise<Verdict> {
  const verdicts: Promise<string[]>[] = [];
  listen((verdict) => {
    verdicts.push(verdict);
  });
  return async () => {
    const all = await Promise.all(verdicts);
    const failures = all.filter((wrongs) => wrongs.length > 0).map((wrongs): Failure => ({
      what: "an answer is as the spec documents it",
      reason: wrongs.join("; "),
    }));
    return { name: "spec", passed: all.length - failures.length, failures };
  };
}
