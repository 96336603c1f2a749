// The outside world as Deno has it: variables, files, connections, console, and the stores that processes share.
import { getConnInfo } from "hono/deno";
import type { Store } from "@xsignals/session";
import type { Env } from "@xsignals/session/env";
import { serverHandler } from "./app.ts";
import { assemble, type SharedStores } from "./assemble.ts";
import { type Config, isMisspelt, readConfig, type StorePlace } from "./config.ts";
import { causeOf, logLines } from "./log.ts";

/** How long Postgres may take to open a connection, and to answer, in ms: a connection that fell silent is left. */
const PATIENCE = 4_000;

/** Makes the gateway from this process's variables. Throws a `TypeError` when one is missing or wrong. */
export async function denoGateway() {
  const env = withFiles(Deno.env);
  const config = readConfig(env);
  const shared = await openShared(config);
  const { log, begin } = logLines((bytes) => Deno.stdout.write(bytes), Date.now);
  const gateway = await assemble(config, {
    env,
    log,
    readFile: (path) => Deno.readTextFile(path),
    socketAddress: (c) => getConnInfo(c).remote.address,
    shared,
  });
  for (const name of misspelt()) gateway.alerts.raise(name, `Cannot use ${name}: the gateway does not know it`);
  return {
    ...gateway,
    config,
    handler: serverHandler(gateway.app),
    /** Begins the log: says where it serves, and what works, as far as it could be tried in a few seconds. */
    async begin(where: string): Promise<void> {
      const { account, store } = await gateway.health.check();
      const what = "hands out its own tokens and forwards GET /api/file/*, and time series with series:read";
      begin(`${where}: ${what}; account: ${account}, store: ${store}`);
    },
  };
}

/** Ends the process with one line on why it cannot start. */
export function refuseToStart(error: unknown): never {
  const isOurs = error instanceof TypeError || error instanceof Deno.errors.NotCapable;
  console.error(isOurs ? error.message : `Cannot start (${causeOf(error)})`);
  Deno.exit(1);
}

/** The variables that are a letter or two away from one of ours, where all of them may be read. */
function misspelt(): string[] {
  if (Deno.permissions.querySync({ name: "env" }).state !== "granted") return [];
  return Object.keys(Deno.env.toObject()).filter(isMisspelt);
}

/** The variables that hold a secret: each may be in a file instead, which a variable with `_FILE` at its end names. */
const SECRETS = /^(GATEWAY_(SIGNING_KEY|STORE|STORE_KEYS)|XSIGNALS_(PASSWORD|TOKEN|API_KEY|CLIENT_SECRET))$/;

/** The variables, with those that are in files. */
export function withFiles(env: Env): Env {
  return {
    get(name) {
      const value = env.get(name);
      const path = SECRETS.test(name) ? env.get(`${name}_FILE`) : undefined;
      if (!path) return value;
      if (value) throw new TypeError(`Cannot start: ${name} and ${name}_FILE are both set`);
      try {
        return Deno.readTextFileSync(path).trimEnd();
      } catch (error) {
        throw new TypeError(`Cannot read ${path}: ${causeOf(error)} (from ${name}_FILE)`);
      }
    },
  };
}

/** Opens what processes share, if anything. The account's record is encrypted where there are keys for that. */
export async function openShared({ store, storeKeys: keys }: Config): Promise<SharedStores | undefined> {
  const shared = store && await openStores(store).catch((error) => {
    if (error instanceof Deno.errors.NotCapable) throw error;
    throw new TypeError(`Cannot use GATEWAY_STORE: it cannot be opened (${causeOf(error)})`);
  });
  if (!shared || keys.length === 0) return shared;
  const { encryptedStore } = await import("@xsignals/session/encrypted");
  const encrypted = (opened: Store) => encryptedStore(opened, { keys, entry: "gateway" });
  return { open: (entry) => entry === "session" ? encrypted(shared.open(entry)) : shared.open(entry) };
}

/** Opens the stores of one place. The engines are loaded only when they are needed: most deployments need one of them. */
async function openStores({ kind, at }: StorePlace): Promise<SharedStores> {
  switch (kind) {
    case "kv": {
      const { kvStore } = await import("@xsignals/session/kv");
      if (at !== undefined && !/^https?:/.test(at)) await makePrivate(at);
      const kv = await Deno.openKv(at);
      return { open: (entry) => kvStore(kv, { key: ["xsignals", "gateway", entry] }) };
    }
    case "postgres": {
      const { postgresStore, postgresTable } = await import("@xsignals/session/postgres");
      const { default: pg } = await import("pg");
      const options = { connectionString: at, connectionTimeoutMillis: PATIENCE, query_timeout: PATIENCE };
      new pg.Client(options); // throws if the address names a file that is not there
      const pool = new pg.Pool({ ...options, allowExitOnIdle: true });
      pool.on("error", () => {}); // a connection was lost while idle; the next query opens another one
      // If it fails, another process makes the table at this moment, or it is there and the role may make none.
      await pool.query(postgresTable()).catch(() => {});
      return {
        open: (entry) => postgresStore((text, values) => pool.query(text, values), { key: `gateway/${entry}` }),
      };
    }
    case "file": {
      const { fileStore } = await import("@xsignals/session/file");
      return { open: (entry) => fileStore({ path: `${at}/${entry}` }) };
    }
  }
}

/** Nobody else may read the account's tokens: SQLite gives the files beside this one the same mode. */
async function makePrivate(path: string): Promise<void> {
  (await Deno.open(path, { create: true, write: true, mode: 0o600 })).close();
  await Deno.chmod(path, 0o600).catch(() => {}); // it may be another user's
}
