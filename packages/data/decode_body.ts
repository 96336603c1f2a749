// Content that comes compressed although nobody asked for it.
import { peekBody, streamOf } from "./peek_body.ts";

type Bytes = Uint8Array<ArrayBuffer>;

/**
 * The content of a body that has a `Content-Encoding`. Some runtimes decode it and leave the header, others leave the body to
 * those who say themselves which encodings they take: only the first bytes tell.
 *
 * @returns `undefined` if nobody here can decode it.
 */
export function decodeBody(body: ReadableStream<Bytes>, encoding: string): ReadableStream<Bytes> | undefined {
  if (!/^(x-)?gzip$/i.test(encoding.trim())) return undefined;
  const source = body.getReader();
  const cancel = (reason?: unknown) => source.cancel(reason); // at once, though the first bytes may never come
  let begun: Promise<ReadableStreamDefaultReader<Bytes>> | undefined;

  async function begin(): Promise<ReadableStreamDefaultReader<Bytes>> {
    const { first: [one, two], whole } = await peekBody(streamOf(async () => (await source.read()).value, cancel), 2);
    const isEncoded = one === 0x1f && two === 0x8b;
    return (isEncoded ? whole.pipeThrough(new DecompressionStream("gzip")) : whole).getReader();
  }

  return streamOf(async () => (await (await (begun ??= begin())).read()).value, cancel);
}
