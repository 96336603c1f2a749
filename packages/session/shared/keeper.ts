/**
 * What makes a store out of anything with compare-and-swap: sessions in many processes share one login through it.
 *
 * @module
 */
import { SessionError } from "../errors.ts";
import { checkOptions, FUNCTION, toBase64 } from "../options.ts";
import type { Context, Keeper, Known, Store, StoreEngine, Token, Turn } from "../types.ts";
import { type Entry, openRecord, type SessionRecord } from "./record.ts";
import { type Lease, leaseLeft, untilWritten, withLease } from "./turn.ts";

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
 *
 * const { read, write } = memoryStore(); // or functions over your database
 * const store = sharedStore({ read, write });
 * ```
 */
export function sharedStore(engine: StoreEngine): Store {
  const { read = null, write = null, changed, exclusive } = engine ?? {};
  const rules = { read: FUNCTION, write: FUNCTION, changed: FUNCTION, exclusive: FUNCTION };
  checkOptions("the store", { read, write, changed, exclusive }, rules);
  return {
    read: engine.read.bind(engine),
    write: engine.write.bind(engine),
    changed: engine.changed?.bind(engine),
    exclusive: engine.exclusive?.bind(engine),
    keeper(context, identity) {
      return sharedKeeper(context, this, identity);
    },
  };
}

function sharedKeeper(context: Context, engine: StoreEngine, identity: () => Promise<readonly string[]>): Keeper {
  let name: Promise<string> | undefined;
  const findName = async () => fingerprint(context.baseUrl, ...await identity());
  const record = openRecord(context, engine, () =>
    name ??= findName().catch((error) => {
      name = undefined; // it may work later
      throw error;
    }));
  /** The pair that this session uses, and the access token that the store has in its place if it could not be written. */
  let held: { readonly token: Token; readonly unsavedOver?: string } | undefined;
  /** The refresh token that this session sent, by fingerprint, while its outcome may be unknown. */
  let sent: string | undefined;

  /** What is known: the record, or the pair in memory if that is newer or the store lost its record. */
  function look(entry: Entry): Known {
    const { isNew, record: stored } = entry;
    const { token, inFlight, by, loggedOut } = stored;
    const left = leaseLeft(record, entry);
    if (loggedOut !== undefined && held?.unsavedOver === undefined) held = undefined;
    const isNewer = loggedOut === undefined && held?.unsavedOver === (token?.value ?? "");
    const isUnsaved = held !== undefined && (isNew || isNewer);
    // Marked by this session, and then not sent: the write seemed to fail, or to be late.
    const isUnsent = by === record.holder && inFlight !== sent;
    return {
      ...stored,
      token: isUnsaved ? held?.token : token,
      inFlight: isUnsaved || isUnsent ? undefined : inFlight,
      isNew: isNew && !isUnsaved,
      isUnsaved,
      othersRenew: left === undefined ? undefined : left > 0,
    };
  }

  /** What is known now, as a record. The mark of another session stays that session's. */
  function recordOf({ inFlight, by, lease }: SessionRecord, next: Known): SessionRecord {
    return { ...next, by: next.inFlight === inFlight ? by : next.inFlight && record.holder, lease };
  }

  function turnOf(lease: Lease): Turn {
    return {
      known: lease.record,
      save(next) {
        if (next.inFlight === undefined) sent = undefined;
        return lease.save(recordOf(lease.record(), next));
      },
      async ready() {
        const isReady = await lease.covers();
        if (isReady) sent = lease.record().inFlight;
        return isReady;
      },
      keep: (token, after) => keep(lease, token, after),
    };
  }

  /**
   * Stores a pair before anybody gets it. If the store cannot be written, the pair lives on in memory: the one that it came
   * from is spent. If the lease was lost meanwhile, the pair is stored if the record still has the one that it came from.
   */
  async function keep(lease: Lease, token: Token, after: (now: Known) => Known): Promise<Token | undefined> {
    const before = lease.record();
    if (token.refresh !== undefined && token.refresh === before.token?.refresh) sent = undefined; // it was not spent
    try {
      if (await lease.save(after(before))) return use(token);
      const kept = await untilWritten(async () => {
        const { record: now, version } = await record.read();
        const isSame = now.token?.value === before.token?.value && now.loggedOut === before.loggedOut;
        if (!isSame) return { token: now.token };
        const mine = { ...after(now), lease: now.lease };
        return await record.write(mine, version) === false ? undefined : { token };
      });
      return kept.token && use(kept.token);
    } catch {
      return use(token, before.token === token ? undefined : before.token?.value ?? "");
    }
  }

  function use(token: Token, unsavedOver?: string): Token {
    held = { token, unsavedOver };
    return token;
  }

  return {
    renew: (plan, ending) =>
      withLease<Token>(record, async (entry) => {
        const known = look(entry);
        const step = await plan(known);
        if ("mark" in step) {
          return { mark: recordOf(entry.record, step.mark), work: (lease) => step.act(turnOf(lease)) };
        }
        // A token to fall back on says nothing of what is stored.
        const isStored = !known.isUnsaved && (!held || step.use.value === known.token?.value);
        return { answer: isStored ? use(step.use) : step.use };
      }, ending),
    async forget(after) {
      let failure: unknown;
      const found = await withLease<Entry>(record, (entry) => {
        if (entry.isNew && entry.version !== null) return Promise.resolve({ answer: entry }); // another account's
        const work = async (lease: Lease) => await lease.save(await after(entry.record)) ? entry : undefined;
        return Promise.resolve({ mark: entry.record, work });
      }).catch((error) => void (failure = error));
      const newest = found ? look(found).token : held?.token;
      const unsaved = held?.unsavedOver === undefined ? undefined : held.token;
      held = undefined;
      const pairs = [...new Set([unsaved, newest])].filter((pair) => pair !== undefined);
      return { pairs, isNew: found?.isNew ?? false, failure };
    },
    look: async () => look(await record.read()),
    async close(renew) {
      if (held?.unsavedOver !== undefined) await renew().catch(() => {});
      if (held?.unsavedOver === undefined) return;
      const message = "Cannot store the session's newest tokens: they are lost when this process ends";
      throw new SessionError("store_failed", message);
    },
    nameToken: (secret) => fingerprint(secret),
    nameLogin,
  };
}

/** Names a token or an account: SHA-256, which is enough for a secret that nobody can guess. */
async function fingerprint(...parts: string[]): Promise<string> {
  return toBase64(new Uint8Array(await crypto.subtle.digest("SHA-256", utf8(JSON.stringify(parts)))));
}

const ITERATIONS = 100_000; // as many as Cloudflare's workerd allows

/** Names a login: salted and slow (PBKDF2), because passwords can be guessed and others may read the record. */
async function nameLogin(secret: string, like?: string): Promise<string> {
  const salt = like?.split(".")[0] ?? toBase64(crypto.getRandomValues(new Uint8Array(16)));
  const key = await crypto.subtle.importKey("raw", utf8(secret), "PBKDF2", false, ["deriveBits"]);
  const how = { name: "PBKDF2", hash: "SHA-256", salt: utf8(salt), iterations: ITERATIONS };
  return `${salt}.${toBase64(new Uint8Array(await crypto.subtle.deriveBits(how, key, 128)))}`;
}

function utf8(text: string): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(text);
}
