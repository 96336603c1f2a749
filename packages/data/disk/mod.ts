/**
 * Saves files, groups of files and tables on disk, whole or not at all; for Deno.
 *
 * @module
 */
export { DataError, type DataErrorCode, type DataErrorDetails } from "../data_error.ts";
export type { Names } from "./names.ts";
export { saveFile, type SaveOptions } from "./save_file.ts";
export { saveTable, type SaveTableOptions } from "./save_table.ts";
export { type FailedFile, type SyncedFile, syncGroup, type SyncOptions, type SyncResult } from "./sync_group.ts";
