/**
 * Saves files, groups of files and tables on disk, whole or not at all; for Deno.
 *
 * @module
 */
export { DataError, type DataErrorCode, type DataErrorDetails } from "../data_error.ts";
