/**
 * What makes a store out of anything with compare-and-swap: sessions in many processes share one login through it.
 *
 * ```ts
 * import { sharedStore } from "@xsignals/session/shared";
 *
 * let held: { data: Uint8Array; version: string } | null = null;
 * let writes = 0;
 * const store = sharedStore({
 *   read: () => Promise.resolve(held),
 *   write(data, ifVersion) {
 *     if (ifVersion !== (held && held.version)) return Promise.resolve(false);
 *     const version = String(++writes);
 *     held = data && { data, version };
 *     return Promise.resolve(version);
 *   },
 * });
 * ```
 *
 * @module
 */
import { SessionError } from "../errors.ts";
import { checkOptions, FUNCTION } from "../options.ts";
import type { Context, Forgotten, Keeper, Known, Store, StoreEngine, Token, Turn } from "../types.ts";
import { type Entry, type OpenRecord, openRecord, type SessionRecord } from "./record.ts";
import { type Lease, leaseLeft, MAX_LOST_WRITES, withLease } from "./turn.ts";

/**
 * Makes a store out of a compare-and-swap, so that all sessions that have it share one login.
 *
 * Use it for a database that this package has no store for; test it with `storeContract`. Not for a cache that may drop the
 * record, or one whose reads may be older than its writes.
 *
 * @param engine `read` and `write`, and optionally `changed` and `exclusive`; see {@link StoreEngine}.
 * @returns The store, for the option `store` of `createSession`.
 * @throws {TypeError} If a method is missing or is not a function.
 *
 * @example
 * ```ts
 * import { memoryStore } from "@xsignals/session";
 * import { sharedStore } from "@xsignals/session/shared";
 * import { assertEquals } from "@std/assert";
 *
 * const memory = memoryStore(); // or your database
 * const store = sharedStore({
 *   read: () => memory.read(),
 *   write: (data, ifVersion) => memory.write(data, ifVersion),
 * });
 *
 * assertEquals(await store.read(), null);
 * ```
 */
export function sharedStore(engine: StoreEngine): Store {
  const { read, write, changed, exclusive } = Object(engine) as StoreEngine;
  const rules = { read: FUNCTION, write: FUNCTION, changed: FUNCTION, exclusive: FUNCTION };
  checkOptions("the store", { read: read ?? null, write: write ?? null, changed, exclusive }, rules);
  return {
    read: () => engine.read(),
    write: (data, ifVersion) => engine.write(data, ifVersion),
    ...(changed && { changed: (...args) => engine.changed!(...args) } satisfies Partial<StoreEngine>),
    ...(exclusive && { exclusive: (...args) => engine.exclusive!(...args) } satisfies Partial<StoreEngine>),
    keeper(context, identity) {
      return sharedKeeper(context, this, identity);
    },
  };
}

function sharedKeeper(context: Context, engine: StoreEngine, identity: () => Promise<readonly string[]>): Keeper {
  let opening: Promise<OpenRecord> | undefined;
  /** The pair that this session uses, and the access token that the store has in its place if it could not be written. */
  let held: { readonly token: Token; readonly unsavedOver?: string } | undefined;
  /** The refresh token that this session sent, by fingerprint, while its outcome may be unknown. */
  let sent: string | undefined;

  /** The record, once the identity is known. Getting it may fail, and work later. */
  function opened(): Promise<OpenRecord> {
    return opening ??= identity().then(async (parts) => {
      return openRecord(context, engine, await fingerprint(context.baseUrl, ...parts));
    }).catch((error) => {
      opening = undefined;
      throw error;
    });
  }

  /** What is known: the record, or the pair in memory if that is newer or the store lost its record. */
  function look(record: OpenRecord, entry: Entry): Known {
    const { isNew } = entry;
    const { token, inFlight, refusals, loggedOut, lease } = entry.record;
    if (loggedOut !== undefined && held?.unsavedOver === undefined) held = undefined;
    const isNewer = loggedOut === undefined && held?.unsavedOver === (token?.value ?? "");
    const isUnsaved = held !== undefined && (isNew || isNewer);
    // Marked by this session, and then not sent: the write seemed to fail, or to be late.
    const isUnsent = inFlight?.by === record.holder && inFlight.hash !== sent;
    return {
      ...(isUnsaved
        ? { token: held?.token, isUnsaved }
        : { token, ...(inFlight && !isUnsent && { inFlight: inFlight.hash }), ...(isNew && { isNew }) }),
      refusals,
      loggedOut,
      ...(lease && lease.holder !== record.holder && { othersRenew: leaseLeft(record, entry) > 0 }),
    };
  }

  function turnOf(record: OpenRecord, lease: Lease): Turn {
    return {
      known: () => knownOf(lease.record()),
      save(next) {
        if (next.inFlight === undefined) sent = undefined;
        return lease.save(recordOf(record, lease.record(), next));
      },
      async ready() {
        const isReady = await lease.covers();
        if (isReady) sent = lease.record().inFlight?.hash;
        return isReady;
      },
      keep: (token) => keep(record, lease, token),
    };
  }

  /**
   * Stores a pair before anybody gets it.
   *
   * If the store cannot be written, the pair lives on in memory: the one that it came from is spent. If the lease was lost
   * meanwhile, the pair is stored if the record still has the one that it came from.
   */
  async function keep(record: OpenRecord, lease: Lease, token: Token): Promise<Token | undefined> {
    const before = lease.record();
    if (token.refresh !== undefined && token.refresh === before.token?.refresh) sent = undefined; // it was not spent
    try {
      if (await lease.save(withToken(before, token))) return use(token);
      for (let tries = 0; tries < MAX_LOST_WRITES; tries++) {
        const { record: now, version } = await record.read();
        if (now.loggedOut !== undefined && now.loggedOut !== before.loggedOut) {
          throw new SessionError("login_required", "Cannot renew the session: it was logged out meanwhile");
        }
        if (now.token?.value !== before.token?.value) return now.token && use(now.token);
        const { lease: others } = now;
        if (await record.write({ ...withToken(now, token), lease: others }, version) !== false) return use(token);
      }
      throw new SessionError("store_failed", "Cannot write the session's record: the store refused every write");
    } catch (error) {
      if (!(error instanceof SessionError) || error.code !== "store_failed") throw error;
      const isThere = before.token?.value === token.value && before.token.refresh === token.refresh;
      return use(token, isThere ? undefined : before.token?.value ?? "");
    }
  }

  function use(token: Token, unsavedOver?: string): Token {
    held = { token, ...(unsavedOver === undefined ? {} : { unsavedOver }) };
    return token;
  }

  /** If the store reports an error while a token is marked, the mark may be there: other sessions would mind it. */
  async function unmark(): Promise<void> {
    const record = await opened();
    const { record: now, version } = await record.read();
    const { lease, inFlight, ...others } = now;
    if (inFlight?.by !== record.holder || inFlight.hash === sent || lease?.holder !== record.holder) return;
    await record.write(others, version);
  }

  return {
    async renew(plan, ending) {
      const record = await opened();
      try {
        return await withLease<Token>(context, engine, record, async (entry) => {
          const known = look(record, entry);
          const step = await plan(known);
          if ("use" in step) return { answer: known.isUnsaved ? step.use : use(step.use) };
          const mark = recordOf(record, entry.record, step.mark);
          return { mark, work: (lease) => step.act(turnOf(record, lease)) };
        }, ending);
      } catch (error) {
        // The store's failures are told as events.
        if (error instanceof SessionError && error.code === "store_failed") await unmark().catch(() => {});
        throw error;
      }
    },
    async forget(loggedOut) {
      let stored: Token | undefined;
      let isNew = false;
      let failure: unknown;
      try {
        const record = await opened();
        await withLease<true>(context, engine, record, (entry) => {
          ({ isNew } = entry);
          const { identity, refusals, token } = entry.record;
          const isForeign = isNew && entry.version !== null;
          if (isForeign) return Promise.resolve({ answer: true });
          const work = async (lease: Lease) => {
            if (!(await lease.save({ identity, refusals, loggedOut }))) return undefined;
            stored = token;
            return true as const;
          };
          return Promise.resolve({ mark: entry.record, work });
        });
      } catch (error) {
        failure = error;
      }
      const pairs = livePairs(held, stored);
      held = undefined;
      return { pairs, isNew: isNew && failure === undefined, ...(failure === undefined ? {} : { failure }) };
    },
    isSaved: () => held?.unsavedOver === undefined,
    nameToken: (secret) => fingerprint(secret),
    nameLogin: slowFingerprint,
  };
}

/** The pairs that work at the server. If the one in memory could not be stored, the one that it came from is spent. */
function livePairs(
  held: { token: Token; unsavedOver?: string } | undefined,
  stored: Token | undefined,
): Forgotten["pairs"] {
  if (!held) return stored ? [stored] : [];
  if (held.unsavedOver === undefined) return [stored ?? held.token];
  return stored && stored.value !== held.unsavedOver ? [held.token, stored] : [held.token];
}

function knownOf({ token, inFlight, refusals, loggedOut }: SessionRecord): Known {
  return { token, refusals, loggedOut, ...(inFlight && { inFlight: inFlight.hash }) };
}

/** The record with what is known now. The mark of another session stays that session's. */
function recordOf({ holder }: OpenRecord, { identity, inFlight, lease }: SessionRecord, next: Known): SessionRecord {
  const { token, refusals, loggedOut } = next;
  const mark = next.inFlight === inFlight?.hash ? inFlight : { hash: next.inFlight!, by: holder };
  return { identity, token, ...(next.inFlight !== undefined && { inFlight: mark }), refusals, loggedOut, lease };
}

/** The record after a success, without a lease. Waits are over: the server has answered. */
function withToken({ identity, refusals }: SessionRecord, token: Token): SessionRecord {
  return { identity, token, refusals: refusals?.filter(({ forMs }) => forMs === undefined) };
}

/** Names a token: SHA-256, which is enough for a secret that nobody can guess. */
export async function fingerprint(...parts: string[]): Promise<string> {
  const text = parts.map((part) => `${part.length}:${part}`).join("");
  return toBase64Url(new Uint8Array(await crypto.subtle.digest("SHA-256", utf8(text))));
}

/** How many iterations Cloudflare's workerd allows. */
const ITERATIONS = 100_000;

/**
 * Names a login: salted and slow (PBKDF2), because passwords can be guessed and others may be able to read the record.
 *
 * @param secret What to name.
 * @param like An earlier name. The same secret gets the same name by it.
 */
export async function slowFingerprint(secret: string, like?: string): Promise<string> {
  const salt = like?.split(".")[0] ?? toBase64Url(crypto.getRandomValues(new Uint8Array(16)));
  const key = await crypto.subtle.importKey("raw", utf8(secret), "PBKDF2", false, ["deriveBits"]);
  const bits = await crypto.subtle.deriveBits(
    { name: "PBKDF2", hash: "SHA-256", salt: utf8(salt), iterations: ITERATIONS },
    key,
    128,
  );
  return `${salt}.${toBase64Url(new Uint8Array(bits))}`;
}

function utf8(text: string): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(text);
}

function toBase64Url(bytes: Uint8Array): string {
  return btoa(String.fromCharCode(...bytes)).replace(/=+$/, "").replaceAll("+", "-").replaceAll("/", "_");
}
