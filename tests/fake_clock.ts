/**
 * Makes a clock that stands still until a test moves it, one sleeper at a time, so that the test decides what runs in
 * between. It starts in 2030.
 */
export function fakeClock(start: number = Date.UTC(2030, 0, 1)) {
  let elapsed = 0;
  const sleeps = new Set<{ readonly due: number; readonly sleeper: string | undefined; wake(): void }>();

  function next() {
    let first = { due: Infinity, wake() {} };
    for (const one of sleeps) if (one.due < first.due) first = one;
    return first;
  }

  return {
    now: () => start + elapsed,
    monotonic: () => elapsed,
    /** Like a session's `sleep`; never resolves for `Infinity`. `sleeper` names who sleeps, for `forget`. */
    sleep: (ms: number, signal?: AbortSignal, sleeper?: string): Promise<void> =>
      new Promise((resolve, reject) => {
        if (signal?.aborted) return reject(signal.reason);
        const one = { due: elapsed + Math.max(0, ms), sleeper, wake: () => leave(resolve) };
        const onAbort = () => leave(() => reject(signal?.reason));
        function leave(settle: () => void): void {
          sleeps.delete(one);
          signal?.removeEventListener("abort", onAbort);
          settle();
        }
        sleeps.add(one);
        signal?.addEventListener("abort", onAbort);
      }),
    /** How many sleep. */
    sleeping: () => sleeps.size,
    /** Milliseconds until the next sleeper is due; `Infinity` if there is none. */
    untilNext: () => next().due - elapsed,
    /** Moves the time by at most `ms`: only as far as the next sleeper, which it wakes. */
    move(ms: number): void {
      const { due, wake } = next();
      elapsed = Math.min(due, elapsed + ms);
      if (elapsed === due) wake();
    },
    /** Drops the sleepers of a process that died. */
    forget(sleeper: string): void {
      for (const one of sleeps) if (one.sleeper === sleeper) sleeps.delete(one);
    },
  };
}
