import type { Store } from "@xsignals/session";
import type { Place } from "./place.ts";

/** Opens the store of a place. */
export async function openPlace(place: Place): Promise<Store> {
  switch (place.kind) {
    case "file": {
      const { fileStore } = await import("@xsignals/session/file");
      return fileStore({ path: place.path });
    }
    case "kv": {
      const { kvStore } = await import("@xsignals/session/kv");
      return kvStore({ path: place.path });
    }
    case "postgres": {
      const { postgresStore } = await import("@xsignals/session/postgres");
      const { default: pg } = await import("pg");
      const pool = new pg.Pool({ connectionString: place.url, max: 2 });
      return postgresStore((text, values) => pool.query(text, values), { key: place.key });
    }
  }
}
