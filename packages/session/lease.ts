/**
 * The lease on the account's record: only its holder spends a refresh token. The same for every engine, since it needs
 * nothing but compare-and-swap.
 *
 * It trusts no wall clock. A waiter takes it over only after it saw the record unchanged for a whole lease on its own
 * monotonic clock; the holder, before it sends, checks on its own that what is left covers the call, else takes it anew.
 * Taking it is a compare-and-swap over the version that was just read, so that nothing can have changed in between.
 *
 * @module
 */
import { describeError, SessionError } from "./errors.ts";
import { LONGEST_LEASE } from "./limits.ts";
import type { Entry, Ledger } from "./ledger.ts";
import type { SessionRecord } from "./record.ts";
import type { Io } from "./types.ts";

/** What the holder of the lease can do. */
export interface Lease {
  /** The record as it stands under the lease. */
  record(): SessionRecord;
  /** Writes the record; `false` when somebody else took the lease or changed the record: it is lost then. */
  save(next: SessionRecord): Promise<boolean>;
  /**
   * Makes sure that the lease outlasts a call of that many ms, taking it anew if need be; `false` when it is lost, or when
   * taking it took so long that it is too short again.
   */
  covers(ms: number): Promise<boolean>;
}

/** What to do about the record as it was read: nothing, because it has the answer, or some work under the lease. */
export type Step<T> = { readonly answer: T } | {
  /** The record to write together with the lease: the proof that the store is writable. */
  readonly mark: SessionRecord;
  /** What only the holder may do; `undefined` when it lost the lease before it did anything, to begin anew. */
  work(lease: Lease): Promise<T | undefined>;
};

/** Shortest and longest pause between two looks at the record, in ms. */
const POLL_MIN = 20;
const POLL_MAX = 60;

/** So many lost writes in a row mean that the store's compare-and-swap is broken. */
const MAX_LOST = 100;

/** How long another session may still hold the lease, in ms; 0 where nobody does. */
export function leaseLeft(ledger: Ledger, { record: { lease }, version }: Entry): number {
  if (!lease || lease.holder === ledger.holder) return 0;
  return Math.max(0, Math.min(lease.ms, LONGEST_LEASE) - ledger.unchangedFor(version));
}

/**
 * Reads the record, asks what to do about it, and does that: under the lease, after waiting for its present holder.
 *
 * @param plan Called with each reading of the record; may throw when nothing can be done.
 * @param signal Ends the waiting for a store's own lock, with its reason.
 * @throws {SessionError} `store_failed`, and whatever the plan and its work throw.
 */
export async function withLease<T>(
  io: Io,
  ledger: Ledger,
  plan: (entry: Entry) => Promise<Step<T>>,
  signal?: AbortSignal,
): Promise<T> {
  if (!io.store.exclusive) return await attempt(io, ledger, plan);
  const step = await plan(await ledger.read()); // without the lock: what is there need not be waited for
  if ("answer" in step) return step.answer;
  const failures: unknown[] = [];
  try {
    return await io.store.exclusive(() =>
      attempt(io, ledger, plan).catch((error) => {
        failures.push(error);
        throw error;
      }), signal);
  } catch (error) {
    if (failures.includes(error) || error instanceof SessionError) throw error;
    signal?.throwIfAborted();
    throw new SessionError("store_failed", `Cannot lock the session's record: ${describeError(error)}`);
  }
}

async function attempt<T>(io: Io, ledger: Ledger, plan: (entry: Entry) => Promise<Step<T>>): Promise<T> {
  let pause = POLL_MIN;
  for (let lost = 0; lost < MAX_LOST;) {
    const entry = await ledger.read();
    const step = await plan(entry);
    if ("answer" in step) return step.answer;
    const left = io.store.exclusive ? 0 : leaseLeft(ledger, entry);
    if (left > 0) {
      await changed(io, entry.version, left, pause * (0.5 + io.random()));
      pause = Math.min(pause * 2, POLL_MAX);
      continue;
    }
    const lease = await take(io, ledger, step.mark, entry.version);
    if (lease) {
      try {
        const result = await step.work(lease);
        if (result !== undefined) return result;
      } finally {
        await lease.release();
      }
    } else {
      await io.clock.sleep(io.random() * pause);
    }
    lost++;
  }
  throw new SessionError("store_failed", "Cannot write the session's record: the store refused every write");
}

async function take(
  io: Io,
  ledger: Ledger,
  marked: SessionRecord,
  over: string | null,
): Promise<(Lease & { release(): Promise<void> }) | null> {
  const { holder } = ledger;
  const ms = io.limits.leaseMs;
  let current: SessionRecord = { ...marked, lease: { holder, ms } };
  /** What the record should be: what the store failed to write is tried again at the end. */
  let wanted = current;
  let takenAt = io.clock.monotonic();
  let version = await ledger.write(current, over);
  if (version === false) return null;

  async function put(next: SessionRecord): Promise<boolean> {
    if (version === false) return false;
    wanted = next;
    const at = io.clock.monotonic();
    version = await ledger.write(next, version);
    if (version === false) return false;
    takenAt = at;
    current = next;
    return true;
  }

  return {
    record: () => current,
    save: (next) => put(next),
    async covers(needed) {
      const lasts = () => version !== false && io.clock.monotonic() - takenAt + needed <= ms;
      return lasts() || (await put(current) && lasts());
    },
    async release() {
      const { lease: mine, ...free } = wanted;
      // A write that fails here leaves the lease to lapse; the error that matters is the one of the work.
      if (mine || wanted !== current) await put(free).catch(() => false);
    },
  };
}

/**
 * Waits until the record may have changed: for as long as the lease lasts where the store tells of it, else for a pause.
 *
 * After the store's word there is a short pause too: it spreads those who wait, and a store that only says so costs little.
 */
async function changed(io: Io, version: string | null, leftMs: number, pauseMs: number): Promise<void> {
  let pause = pauseMs;
  if (io.store.changed) {
    const done = new AbortController();
    try {
      await Promise.race([io.store.changed(version, leftMs, done.signal), io.clock.sleep(leftMs, done.signal)]);
      pause = POLL_MIN;
    } catch {
      // Without the notice the record is looked at as often as in a store that gives none.
    } finally {
      done.abort();
    }
  }
  await io.clock.sleep(Math.min(pause, leftMs));
}
