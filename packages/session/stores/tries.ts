/**
 * How often, and how long, a store in a database tries the same thing again.
 *
 * @module
 */
import type { Clock } from "../types.ts";

/** What a store goes by when it waits. */
export interface StoreTime {
  readonly clock: Clock;
  readonly random: () => number;
}

/** The tries of one operation. */
export interface Tries {
  /** Awaits a call of the database, no longer than the time that is left: a driver may wait for ever. */
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

/**
 * Starts the tries of one operation.
 *
 * @param late The error of a call that is not answered in time.
 */
export function startTries({ clock, random }: StoreTime, late: () => Error): Tries {
  const time = () => clock.monotonic ? clock.monotonic() : clock.now();
  const end = time() + BUDGET_MS;
  let tries = 1;
  let longest = FIRST;
  return {
    async call(work) {
      const done = new AbortController();
      const timeout = clock.sleep(Math.max(1, end - time()), done.signal).then(() => {
        throw late();
      });
      try {
        return await Promise.race([work(), timeout]);
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
