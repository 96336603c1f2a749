import { listen } from "../answers/judge.ts";
import type { Judge } from "./judge.ts";

/**
 * Makes the judge that holds every answer which the emulators of this process give from now on to the spec; it is to run
 * when the others are done. It hears of no answer unless `judge_emulators.ts` is preloaded.
 */
export function judgeAnswers(): Judge {
  const verdicts: Promise<string[]>[] = [];
  listen((verdict) => verdicts.push(verdict));
  return {
    name: "spec",
    async judge(check) {
      for (const wrongs of await Promise.all(verdicts)) {
        await check("an answer is as the spec documents it", () => {
          if (wrongs.length > 0) throw new Error(wrongs.join("; "));
        });
      }
    },
  };
}
