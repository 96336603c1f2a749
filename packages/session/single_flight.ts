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
 *
 * @param work The work. Its signal aborts when the last of those who wait has left: time to stop waiting, not to undo.
 */
export function singleFlight<T>(work: (abandoned: AbortSignal) => Promise<T>): Flight<T> {
  let current: Promise<T> | null = null;
  let abandoned = new AbortController();
  let waiting = 0;
  function start(): Promise<T> {
    abandoned = new AbortController();
    waiting = 0;
    const started = work(abandoned.signal).finally(() => {
      current = null;
    });
    started.catch(() => {});
    return current = started;
  }
  /** The work under way; of one that was abandoned only the success, since its failure may be that nobody waited. */
  function underWay(): Promise<T> {
    if (!current) return start();
    return abandoned.signal.aborted ? current.catch(underWay) : current;
  }
  return {
    join(signal) {
      if (signal?.aborted) return Promise.reject(signal.reason);
      const flight = underWay();
      waiting++;
      return abortable(flight, signal, () => {
        if (--waiting === 0) abandoned.abort();
      });
    },
    busy: () => current !== null,
  };
}

/** The promise, or the signal's reason if that aborts first; leaves no listener behind. */
export function abortable<T>(promise: Promise<T>, signal?: AbortSignal, onAborted?: () => void): Promise<T> {
  if (!signal) return promise;
  return new Promise((resolve, reject) => {
    const onAbort = () => {
      reject(signal.reason);
      onAborted?.();
    };
    if (signal.aborted) return onAbort();
    signal.addEventListener("abort", onAbort, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener("abort", onAbort));
  });
}
