import { describeError, SessionError } from "./errors.ts";
import { decodeRecord, encodeRecord, type SessionRecord } from "./record.ts";
import type { Io } from "./types.ts";

/** The record and the version to compare with when writing over it. */
export interface Entry {
  /** The record; an empty one where the store has none of this identity. */
  readonly record: SessionRecord;
  /** The store's version; `null` where it has no record. */
  readonly version: string | null;
  /** Whether the store holds no record of this identity. */
  readonly isNew: boolean;
}

/** The account's record in the store. */
export interface Ledger {
  /** This session's name in a lease: one that it left behind need not be waited for. */
  readonly holder: string;
  /** Takes note of the refresh token, by fingerprint, that this session now sends; without one: that its outcome is known. */
  sending(hash?: string): void;
  /** Takes note of the refresh token, by fingerprint, that this session exchanged for another one. */
  exchanged(hash: string): void;
  /** Whether the refresh token that the record has marked is that one: the store never heard of the other. */
  isExchanged(record: SessionRecord): boolean;
  /** Whether this session marked the record's refresh token and then sent nothing: the write seemed to fail, or to be late. */
  isUnsent(record: SessionRecord): boolean;
  /** The record as it is now. */
  read(): Promise<Entry>;
  /** How long this session knows that the record has not changed since that version, in ms on the monotonic clock. */
  unchangedFor(version: string | null): number;
  /** Writes the record over the version; resolves with the new one, or `false` when somebody else wrote. */
  write(record: SessionRecord, over: string | null): Promise<string | false>;
}

/**
 * Opens the ledger of one identity: turns the store's bytes into a record and its failures into typed errors.
 *
 * A record of another identity is reported and never used; the next write replaces it.
 */
export function openLedger(io: Io, identity: string): Ledger {
  const holder = crypto.randomUUID();
  let foreign: string | null = null;
  let seen: { readonly version: string | null; readonly since: number } | undefined;
  let sent: string | undefined;
  let exchanged: string | undefined;
  return {
    holder,
    sending(hash) {
      sent = hash;
    },
    exchanged(hash) {
      exchanged = hash;
    },
    isExchanged: ({ spending }) => spending !== undefined && spending.hash === exchanged,
    isUnsent: ({ spending }) => spending?.by === holder && spending.hash !== sent,
    async read() {
      const entry = await guarded(io, "read", async () => {
        const stored = await io.store.read();
        return stored && { record: decodeRecord(stored.data), version: stored.version };
      });
      const version = entry && entry.version;
      if (seen?.version !== version) seen = { version, since: io.clock.monotonic() };
      if (entry === null) return { record: { identity }, version, isNew: true };
      const { record } = entry;
      if (record.identity === identity) return { record, version, isNew: false };
      if (foreign !== version) io.emit({ type: "record_foreign", at: io.clock.now() });
      foreign = version;
      return { record: { identity }, version, isNew: true };
    },
    unchangedFor: (version) => seen?.version === version ? io.clock.monotonic() - seen.since : 0,
    write: (record, over) => guarded(io, "write", () => io.store.write(encodeRecord(record), over)),
  };
}

async function guarded<T>(io: Io, operation: "read" | "write", call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (error) {
    io.emit({ type: "store_failed", at: io.clock.now(), operation });
    if (error instanceof SessionError) throw error;
    throw new SessionError("store_failed", `Cannot ${operation} the session's record: ${describeError(error)}`);
  }
}
