/**
 * Keeps a session's record in a table of Postgres, so that all processes of an app have one login.
 *
 * @module
 */
import { checkOptions, FUNCTION, type Rule, TIME } from "../options.ts";
import { platformClock } from "../platform.ts";
import { sharedStore } from "../shared/keeper.ts";
import type { Clock, Store } from "../types.ts";
import { type PostgresPlace, type PostgresQuery, type PostgresResult, readRow, writeRow } from "./postgres_row.ts";
import { DEFAULT_TABLE, postgresTable, quotedTable } from "./postgres_table.ts";

export { type PostgresQuery, type PostgresResult, postgresTable };

/** Options of {@link postgresStore}. */
export interface PostgresOptions {
  /**
   * The key of the record's row: up to 1,024 bytes of UTF-8. Default: `session`.
   *
   * Use one key for each account: a session replaces another account's record.
   */
  readonly key?: string;
  /** The table: a name in lower case, or a schema's and a name with a point between. Default: `xsignals_session`. */
  readonly table?: string;
  /** The time. Default: the platform's. */
  readonly clock?: Clock;
  /** A number from 0 to 1, for jitter. Default: `Math.random`. */
  readonly random?: () => number;
}

const DEFAULT_KEY = "session";
const MAX_KEY_BYTES = 1_024;

/** Postgres keeps neither NUL nor lone surrogates: two keys could become one. */
const KEY: Rule = [`a non-empty string of ${MAX_KEY_BYTES} bytes at most, without NUL and lone surrogates`, (key) => {
  return typeof key === "string" && key !== "" && !/\0|\p{Cs}/u.test(key) &&
    new TextEncoder().encode(key).length <= MAX_KEY_BYTES;
}];
const TABLE: Rule = ["a string", (table) => typeof table === "string"];

/**
 * Keeps the record in a table of Postgres: one login for all processes, on any number of machines, that have the same
 * database, table and key.
 *
 * Use it if the app has Postgres anyway, with any driver: the store only needs a function that sends one statement. Make the
 * table first, with {@link postgresTable}. Not for a script on one machine: use a file.
 *
 * | driver | query |
 * | --- | --- |
 * | npm `pg` | `(text, values) => pool.query(text, values)` |
 * | npm `postgres` | `(text, values) => sql.unsafe(text, values)` |
 * | `@neondatabase/serverless` | `(text, values) => sql.query(text, values)` |
 * | `@electric-sql/pglite` | `(text, values) => db.query(text, values)` |
 * | `jsr:@db/postgres` | `(text, values) => client.queryObject(text, values)` |
 *
 * Each statement stands alone: no transaction, no lock that outlives it, no prepared statement, no setting of the
 * connection, so that PgBouncer may pool by transaction, and at any isolation level. Let the function send to the primary,
 * never to a replica, and outside of a transaction of yours: others must see what was written at once. Where the database
 * may lose commits in a crash (`synchronous_commit = off`, a failover to a replica that lags) a session may have to log in
 * once more.
 *
 * What fails in passing, such as a lost connection or a serialization failure, is tried again for 4 s in all; a write whose
 * answer was lost is looked up, so that it counts as what it was. What is stored is not encrypted: the tokens can be read
 * by whoever can read the table. The password is not stored.
 *
 * @param query Sends one statement, with texts as parameters; resolves with the rows, objects by column name, or with an
 * object that has them as `rows`. It is called several times at once: give it a pool, or a client that queues.
 * @param options `key`, one for each account; `table`.
 * @returns The store. `read` and `write` reject with a `SessionError`, code `store_failed`: when the table is missing (the
 * message has the SQL that makes it), when the database cannot be reached or refuses, or does not answer within 4 s, or
 * when the function resolves with something else.
 * @throws {TypeError} If an option is wrong or unknown, or `query` is not a function.
 *
 * @example Two processes, one login
 * ```ts
 * import { createSession, login } from "@xsignals/session";
 * import { postgresStore, postgresTable } from "@xsignals/session/postgres";
 * import { createEmulator } from "@xsignals/emulator";
 * import { PGlite } from "@electric-sql/pglite";
 * import { assertEquals } from "@std/assert";
 *
 * const db = new PGlite(); // or a pool of another driver
 * await db.query(postgresTable());
 * const store = postgresStore((text, values) => db.query(text, values), { key: "login" });
 *
 * const emulator = createEmulator({ users: { login: "password" } });
 * const strategy = login({ username: "login", password: "password" });
 * const first = createSession({ strategy, store, fetch: emulator.fetch });
 * const second = createSession({ strategy, store, fetch: emulator.fetch });
 *
 * assertEquals(await first.token(), await second.token());
 * await db.close();
 * ```
 */
export function postgresStore(query: PostgresQuery, options: PostgresOptions = {}): Store {
  checkOptions("the Postgres store", { query: query ?? null, ...options }, {
    ...TIME,
    query: FUNCTION,
    key: KEY,
    table: TABLE,
  });
  const { key = DEFAULT_KEY, table = DEFAULT_TABLE, clock = platformClock(), random = Math.random } = options;
  quotedTable(table); // refuses a wrong name at once
  const place: PostgresPlace = { query, table, key, time: { clock, random } };
  return sharedStore({
    read: () => readRow(place),
    write: (data, ifVersion) => writeRow(place, data, ifVersion),
  });
}
