/**
 * The one record that all sessions of an account share: its form as bytes (UTF-8 JSON), and reading and writing it.
 *
 * @module
 */
import { describeError, SessionError } from "../errors.ts";
import { HEADER } from "../options.ts";
import type { Context, Refusal, StoreEngine, Token } from "../types.ts";

/** The version of the form that this code writes and reads. */
const VERSION = 2;

/** The record. */
export interface SessionRecord {
  /** Fingerprint of origin, strategy and account: a record of another identity is never used. */
  readonly identity: string;
  readonly token?: Token;
  /** The refresh token that was about to be sent, by fingerprint, and by which session. Its outcome may be unknown. */
  readonly inFlight?: { readonly hash: string; readonly by: string };
  /** Who renews, and for how long at most, in ms. */
  readonly lease?: { readonly holder: string; readonly ms: number };
  readonly refusals?: readonly Refusal[];
  readonly loggedOut?: string;
}

/** The record, or an empty one if the store has none of this identity, and the version to compare with. */
export interface Entry {
  readonly record: SessionRecord;
  readonly version: string | null;
  readonly isNew: boolean;
}

/** The account's record in a store, as one session sees it. */
export type OpenRecord = ReturnType<typeof openRecord>;

/**
 * Opens the record of one identity: turns the store's bytes into a record and its failures into typed errors.
 *
 * A record of another identity is reported and never used; the next write replaces it.
 */
export function openRecord(context: Context, engine: StoreEngine, identity: string) {
  const { clock, emit } = context;
  let foreign: string | null = null;
  let seen: { readonly version: string | null; readonly since: number } | undefined;

  async function guarded<T>(operation: "read" | "write", call: () => Promise<T>): Promise<T> {
    try {
      return await call();
    } catch (error) {
      emit({ type: "store_failed", at: clock.now(), operation });
      if (error instanceof SessionError) throw error;
      throw new SessionError("store_failed", `Cannot ${operation} the session's record: ${describeError(error)}`);
    }
  }

  return {
    context,
    engine,
    /** This session's name in a lease. */
    holder: crypto.randomUUID(),
    /** The record as it is now. */
    async read(): Promise<Entry> {
      const entry = await guarded("read", async () => {
        const stored = await engine.read();
        return stored && { record: decodeRecord(stored.data), version: stored.version };
      });
      const version = entry && entry.version;
      if (seen?.version !== version) seen = { version, since: clock.monotonic() };
      if (entry?.record.identity === identity) return { ...entry, isNew: false };
      if (entry && foreign !== version) emit({ type: "record_foreign", at: clock.now() });
      foreign = version;
      return { record: { identity }, version, isNew: true };
    },
    /** How long this session knows that the record has not changed since that version, in ms on the monotonic clock. */
    unchangedFor: (version: string | null) => seen?.version === version ? clock.monotonic() - seen.since : 0,
    /** Writes the record over the version. Resolves with the new one, or with `false` if somebody else wrote. */
    write: (record: SessionRecord, over: string | null) =>
      guarded("write", () => engine.write(encodeRecord(record), over)),
  };
}

/** The record as bytes. */
export function encodeRecord(record: SessionRecord): Uint8Array {
  return new TextEncoder().encode(JSON.stringify({ v: VERSION, ...record }));
}

/** The record that the bytes hold. */
export function decodeRecord(data: Uint8Array): SessionRecord {
  try {
    const json = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(data));
    if (json.v === VERSION) return members(json, { identity: text }, RECORD);
  } catch {
    // It is damaged.
  }
  const why = "it is damaged, or another version of this package wrote it; remove it, or use that version";
  throw new SessionError("store_failed", `Cannot read the session's record: ${why}`);
}

/** Reads a value, or throws if it is damaged. */
type Reader = (value: unknown) => unknown;

/** The optional members of a record. */
const RECORD: Readonly<Record<string, Reader>> = {
  token: (json) =>
    members(json, { scheme: visible, value: visible }, { expiresAt: number, lifetime: number, refresh: visible }),
  inFlight: (json) => members(json, { hash: text, by: text }),
  lease: (json) => members(json, { holder: text, ms: number }),
  refusals: (json) =>
    [...Object(json)].map((one) => members(one, { of: text, what: text, code: text, at: number }, { forMs: number })),
  loggedOut: text,
};

/** Reads the members of an object that are known; throws if one is damaged. */
function members<T>(
  json: unknown,
  required: Readonly<Record<string, Reader>>,
  optional: Readonly<Record<string, Reader>> = {},
): T {
  const given = Object(json);
  const known = Object.entries({ ...required, ...optional }).filter(([name]) => name in required || name in given);
  return Object.fromEntries(known.map(([name, read]) => [name, read(given[name])])) as T;
}

function text(value: unknown): string {
  if (typeof value !== "string") throw new TypeError("not a text");
  return value;
}

/** A text that can be sent. The platform's error for one that cannot would quote the whole token. */
function visible(value: unknown): string {
  if (!HEADER[0].test(text(value))) throw new TypeError("not visible");
  return text(value);
}

function number(value: unknown): number {
  if (!Number.isFinite(value)) throw new TypeError("not a number");
  return Number(value);
}
