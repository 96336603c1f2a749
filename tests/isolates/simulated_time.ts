import type { Clock } from "@xsignals/session";

/** A time that moves from one event to the next, for many thousands who sleep. */
export interface SimulatedTime {
  /** Milliseconds since it began. */
  elapsed(): number;
  /** Does something at that time, in ms since it began. */
  at(ms: number, work: () => void): void;
  /** Resolves after so many ms; rejects with the signal's reason when that aborts first. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
  /** The clock of a session. */
  readonly clock: Required<Clock>;
  /** Lets everything happen until that time; after each event `settled` is awaited. */
  run(until: number, settled: () => Promise<void>): Promise<void>;
}

interface Event {
  readonly at: number;
  readonly work: () => void;
}

/** 2030-01-01. */
const START = Date.UTC(2030, 0, 1);

/** Makes a time that begins in 2030. */
export function simulatedTime(): SimulatedTime {
  const heap: Event[] = [];
  let elapsed = 0;

  function push(event: Event): void {
    let index = heap.push(event) - 1;
    while (index > 0) {
      const parent = (index - 1) >> 1;
      if (heap[parent]!.at <= event.at) break;
      heap[index] = heap[parent]!;
      index = parent;
    }
    heap[index] = event;
  }

  function pop(): Event {
    const first = heap[0]!;
    const last = heap.pop()!;
    if (heap.length === 0) return first;
    let index = 0;
    for (;;) {
      let child = 2 * index + 1;
      if (child >= heap.length) break;
      if (child + 1 < heap.length && heap[child + 1]!.at < heap[child]!.at) child++;
      if (heap[child]!.at >= last.at) break;
      heap[index] = heap[child]!;
      index = child;
    }
    heap[index] = last;
    return first;
  }

  const at = (ms: number, work: () => void) => push({ at: Math.max(ms, elapsed), work });
  function sleep(ms: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(signal.reason);
      const onAbort = () => reject(signal?.reason);
      signal?.addEventListener("abort", onAbort, { once: true });
      at(elapsed + ms, () => {
        signal?.removeEventListener("abort", onAbort);
        resolve();
      });
    });
  }

  return {
    elapsed: () => elapsed,
    at,
    sleep,
    clock: { now: () => START + elapsed, monotonic: () => elapsed, sleep },
    async run(until, settled) {
      while (heap.length > 0 && heap[0]!.at <= until) {
        elapsed = heap[0]!.at;
        while (heap.length > 0 && heap[0]!.at === elapsed) pop().work();
        await settled();
      }
      elapsed = until;
    },
  };
}
