/**
 * Reads NCSV, the table format of the XSignals API, from any stream of bytes.
 *
 * @module
 */
export { DataError, type DataErrorCode, type DataErrorDetails } from "../data_error.ts";
export type { Column, Row, Table } from "../types.ts";
