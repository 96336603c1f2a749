/**
 * The data behind the login: lists, files and time series of Xpansiv's XSignals API, over any connection.
 *
 * Unofficial: not affiliated with Xpansiv.
 *
 * @module
 */
export type { FileGroup, FileGroupField, FileInfo, SymbolEntry } from "@xsignals/client";
export { DataError, type DataErrorCode, type DataErrorDetails } from "./data_error.ts";
export type { Cancellable, Clock, Column, Connection, DataEvent, FetchLike, FileEntry, Row, Table } from "./types.ts";
export { createData, type Data } from "./data.ts";
export type { DataOptions } from "./options.ts";
export type { FileQuery } from "./files.ts";
export type { GroupQuery } from "./groups.ts";
export type { ArrivalOptions, Arrivals } from "./arrivals.ts";
export type { OpenOptions } from "./content.ts";
export type { LocalTime, PlainTime } from "./series/local_time.ts";
export type { PieceSize } from "./series/periods.ts";
export type { Corrections, DeltaQuery, SeriesQuery, Symbols } from "./series/query.ts";
export type { SymbolQuery } from "./series/symbols.ts";
