// The bytes of a table, which are read as rows or handed on as they are.

/** A stream that can still be handed on whole after its beginning was looked at. */
export interface Source {
  /** The chunks, for whoever reads rows. */
  chunks(): AsyncGenerator<Uint8Array, void>;
  /** The next chunk of the whole, beginning with those that `chunks` gave; `undefined` at the end. */
  next(): Promise<Uint8Array | undefined>;
  /** Forgets what `chunks` gave: from here on rows are read. */
  forget(): void;
  /** Ends the stream; it does nothing to one that has ended. */
  cancel(): Promise<void>;
}

/**
 * Takes over a stream.
 *
 * @throws {TypeError} If it is being read already.
 */
export function sourceOf(stream: ReadableStream<Uint8Array>): Source {
  const reader = stream.getReader();
  let kept: Uint8Array[] | undefined = [];
  let isCancelled = false;

  async function read(): Promise<Uint8Array | undefined> {
    const { value } = await reader.read();
    if (isCancelled) throw new TypeError("Cannot read the table: it was closed");
    return value;
  }

  return {
    async *chunks() {
      for (let chunk = await read(); chunk; chunk = await read()) {
        kept?.push(chunk);
        yield chunk;
      }
    },
    async next() {
      return kept?.shift() ?? await read();
    },
    forget() {
      kept = undefined;
    },
    async cancel() {
      isCancelled = true;
      kept = undefined;
      await reader.cancel().catch(() => {}); // of a stream that failed: whoever read it has the error
    },
  };
}
