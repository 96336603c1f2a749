/**
 * Keeps a session's record in Deno KV, so that all isolates of an app have one login.
 *
 * @module
 */
import { SessionError } from "../errors.ts";
import { checkOptions, type Rule, TIME } from "../options.ts";
import { isEdge, platformClock } from "../platform.ts";
import { sharedStore } from "../shared/keeper.ts";
import type { Clock, Store, StoreEngine } from "../types.ts";
import { keyBytes, MAX_KEY_BYTES, readEntry, writeEntry } from "./kv_entry.ts";
import type { KvAtomicLike, KvEntryLike, KvLike } from "./kv_like.ts";
import { isMemory, isRemote, notShared, openDenoKv, type OpenedKv } from "./kv_open.ts";
import { watchEntry } from "./kv_watch.ts";
import type { StoreTime } from "./tries.ts";

export type { KvAtomicLike, KvEntryLike, KvLike };

/** Options of {@link kvStore}. */
export interface KvOptions {
  /**
   * The key of the record: strings of 2,048 bytes in all, as KV counts them. Default: `["xsignals", "session"]`.
   *
   * Use one key for each account: a session replaces another account's record.
   */
  readonly key?: readonly string[];
  /** Whether a KV that is the memory of this isolate alone is allowed, as in a test. Default: no. */
  readonly allowLocal?: boolean;
  /**
   * Whether `watch` of this KV tells what other processes write. Default: only on Deno Deploy, and with an address as `path`.
   * A database in a file does not tell; it is read several times a second while another process renews.
   */
  readonly watch?: boolean;
  /** The time. Default: the platform's. */
  readonly clock?: Clock;
  /** A number from 0 to 1, for jitter. Default: `Math.random`. */
  readonly random?: () => number;
}

/** Options of {@link kvStore} if it opens the database itself. */
export interface KvOpenOptions extends KvOptions {
  /**
   * A file, or the address of a KV Connect service, as for `Deno.openKv`. Default: the app's database on Deno Deploy, else
   * one for each program, by its main module.
   */
  readonly path?: string;
}

/** A store in Deno KV. */
export interface KvStore extends Store {
  /** Closes the database if the store opened it. Afterwards every operation is refused with `store_failed`. */
  close(): Promise<void>;
  /** Closes it at the end of an `await using` block. */
  [Symbol.asyncDispose](): Promise<void>;
}

const DEFAULT_KEY = ["xsignals", "session"];

const KEY: Rule = [`a list of strings of ${MAX_KEY_BYTES} bytes in all, as Deno KV counts them`, (key) => {
  return Array.isArray(key) && key.length > 0 && key.every((part) => typeof part === "string") &&
    keyBytes(key) <= MAX_KEY_BYTES;
}];
const BOOLEAN: Rule = ["true or false", (value) => typeof value === "boolean"];
const RULES = { ...TIME, key: KEY, allowLocal: BOOLEAN, watch: BOOLEAN };
const PATH: Rule = ["a file or an address", (path) => typeof path === "string" && /^(:memory:$|[^:])/.test(path)];

/**
 * Keeps the record in Deno KV: one login for all isolates that have the same database and key.
 *
 * Use it on Deno Deploy, where all isolates of an app and timeline share the app's database, and between processes of one
 * machine that open the same file. Not between machines, unless `path` is the address of a KV Connect service. Deno KV needs
 * `--unstable-kv`, or `"unstable": ["kv"]` in the program's own `deno.json`. A `path` needs `--allow-read` and
 * `--allow-write`; without it no permission is needed.
 *
 * Nothing is opened before the session's first call. If another process has locked a database in a file, it is tried again
 * for 4 s. The record is not encrypted: everybody who can read the database can read the tokens. The password is not stored.
 *
 * @param kv A database that you opened with `Deno.openKv`, or with `openKv` of npm `@deno/kv`. It must be one that the other
 * sessions see, and it stays yours to close.
 * @param options `key`, one for each account; `path`, if the store opens the database itself.
 * @returns The store. `read`, `write` and `changed` reject with a `SessionError`: `store_failed` if the database cannot be
 * opened, read or written, is closed, has something else under the key, or if the record has more than 65,519 bytes;
 * `store_not_shared` if the path is `:memory:` or `DENO_KV_DB_MODE` is `memory`, unless `allowLocal`.
 * @throws {TypeError} If an option is wrong or unknown, or the key is too long.
 *
 * @example Two isolates, one login
 * ```ts
 * import { createSession, login } from "@xsignals/session";
 * import { kvStore } from "@xsignals/session/kv";
 * import { createEmulator } from "@xsignals/emulator";
 * import { assertEquals } from "@std/assert";
 *
 * const path = await Deno.makeTempFile();
 * const emulator = createEmulator({ users: { login: "password" } });
 * const strategy = login({ username: "login", password: "password" });
 * await using store = kvStore({ path, key: ["xsignals", "session", "login"] });
 * await using another = kvStore({ path, key: ["xsignals", "session", "login"] });
 * const first = createSession({ strategy, store, fetch: emulator.fetch });
 * const second = createSession({ strategy, store: another, fetch: emulator.fetch });
 *
 * assertEquals(await first.token(), await second.token());
 * ```
 */
export function kvStore(kv: KvLike, options?: KvOptions): KvStore;
/**
 * Opens the database itself, once, at the session's first call. Everything else is as in the other form.
 *
 * @param options `path`, and the options of the other form.
 * @returns The store; `close()` closes the database, too.
 * @throws {TypeError} If an option is wrong or unknown, or the key is too long.
 */
export function kvStore(options?: KvOpenOptions): KvStore;
export function kvStore(first: KvLike | KvOpenOptions = {}, more: KvOptions = {}): KvStore {
  const given = isKv(first) ? first : undefined;
  const options: KvOpenOptions = isKv(first) ? more : first;
  checkOptions("the KV store", options, given ? RULES : { ...RULES, path: PATH });
  const { path, allowLocal = false, clock = platformClock(), random = Math.random } = options;
  const key = options.key ? [...options.key] : DEFAULT_KEY;
  const time: StoreTime = { clock, random };
  const onEdge = isEdge();
  const isFar = isRemote(path);
  const isLocal = !allowLocal && !given && isMemory(path);
  let opening: Promise<OpenedKv> | undefined;
  let isClosed = false;

  async function database(): Promise<KvLike> {
    if (isClosed) throw new SessionError("store_failed", "Cannot use the session's record: the store was closed");
    if (isLocal) throw notShared(onEdge);
    if (given) return given;
    opening ??= openDenoKv(path, onEdge, time).catch((error) => {
      opening = undefined; // it may work later
      throw error;
    });
    return await opening;
  }

  async function close(): Promise<void> {
    isClosed = true;
    const closing = opening;
    opening = undefined;
    (await closing?.catch(() => undefined))?.close();
  }

  const store = sharedStore({
    read: async () => await readEntry(await database(), key, time),
    write: async (data, ifVersion) => await writeEntry(await database(), key, time, data, ifVersion),
    ...(options.watch ?? (onEdge || isFar)
      ? {
        async changed(version, maxMs, signal) {
          await watchEntry(await database(), key, clock, version, maxMs, signal);
        },
      } satisfies Partial<StoreEngine>
      : {}),
  });
  return { ...store, close, [Symbol.asyncDispose]: close };
}

function isKv(value: object): value is KvLike {
  return Object(value) === value && "atomic" in value && typeof value.atomic === "function";
}
