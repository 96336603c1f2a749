/**
 * When to ask a server again: its own wishes, the pauses between tries, and a `fetch` that repeats what may be repeated.
 *
 * @module
 */
import type { SessionOptions } from "./options.ts";
import { serverTime, waitWithin, wholeClock } from "./platform.ts";
import type { FetchLike } from "./types.ts";

const LONGEST_WISH = 86_400_000; // in ms, a day: no server is left alone for longer

/**
 * How long a server asks to wait, from `Retry-After` (RFC 9110, 10.2.3) or `x-ratelimit-reset` (Auth0, in Unix seconds).
 *
 * Use it for any answer with status 429 or 503. Not for others: servers send these headers with successes too.
 *
 * @param headers The answer's headers.
 * @param now This machine's clock, in ms. It is compared with a date only if the answer has no `Date` of its own, or one
 *   that a cache has kept.
 * @returns How long to wait, in ms, a day at most; `undefined` if the server did not say, or said nothing that makes sense.
 *
 * @example
 * ```ts
 * import { retryAfterMs } from "@xsignals/session/retry";
 *
 * const ms = retryAfterMs(new Headers({ "retry-after": "5" }), Date.now()); // 5,000
 * ```
 */
export function retryAfterMs(headers: Headers, now: number): number | undefined {
  const serverNow = serverTime(headers) ?? now;
  const after = headers.get("retry-after")?.trim() ?? "";
  const reset = headers.get("x-ratelimit-reset")?.trim() ?? "";
  const wishes = [
    /^\d+$/.test(after) ? Number(after) * 1000 : /\d:\d\d/.test(after) ? Date.parse(after) - serverNow : NaN, // "-1" is a year
    /^\d{9,11}$/.test(reset) ? Number(reset) * 1000 - serverNow : NaN,
  ];
  const wish = wishes.find((ms) => ms >= 0);
  return wish && Math.min(wish, LONGEST_WISH);
}

/** Options of {@link retrying}. */
export interface RetryOptions extends Pick<SessionOptions, "clock" | "random"> {
  /** How often one call is sent again at most. */
  readonly retries: number;
  /** How long one call waits in all, in ms. Default: 30,000. */
  readonly budgetMs?: number;
}

const PASSING = [429, 502, 503, 504]; // it may well answer the next time

/**
 * Makes a `fetch` that sends GET and HEAD again after 429, 502, 503, 504 or a failed connection.
 *
 * Put it over `session.fetch`. Not under a session: it would repeat logins. Other methods are sent once.
 *
 * @param fetch Sends the calls, such as `session.fetch`.
 * @param options `retries`, how often; `budgetMs`, how long to wait in all.
 * @returns The `fetch`. When it gives up, you get the last answer or error. Errors of the session are not retried.
 * @throws {TypeError} If `retries` is not a whole number from 0.
 *
 * @example
 * ```ts
 * import { retrying } from "@xsignals/session/retry";
 * import { assertEquals } from "@std/assert";
 *
 * const answers = [503, 200];
 * const flaky = () => Promise.resolve(new Response(null, { status: answers.shift() }));
 * const fetch = retrying(flaky, { retries: 1, random: () => 0 });
 *
 * assertEquals((await fetch("https://api.example/file/group")).status, 200);
 * ```
 */
export function retrying(fetch: FetchLike, options: RetryOptions): FetchLike {
  const { retries, budgetMs = 30_000, random = Math.random } = options;
  const clock = wholeClock(options.clock);
  if (!Number.isInteger(retries) || retries < 0) {
    throw new TypeError("Cannot retry: retries must be a whole number from 0");
  }
  return async (input, init) => {
    const method = (init?.method ?? (input instanceof Request ? input.method : "GET")).toUpperCase();
    if (method !== "GET" && method !== "HEAD") return await fetch(input, init);
    const signal = init?.signal ?? (input instanceof Request ? input.signal : undefined);
    const wait = waitWithin({ clock, random }, budgetMs, signal);
    for (let retry = 0;; retry++) {
      const outcome = await fetch(input, init).catch((error: unknown) => ({ error }));
      const isLast = retry >= retries || signal?.aborted === true;
      if ("error" in outcome) {
        // `fetch` rejects with a `TypeError`; one with the code `misuse` is the session's word about the program.
        const isFailure = outcome.error instanceof TypeError && Reflect.get(outcome.error, "code") !== "misuse";
        if (isLast || !isFailure || !(await wait())) throw outcome.error;
        continue;
      }
      if (isLast || !PASSING.includes(outcome.status)) return outcome;
      const wish = retryAfterMs(outcome.headers, clock.now());
      if (!(await wait(wish === undefined ? undefined : clock.now() + wish))) return outcome;
      await outcome.body?.cancel();
    }
  };
}
