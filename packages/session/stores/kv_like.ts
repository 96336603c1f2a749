/**
 * As much of a Deno KV database as a session's store uses. Types only, and none of them named by Deno: a program for Node
 * has no such names.
 *
 * @module
 */

/** What a KV database has under a key. */
export interface KvEntryLike {
  /** The value; `null` when there is none. */
  readonly value: unknown;
  /** Changes with every write and never comes back; `null` when there is no value. */
  readonly versionstamp: string | null;
}

/** Checks and mutations that are committed together or not at all. */
export interface KvAtomicLike {
  /** Commits only if the key has that version; `null`: only if it has no value. */
  check(check: { readonly key: readonly string[]; readonly versionstamp: string | null }): KvAtomicLike;
  /** Sets the key's value. */
  set(key: readonly string[], value: unknown): KvAtomicLike;
  /** Removes the key's value. */
  delete(key: readonly string[]): KvAtomicLike;
  /** Commits; not `ok` when a check failed. */
  commit(): Promise<{ readonly ok: false } | { readonly ok: true; readonly versionstamp: string }>;
}

/**
 * An opened KV database: what `Deno.openKv()` resolves with, and `openKv()` of npm `@deno/kv`, which is for Node.
 *
 * You need not name it: hand what you opened to `kvStore`.
 */
export interface KvLike {
  /** Gets what is under the key; `strong`: the newest value. */
  get(key: readonly string[], options: { readonly consistency: "strong" }): Promise<KvEntryLike>;
  /** Starts checks and mutations that are committed together. */
  atomic(): KvAtomicLike;
  /** Tells the present entries of the keys, and again whenever one of them changes. */
  watch(keys: readonly [readonly string[]]): ReadableStream<readonly [KvEntryLike]>;
}
