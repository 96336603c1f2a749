/** The table's name where none is given. */
export const DEFAULT_TABLE = "xsignals_session";

/** A name, or a schema's and a name: lower case, so that quoted and unquoted it is the same. */
const NAME = /^[a-z_][a-z0-9_]{0,62}$/;

/**
 * The SQL that makes the table of `postgresStore`: a statement that does nothing where the table is.
 *
 * Run it once before the first session, where your other migrations run, as a role that may create tables. The role of
 * the sessions needs no more than `SELECT`, `INSERT` and `UPDATE` on it. Not at every start of many processes: of several
 * that make one table at the same time Postgres refuses some.
 *
 * @param table The table's name, as in the option of `postgresStore`. Default: `xsignals_session`.
 * @returns `CREATE TABLE IF NOT EXISTS …`, without a semicolon.
 * @throws {TypeError} When the name is not one of lower case letters, digits and `_`, or two such with a point between.
 *
 * @example
 * ```ts
 * import { postgresTable } from "@xsignals/session/postgres";
 * import { assertMatch } from "@std/assert";
 *
 * assertMatch(postgresTable("app.session"), /^CREATE TABLE IF NOT EXISTS "app"."session"/);
 * ```
 */
export function postgresTable(table: string = DEFAULT_TABLE): string {
  return `CREATE TABLE IF NOT EXISTS ${quotedTable(table)} ` +
    "(key text PRIMARY KEY, version text NOT NULL, earlier text NOT NULL, data bytea)";
}

/**
 * The table's name as SQL.
 *
 * @throws {TypeError} If it is not such a name.
 */
export function quotedTable(table: string): string {
  const parts = typeof table === "string" ? table.split(".") : [];
  if (parts.length < 1 || parts.length > 2 || !parts.every((part) => NAME.test(part))) {
    throw new TypeError(
      "Cannot name the table: lower case letters, digits and _ make a name, at most 63; a schema's may go before it, with a point",
    );
  }
  return parts.map((part) => `"${part}"`).join(".");
}
