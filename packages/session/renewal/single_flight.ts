import { abortable } from "../platform.ts";

/** One piece of work at a time, shared by all who ask meanwhile. Each may stop waiting without stopping the work. */
export interface Flight<T> {
  /** Joins the work under way, or starts it. */
  join(signal?: AbortSignal): Promise<T>;
  /** Waits until no work is under way; a failure is dropped. */
  settled(): Promise<void>;
}

/**
 * Makes a {@link Flight} of the work. An abort ends that caller's waiting alone, with the caller's own reason. The work's
 * signal aborts when the last one who waits has left. A failure that nobody waits for is dropped: it must not end the process.
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
