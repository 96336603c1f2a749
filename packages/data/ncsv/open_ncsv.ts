// A table's columns out of a stream of NCSV; its rows are still to be read.
import { badNcsv } from "./bad_ncsv.ts";
import type { Column } from "../types.ts";
import { type Batch, batchesOf } from "./records.ts";

/** What a table is made of. */
export interface TableParts {
  /** What is done, for the errors. */
  readonly what: string;
  readonly columns: readonly Column[];
  /** The rows. */
  batches(): AsyncIterable<Batch>;
  /** The next bytes of the whole, header included; `undefined` at the end. */
  next(): Promise<Uint8Array | undefined>;
  /** Ends the stream; it does nothing to one that has ended. */
  cancel(): Promise<void>;
}

/**
 * Reads the header of a table.
 *
 * @param what What is done, for the errors.
 * @throws {DataError} `bad_ncsv` if there is none, or if it is wrong.
 * @throws {TypeError} If the stream is being read already.
 */
export async function openNcsv(stream: ReadableStream<Uint8Array>, what: string): Promise<TableParts> {
  const reader = stream.getReader();
  /** The chunks that were read for the header, in case the bytes are asked for; not kept once rows are. */
  let kept: Uint8Array[] | undefined = [];
  let isCancelled = false;

  async function read(): Promise<Uint8Array | undefined> {
    const { value } = await reader.read();
    if (isCancelled) throw new TypeError(`Cannot ${what}: the table was closed`);
    return value;
  }

  async function* chunks(): AsyncGenerator<Uint8Array, void> {
    for (let chunk = await read(); chunk; chunk = await read()) {
      kept?.push(chunk);
      yield chunk;
    }
  }

  async function cancel(): Promise<void> {
    isCancelled = true;
    kept = undefined;
    await reader.cancel().catch(() => {}); // of a stream that failed: whoever read it has the error
  }

  const others = batchesOf(chunks(), what);
  async function* batches(first: Batch): AsyncGenerator<Batch, void> {
    yield first;
    yield* others;
  }

  try {
    const { value: first } = await others.next();
    if (!first) throw badNcsv(what, 1, "it has no header");
    return {
      what,
      columns: first.columns,
      batches() {
        kept = undefined;
        return batches(first);
      },
      next: async () => kept?.shift() ?? await read(),
      cancel,
    };
  } catch (error) {
    await cancel();
    throw error;
  }
}
