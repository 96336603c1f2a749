// The error of a table that is not what it should be.
import { DataError } from "../data_error.ts";
import { printable } from "../printable.ts";

/**
 * The error of a place in a table.
 *
 * @param what What is done.
 * @param column By name, or its position from 1.
 */
export function badNcsv(what: string, line: number, why: string, column?: string | number): DataError {
  const at = typeof column === "string" ? `, column ${printable(column)}` : "";
  return new DataError("bad_ncsv", `Cannot ${what}: line ${line} of the table${at}: ${why}`, { line, column });
}
