// Bodies of which the beginning is looked at, and which are then read as if nobody had.

type Bytes = Uint8Array<ArrayBuffer>;

/** A stream of what `next` gives, until that is nothing; it asks for no chunk before its reader does. */
export function streamOf<T extends Uint8Array>(
  next: () => Promise<T | undefined>,
  cancel: (reason?: unknown) => Promise<void>,
): ReadableStream<T> {
  return new ReadableStream({
    async pull(controller) {
      const chunk = await next();
      if (chunk) controller.enqueue(chunk);
      else controller.close();
    },
    cancel,
  }, { highWaterMark: 0 });
}

/** The first bytes of a body, at least so many if it has them, and the whole body again. */
export async function peekBody(
  body: ReadableStream<Bytes>,
  least: number,
): Promise<{ readonly first: Bytes; readonly whole: ReadableStream<Bytes> }> {
  const reader = body.getReader();
  const read = async () => (await reader.read()).value;
  const chunks: Bytes[] = [];
  for (let length = 0; length < least;) {
    const chunk = await read();
    if (!chunk) break;
    chunks.push(chunk);
    length += chunk.byteLength;
  }
  const first = new Uint8Array(await new Blob(chunks).arrayBuffer());
  return { first, whole: streamOf(async () => chunks.shift() ?? await read(), (reason) => reader.cancel(reason)) };
}
