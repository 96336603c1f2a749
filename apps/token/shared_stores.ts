import type { Store } from "@xsignals/session";
import type { StorePlace } from "./config.ts";

/** What processes share, an entry each: the account's record, revoked tokens, counts by client and by address. */
export type SharedEntry = "session" | "revocations" | "successes" | "failures";

/** Entries of one place. */
export interface SharedStores {
  /** The store of an entry. */
  open(entry: SharedEntry): Store;
}

/** How long a connection to Postgres may take to open, in ms. */
const CONNECT = 4_000;

/**
 * Opens what processes share.
 *
 * The engines are loaded only when they are asked for: most deployments need one of them.
 */
export async function openSharedStores(place: StorePlace): Promise<SharedStores> {
  switch (place.kind) {
    case "kv": {
      const { kvStore } = await import("@xsignals/session/kv");
      const kv = await Deno.openKv(place.path);
      return { open: (entry) => kvStore(kv, { key: ["xsignals", "token-app", entry] }) };
    }
    case "postgres": {
      const { postgresStore, postgresTable } = await import("@xsignals/session/postgres");
      const { default: pg } = await import("pg");
      const pool = new pg.Pool({
        connectionString: place.url,
        connectionTimeoutMillis: CONNECT,
        allowExitOnIdle: true,
      });
      pool.on("error", () => {}); // a connection that was lost while idle; the next query opens another
      // Where it fails another process makes it at this moment, or it is there and the role may make none.
      await pool.query(postgresTable()).catch(() => {});
      return {
        open: (entry) => postgresStore((text, values) => pool.query(text, values), { key: `token-app/${entry}` }),
      };
    }
    case "file": {
      const { fileStore } = await import("@xsignals/session/file");
      return { open: (entry) => fileStore({ path: `${place.directory}/${entry}` }) };
    }
  }
}
