// Counts by the minute, of one process or of many that share a store.
import { hash } from "node:crypto";
import type { Store } from "@xsignals/session";

/** What is left of a quota. */
export interface Quota {
  readonly allowed: boolean;
  /** How many are left in this window, as far as this process knows. */
  readonly remaining: number;
  /** How long the window still lasts, in ms. */
  readonly resetMs: number;
}

/** Counts what is asked for, in windows of a minute. */
export type Quotas = ReturnType<typeof quotas>;

/** The window, in ms. */
export const WINDOW = 60_000;

/** A process takes a tenth of a quota at a time from the store. */
const CHUNKS = 10;

/** So many lost writes in a row mean that many others write: this process goes by itself for this window. */
const MAX_TRIES = 20;

/** So many keys are counted at a time, lest a flood of addresses fill the memory; beyond, the oldest is forgotten. */
const MAX_KEYS = 10_000;

/** So many are shared in a window, which are 60 KiB; beyond, each process counts new ones by itself. */
const MAX_SHARED = 2_500;

/** What this process knows of a key in the present window. */
interface Count {
  /** Taken from the store, or from what is left where there is none, and not used yet. */
  spare: number;
  /** Used or taken by all, as far as is known. */
  used: number;
  taking?: Promise<void>;
}

/** The shared counts: how many were taken of each key, by {@link nameOf}, in that window. */
interface Shared {
  readonly window: number;
  readonly used: Readonly<Record<string, number>>;
}

/**
 * Makes the quotas.
 *
 * Processes that share a store take a tenth of a quota at a time from it, and use that up by themselves: together they
 * never go beyond the quota, and up to a tenth of it for each process may be left unused. Their clocks have to be less than
 * a minute apart. While the store fails each process counts by itself: then they go beyond it, by as many times as there
 * are processes. Without a store this process is the only one.
 */
export function quotas(now: () => number, store?: Store) {
  let window = -1;
  let counts = new Map<string, Count>();

  function countOf(key: string): Count {
    const current = Math.floor(now() / WINDOW);
    if (current !== window) {
      window = current;
      counts = new Map();
    }
    const known = counts.get(key);
    if (known) return known;
    const [oldest] = counts.keys();
    if (counts.size >= MAX_KEYS && oldest !== undefined) counts.delete(oldest);
    const count = { spare: 0, used: 0 };
    counts.set(key, count);
    return count;
  }

  function quotaOf({ spare, used }: Count, limit: number, allowed: boolean): Quota {
    return { allowed, remaining: spare + Math.max(0, limit - used), resetMs: WINDOW - (now() % WINDOW) };
  }

  async function takeChunk(key: string, limit: number, count: Count): Promise<void> {
    const chunk = store ? Math.max(1, Math.floor(limit / CHUNKS)) : limit;
    const shared = store && await usedBefore(store, window, key, chunk, limit).catch(() => undefined);
    const before = shared ?? count.used;
    const got = Math.min(chunk, Math.max(0, limit - before));
    count.spare += got;
    count.used = before + got;
  }

  return {
    /** What is left of it, as far as this process knows. */
    look(key: string, limit: number): Quota {
      const count = countOf(key);
      return quotaOf(count, limit, count.spare > 0 || count.used < limit);
    },
    async take(key: string, limit: number): Promise<Quota> {
      const count = countOf(key);
      while (count.spare === 0 && count.used < limit) {
        count.taking ??= takeChunk(key, limit, count).finally(() => delete count.taking);
        await count.taking;
      }
      if (count.spare === 0) return quotaOf(count, limit, false);
      count.spare--;
      return quotaOf(count, limit, true);
    },
  };
}

/** Adds to the shared count of the key, and says what it was. */
async function usedBefore(store: Store, window: number, key: string, chunk: number, limit: number): Promise<number> {
  const name = nameOf(key);
  for (let tries = 0; tries < MAX_TRIES; tries++) {
    const entry = await store.read();
    const shared: Shared = entry ? JSON.parse(new TextDecoder().decode(entry.data)) : { window, used: {} };
    // Where another's clock is ahead around the turn its window counts, lest the two start each other's counts anew.
    const current = shared.window === window + 1 ? shared.window : window;
    const used = shared.window === current ? shared.used : {};
    const before = used[name] ?? 0;
    if (before >= limit) return before;
    if (before === 0 && Object.keys(used).length >= MAX_SHARED) break;
    const next: Shared = { window: current, used: { ...used, [name]: Math.min(limit, before + chunk) } };
    const data = new TextEncoder().encode(JSON.stringify(next));
    if (await store.write(data, entry && entry.version) !== false) return before;
  }
  throw new Error("Cannot count: the store refused every write, or has too many counts");
}

/** Short, and tells nothing of the client or the address. */
function nameOf(key: string): string {
  return hash("sha256", key, "base64url").slice(0, 12);
}
