/**
 * Reads NCSV, the table format of the XSignals API, from any stream of bytes.
 *
 * Unofficial: not affiliated with Xpansiv.
 *
 * @module
 */
export { DataError, type DataErrorCode, type DataErrorDetails } from "../data_error.ts";
export type { Column, Row, Table } from "../types.ts";
export { instantOf, type InstantOptions } from "./instant_of.ts";
export { readNcsv } from "./read_ncsv.ts";
