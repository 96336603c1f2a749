import type { Clock } from "@xsignals/session";

/** The time of a run: it moves only when told to. */
export interface SimClock {
  /** Milliseconds since the run began. */
  elapsed(): number;
  /** The right time, in milliseconds since 1970. */
  now(): number;
  /** Resolves when the time has moved on by `ms`; never for `Infinity`. */
  sleep(ms: number, signal?: AbortSignal, sleeper?: string): Promise<void>;
  /** A clock for a session: its wall clock is `skew()` ms ahead. */
  skewed(skew: () => number, sleeper: string): Required<Clock>;
  /** Milliseconds until the next one wakes; `undefined` when nobody sleeps, or for ever. */
  untilNext(): number | undefined;
  /** Moves the time, and wakes the one who is due, the earliest; at most as far as the next one. */
  move(ms: number): void;
  /** Takes away those who slept for a process that died. */
  forget(sleeper: string): void;
  /** How many sleep. */
  sleeping(): number;
}

interface Sleep {
  readonly due: number;
  readonly sleeper: string | undefined;
  wake(): void;
}

/** 2030-01-01. */
const START = Date.UTC(2030, 0, 1);

/** Makes a clock that starts in 2030. */
export function simClock(): SimClock {
  let elapsed = 0;
  const sleeps = new Set<Sleep>();

  function sleep(ms: number, signal?: AbortSignal, sleeper?: string): Promise<void> {
    return new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(signal.reason);
      const one: Sleep = { due: elapsed + Math.max(0, ms), sleeper, wake: () => leave(resolve) };
      const onAbort = () => leave(() => reject(signal?.reason));
      function leave(settle: () => void): void {
        sleeps.delete(one);
        signal?.removeEventListener("abort", onAbort);
        settle();
      }
      sleeps.add(one);
      signal?.addEventListener("abort", onAbort);
    });
  }

  function next(): Sleep | undefined {
    let first: Sleep | undefined;
    for (const one of sleeps) if (!first || one.due < first.due) first = one;
    return first?.due === Infinity ? undefined : first;
  }

  return {
    elapsed: () => elapsed,
    now: () => START + elapsed,
    sleep,
    skewed: (skew, sleeper) => ({
      now: () => START + elapsed + skew(),
      monotonic: () => elapsed,
      sleep: (ms, signal) => sleep(ms, signal, sleeper),
    }),
    untilNext() {
      const first = next();
      return first && first.due - elapsed;
    },
    move(ms) {
      const first = next();
      if (!first || first.due > elapsed + ms) {
        elapsed += ms;
        return;
      }
      elapsed = first.due;
      first.wake();
    },
    forget(sleeper) {
      for (const one of sleeps) if (one.sleeper === sleeper) sleeps.delete(one);
    },
    sleeping: () => sleeps.size,
  };
}
