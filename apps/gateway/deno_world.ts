/**
 * The outside world as Deno has it: variables, files, connections, console, and the stores that processes share.
 *
 * @module
 */
import type { Hono } from "hono";
import { getConnInfo } from "hono/deno";
import { assemble, type SharedStores, type World } from "./assemble.ts";
import { type Config, readConfig, type StorePlace } from "./config.ts";
import { type AppEnv, logLines } from "./log.ts";

/** How long a connection to Postgres may take to open, in ms. */
const CONNECT = 4_000;

/**
 * Makes the gateway from this process's variables.
 *
 * @throws {TypeError} When a variable is missing or wrong.
 */
export async function denoGateway(): Promise<{ readonly app: Hono<AppEnv>; readonly config: Config }> {
  const config = readConfig(Deno.env);
  const shared = await openShared(config);
  const world: World = {
    env: Deno.env,
    log: logLines(print),
    readFile: (path) => Deno.readTextFile(path),
    socketAddress: (c) => getConnInfo(c).remote.address,
    ...(shared ? { shared } : {}),
  };
  return { app: await assemble(config, world), config };
}

/** Opens what processes share, if anything. The account's record is encrypted where there are keys for that. */
export async function openShared({ store, storeKeys: keys }: Config): Promise<SharedStores | undefined> {
  const shared = store && await openStores(store);
  if (!shared || keys.length === 0) return shared;
  const { encryptedStore } = await import("@xsignals/session/encrypted");
  return {
    open(entry) {
      const opened = shared.open(entry);
      return entry === "session" ? encryptedStore(opened, { keys, entry: "gateway" }) : opened;
    },
  };
}

/** Opens the stores of one place. The engines are loaded only when they are needed: most deployments need one of them. */
async function openStores(place: StorePlace): Promise<SharedStores> {
  switch (place.kind) {
    case "kv": {
      const { kvStore } = await import("@xsignals/session/kv");
      const kv = await Deno.openKv(place.path);
      return { open: (entry) => kvStore(kv, { key: ["xsignals", "gateway", entry] }) };
    }
    case "postgres": {
      const { postgresStore, postgresTable } = await import("@xsignals/session/postgres");
      const { default: pg } = await import("pg");
      const pool = new pg.Pool({
        connectionString: place.url,
        connectionTimeoutMillis: CONNECT,
        allowExitOnIdle: true,
      });
      pool.on("error", () => {}); // a connection was lost while idle; the next query opens another one
      // If it fails, another process makes the table at this moment, or it is there and the role may make none.
      await pool.query(postgresTable()).catch(() => {});
      return {
        open: (entry) => postgresStore((text, values) => pool.query(text, values), { key: `gateway/${entry}` }),
      };
    }
    case "file": {
      const { fileStore } = await import("@xsignals/session/file");
      return { open: (entry) => fileStore({ path: `${place.directory}/${entry}` }) };
    }
  }
}

/**
 * Writes lines to standard output. It costs half of what `console.log` does, which under load is a tenth of a request. If
 * nobody reads the log any more, the gateway goes on, as with `console.log`.
 */
function print(lines: string): void {
  const bytes = new TextEncoder().encode(`${lines}\n`);
  try {
    for (let written = 0; written < bytes.length;) written += Deno.stdout.writeSync(bytes.subarray(written));
  } catch (error) {
    if (!(error instanceof Deno.errors.BrokenPipe)) throw error;
  }
}
