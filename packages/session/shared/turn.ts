// The lease on the account's record: only its holder sends a refresh token. It needs nothing but compare-and-swap.
//
// It trusts no wall clock. A waiter takes the lease over only after it saw the record unchanged for a whole lease on its own
// monotonic clock. Before it sends, the holder checks that what is left of the lease covers the call; otherwise it takes the
// lease anew. Taking it is a compare-and-swap over the version that was just read, so that nothing can change in between.
import { describeError, SessionError } from "../errors.ts";
import type { Entry, OpenRecord, SessionRecord } from "./record.ts";

/** What the holder of the lease can do. */
export type Lease = NonNullable<Awaited<ReturnType<typeof take>>>;

/** What to do about the record as it was read: nothing, because it has the answer, or some work under the lease. */
export type LeaseStep<T> = { readonly answer: T } | {
  /** The record to write together with the lease: the proof that the store can be written. */
  readonly mark: SessionRecord;
  /** What only the holder may do. `undefined` if it lost the lease before it did anything: begin anew. */
  work(lease: Lease): Promise<T | undefined>;
};

/** Says what to do about a reading of the record. It may throw if nothing can be done. */
type Plan<T> = (entry: Entry) => Promise<LeaseStep<T>>;

const [POLL_MIN, POLL_MAX] = [20, 60]; // in ms: pauses between two looks at the record
const MAX_LOST_WRITES = 100; // in a row: the store's compare-and-swap is broken
const LONGEST_LEASE = 600_000; // in ms, whatever the record says

/** How much longer another session may hold the lease, in ms; `undefined` if no other one holds it. */
export function leaseLeft(record: OpenRecord, { record: { lease }, version }: Entry): number | undefined {
  if (!lease || lease.holder === record.holder) return undefined;
  return Math.min(lease.ms, LONGEST_LEASE) - record.unchangedFor(version);
}

/** Tries writes that others may win, until one is done; a store that refuses all of them is broken. */
export async function untilWritten<T>(attempt: () => Promise<T | undefined>): Promise<T> {
  for (let lost = 0; lost < MAX_LOST_WRITES; lost++) {
    const result = await attempt();
    if (result !== undefined) return result;
  }
  throw new SessionError("store_failed", "Cannot write the session's record: the store refused every write");
}

/** Reads the record, asks what to do about it, and does that: under the lease, after waiting for its present holder. */
export async function withLease<T>(record: OpenRecord, plan: Plan<T>, signal?: AbortSignal): Promise<T> {
  const { engine, context } = record;
  const attempt = () => untilWritten(() => tryOnce(record, plan));
  if (!engine.exclusive) return await attempt();
  const step = await plan(await record.read()); // without the lock: an answer that is there need not wait for it
  if ("answer" in step) return step.answer;
  let done: { readonly value: T } | undefined;
  let failure: unknown;
  const work = () => attempt().then((value) => done = { value }, (error) => Promise.reject(failure = error));
  await engine.exclusive<unknown>(work, signal, context.limits.leaseMs).catch((error) => {
    if (error === failure || error instanceof SessionError || signal?.aborted) throw error;
    failure = error;
  });
  if (done) return done.value;
  const why = failure ? describeError(failure) : "the work did not run";
  throw new SessionError("store_failed", `Cannot lock the session's record: ${why}`);
}

async function tryOnce<T>(record: OpenRecord, plan: Plan<T>): Promise<T | undefined> {
  const { clock, random } = record.context;
  for (let pause = POLL_MIN;; pause = Math.min(pause * 2, POLL_MAX)) {
    const entry = await record.read();
    const step = await plan(entry);
    if ("answer" in step) return step.answer;
    const left = record.engine.exclusive ? 0 : leaseLeft(record, entry) ?? 0;
    if (left > 0) {
      await untilChanged(record, entry.version, left, pause * (0.5 + random()));
      continue;
    }
    const lease = await take(record, step.mark, entry.version);
    if (lease) return await step.work(lease).finally(lease.release);
    await clock.sleep(random() * pause);
    return undefined;
  }
}

async function take(record: OpenRecord, marked: SessionRecord, over: string | null) {
  const { clock, limits: { leaseMs, tokenDeadlineMs } } = record.context;
  let current: SessionRecord = { ...marked, lease: { holder: record.holder, ms: leaseMs } };
  /** What the record should be: what the store failed to write is tried again at the end. */
  let wanted = current;
  let takenAt = clock.monotonic();
  let version = await record.write(current, over);
  if (version === false) return null;

  /** Writes the record. `false` if somebody else took the lease or changed the record: the lease is lost then. */
  async function save(next: SessionRecord): Promise<boolean> {
    if (version === false) return false;
    wanted = next;
    const at = clock.monotonic();
    version = await record.write(next, version);
    if (version === false) return false;
    takenAt = at;
    current = next;
    return true;
  }

  return {
    /** The record as it stands under the lease. */
    record: () => current,
    save,
    /** Makes sure that the lease outlasts one token call; takes it anew if need be. `false` if that is not possible. */
    async covers(): Promise<boolean> {
      const lasts = () => version !== false && clock.monotonic() - takenAt + tokenDeadlineMs <= leaseMs;
      return lasts() || (await save(current) && lasts());
    },
    /** Gives the lease back. A write that fails leaves it to lapse: the error that matters is the one of the work. */
    async release(): Promise<void> {
      const { lease: mine, ...free } = wanted;
      if (mine || wanted !== current) await save(free).catch(() => false);
    },
  };
}

/**
 * Waits until the record may have changed: as long as the lease lasts if the store tells of changes, otherwise a pause. After
 * the store's word there is a short pause, too: it spreads those who wait, and limits what a wrong word costs.
 */
async function untilChanged({ context, engine }: OpenRecord, version: string | null, leftMs: number, pauseMs: number) {
  const { clock } = context;
  let pause = pauseMs;
  if (engine.changed) {
    const done = new AbortController();
    try {
      await Promise.race([engine.changed(version, leftMs, done.signal), clock.sleep(leftMs, done.signal)]);
      pause = POLL_MIN;
    } catch {
      // Without the notice the record is looked at as often as in a store that gives none.
    } finally {
      done.abort();
    }
  }
  await clock.sleep(Math.min(pause, leftMs));
}
