// Progress and stalls, by looks at the part's length: nothing of ours is between the connection and the disk.
import type { Calls, Work } from "../calls.ts";
import { failed } from "../failure.ts";
import { lookAt } from "./files.ts";

/** The time between two looks, in ms. */
const LOOK_MS = 200;

/** The part that is watched. */
export interface WatchedPart {
  /** Where it is. */
  readonly part: string;
  /** Its length in bytes when the work begins. */
  readonly from: number;
  /** Its length in the end, if it is known. */
  readonly expected?: number;
}

/**
 * Lets a part grow, tells of it, and ends the work if it does not grow for `idleMs`.
 *
 * @param grow What makes it grow, until the signal aborts.
 * @throws {DataError} `stalled`; and what `grow` throws.
 */
export async function watchPart(
  { clock, limits: { idleMs }, emit }: Calls,
  work: Work,
  { part, from, expected }: WatchedPart,
  grow: (signal: AbortSignal) => Promise<void>,
): Promise<void> {
  const [ended, stalled] = [new AbortController(), new AbortController()];
  const signal = AbortSignal.any([stalled.signal, ...(work.signal ? [work.signal] : [])]);

  async function watch(): Promise<void> {
    let [received, since] = [from, clock.now()];
    for (;;) {
      await clock.sleep(Math.min(LOOK_MS, idleMs), ended.signal);
      const size = (await lookAt(part).catch(() => undefined))?.size ?? received;
      if (ended.signal.aborted) return;
      const at = clock.now();
      if (size !== received) {
        [received, since] = [size, at];
        emit({ type: "receiving", at, fid: work.fid ?? "", received, ...(expected !== undefined && { expected }) });
      } else if (at - since >= idleMs) {
        const ofExpected = expected === undefined ? `after ${received} bytes` : `${received} of ${expected} bytes came`;
        const why = `no byte came for ${idleMs / 1000} s, ${ofExpected}`;
        return stalled.abort(failed(work, "stalled", why, { received, expected, retryable: true }));
      }
    }
  }

  const watching = watch().catch(() => {}); // that it is over
  try {
    await grow(signal);
  } finally {
    ended.abort();
    await watching;
  }
}
