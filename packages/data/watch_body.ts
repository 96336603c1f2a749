// Watches a body while it is read: that bytes come, and that all of them came.
import type { Calls } from "./calls.ts";
import { DataError, type DataErrorCode, type DataErrorDetails } from "./data_error.ts";
import { describeError } from "./printable.ts";

/** What is known of a body before it is read. */
export interface Watched {
  /** What to say when it fails. */
  readonly what?: string;
  /** The file that it is of. */
  readonly fid?: string;
  /** How many bytes it must have. */
  readonly expected?: number;
  /** Ends it; errors after that are the signal's. */
  readonly signal?: AbortSignal;
}

/**
 * The same bytes, but the stream fails if no byte comes for `idleMs` while somebody reads (`stalled`), if the connection is
 * lost or there are fewer bytes than expected (`truncated`), or more (`size_mismatch`).
 *
 * It has one timer whatever the number of chunks, and none while nobody reads.
 */
export function watchBody(
  { limits: { idleMs }, clock }: Pick<Calls, "limits" | "clock">,
  body: ReadableStream<Uint8Array<ArrayBuffer>>,
  { what = "read the answer", fid, expected, signal }: Watched = {},
): ReadableStream<Uint8Array<ArrayBuffer>> {
  const reader = body.getReader();
  const ended = new AbortController();
  const waking = signal ? AbortSignal.any([ended.signal, signal]) : ended.signal;
  let received = 0;
  let readSince: number | undefined;
  let isWatched = false;
  let isOver = false;

  function failure(code: DataErrorCode, why: string, details: DataErrorDetails = {}): DataError {
    return new DataError(code, `Cannot ${what}: ${why}`, { fid, retryable: true, received, expected, ...details });
  }

  const ofExpected = () => expected === undefined ? `after ${received} bytes` : `${received} of ${expected} bytes came`;

  async function watch(controller: ReadableStreamDefaultController): Promise<void> {
    if (isWatched) return;
    isWatched = true;
    try {
      while (readSince !== undefined) {
        const left = readSince + idleMs - clock.now();
        if (left <= 0) {
          isOver = true;
          controller.error(failure("stalled", `no byte came for ${idleMs / 1000} s, ${ofExpected()}`));
          await reader.cancel().catch(() => {});
          return;
        }
        await clock.sleep(left, waking);
      }
    } catch { // the body has ended, or the reader's signal has
      if (ended.signal.aborted || readSince === undefined) return;
      isOver = true;
      controller.error(signal?.reason);
      await reader.cancel(signal?.reason).catch(() => {});
    } finally {
      isWatched = false;
    }
  }

  return new ReadableStream({
    async pull(controller) {
      if (signal?.aborted) {
        await this.cancel?.(signal.reason);
        throw signal.reason;
      }
      readSince = clock.now();
      void watch(controller);
      const next = await reader.read().catch((error: unknown) => ({ error }));
      readSince = undefined;
      if (isOver) return;
      if ("error" in next) {
        ended.abort();
        if (signal?.aborted) throw signal.reason;
        throw failure("truncated", `the connection was lost (${describeError(next.error)}), ${ofExpected()}`);
      }
      if (!next.done) {
        received += next.value.byteLength;
        return controller.enqueue(next.value);
      }
      ended.abort();
      if (expected !== undefined && received < expected) throw failure("truncated", `only ${ofExpected()}`);
      if (expected !== undefined && received > expected) {
        throw failure("size_mismatch", ofExpected(), { retryable: false });
      }
      controller.close();
    },
    async cancel(reason) {
      ended.abort();
      await reader.cancel(reason);
    },
  }, { highWaterMark: 0 });
}
