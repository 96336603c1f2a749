// Reads a short body in one go, without a part on the disk, if it comes without a pause.
import { streamOf } from "../peek_body.ts";
import type { Clock } from "../types.ts";

type Bytes = Uint8Array<ArrayBuffer>;

/** How long a body may take, in ms: a program that is killed loses what came in that time, and no more. */
const MOMENT = 200;

/** All of a body, or one that begins with what has come of it. */
export type AtOnce = { readonly bytes: Bytes } | { readonly rest: ReadableStream<Bytes> };

/** Reads a body, if it comes within a moment and has so many bytes. */
export async function readAtOnce(
  { sleep }: Clock,
  body: ReadableStream<Bytes> | null,
  expected: number,
): Promise<AtOnce> {
  const reader = (body ?? new Blob().stream()).getReader();
  const bytes = new Uint8Array(expected);
  const ended = new AbortController();
  const late = sleep(MOMENT, ended.signal);
  let received = 0;
  let reading: ReturnType<typeof reader.read> | undefined;
  try {
    for (;;) {
      reading = reader.read();
      const next = await Promise.race([reading, late]).catch(() => {}); // whoever reads the rest sees why it failed
      if (!next || (next.done ? received < expected : received + next.value.byteLength > expected)) break;
      if (next.done) return { bytes };
      bytes.set(next.value, received);
      received += next.value.byteLength;
    }
  } finally {
    ended.abort();
  }
  let begin: Bytes | undefined = bytes.subarray(0, received);
  async function next(): Promise<Bytes | undefined> {
    const chunk = begin ?? (await (reading ?? reader.read())).value;
    [begin, reading] = [undefined, begin && reading];
    return chunk;
  }
  return { rest: streamOf(next, (reason) => reader.cancel(reason)) };
}
