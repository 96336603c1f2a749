import type { Store } from "@xsignals/session";
import { fileStore } from "@xsignals/session/file";
import { kvStore } from "@xsignals/session/kv";
import { postgresStore, postgresTable } from "@xsignals/session/postgres";

/** Where the record of an account is, so that another process can be told. */
export type Place =
  | { readonly kind: "file" | "kv"; readonly path: string }
  | { readonly kind: "postgres"; readonly url: string; readonly key: string };

/** The kinds of places. */
export const KINDS = ["file", "kv", "postgres"] as const;

const POSTGRES_URL = Deno.env.get("POSTGRES_URL");

/** Whether this machine has places of a kind: Postgres only if `POSTGRES_URL` says where. */
export function hasPlace(kind: Place["kind"]): boolean {
  return kind !== "postgres" || POSTGRES_URL !== undefined;
}

/** Makes a place that has no record yet, and uses it; it is gone afterwards. */
export async function withPlace<T>(kind: Place["kind"], use: (place: Place) => Promise<T>): Promise<T> {
  if (kind === "postgres") {
    const url = POSTGRES_URL!;
    const pool = await openPool(url);
    await pool.query(postgresTable());
    await pool.end();
    return await use({ kind, url, key: crypto.randomUUID() });
  }
  const directory = await Deno.makeTempDir({ prefix: "xsignals-" });
  try {
    return await use({ kind, path: `${directory}/${kind === "file" ? "session" : "session.sqlite"}` });
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
}

/** Opens the store of a place. */
export async function openPlace(place: Place): Promise<Store> {
  if (place.kind !== "postgres") return (place.kind === "file" ? fileStore : kvStore)({ path: place.path });
  const pool = await openPool(place.url);
  return postgresStore((text, values) => pool.query(text, values), { key: place.key });
}

async function openPool(connectionString: string) {
  const { default: pg } = await import("pg"); // only here: a process starts faster without it
  return new pg.Pool({ connectionString, max: 2 });
}

/** Registers a test for every kind of place. */
export function testEachPlace(name: string, test: (place: Place) => Promise<void>): void {
  for (const kind of KINDS) {
    Deno.test({ name: `${name}: ${kind}`, ignore: !hasPlace(kind), fn: () => withPlace(kind, test) });
  }
}
