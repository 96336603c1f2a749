/**
 * Keeps a session's record in Deno KV, so that all isolates of an app have one login.
 *
 * @module
 */
import { isEdge, platformClock } from "../platform.ts";
import { SessionError } from "../errors.ts";
import type { Clock, Store } from "../types.ts";
import { keyBytes, MAX_KEY_BYTES, readEntry, writeEntry } from "./kv_entry.ts";
import type { KvAtomicLike, KvEntryLike, KvLike } from "./kv_like.ts";
import { isMemory, isRemote, isUnseen, notShared, openDenoKv, type OpenedKv } from "./kv_open.ts";
import { checkTime } from "./store_options.ts";
import type { StoreTime } from "./tries.ts";
import { watchEntry } from "./kv_watch.ts";

export type { KvAtomicLike, KvEntryLike, KvLike };

/** Options of {@link kvStore}. */
export interface KvOptions {
  /**
   * The key of the record: texts, 2,048 bytes in all as KV counts them. Default: `["xsignals", "session"]`.
   *
   * One key for each account: a session replaces a record that is another account's.
   */
  readonly key?: readonly string[];
  /** Whether a KV that is the memory of this isolate alone will do, as in a test. Default: no. */
  readonly allowLocal?: boolean;
  /**
   * Whether `watch` of this KV tells of what other processes write. Default: only on Deno Deploy, and with a `path` that is
   * an address. A database in a file does not, and is looked at several times a second while another one renews.
   */
  readonly watch?: boolean;
  /** The time. Default: the platform's. */
  readonly clock?: Clock;
  /** A number from 0 to 1, for jitter. Default: `Math.random`. */
  readonly random?: () => number;
}

/** Options of {@link kvStore} where it opens the database itself. */
export interface KvOpenOptions extends KvOptions {
  /**
   * A file, or the address of a KV Connect service, as for `Deno.openKv`. Default: the app's database on Deno Deploy, else
   * one for each program, by its main module.
   */
  readonly path?: string;
}

/** A store in Deno KV. */
export interface KvStore extends Store {
  /** Closes the database, if the store opened it; afterwards every operation is refused with `store_failed`. */
  close(): Promise<void>;
  /** Closes it at the end of an `await using` block. */
  [Symbol.asyncDispose](): Promise<void>;
}

const DEFAULT_KEY = ["xsignals", "session"];
const NAMES = ["key", "allowLocal", "watch", "clock", "random"];

/**
 * Keeps the record in Deno KV: one login for all isolates that have the same database and key.
 *
 * Use it on Deno Deploy, where an app's database is shared by all its isolates of one timeline, and between processes of
 * one machine that open the same file. Not between machines, unless `path` is the address of a KV Connect service; not in
 * a program whose users start it without the flag: Deno KV needs `--unstable-kv`, or `"unstable": ["kv"]` in the
 * program's own `deno.json`. `path` needs `--allow-read` and `--allow-write`; without it no permission is needed.
 *
 * Nothing is opened before the session's first call. A database in a file that another process has locked is tried again
 * for 4 s. What is stored is not encrypted: the tokens can be read by whoever can read the database. The password is not
 * stored.
 *
 * @param kv A database that you opened, by `Deno.openKv` or by `openKv` of npm `@deno/kv`; it stays yours to close.
 * @param options `key`, one for each account; `path`, where the store opens the database itself.
 * @returns The store. `read`, `write` and `changed` reject with a `SessionError`: `store_failed` when the database cannot
 * be opened, read or written, when it is closed, when something else is stored under the key, or when the record has more
 * than 65,519 bytes; `store_not_shared` when the database is the memory of this isolate alone, unless `allowLocal`.
 * @throws {TypeError} When an option is wrong or unknown, or the key is too long.
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
 * Opens the database itself, once, at the session's first call; see the other form for all else.
 *
 * @param options `path`, and the options of the other form.
 * @returns The store; `close()` closes the database too.
 * @throws {TypeError} When an option is wrong or unknown, or the key is too long.
 */
export function kvStore(options?: KvOpenOptions): KvStore;
export function kvStore(first: KvLike | KvOpenOptions = {}, more: KvOptions = {}): KvStore {
  const given = isKv(first) ? first : undefined;
  const options: KvOpenOptions = isKv(first) ? more : first;
  checkOptions(options, given ? NAMES : ["path", ...NAMES]);
  const { path, allowLocal = false } = options;
  const key = options.key ? [...options.key] : DEFAULT_KEY;
  const time: StoreTime = { clock: options.clock ?? platformClock(), random: options.random ?? Math.random };
  const onEdge = isEdge();
  const isFar = isRemote(path);

  let opening: Promise<OpenedKv> | undefined;
  let isClosed = false;
  let isUntouched = true;
  /** Whether others see what is written here; `undefined` while nobody knows. */
  let isShared: boolean | undefined = allowLocal || isFar || (given !== undefined && !onEdge) || undefined;
  if (!allowLocal && (given ? isMemory(given) : path === ":memory:")) isShared = false;

  async function database(): Promise<KvLike> {
    if (isClosed) throw new SessionError("store_failed", "Cannot use the session's record: the store was closed");
    if (isShared === false) throw notShared(onEdge);
    if (given) return given;
    opening ??= openDenoKv(path, onEdge, time).catch((error) => {
      opening = undefined; // what failed may work later
      throw error;
    });
    return await opening;
  }

  /** Writes, and looks whether another handle sees it: a database that is only memory opens without a word. */
  async function writeFirst(kv: KvLike, data: Uint8Array, over: string | null): Promise<string | false> {
    const other = await openDenoKv(path, onEdge, time).catch((error) => {
      if (!given) throw error;
    });
    if (!other) return await writeEntry(kv, key, time, data, over);
    try {
      const version = await writeEntry(kv, key, time, data, over);
      if (version === false) return false;
      isShared = !await isUnseen(kv, other, key, version, given === undefined, time);
      if (!isShared) throw notShared(onEdge);
      return version;
    } finally {
      other.close();
    }
  }

  async function close(): Promise<void> {
    isClosed = true;
    const closing = opening;
    opening = undefined;
    (await closing?.catch(() => undefined))?.close();
  }

  return {
    async read() {
      const entry = await readEntry(await database(), key, time);
      // Memory is empty when it is opened: what is found then was there before.
      if (entry && !given && isUntouched) isShared ??= true;
      return entry;
    },
    async write(data, ifVersion) {
      const kv = await database();
      isUntouched = false;
      if (isShared || !data) return await writeEntry(kv, key, time, data, ifVersion);
      return await writeFirst(kv, data, ifVersion);
    },
    ...(options.watch ?? (onEdge || isFar)
      ? {
        async changed(version, maxMs, signal) {
          const kv = await database();
          await watchEntry(kv, key, time.clock, version, maxMs, signal);
        },
      } satisfies Partial<Store>
      : {}),
    close,
    [Symbol.asyncDispose]: close,
  };
}

function isKv(value: object): value is KvLike {
  return Object(value) === value && "atomic" in value && typeof value.atomic === "function";
}

function checkOptions(options: KvOpenOptions, names: readonly string[]): void {
  const wrong = (why: string) => new TypeError(`Cannot make the store: ${why}`);
  if (Object(options) !== options) throw wrong("its options are no object");
  for (const name of Object.keys(options)) {
    if (!names.includes(name)) throw wrong(`there is no option ${name}`);
  }
  const { key, path } = options;
  if (path !== undefined && (typeof path !== "string" || !/^(:memory:$|[^:])/.test(path))) {
    throw wrong("path is neither a file nor an address");
  }
  if (key !== undefined && !(Array.isArray(key) && key.length > 0 && key.every((part) => typeof part === "string"))) {
    throw wrong("key is no list of texts");
  }
  if (key && keyBytes(key) > MAX_KEY_BYTES) {
    throw wrong(`key has ${keyBytes(key)} bytes, and Deno KV takes ${MAX_KEY_BYTES}`);
  }
  checkTime(options, wrong);
}
