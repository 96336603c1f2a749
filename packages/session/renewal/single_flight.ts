import { abortable } from "../platform.ts";

/**
 * Does one piece of work at a time, shared by all who ask meanwhile. Each may stop waiting without stopping it: an abort
 * ends that caller's waiting alone, with the caller's own reason. The work's signal aborts when the last one who waits has
 * left. A failure that nobody waits for is dropped: it must not end the process.
 */
export function singleFlight<T>(work: (abandoned: AbortSignal) => Promise<T>) {
  let current: ReturnType<typeof start> | undefined;
  function start() {
    const abandoned = new AbortController();
    const result = work(abandoned.signal).finally(() => current = undefined);
    result.catch(() => {});
    return { result, abandoned, waiting: 0 };
  }
  /** Joins the work under way, or starts it. */
  function join(signal?: AbortSignal): Promise<T> {
    if (signal?.aborted) return Promise.reject(signal.reason);
    const flight = current ??= start();
    const isAbandoned = flight.abandoned.signal.aborted;
    flight.waiting++;
    const joined = abortable(flight.result, signal, () => {
      if (--flight.waiting === 0) flight.abandoned.abort();
    });
    // It may have failed because nobody waited.
    return isAbandoned ? joined.catch(() => join(signal)) : joined;
  }
  return {
    join,
    /** Waits until no work is under way; a failure is dropped. */
    async settled(): Promise<void> {
      await current?.result.catch(() => {});
    },
  };
}
