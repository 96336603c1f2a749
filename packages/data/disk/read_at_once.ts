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
  const { read, cancel } = readerOf(body ?? new Blob().stream());
  const bytes = new Uint8Array(expected);
  const ended = new AbortController();
  const late = sleep(MOMENT, ended.signal);
  let received = 0;
  let reading: ReturnType<typeof read> | undefined;
  try {
    for (;;) {
      reading = read(expected - received + 1);
      const next = await Promise.race([reading, late]).catch(() => {}); // whoever reads the rest sees why it failed
      if (!next || (next.done ? received < expected : received + next.value.byteLength > expected)) break;
      if (next.done) return { bytes };
      bytes.set(next.value, received);
      received += next.value.byteLength;
    }
  } finally {
    ended.abort();
  }
  const begin = [bytes.subarray(0, received)];
  async function next(): Promise<Bytes | undefined> {
    const came = begin.pop();
    if (came) return came;
    const { done, value } = await (reading ?? read(65_536));
    reading = undefined;
    return done ? undefined : value; // a reader with room of its own gives that back in the end
  }
  return { rest: streamOf(next, cancel) };
}

/** A body's reader that makes room for no more than is asked for, where the body can. */
function readerOf(body: ReadableStream<Bytes>) {
  try {
    const reader = body.getReader({ mode: "byob" });
    return { read: (most: number) => reader.read(new Uint8Array(most)), cancel: (why?: unknown) => reader.cancel(why) };
  } catch { // it is not the platform's own
    const reader = body.getReader();
    return { read: (_: number) => reader.read(), cancel: (why?: unknown) => reader.cancel(why) };
  }
}
