// Rows of cells out of bytes, by csv-parse.
import { CsvError, type Info, parse } from "csv-parse/stream";
import type { DataError } from "../data_error.ts";
import type { Column } from "../types.ts";
import { badNcsv } from "./bad_ncsv.ts";
import { columnsOf } from "./columns.ts";

/** Rows that came together; the first batch may have none. */
export interface Batch {
  /** What is done, for the errors. */
  readonly what: string;
  readonly columns: readonly Column[];
  readonly rows: string[][];
  /** The line that each row begins on. */
  readonly lines: number[];
}

/** So many bytes are read at a time, however large the chunks of the stream are. */
const PIECE = 16_384;
/** The longest row, in bytes: an open quote must not read a whole stream into memory. */
const MAX_ROW = 16 * 1_048_576;

const REASONS: Readonly<Record<string, string>> = {
  CSV_QUOTE_NOT_CLOSED: "a quote is still open at the end, so something is missing",
  CSV_INVALID_CLOSING_QUOTE: "there is text behind a closing quote",
  INVALID_OPENING_QUOTE: "there is a quote within a cell that has none around it",
};

/**
 * Reads rows of cells, a batch for each piece of the bytes; nothing if there is no header.
 *
 * Rows before a fault are given before it is thrown, however the bytes are cut.
 *
 * @param what What is done, for the errors.
 * @throws {DataError} `bad_ncsv` for what is not whole.
 */
export async function* batchesOf(chunks: AsyncIterable<Uint8Array>, what: string): AsyncGenerator<Batch, void> {
  const records = recordReader(what);
  let isEmpty = true;
  for await (const chunk of chunks) {
    if (!(chunk instanceof Uint8Array)) throw new TypeError(`Cannot ${what}: the stream gives no bytes`);
    isEmpty &&= chunk.length === 0;
    for (let start = 0; start < chunk.length; start += PIECE) yield* records.read(chunk.subarray(start, start + PIECE));
  }
  if (!isEmpty) yield* records.read(undefined);
}

/** Feeds csv-parse; it hands over its rows by a callback, since a queue of single rows takes half as long again. */
function recordReader(what: string): { read(bytes: Uint8Array | undefined): AsyncGenerator<Batch, void> } {
  const utf8 = new TextDecoder("utf-8", { fatal: true });
  let columns: readonly Column[] | undefined;
  let batch: Batch | undefined;
  let isBegun = false;
  let isDamaged = false;
  let fault: Error | undefined;
  /** Line breaks within cells, up to now. */
  let breaks = 0;
  /** Bytes since the last row. */
  let pending = 0;
  let lastLine = 0;

  const parser = parse({
    bom: true,
    comment: "#",
    comment_no_infix: true,
    record_delimiter: ["\r\n", "\n", "\r"],
    relax_column_count: true,
    skip_empty_lines: true,
    on_record: (row: string[], info) => {
      add(row, info.records + info.comment_lines + info.empty_lines + breaks);
      if (info.lines !== lastLine + 1) breaks += row.join().match(/\r\n|\n|\r/g)?.length ?? 0;
      lastLine = info.lines;
      pending = 0;
      return null;
    },
  });
  const writer = parser.writable.getWriter();

  function add(row: string[], line: number): void {
    const damaged = isDamaged ? row.findIndex((cell) => cell.includes("\uFFFD")) : -1;
    if (damaged >= 0) fault ??= faultAt(line, damaged, "it is not UTF-8");
    else if (columns && row.length !== columns.length) {
      fault ??= faultAt(
        line,
        Math.min(row.length, columns.length),
        `it has ${row.length} cells, the header has ${columns.length}`,
      );
    }
    if (fault) return;
    const isHeader = columns === undefined;
    columns ??= columnsOf(row, line, what);
    batch ??= { what, columns, rows: [], lines: [] };
    if (isHeader) return;
    batch.rows.push(row);
    batch.lines.push(line);
  }

  /** csv-parse's own fault: it knows how many rows were whole. */
  function toFault(error: unknown): Error {
    if (!(error instanceof CsvError)) return error as Error;
    const { records, comment_lines, empty_lines, column } = error as CsvError & Info & { column: number };
    const why = REASONS[error.code] ?? `it is not CSV (${error.code})`;
    return faultAt(records + 1 + comment_lines + empty_lines + breaks, column, why);
  }

  function faultAt(line: number, index: number, why: string): DataError {
    return badNcsv(what, line, why, columns?.[index]?.name ?? index + 1);
  }

  return {
    async *read(bytes) {
      try {
        utf8.decode(bytes, { stream: bytes !== undefined });
      } catch {
        isDamaged = true;
      }
      if (!isBegun && bytes && bytes[0]! >= 0xfe) throw faultAt(1, 0, "it is not UTF-8"); // csv-parse reads UTF-16 there
      isBegun = true;
      pending += bytes?.length ?? 0;
      try {
        await (bytes ? writer.write(bytes) : writer.close());
        await writer.ready;
      } catch (error) {
        fault ??= toFault(error);
      }
      const given = batch;
      batch = undefined;
      if (given) yield given;
      if (pending > MAX_ROW) {
        fault ??= faultAt(lastLine + 1, 0, `the row is longer than ${MAX_ROW} bytes; is a quote open?`);
      }
      if (fault) throw fault;
    },
  };
}
