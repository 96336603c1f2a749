// A table out of a stream of NCSV.
import type { Table } from "../types.ts";
import { openNcsv } from "./open_ncsv.ts";
import { tableOf } from "./table.ts";

/**
 * Reads a table in NCSV, the CSV of the XSignals API: a file that is on disk already, the content of a file, any stream.
 *
 * Keys, texts, metadata and dates stay text as it was sent, leading zeros included; a value without a mark is a number, `null`
 * if it is empty, `NaN` if it says so. Whole numbers are exact, others have up to 17 digits; what would lose more is an error,
 * and `batches()` has its text. The header is read at once, rows as they are asked for: memory does not grow with the table.
 * A byte order mark, CRLF, lines that begin with `#` and blank lines are passed over.
 *
 * @param stream The bytes, in UTF-8.
 * @returns The table, to be read once: as rows, as batches of text, or as bytes. To leave the loop, or the block of an
 *   `await using`, cancels the stream.
 * @throws {DataError} `bad_ncsv`, with `line` and `column`, if the bytes are not such a table or end in the middle of one: here for
 *   what is wrong with the header or a table without one, else while rows are read, after those before the fault.
 * @throws {TypeError} If it is not a stream of bytes, or is being read already.
 *
 * @example
 * ```ts
 * import { readNcsv } from "@xsignals/data/ncsv";
 * import { assertEquals } from "@std/assert";
 *
 * const text = "Order Ref,Date(UTC),Price,Type(S)\n000012044,2024-03-04T18:00:00,,LIMIT\n";
 * const table = await readNcsv(new Blob([text]).stream());
 *
 * assertEquals(table.timeZone, "UTC");
 * for await (const row of table) {
 *   assertEquals(row, { "Order Ref": "000012044", "Date(UTC)": "2024-03-04T18:00:00", Price: null, Type: "LIMIT" });
 * }
 * ```
 */
export async function readNcsv(stream: ReadableStream<Uint8Array>): Promise<Table> {
  if (typeof stream?.getReader !== "function") throw new TypeError("readNcsv takes a ReadableStream of bytes");
  return tableOf(await openNcsv(stream, "read the table"));
}
