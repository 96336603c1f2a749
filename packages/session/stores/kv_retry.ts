/**
 * Which failures of Deno KV pass, what they mean, and how a session's store there goes on trying.
 *
 * @module
 */
import { describeError, SessionError } from "../errors.ts";
import { BUDGET_MS, startTries, type StoreTime, type Tries } from "./tries.ts";

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
export function startKvTries(time: StoreTime): Tries {
  return startTries(
    time,
    () => new SessionError("store_failed", `Cannot use Deno KV: it did not answer within ${BUDGET_MS} ms`),
  );
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
export async function persist<T>(time: StoreTime, what: string, work: (tries: Tries) => Promise<T>): Promise<T> {
  const tries = startKvTries(time);
  for (;;) {
    try {
      return await work(tries);
    } catch (error) {
      if (isPassing(error) && await tries.again()) continue;
      throw kvFailure(what, error);
    }
  }
}
