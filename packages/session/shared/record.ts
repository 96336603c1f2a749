/**
 * The one record that all sessions of an account share: its form as bytes (UTF-8 JSON), and reading and writing it.
 *
 * @module
 */
import { describeError, SessionError } from "../errors.ts";
import { isVisible } from "../options.ts";
import type { Context, Refusal, RefusalCode, StoreEngine, Token } from "../types.ts";

/** The version of the form that this code writes and reads. */
const VERSION = 2;

/** The record. */
export interface SessionRecord {
  /** Fingerprint of origin, strategy and account: a record of another identity is never used. */
  readonly identity: string;
  /** The newest pair. */
  readonly token?: Token | undefined;
  /** The refresh token that was about to be sent, by fingerprint, and by which session. Nobody knows what became of it. */
  readonly inFlight?: { readonly hash: string; readonly by: string } | undefined;
  /** Who renews, and for how long at most, in ms. */
  readonly lease?: { readonly holder: string; readonly ms: number } | undefined;
  /** What the server refused and must not be asked again. */
  readonly refusals?: readonly Refusal[] | undefined;
  /** The id of the last logout, until somebody logs in again. */
  readonly loggedOut?: string | undefined;
}

/** The record, and the version to compare with when it is replaced. */
export interface Entry {
  /** The record; an empty one if the store has none of this identity. */
  readonly record: SessionRecord;
  /** The store's version; `null` if it has no record. */
  readonly version: string | null;
  /** Whether the store has no record of this identity. */
  readonly isNew: boolean;
}

/** The account's record in a store, as one session sees it. */
export interface OpenRecord {
  /** This session's name in a lease. */
  readonly holder: string;
  /** The record as it is now. */
  read(): Promise<Entry>;
  /** How long this session knows that the record has not changed since that version, in ms on the monotonic clock. */
  unchangedFor(version: string | null): number;
  /** Writes the record over the version. Resolves with the new one, or with `false` if somebody else wrote. */
  write(record: SessionRecord, over: string | null): Promise<string | false>;
}

/**
 * Opens the record of one identity: turns the store's bytes into a record and its failures into typed errors.
 *
 * A record of another identity is reported and never used; the next write replaces it.
 */
export function openRecord({ clock, emit }: Context, engine: StoreEngine, identity: string): OpenRecord {
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
    holder: crypto.randomUUID(),
    async read() {
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
    unchangedFor: (version) => seen?.version === version ? clock.monotonic() - seen.since : 0,
    write: (record, over) => guarded("write", () => engine.write(encodeRecord(record), over)),
  };
}

/** The record as bytes. */
export function encodeRecord(record: SessionRecord): Uint8Array {
  return new TextEncoder().encode(JSON.stringify({ v: VERSION, ...record }));
}

/**
 * The record that the bytes hold.
 *
 * @throws {SessionError} `store_failed` if they hold none, or one of another version. It is never taken for "logged out".
 */
export function decodeRecord(data: Uint8Array): SessionRecord {
  let json: unknown;
  try {
    json = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(data));
  } catch {
    throw damaged();
  }
  const { v, identity, token, inFlight, lease, refusals, loggedOut } = object(json);
  if (number(v) !== VERSION) {
    const age = number(v) > VERSION ? "a newer" : "an older";
    const message = `Cannot read the session's record: ${age} version of this package wrote it; remove the record`;
    throw new SessionError("store_failed", message);
  }
  return {
    identity: text(identity),
    ...(token === undefined ? {} : { token: readToken(object(token)) }),
    ...(inFlight === undefined ? {} : { inFlight: readMark(object(inFlight)) }),
    ...(lease === undefined ? {} : { lease: readLease(object(lease)) }),
    ...(refusals === undefined ? {} : { refusals: readRefusals(refusals) }),
    ...(loggedOut === undefined ? {} : { loggedOut: text(loggedOut) }),
  };
}

function readToken({ scheme, value, expiresAt, lifetime, refresh }: Record<string, unknown>): Token {
  return {
    scheme: visible(scheme),
    value: visible(value),
    ...(expiresAt === undefined ? {} : { expiresAt: number(expiresAt) }),
    ...(lifetime === undefined ? {} : { lifetime: number(lifetime) }),
    ...(refresh === undefined ? {} : { refresh: visible(refresh) }),
  };
}

function readMark({ hash, by }: Record<string, unknown>): SessionRecord["inFlight"] {
  return { hash: text(hash), by: text(by) };
}

function readLease({ holder, ms }: Record<string, unknown>): SessionRecord["lease"] {
  return { holder: text(holder), ms: number(ms) };
}

/** The codes that are read. An unknown one is of a later version, and is not kept. */
const CODES: Readonly<Record<RefusalCode, true>> = {
  credentials_rejected: true,
  login_required: true,
  blocked: true,
  mfa_required: true,
  rate_limited: true,
  unreachable: true,
};

function isCode(code: string): code is RefusalCode {
  return Object.hasOwn(CODES, code);
}

function readRefusals(json: unknown): Refusal[] {
  if (!Array.isArray(json)) throw damaged();
  return json.map(object).flatMap(({ of, what, code, at, forMs }): Refusal[] => {
    const known = text(code);
    if (what !== "refresh" && what !== "login") throw damaged();
    const refusal = { of: text(of), what, at: number(at), ...(forMs === undefined ? {} : { forMs: number(forMs) }) };
    return isCode(known) ? [{ ...refusal, what, code: known }] : [];
  });
}

function text(value: unknown): string {
  if (typeof value !== "string") throw damaged();
  return value;
}

/** A text that can be sent. The platform's error for one that cannot would quote the whole token. */
function visible(value: unknown): string {
  if (!isVisible(text(value))) throw damaged();
  return text(value);
}

function number(value: unknown): number {
  if (typeof value !== "number" || !Number.isFinite(value)) throw damaged();
  return value;
}

function object(value: unknown): Record<string, unknown> {
  if (typeof value !== "object" || value === null || Array.isArray(value)) throw damaged();
  return { ...value };
}

function damaged(): SessionError {
  return new SessionError("store_failed", "Cannot read the session's record: it is damaged; remove it");
}
