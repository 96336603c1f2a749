/**
 * The session's record under one key of a Deno KV database: reading it, and writing over the version that was read.
 *
 * The value is bytes, the only kind that every Deno and every Node reads alike: one that names the form, the id of the
 * write, the record. By the id a write is known again whose answer was lost.
 *
 * @module
 */
import { SessionError } from "../errors.ts";
import type { StoreEntry } from "../types.ts";
import type { KvAtomicLike, KvLike } from "./kv_like.ts";
import { isLocked, isPassing, kvFailure, persist, startKvTries } from "./kv_retry.ts";
import type { StoreTime } from "./tries.ts";

/** The limits of Deno KV, in bytes. */
export const MAX_KEY_BYTES = 2_048;
const MAX_VALUE_BYTES = 65_536;

/** The first byte of a value. */
const FORM = 1;
const ID_BYTES = 16;
const HEAD_BYTES = 1 + ID_BYTES;

/** What a version of Deno KV looks like: it refuses to compare with anything else. */
const VERSIONSTAMP = /^[0-9a-f]{20}$/;

/** The version after a removal: nobody can write over it. */
const REMOVED = "removed";

/** An eventually consistent read could show a token that was replaced, or miss a logout. */
const STRONG = { consistency: "strong" } as const;

/** How long the key is for Deno KV, in bytes. */
export function keyBytes(key: readonly string[]): number {
  const parts = key.map((part) => new TextEncoder().encode(part));
  return parts.reduce((sum, bytes) => sum + bytes.length + bytes.filter((byte) => byte === 0).length + 2, 0);
}

/**
 * Reads the record.
 *
 * @throws {SessionError} `store_failed` when the database cannot be read, or something else is under the key.
 */
export async function readEntry(kv: KvLike, key: readonly string[], time: StoreTime): Promise<StoreEntry | null> {
  const what = "read the session's record in Deno KV";
  const { value, versionstamp } = await persist(time, what, (tries) => tries.call(() => kv.get(key, STRONG)));
  if (versionstamp === null) return null;
  if (!(value instanceof Uint8Array) || value[0] !== FORM || value.length < HEAD_BYTES) {
    throw new SessionError("store_failed", `Cannot ${what}: something else is stored under its key`);
  }
  return { data: new Uint8Array(value.subarray(HEAD_BYTES)), version: versionstamp };
}

/**
 * Writes the record (`null`: removes it) over that version.
 *
 * A commit that was refused, or whose answer was lost, may be one that was applied: a KV that is far away repeats it by
 * itself. So the id under the key decides, not the answer; and a refusal although nothing has changed is not a loss.
 *
 * @returns The new version; `false` when somebody else wrote.
 * @throws {SessionError} `store_failed` when the database cannot be written, or the record is too large.
 */
export async function writeEntry(
  kv: KvLike,
  key: readonly string[],
  time: StoreTime,
  data: Uint8Array | null,
  over: string | null,
): Promise<string | false> {
  if (over !== null && !VERSIONSTAMP.test(over)) return false;
  const what = "write the session's record in Deno KV";
  const value = data && envelope(data, what);
  const tries = startKvTries(time);
  let isUnsure = false;
  for (;;) {
    let failure: unknown;
    try {
      const done = await tries.call(() => begin(kv, key, over, value).commit());
      if (done.ok) return done.versionstamp;
    } catch (error) {
      failure = error;
      isUnsure ||= !isLocked(error);
    }
    try {
      if (!isLocked(failure)) {
        const now = await tries.call(() => kv.get(key, STRONG));
        if (isSameWrite(now.value, value)) return now.versionstamp ?? false;
        if (now.versionstamp === null && value === null && isUnsure) return REMOVED;
        if (now.versionstamp !== over) return false;
      }
    } catch (error) {
      failure ??= error;
    }
    if ((failure === undefined || isPassing(failure)) && await tries.again()) continue;
    if (failure !== undefined) throw kvFailure(what, failure);
    throw new SessionError("store_failed", `Cannot ${what}: the database refused every try, though nobody else wrote`);
  }
}

function begin(kv: KvLike, key: readonly string[], over: string | null, value: Uint8Array | null): KvAtomicLike {
  const atomic = kv.atomic().check({ key, versionstamp: over });
  return value ? atomic.set(key, value) : atomic.delete(key);
}

function envelope(data: Uint8Array, what: string): Uint8Array {
  const length = HEAD_BYTES + data.length;
  if (length > MAX_VALUE_BYTES) {
    const most = MAX_VALUE_BYTES - HEAD_BYTES;
    throw new SessionError("store_failed", `Cannot ${what}: it has ${data.length} bytes, and ${most} are allowed`);
  }
  const value = new Uint8Array(length);
  value[0] = FORM;
  crypto.getRandomValues(value.subarray(1, HEAD_BYTES));
  value.set(data, HEAD_BYTES);
  return value;
}

function isSameWrite(stored: unknown, written: Uint8Array | null): boolean {
  if (!(stored instanceof Uint8Array) || written === null || stored.length !== written.length) return false;
  return written.subarray(0, HEAD_BYTES).every((byte, at) => byte === stored[at]);
}
