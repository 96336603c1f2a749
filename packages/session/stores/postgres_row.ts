/**
 * The session's record as a row of Postgres: reading it, and writing over the version that was read.
 *
 * Each operation is one statement, so that a pooler may send each over another connection. Bytes go as base64, which
 * every driver carries alike. The writer chooses the version, and the row remembers the last few: by that a write is known
 * again whose answer was lost, also when others have written since. A removed record leaves its row, without data.
 *
 * @module
 */
import { SessionError } from "../errors.ts";
import type { StoreEntry } from "../types.ts";
import { isPassing, isUnsure, postgresFailure } from "./postgres_failure.ts";
import { quotedTable } from "./postgres_table.ts";
import { BUDGET_MS, startTries, type StoreTime, type Tries } from "./tries.ts";

/** What a query resolves with: rows as objects by column, or an object that has them as `rows`. */
export type PostgresResult = readonly unknown[] | { readonly rows: readonly unknown[] };

/** Sends one statement, with texts for its `$1`, `$2` and so on. */
export type PostgresQuery = (text: string, values: string[]) => PromiseLike<PostgresResult>;

/** Where the row is. */
export interface PostgresPlace {
  readonly query: PostgresQuery;
  readonly table: string;
  readonly key: string;
  readonly time: StoreTime;
}

/** So many characters of earlier versions are remembered: 16 of them. */
const REMEMBERED = 16 * 37;

/**
 * Reads the record.
 *
 * @throws {SessionError} `store_failed` when that cannot be done.
 */
export async function readRow(place: PostgresPlace): Promise<StoreEntry | null> {
  const what = "read the session's record in Postgres";
  const table = quotedTable(place.table);
  const text = `SELECT version, encode(data, 'base64') AS data FROM ${table} WHERE key = $1::text AND data IS NOT NULL`;
  const [row] = await persist(place, what, (tries) => ask(place, tries, what, text, [place.key]));
  return row === undefined ? null : toEntry(row, what);
}

/**
 * Writes the record (`null`: removes it) over that version.
 *
 * @returns The new version; `false` when somebody else wrote.
 * @throws {SessionError} `store_failed` when that cannot be done.
 */
export async function writeRow(
  place: PostgresPlace,
  data: Uint8Array | null,
  over: string | null,
): Promise<string | false> {
  const version = crypto.randomUUID();
  const what = "write the session's record in Postgres";
  const { text, values } = statement(place, version, data, over);
  let isLost = false;
  const isWritten = await persist(place, what, async (tries) => {
    try {
      if ((await ask(place, tries, what, text, values)).length > 0) return true;
    } catch (error) {
      isLost ||= isUnsure(error);
      throw error;
    }
    // No row: somebody else wrote, or this write was done by a try before.
    return isLost && await isKnown(place, tries, what, version);
  });
  return isWritten && version;
}

function statement(
  { table, key }: PostgresPlace,
  version: string,
  data: Uint8Array | null,
  over: string | null,
): { text: string; values: string[] } {
  const name = quotedTable(table);
  const bytes = data ? "decode($3::text, 'base64')" : "NULL";
  const earlier = `earlier = left(held.version || ' ' || held.earlier, ${REMEMBERED})`;
  const values = [key, version, ...(data ? [toBase64(data)] : [])];
  if (over === null) {
    return {
      text: `INSERT INTO ${name} AS held (key, version, earlier, data) VALUES ($1::text, $2::text, '', ${bytes})
ON CONFLICT (key) DO UPDATE SET version = excluded.version, ${earlier}, data = excluded.data
WHERE held.data IS NULL RETURNING version`,
      values,
    };
  }
  return {
    text: `UPDATE ${name} AS held SET version = $2::text, ${earlier}, data = ${bytes}
WHERE key = $1::text AND version = $${values.length + 1}::text AND data IS NOT NULL RETURNING version`,
    values: [...values, over],
  };
}

/** Whether that version was written, now or some writes ago. */
async function isKnown(place: PostgresPlace, tries: Tries, what: string, version: string): Promise<boolean> {
  const text = `SELECT version FROM ${quotedTable(place.table)}
WHERE key = $1::text AND strpos(version || ' ' || earlier, $2::text) > 0`;
  return (await ask(place, tries, what, text, [place.key, version])).length > 0;
}

/** Does something that may be done again, until it succeeds or has failed for good. */
async function persist<T>(place: PostgresPlace, what: string, work: (tries: Tries) => Promise<T>): Promise<T> {
  const late = () => failed(what, `the database did not answer within ${BUDGET_MS} ms`);
  const tries = startTries(place.time, late);
  for (;;) {
    try {
      return await work(tries);
    } catch (error) {
      if (isPassing(error) && await tries.again()) continue;
      throw postgresFailure(what, place.table, error);
    }
  }
}

async function ask(
  { query }: PostgresPlace,
  tries: Tries,
  what: string,
  text: string,
  values: readonly string[],
): Promise<readonly unknown[]> {
  const result: unknown = await tries.call(async () => await query(text, [...values])); // a copy: drivers change it
  const rows = typeof result === "object" && result !== null && "rows" in result ? result.rows : result;
  if (!Array.isArray(rows)) throw failed(what, "the query function resolves with no rows");
  return rows;
}

function toEntry(row: unknown, what: string): StoreEntry {
  if (typeof row === "object" && row !== null && "version" in row && "data" in row) {
    const { version, data } = row;
    if (typeof version === "string" && typeof data === "string") return { data: fromBase64(data), version };
  }
  throw failed(what, "the query function resolves with rows that are not objects of the columns' texts");
}

function failed(what: string, why: string): SessionError {
  return new SessionError("store_failed", `Cannot ${what}: ${why}`);
}

function toBase64(bytes: Uint8Array): string {
  let binary = "";
  for (const byte of bytes) binary += String.fromCharCode(byte);
  return btoa(binary);
}

function fromBase64(text: string): Uint8Array {
  return Uint8Array.from(atob(text), (char) => char.charCodeAt(0)); // atob passes over Postgres' line breaks
}
