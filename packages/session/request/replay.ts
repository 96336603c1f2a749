/**
 * A request's body in a form that can be sent twice, byte for byte, where that is possible.
 *
 * @module
 */

/** A body, and whether it can be sent again. */
export interface Replay {
  /** The body to send; the same bytes each time. */
  readonly body: BodyInit;
  /** The content type of what was a form. */
  readonly type?: string | null;
  /** Whether it can be sent again. */
  readonly again: boolean;
}

/**
 * Prepares the body that was given in the options of a fetch.
 *
 * Text, blobs, buffers and forms can be sent again whatever their size, a stream cannot. A buffer is copied, since its
 * owner may change it; a form is written out once, since its boundary would be another the second time.
 */
export async function replayInit(body: BodyInit): Promise<Replay> {
  if (typeof body === "string" || body instanceof Blob) return { body, again: true };
  if (body instanceof ArrayBuffer || ArrayBuffer.isView(body)) return { body: new Blob([body]), again: true };
  if (!(body instanceof URLSearchParams || body instanceof FormData)) return { body, again: false };
  const written = new Response(body);
  const type = written.headers.get("content-type"); // now, for Bun has none once the body is read
  return { body: await written.arrayBuffer(), type, again: true };
}

/**
 * Prepares the body of a `Request`, which is a stream whatever it was made of: kept up to so many bytes, else sent once.
 */
export async function replayStream(stream: ReadableStream<Uint8Array<ArrayBuffer>>, maxBytes: number): Promise<Replay> {
  const reader = stream.getReader();
  const chunks: Uint8Array<ArrayBuffer>[] = [];
  let size = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return { body: new Blob(chunks), again: true };
    chunks.push(value);
    size += value.byteLength;
    if (size > maxBytes) return { body: resume(chunks, reader), again: false };
  }
}

/** The stream as it was before it was read from. */
function resume(
  chunks: Uint8Array<ArrayBuffer>[],
  reader: ReadableStreamDefaultReader<Uint8Array<ArrayBuffer>>,
): ReadableStream<Uint8Array<ArrayBuffer>> {
  return new ReadableStream({
    async pull(controller) {
      const chunk = chunks.shift();
      if (chunk) return controller.enqueue(chunk);
      const { done, value } = await reader.read();
      if (done) controller.close();
      else controller.enqueue(value);
    },
    cancel: (reason) => reader.cancel(reason),
  });
}
