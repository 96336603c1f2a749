import type { Io } from "./types.ts";

/** First and longest pause without a hint, in ms; each is cut by chance, so that many do not come back together. */
const FIRST = 500;
const LONGEST = 8_000;

/** The shortest pause, in ms, whatever the server says. */
const SHORTEST = 50;

/** Waits for a server that asks to be asked later, within a budget. */
export interface Patience {
  /**
   * Waits until then.
   *
   * @param retryAt When the server wants to be asked again, in ms since 1970; without it, longer each time.
   * @returns `false`, at once, when that is beyond the budget.
   */
  wait(retryAt: number | undefined): Promise<boolean>;
}

/**
 * Makes the patience for one piece of work.
 *
 * @param budgetMs How long it waits in all, in ms.
 * @param signal Ends a wait with its reason.
 */
export function createPatience(io: Io, budgetMs: number, signal?: AbortSignal): Patience {
  let left = budgetMs;
  let longest = FIRST;
  return {
    async wait(retryAt) {
      const hint = retryAt === undefined ? io.random() * longest : (retryAt - io.clock.now()) * (1 + io.random() / 10);
      const pause = Math.max(SHORTEST, hint);
      longest = Math.min(longest * 2, LONGEST);
      if (pause > left) return false;
      left -= pause;
      await io.clock.sleep(pause, signal);
      return true;
    },
  };
}
