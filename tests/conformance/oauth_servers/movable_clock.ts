import { setTimeout } from "node:timers/promises";
import type { Clock } from "@xsignals/session";

/** The platform's clock, put forward at will: tokens expire at once, and whoever waits for a server waits in real time. */
export interface MovableClock extends Required<Clock> {
  /** Puts it forward by so many milliseconds. */
  advance(ms: number): void;
}

/** Makes it. */
export function movableClock(): MovableClock {
  let ahead = 0;
  return {
    now: () => Date.now() + ahead,
    monotonic: () => performance.now() + ahead,
    sleep: (ms, signal) =>
      setTimeout(ms, undefined, { signal }).catch(() => {
        throw signal?.reason;
      }),
    advance(ms) {
      ahead += ms;
    },
  };
}
