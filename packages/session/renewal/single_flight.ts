/** One piece of work at a time, shared by all who ask meanwhile. Each may stop waiting without stopping the work. */
export interface Flight<T> {
  /** Joins the work under way, or starts it. */
  join(signal?: AbortSignal): Promise<T>;
  /** Waits until no work is under way; a failure is dropped. */
  settled(): Promise<void>;
}

/**
 * Makes a {@link Flight} of the work.
 *
 * The work never gets a caller's signal: an abort ends that caller's waiting, with the caller's own reason. A failure is
 * dropped if nobody waits for it any more, so that it cannot end the process.
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
  /** The work under way. If it was abandoned, only its success counts: it may have failed because nobody waited. */
  function underWay(): Promise<T> {
    if (!current) return start();
    return abandoned.signal.aborted ? current.catch(underWay) : current;
  }
  function join(signal?: AbortSignal): Promise<T> {
    if (signal?.aborted) return Promise.reject(signal.reason);
    const flight = underWay();
    waiting++;
    return abortable(flight, signal, () => {
      if (--waiting === 0) abandoned.abort();
    });
  }
  return {
    join,
    async settled() {
      if (current) await join().catch(() => {});
    },
  };
}

/** The promise, or the signal's reason if that aborts first. Leaves no listener behind. */
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
