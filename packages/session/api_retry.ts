import { createPatience } from "./patience.ts";
import { retryAfterMs } from "./retry_after.ts";
import type { FetchLike, Io } from "./types.ts";

/** What a server says when it may well answer the next time. */
const PASSING = [429, 502, 503, 504];

/**
 * Makes a `fetch` that sends GET and HEAD again when the server asks for it or fails in passing, or the connection does.
 *
 * @param io The outside world; its `fetch` is the one that is retried, its `waitBudgetMs` bounds the waiting of each call.
 * @param retries How often one call is sent again at most.
 */
export function retryingFetch(io: Io, retries: number): FetchLike {
  return async (input, init) => {
    const method = (init?.method ?? (input instanceof Request ? input.method : "GET")).toUpperCase();
    if (method !== "GET" && method !== "HEAD") return await io.fetch(input, init);
    const patience = createPatience(io, io.limits.waitBudgetMs, init?.signal ?? undefined);
    for (let retry = 0;; retry++) {
      const outcome = await io.fetch(input, init).catch((error: unknown) => ({ error }));
      const isLast = retry >= retries || init?.signal?.aborted === true;
      if ("error" in outcome) {
        if (isLast || !(await patience.wait(undefined))) throw outcome.error;
        continue;
      }
      if (isLast || !PASSING.includes(outcome.status)) return outcome;
      const now = io.clock.now();
      const wait = retryAfterMs(outcome.headers, now);
      if (!(await patience.wait(wait === undefined ? undefined : now + wait))) return outcome;
      await outcome.body?.cancel();
    }
  };
}
