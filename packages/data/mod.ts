/**
 * The data behind the login: lists, files and time series of Xpansiv's XSignals API, over any connection.
 *
 * Unofficial: not affiliated with Xpansiv.
 *
 * @module
 */
export { DataError, type DataErrorCode, type DataErrorDetails } from "./data_error.ts";
export type { Cancellable, Column, Connection, FileEntry, Row, Table } from "./types.ts";
