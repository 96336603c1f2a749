import type { Store } from "@xsignals/session";

/** The tokens that were revoked before they expired, by their ids; the same in every process within {@link MAX_AGE}. */
export interface Revocations {
  /** Whether the token is revoked. */
  has(id: string): Promise<boolean>;
  /** Revokes it, until it would have expired anyway, in ms since 1970. Rejects when the store cannot be written. */
  add(id: string, expiresAt: number): Promise<void>;
}

/** How old this process's knowledge of the others' revocations may be, in ms. */
const MAX_AGE = 5_000;

/** So many lost writes in a row mean that the store's compare-and-swap is broken. */
const MAX_TRIES = 50;

/** So many can be in a record of the smallest store, which takes 64 KiB: an id has 12 characters, a time 13 digits. */
const MAX_ENTRIES = 2_000;

type Entries = ReadonlyMap<string, number>;

/**
 * Keeps the revocations in an entry of a store.
 *
 * @param store The entry; it is for this alone.
 * @param now The time, in ms since 1970.
 */
export function keepRevocations(store: Store, now: () => number): Revocations {
  let known: Entries = new Map();
  let readAt = -Infinity;
  let reading: Promise<unknown> | undefined;

  async function readStore(): Promise<string | null> {
    const entry = await store.read();
    const listed: [string, number][] = entry ? JSON.parse(new TextDecoder().decode(entry.data)) : [];
    const others = [...known].filter(([, expiresAt]) => expiresAt > now());
    known = new Map([...others, ...listed.filter(([, expiresAt]) => expiresAt > now())]);
    readAt = now();
    return entry && entry.version;
  }

  return {
    async has(id) {
      const age = now() - readAt;
      if (age >= MAX_AGE || age < 0) await (reading ??= readStore().finally(() => reading = undefined));
      return known.has(id);
    },
    async add(id, expiresAt) {
      for (let tries = 0; tries < MAX_TRIES; tries++) {
        const version = await readStore();
        if (known.has(id)) return;
        if (known.size >= MAX_ENTRIES) {
          throw new RangeError("Cannot revoke the token: too many are revoked at this time");
        }
        const next = [...known, [id, expiresAt]];
        if (await store.write(new TextEncoder().encode(JSON.stringify(next)), version) === false) continue;
        known = new Map([...known, [id, expiresAt]]);
        return;
      }
      throw new Error("Cannot revoke the token: the store refused every write");
    },
  };
}
