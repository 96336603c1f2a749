/**
 * How long a session's store in Deno KV goes on trying.
 *
 * @module
 */
import { describeError, SessionError } from "../errors.ts";
import type { Clock } from "../types.ts";

/** What the store goes by when it waits. */
export interface KvTime {
  readonly clock: Clock;
  readonly random: () => number;
}

/** The tries of one operation. */
export interface Tries {
  /** Awaits a call of the database, no longer than the time that is left: a KV that is far away tries for ever itself. */
  call<T>(work: () => Promise<T>): Promise<T>;
  /** Waits a little before the next try; `false`, at once, when there have been enough. */
  again(): Promise<boolean>;
}

/** How long one operation may take in all, in ms: less than a lease is longer than its token call. */
export const BUDGET_MS = 4_000;

/** How often an operation is tried at most. */
export const MAX_TRIES = 40;

/** First and longest pause in ms; each is cut by chance, so that those who lost together do not come back together. */
const FIRST = 8;
const LONGEST = 250;

/** The failures that pass: SQLite's, which does not wait for another process, and those of a KV that is far away. */
const PASSING = new RegExp(
  [
    "database (table |schema )?is (locked|busy)",
    "failed to (read response body|decode response)",
    "(reads|writes) are disabled",
    "strong consistency .*available",
    "unspecified (read|write) error",
    "fetch failed|error sending request|connection (reset|closed)|timed? ?out",
  ].join("|"),
  "i",
);

/** What the text of a failure means; the text itself is not shown, since it may quote keys, values and addresses. */
const MEANINGS: readonly (readonly [RegExp, string])[] = [
  [/is (locked|busy)/i, "the database stayed locked by others"],
  [/unable to open database file/i, "its file cannot be opened; it may be no symbolic link"],
  [/readonly database/i, "its file may not be written"],
  [/is full/i, "the disk is full"],
  [/malformed|not a database/i, "its file is damaged, or no database"],
  [/bad resource|is closed/i, "the database was closed"],
];

/** Starts the tries of one operation. */
export function startTries({ clock, random }: KvTime): Tries {
  const time = () => clock.monotonic ? clock.monotonic() : clock.now();
  const end = time() + BUDGET_MS;
  let tries = 1;
  let longest = FIRST;
  return {
    async call(work) {
      const done = new AbortController();
      const late = clock.sleep(Math.max(1, end - time()), done.signal).then(() => {
        throw new SessionError("store_failed", `Cannot use Deno KV: it did not answer within ${BUDGET_MS} ms`);
      });
      try {
        return await Promise.race([work(), late]);
      } finally {
        done.abort();
      }
    },
    async again() {
      const pause = random() * longest;
      longest = Math.min(longest * 2, LONGEST);
      if (++tries > MAX_TRIES || time() + pause >= end) return false;
      await clock.sleep(pause);
      return true;
    },
  };
}

/** Whether the same call may succeed in a moment. */
export function isPassing(error: unknown): boolean {
  return error instanceof Error && PASSING.test(error.message);
}

/** Whether the database says that it did nothing: somebody else held the lock. */
export function isLocked(error: unknown): boolean {
  return error instanceof Error && /is locked/i.test(error.message);
}

/** The failure as an error of the session; `what` could not be done. */
export function kvFailure(what: string, error: unknown): SessionError {
  if (error instanceof SessionError) return error;
  const text = error instanceof Error ? error.message : "";
  const meaning = MEANINGS.find(([pattern]) => pattern.test(text))?.[1] ?? describeError(error);
  return new SessionError("store_failed", `Cannot ${what}: ${meaning}`);
}

/**
 * Does something that may be done again, until it succeeds or has failed for good.
 *
 * @throws {SessionError} `store_failed`: `what` could not be done.
 */
export async function persist<T>(time: KvTime, what: string, work: (tries: Tries) => Promise<T>): Promise<T> {
  const tries = startTries(time);
  for (;;) {
    try {
      return await work(tries);
    } catch (error) {
      if (isPassing(error) && await tries.again()) continue;
      throw kvFailure(what, error);
    }
  }
}
