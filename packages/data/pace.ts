// How fast the servers are asked: a pause for all calls after a 429 or 503, and the number of downloads at a time.
import type { Clock } from "./types.ts";

/** How long it takes until one more download runs again, in ms. */
const GROWTH_MS = 60_000;

/** Shared by everything that one `createData` made. */
export interface Pace {
  /** How long every call has to wait from now, in ms. */
  pauseLeft(): number;
  /** Stops all calls for so long, and halves the number of downloads unless a pause is on already. */
  pause(ms: number): void;
  /** Waits for the place of a download. The function that it resolves with gives the place back. */
  place(signal?: AbortSignal): Promise<() => void>;
}

/** Makes the pace of at most `most` downloads at a time. */
export function createPace(most: number, { now }: Pick<Clock, "now">): Pace {
  let pausedUntil = 0;
  let allowed = most;
  let allowedSince = 0;
  let running = 0;
  const waiting = new Set<() => void>();

  /** How many may run now: one more for each minute since the number was halved. */
  function allowedNow(): number {
    return Math.min(most, allowed + Math.floor((now() - allowedSince) / GROWTH_MS));
  }

  function admit(): void {
    for (const enter of waiting) {
      if (running >= allowedNow()) return;
      enter();
    }
  }

  return {
    pauseLeft: () => Math.max(0, pausedUntil - now()),
    pause(ms) {
      if (now() >= pausedUntil) {
        allowed = Math.max(1, Math.floor(allowedNow() / 2));
        allowedSince = now();
      }
      pausedUntil = Math.max(pausedUntil, now() + ms);
    },
    place(signal) {
      return new Promise((resolve, reject) => {
        if (signal?.aborted) return reject(signal.reason);
        const leave = () => {
          waiting.delete(enter);
          reject(signal?.reason);
        };
        let isHeld = true;
        const release = () => {
          if (isHeld) running--;
          isHeld = false;
          admit();
        };
        const enter = () => {
          waiting.delete(enter);
          signal?.removeEventListener("abort", leave);
          running++;
          resolve(release);
        };
        waiting.add(enter);
        signal?.addEventListener("abort", leave, { once: true });
        admit();
      });
    },
  };
}
