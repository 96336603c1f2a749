import { postgresTable } from "@xsignals/session/postgres";
import pg from "pg";

/** Where the record of an account is, so that another process can be told. */
export type Place =
  | { readonly kind: "file"; readonly path: string }
  | { readonly kind: "kv"; readonly path: string }
  | { readonly kind: "postgres"; readonly url: string; readonly key: string };

/** The kinds of places. */
export type PlaceKind = Place["kind"];

/** A place of its own, which is gone when it is disposed of. */
export interface FreshPlace extends AsyncDisposable {
  readonly place: Place;
}

/**
 * Makes a place that has no record yet.
 *
 * @param postgres The URL of the database, for the kind `postgres`.
 */
export async function freshPlace(kind: PlaceKind, postgres?: string): Promise<FreshPlace> {
  if (kind === "postgres") {
    if (postgres === undefined) throw new TypeError("Cannot make a place in Postgres: there is no URL");
    await makeTable(postgres);
    return { place: { kind, url: postgres, key: crypto.randomUUID() }, async [Symbol.asyncDispose]() {} };
  }
  const directory = await Deno.makeTempDir({ prefix: "xsignals-" });
  return {
    place: { kind, path: `${directory}/${kind === "file" ? "session" : "session.sqlite"}` },
    [Symbol.asyncDispose]: () => Deno.remove(directory, { recursive: true }),
  };
}

async function makeTable(connectionString: string): Promise<void> {
  const client = new pg.Client({ connectionString });
  await client.connect();
  await client.query(postgresTable());
  await client.end();
}
