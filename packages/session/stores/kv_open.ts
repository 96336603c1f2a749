/**
 * Opening Deno KV, and telling a database that several isolates share from the memory of this isolate alone.
 *
 * @module
 */
import { SessionError } from "../errors.ts";
import { envOf } from "../platform.ts";
import type { KvLike } from "./kv_like.ts";
import { persist } from "./kv_retry.ts";
import type { StoreTime } from "./tries.ts";

/** A database that was opened here, and is closed here. */
export interface OpenedKv extends KvLike {
  close(): void;
}

/** What to do if the database is missing. */
const ASSIGN = "no KV database is assigned to this app; assign one on Deno Deploy and deploy again";

/**
 * Opens Deno KV.
 *
 * @param path As for `Deno.openKv`.
 * @param onEdge Whether this is Deno Deploy.
 * @throws {SessionError} `store_failed` if it cannot be opened.
 */
export async function openDenoKv(path: string | undefined, onEdge: boolean, time: StoreTime): Promise<OpenedKv> {
  const what = "open Deno KV";
  // Looked up, not named: without the flag the names of its types are missing, too.
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
  if (typeof Deno === "undefined") {
    return "this runtime does not have it; open one with npm @deno/kv and pass it to kvStore";
  }
  return 'it is switched off; start Deno with --unstable-kv, or put "unstable": ["kv"] into the program\'s own deno.json';
}

function whyRefused({ name, message }: Error): string | undefined {
  if (name === "NotCapable") {
    return "the program may not use its path; start it with --allow-read and --allow-write for it";
  }
  return /no KV database is attached|database is not available/i.test(message) ? ASSIGN : undefined;
}

/** Whether a path leads to a database that is reached over the network. */
export function isRemote(path: string | undefined): boolean {
  return path !== undefined && /^https?:\/\//.test(path);
}

/** Whether a path, or its absence, leads to the memory of this isolate alone. */
export function isMemory(path: string | undefined): boolean {
  if (path !== undefined) return path === ":memory:";
  return envOf("DENO_KV_DB_MODE") === "memory";
}

/** The error for a database that nobody else sees. */
export function notShared(onEdge: boolean): SessionError {
  const why = onEdge ? ASSIGN : "this KV is the memory of this isolate alone; give a path";
  return new SessionError("store_not_shared", `Cannot share the session: ${why}, or set allowLocal`);
}
