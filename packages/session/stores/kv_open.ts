/**
 * Getting at Deno KV, and telling one that several isolates share from one that is the memory of this isolate alone.
 *
 * @module
 */
import { SessionError } from "../errors.ts";
import type { KvLike } from "./kv_like.ts";
import { persist } from "./kv_retry.ts";
import type { StoreTime } from "./tries.ts";

/** A database that was opened here, and is closed here. */
export interface OpenedKv extends KvLike {
  close(): void;
}

/** What to do where the database is missing. */
const ASSIGN = "no KV database is assigned to this app; assign one to it on Deno Deploy, and deploy it again";

/** SQLite counts its commits from 1; the versions of Deno Deploy's database are far beyond. */
const MOST_COMMITS = 2n ** 32n;

/**
 * Opens Deno KV.
 *
 * @param path As for `Deno.openKv`.
 * @param onEdge Whether this is Deno Deploy.
 * @throws {SessionError} `store_failed` when it cannot be opened.
 */
export async function openDenoKv(path: string | undefined, onEdge: boolean, time: StoreTime): Promise<OpenedKv> {
  const what = "open Deno KV";
  // Looked up, not named: where the flag is missing, so are the names of its types.
  const openKv: unknown = typeof Deno === "undefined" ? undefined : Reflect.get(Deno, "openKv");
  if (!isOpener(openKv)) throw new SessionError("store_failed", `Cannot ${what}: ${whyMissing(onEdge)}`);
  return await persist(time, what, async () => {
    try {
      return await openKv(path);
    } catch (error) {
      const why = error instanceof Error ? whyRefused(error) : undefined;
      throw why === undefined ? error : new SessionError("store_failed", `Cannot ${what}: ${why}`);
    }
  });
}

function isOpener(value: unknown): value is (path?: string) => Promise<OpenedKv> {
  return typeof value === "function";
}

function whyMissing(onEdge: boolean): string {
  if (onEdge) return ASSIGN;
  if (typeof Deno === "undefined") return "this runtime has none; hand one in that npm @deno/kv opened";
  return 'it is switched off; start Deno with --unstable-kv, or have "unstable": ["kv"] in the program\'s own deno.json';
}

function whyRefused({ name, message }: Error): string | undefined {
  if (name === "NotCapable") return "the program may not use its path; allow it with --allow-read and --allow-write";
  return /no KV database is attached|database is not available/i.test(message) ? ASSIGN : undefined;
}

/** Whether a path leads to a database that is reached over the network. */
export function isRemote(path: string | undefined): boolean {
  return path !== undefined && /^https?:\/\//.test(path);
}

/** Whether a database that was handed in says of itself that it is memory. */
export function isMemory(kv: KvLike): boolean {
  if (kv.constructor?.name === "InMemoryKv") return true; // npm @deno/kv without a path
  const variable = "DENO_KV_DB_MODE";
  if (typeof Deno === "undefined" || !("Kv" in Deno) || typeof Deno.Kv !== "function" || !(kv instanceof Deno.Kv)) {
    return false;
  }
  if (Deno.permissions?.querySync?.({ name: "env", variable }).state !== "granted") return false;
  return Deno.env.get(variable) === "memory";
}

/**
 * Whether what was just written through one handle cannot be seen through another one: then each has a memory of its own.
 *
 * @param version The version that was written.
 * @param isOwn Whether both were opened here with the same path; else only a version of SQLite's proves it.
 */
export async function isUnseen(
  kv: KvLike,
  other: KvLike,
  key: readonly string[],
  version: string,
  isOwn: boolean,
  time: StoreTime,
): Promise<boolean> {
  if (!isOwn && BigInt(`0x${version.slice(0, 16)}`) >= MOST_COMMITS) return false;
  return await persist(time, "read the session's record in Deno KV", async ({ call }) => {
    const versionIn = async (one: KvLike) => (await call(() => one.get(key, { consistency: "strong" }))).versionstamp;
    return await versionIn(other) === null && await versionIn(kv) === version; // else it was removed meanwhile
  });
}

/** The error for a database that nobody else sees. */
export function notShared(onEdge: boolean): SessionError {
  const why = onEdge ? ASSIGN : "this KV is the memory of this isolate alone; open it with a path";
  return new SessionError("store_not_shared", `Cannot share the session: ${why}, or set allowLocal`);
}
