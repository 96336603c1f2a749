// The tokens that were revoked, the same for all processes.
import type { Store } from "@xsignals/session";
import { type Alerts, causeOf } from "./log.ts";

/** The tokens that were revoked before they expired, by their ids; the same in every process within {@link MAX_AGE}. */
export type Revocations = ReturnType<typeof keepRevocations>;

/** What of a token tells whether it is revoked: its id, its client's, and when it was issued, in seconds since 1970. */
type RevocableToken = { readonly jti: string; readonly sub: string; readonly iat: number };

/** The longest that a token works, in ms. */
export const LONGEST_LIFETIME = 3_600_000;

/** What is before a client's id where all of its tokens are revoked; no token's id has it. */
const CLIENT = "@";

/** How long a store that failed is left alone, in ms. */
const PAUSE = 1_000;

/** How old this process's knowledge of the others' revocations may be, in ms. */
const MAX_AGE = 5_000;

/** So many lost writes in a row mean that the store's compare-and-swap is broken. */
const MAX_TRIES = 50;

/** So many can be in a record of the smallest store, which takes 64 KiB: an id has 12 characters, a time 13 digits. */
const MAX_ENTRIES = 2_000;

/** Keeps the revocations in an entry of a store, which is for this alone. */
export function keepRevocations(store: Store, now: () => number, alerts: Alerts) {
  let known: ReadonlyMap<string, number> = new Map();
  let readAt = -Infinity;
  let reading: Promise<void> | undefined;
  let failure: { readonly at: number; readonly error: unknown } | undefined;

  async function readStore(): Promise<string | null> {
    const entry = await store.read();
    const listed: [string, number][] = entry ? JSON.parse(new TextDecoder().decode(entry.data)) : [];
    known = new Map([...known, ...listed].filter(([, expiresAt]) => expiresAt > now()));
    readAt = now();
    return entry && entry.version;
  }

  async function readAgain(): Promise<void> {
    if (failure && Math.abs(now() - failure.at) < PAUSE) throw failure.error;
    try {
      await readStore();
      failure = undefined;
      alerts.clear("store_failed");
    } catch (error) {
      failure = { at: now(), error };
      alerts.raise("store_failed", `Cannot use GATEWAY_STORE (${causeOf(error)}): clients get 503 until it answers`);
      throw error;
    }
  }

  /** Reads what others revoked, unless that was read just now. Rejects when the store cannot be read. */
  async function refresh(): Promise<void> {
    const age = now() - readAt;
    if (age >= MAX_AGE || age < 0) await (reading ??= readAgain().finally(() => reading = undefined));
  }

  /** Revokes it, until it would have expired anyway, in ms since 1970. Rejects when the store cannot be written. */
  async function add(id: string, expiresAt: number): Promise<void> {
    for (let tries = 0; tries < MAX_TRIES; tries++) {
      const version = await readStore();
      if ((known.get(id) ?? 0) >= expiresAt) return;
      if (known.size >= MAX_ENTRIES) throw new RangeError("Cannot revoke the token: too many are revoked at this time");
      const next = [...known, [id, expiresAt]];
      if (await store.write(new TextEncoder().encode(JSON.stringify(next)), version) === false) continue;
      known = new Map([...known, [id, expiresAt]]);
      return;
    }
    throw new Error("Cannot revoke the token: the store refused every write");
  }

  return {
    refresh,
    /** Whether the token is revoked, or all of its client's that were issued when it was. Rejects as `refresh` does. */
    async has({ jti, sub, iat }: RevocableToken): Promise<boolean> {
      await refresh();
      return known.has(jti) || iat * 1000 <= (known.get(CLIENT + sub) ?? 0) - LONGEST_LIFETIME;
    },
    add,
    /** Revokes all tokens of a client that were issued until now. Rejects when the store cannot be written. */
    addClient: (client: string) => add(CLIENT + client, now() + LONGEST_LIFETIME),
  };
}
