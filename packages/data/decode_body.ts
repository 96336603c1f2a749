// Content that comes compressed although nobody asked for it.

/** The first bytes of what gzip makes. */
const MAGIC = [0x1f, 0x8b];

/**
 * The content of a body that has a `Content-Encoding`. Some runtimes decode it and leave the header, others leave the body to
 * those who say themselves which encodings they take: only the first bytes tell.
 *
 * @returns `undefined` if nobody here can decode it.
 */
export function decodeBody(
  body: ReadableStream<Uint8Array<ArrayBuffer>>,
  encoding: string,
): ReadableStream<Uint8Array<ArrayBuffer>> | undefined {
  if (!/^(x-)?gzip$/i.test(encoding.trim())) return undefined;
  const reader = body.getReader();
  let begun: Promise<ReadableStreamDefaultReader<Uint8Array<ArrayBuffer>>> | undefined;

  /** The same bytes again, after a look at the first ones. */
  async function begin(): Promise<ReadableStreamDefaultReader<Uint8Array<ArrayBuffer>>> {
    const first: Uint8Array<ArrayBuffer>[] = [];
    for (let length = 0; length < MAGIC.length;) {
      const { done, value } = await reader.read();
      if (done) break;
      first.push(value);
      length += value.byteLength;
    }
    const start = first.flatMap((chunk) => [...chunk.subarray(0, MAGIC.length)]);
    const whole = new ReadableStream<Uint8Array<ArrayBuffer>>({
      async pull(controller) {
        const next = first.shift() ?? (await reader.read()).value;
        if (next) controller.enqueue(next);
        else controller.close();
      },
      cancel: (reason) => reader.cancel(reason),
    }, { highWaterMark: 0 });
    const isEncoded = MAGIC.every((byte, at) => start[at] === byte);
    return (isEncoded ? whole.pipeThrough(new DecompressionStream("gzip")) : whole).getReader();
  }

  return new ReadableStream({
    async pull(controller) {
      const { done, value } = await (await (begun ??= begin())).read();
      if (done) controller.close();
      else controller.enqueue(value);
    },
    async cancel(reason) {
      await (begun ? (await begun).cancel(reason) : reader.cancel(reason));
    },
  }, { highWaterMark: 0 });
}
