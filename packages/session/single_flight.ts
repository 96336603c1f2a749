/** One piece of work at a time, shared by all who ask meanwhile; each may stop waiting without stopping the work. */
export interface Flight<T> {
  /** Joins the work under way, or starts it. */
  join(signal?: AbortSignal): Promise<T>;
  /** Whether work is under way. */
  busy(): boolean;
}

/**
 * Makes a {@link Flight} of the work.
 *
 * The work is never given a caller's signal: one caller's abort ends that caller's waiting, with its own reason. A failure
 * that nobody waits for any more is dropped, so that it cannot end the process.
 */
export function singleFlight<T>(work: () => Promise<T>): Flight<T> {
  let current: Promise<T> | null = null;
  function start(): Promise<T> {
    const started = work().finally(() => {
      current = null;
    });
    started.catch(() => {});
    return current = started;
  }
  return {
    join: (signal) => signal?.aborted ? Promise.reject(signal.reason) : abortable(current ?? start(), signal),
    busy: () => current !== null,
  };
}

/** The promise, or the signal's reason if that aborts first; leaves no listener behind. */
export function abortable<T>(promise: Promise<T>, signal?: AbortSignal): Promise<T> {
  if (!signal) return promise;
  return new Promise((resolve, reject) => {
    const onAbort = () => reject(signal.reason);
    if (signal.aborted) return onAbort();
    signal.addEventListener("abort", onAbort, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener("abort", onAbort));
  });
}
