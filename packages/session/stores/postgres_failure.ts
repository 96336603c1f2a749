/**
 * What a failed query of Postgres means, by its SQLSTATE (PostgreSQL's manual, appendix A), and whether to try it again.
 *
 * @module
 */
import { describeError, SessionError } from "../errors.ts";
import { postgresTable } from "./postgres_table.ts";

/** The states that may pass: the connection failed, others were in the way, or the server is about to start. */
const PASSING = /^(08|40|57P0|53300|55P03)/;

/** The states after which nobody knows whether the statement was done. */
const UNKNOWN = /^(08|57P0[12]|40003)/;

/** What a state means, where that says more than the state. The server's text is not shown: it may quote values. */
const MEANINGS: readonly (readonly [RegExp, string])[] = [
  [/^42(703|804|883|P10|809)/, "the table is another one than that of postgresTable()"],
  [/^42501/, "the role may not select, insert and update in the table"],
  [/^(08|57P0)/, "the connection to the database failed, at every try"],
  [/^25006/, "the database takes no writes: it is a replica, or set to read only"],
  [/^25P02/, "the query runs inside a transaction, and that has failed; give it one of its own"],
  [/^(26000|42P05)/, "the driver prepares statements, and the pooler before the database does not keep them"],
  [/^28/, "the database refused the login"],
  [/^3D000/, "there is no such database"],
  [/^40/, "others wrote at the same time, at every try"],
  [/^53100/, "the disk is full"],
  [/^53300/, "the database has too many connections"],
  [/^55P03/, "another transaction keeps the record locked"],
  [/^57014/, "the query was cancelled, by a time limit for instance"],
];

/** Whether the same query may succeed in a moment. */
export function isPassing(error: unknown): boolean {
  if (error instanceof SessionError) return false;
  const state = sqlState(error);
  return state === undefined || PASSING.test(state);
}

/** Whether the statement may have been done although the query failed: the answer was lost, not given. */
export function isUnsure(error: unknown): boolean {
  const state = sqlState(error);
  return state === undefined || UNKNOWN.test(state);
}

/** The failure as an error of the session; `what` could not be done in the table. */
export function postgresFailure(what: string, table: string, error: unknown): SessionError {
  if (error instanceof SessionError) return error;
  const state = sqlState(error);
  const why = state ? meaning(state, table) : `the query failed with ${describeError(error)}`;
  return new SessionError("store_failed", `Cannot ${what}: ${why}`);
}

function meaning(state: string, table: string): string {
  if (state === "42P01") return `there is no table ${table}; this makes it: ${postgresTable(table)}`;
  const known = MEANINGS.find(([pattern]) => pattern.test(state))?.[1];
  return known ? `${known} (SQLSTATE ${state})` : `the database answered with SQLSTATE ${state}`;
}

/** The state that the server gave, wherever the driver puts it: drivers differ, and query builders wrap their errors. */
function sqlState(error: unknown): string | undefined {
  if (!isObject(error)) return undefined;
  const fields = isObject(error.fields) ? error.fields : {};
  const cause = isObject(error.cause) ? error.cause : {};
  return [error.code, error.errno, fields.code, cause.code, cause.errno].find(isSqlState);
}

/** Not one of the system's codes, such as EPIPE. */
function isSqlState(code: unknown): code is string {
  return typeof code === "string" && /^(\d[0-9A-Z]|F0|HV|P0|XX)[0-9A-Z]{3}$/.test(code);
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}
