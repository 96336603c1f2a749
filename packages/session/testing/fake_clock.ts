import type { Clock } from "../types.ts";

/** A clock that a test moves; nothing in it takes real time. */
export interface FakeClock extends Required<Clock> {
  /**
   * Moves the time by `ms` milliseconds: wakes those who sleep until then, the earliest first, and lets the work of each
   * one run before the next is woken.
   */
  advance(ms: number): Promise<void>;
  /** Makes a clock that goes with this one and shows other numbers: `wallMs` and `monotonicMs` more, in milliseconds. */
  skewed(wallMs: number, monotonicMs?: number): Required<Clock>;
  /** How many sleep now. */
  sleeping(): number;
}

/** One who sleeps. */
interface Sleeper {
  readonly due: number;
  wake(): void;
}

/**
 * Makes a clock that stands still until a test moves it.
 *
 * Use it for `createSession({ clock })` in a test, so that tokens expire without waiting. Work that is done outside the
 * event loop, such as `crypto.subtle`, is not waited for by `advance`: await its result.
 *
 * @param start What the wall clock shows at first, in milliseconds since 1970. Default: 2030-01-01.
 * @returns The clock; its monotonic time starts at 0.
 *
 * @example An hour that takes no time
 * ```ts
 * import { fakeClock } from "@xsignals/session/testing";
 * import { assertEquals } from "@std/assert";
 *
 * const clock = fakeClock();
 * const slept = clock.sleep(3_600_000).then(() => clock.monotonic());
 * await clock.advance(4_000_000);
 *
 * assertEquals(await slept, 3_600_000);
 * ```
 */
export function fakeClock(start: number = Date.UTC(2030, 0, 1)): FakeClock {
  let elapsed = 0;
  const sleepers = new Set<Sleeper>();

  function sleep(ms: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(signal.reason);
      const sleeper = { due: elapsed + Math.max(0, ms), wake: () => leave(resolve) };
      const onAbort = () => leave(() => reject(signal?.reason));
      function leave(settle: () => void): void {
        sleepers.delete(sleeper);
        signal?.removeEventListener("abort", onAbort);
        settle();
      }
      sleepers.add(sleeper);
      signal?.addEventListener("abort", onAbort);
    });
  }

  function earliest(): Sleeper | undefined {
    let first: Sleeper | undefined;
    for (const sleeper of sleepers) if (!first || sleeper.due < first.due) first = sleeper;
    return first;
  }

  return {
    now: () => start + elapsed,
    monotonic: () => elapsed,
    sleep,
    sleeping: () => sleepers.size,
    skewed: (wallMs, monotonicMs = 0) => ({
      now: () => start + elapsed + wallMs,
      monotonic: () => elapsed + monotonicMs,
      sleep,
    }),
    async advance(ms) {
      const end = elapsed + ms;
      for (;;) {
        await turn();
        const next = earliest();
        if (!next || next.due > end) break;
        elapsed = next.due;
        next.wake();
      }
      elapsed = end;
    },
  };
}

/** One turn of the event loop: all that is ready has run when it resolves. */
function turn(): Promise<void> {
  return new Promise((resolve) => {
    const immediate: unknown = Reflect.get(globalThis, "setImmediate"); // sooner than a timer, where there is one
    if (typeof immediate === "function") immediate(resolve);
    else setTimeout(resolve, 0);
  });
}
