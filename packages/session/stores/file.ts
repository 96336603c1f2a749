/**
 * Keeps a session's record in a file of its own, for scripts and the command line.
 *
 * @module
 */
import { SessionError } from "../errors.ts";
import { checkOptions, type Rule, TIME } from "../options.ts";
import { isEdge, platformClock } from "../platform.ts";
import { sharedStore } from "../shared/keeper.ts";
import type { Clock, Store } from "../types.ts";
import { lookAtFile, readFileEntry, removeFileEntry, removeLeftovers, writeFileEntry } from "./file_entry.ts";
import { atFile } from "./file_failure.ts";
import { holdLock, isBusy, type LockWait, withLock } from "./file_lock.ts";
import { defaultPath, realPlace } from "./file_place.ts";
import { BUDGET_MS } from "./tries.ts";

/** Options of {@link fileStore}. */
export interface FileOptions {
  /** The file's path; its folder is made where it is missing. One for each account. Default: by `name`. */
  readonly path?: string;
  /**
   * The file's name in the platform's folder for what programs keep: `$XDG_STATE_HOME/xsignals` or
   * `~/.local/state/xsignals`, `~/Library/Application Support/xsignals`, `%LOCALAPPDATA%\xsignals`. Default: `session`.
   */
  readonly name?: string;
  /** The time. Default: the platform's. */
  readonly clock?: Clock;
  /** A number from 0 to 1, for jitter. Default: `Math.random`. */
  readonly random?: () => number;
}

/** How often a renewal's lock is tried, and that of a single write, in ms. */
const RENEWAL_PAUSE = 60;
const WRITE_PAUSE = 8;

const PATH: Rule = ["the path of a file", (path) => typeof path === "string" && path !== "" && !path.includes("\0")];
const NAME: Rule = ["a file name of letters, digits and .@+-", (name) => {
  return typeof name === "string" && /^[\w@+-][\w.@+-]{0,99}$/.test(name);
}];

/**
 * Keeps the record in a file that only its owner can read, and lets one process at a time renew.
 *
 * Use it for scripts, the command line and cron jobs of one user on one machine: a login lasts from run to run. Not on a
 * network file system, whose locks may not hold, and not on Deno Deploy, which has no files that last. It runs under Deno;
 * under Deno 2.5 a process that gave up waiting ends only when the lock is free.
 *
 * Beside the file there are `<path>.lock`, which a renewal holds, and `<path>.swap`, which a write holds; both are empty,
 * and the kernel frees them when their holder ends, however it ends. The file is replaced as a whole, and synced before.
 *
 * What is there is not trusted: a symbolic link, a folder, another user's file, one that others may open or that has a
 * second name, and one that is not a session's is refused and left as it is. A damaged one is moved to `<path>.damaged`, once.
 * Each is `store_failed`, with the place and what to do; none is taken for a token or for a logout.
 *
 * Needs `--allow-read` and `--allow-write` for the folder, and with neither `path` nor permission for it
 * `--allow-env=HOME,XDG_STATE_HOME` (`LOCALAPPDATA` on Windows). With `--allow-sys=uid` the owner is checked too.
 *
 * @param options Where the file is.
 * @returns The store. `read`, `write` and `exclusive` reject with a `SessionError`: `store_failed` when the file cannot be
 * used, or was locked by another write for 4 s; `store_not_shared` on Deno Deploy; `not_supported` where there is no `Deno`.
 * @throws {TypeError} When an option is wrong or unknown.
 *
 * @example A login that lasts from run to run
 * ```ts
 * import { createSession, login } from "@xsignals/session";
 * import { fileStore } from "@xsignals/session/file";
 * import { createEmulator } from "@xsignals/emulator";
 * import { assertEquals } from "@std/assert";
 *
 * const emulator = createEmulator({ users: { login: "password" } });
 * const path = `${await Deno.makeTempDir()}/session`;
 * const strategy = login({ username: "login", password: "password" });
 * for (let run = 0; run < 2; run++) {
 *   const session = createSession({ strategy, store: fileStore({ path }), fetch: emulator.fetch });
 *   await session.token();
 * }
 *
 * assertEquals(emulator.count("authLogin"), 1);
 * ```
 */
export function fileStore(options: FileOptions = {}): Store {
  checkOptions("the file store", options, { ...TIME, path: PATH, name: NAME });
  if (options.path !== undefined && options.name !== undefined) {
    throw new TypeError("Cannot make the file store: give path or name, not both");
  }
  const { clock = platformClock(), random = Math.random } = options;
  let place: Promise<string> | undefined;
  let isClean = false;

  function located(): Promise<string> {
    return place ??= locate(options).catch((error) => {
      place = undefined; // the permission, or the folder, may come
      throw error;
    });
  }

  function writing<T>(path: string, work: () => Promise<T>): Promise<T> {
    return withLock(`${path}.swap`, { clock, random, pauseMs: WRITE_PAUSE, forMs: BUDGET_MS }, work);
  }

  async function swap(path: string, data: Uint8Array | null, ifVersion: string | null): Promise<string | false> {
    if (!isClean) await removeLeftovers(path);
    isClean = true;
    const current = await readFileEntry(path);
    if ((current && current.version) !== ifVersion) return false;
    if (data) return await writeFileEntry(path, data);
    if (current) await removeFileEntry(path);
    return crypto.randomUUID();
  }

  return sharedStore({
    async read() {
      const path = await located();
      return await atFile(path, async () => {
        const entry = await lookAtFile(path);
        return entry === "damaged" ? await writing(path, () => readFileEntry(path)) : entry;
      });
    },
    async write(data, ifVersion) {
      const path = await located();
      const copy = data && new Uint8Array(data);
      return await atFile(path, () => writing(path, () => swap(path, copy, ifVersion)));
    },
    async exclusive(work, signal, stillMs = Infinity) {
      const path = await located();
      const wait: LockWait = { clock, random, pauseMs: RENEWAL_PAUSE, forMs: stillMs, ...(signal ? { signal } : {}) };
      const versionNow = async () => (await readFileEntry(path))?.version;
      /** Waits on as long as others go on. */
      async function hold(): Promise<Deno.FsFile> {
        const before = await versionNow();
        return await holdLock(`${path}.lock`, wait).catch(async (error) => {
          if (signal?.aborted && error === signal.reason) throw error;
          return isBusy(error) && await versionNow() !== before ? await hold() : Promise.reject(error);
        });
      }
      const held = await hold().catch((error) => {
        if (signal?.aborted && error === signal.reason) throw error;
        return atFile(path, () => Promise.reject(error));
      });
      try {
        return await work();
      } finally {
        held.close(); // which unlocks
      }
    },
  });
}

async function locate({ path, name = "session" }: FileOptions): Promise<string> {
  if (typeof Deno === "undefined" || typeof Deno.FsFile?.prototype?.lock !== "function") {
    throw new SessionError("not_supported", "Cannot keep the session in a file: this runtime has no locks for files");
  }
  if (isEdge()) {
    const why = "files on Deno Deploy are this isolate's alone; use kvStore or postgresStore";
    throw new SessionError("store_not_shared", `Cannot share the session: ${why}`);
  }
  return await realPlace(path ?? defaultPath(name));
}
