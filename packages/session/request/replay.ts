// A request's body in a form that can be sent twice, byte for byte, if that is possible.
import { readBlob } from "../platform.ts";

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
 * Prepares the body that was given in the options of a fetch. Everything but a stream can be sent again. A buffer is copied,
 * because its owner may change it. A form is written out once, because its boundary would differ the second time.
 */
export async function replayInit(body: BodyInit): Promise<Replay> {
  if (typeof body === "string" || body instanceof Blob) return { body, again: true };
  const isBytes = body instanceof ArrayBuffer || ArrayBuffer.isView(body);
  if (!(isBytes || body instanceof URLSearchParams || body instanceof FormData)) return { body, again: false };
  const written = new Response(body);
  const type = written.headers.get("content-type"); // now, for Bun has none once the body is read
  return { body: await written.arrayBuffer(), type, again: true };
}

/** Prepares the body of a `Request`, a stream whatever it was made of: kept up to so many bytes, otherwise sent once. */
export async function replayStream(stream: ReadableStream<Uint8Array<ArrayBuffer>>, maxBytes: number): Promise<Replay> {
  const [whole, probe] = stream.tee();
  const reader = probe.getReader();
  const body = await readBlob(reader, maxBytes);
  if (body) return { body, again: true };
  reader.cancel().catch(() => {}); // it settles with the other branch
  return { body: whole, again: false };
}
