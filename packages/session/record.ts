/**
 * The one record that all sessions of an account share: its members, and its form as bytes (UTF-8 JSON).
 *
 * @module
 */
import { SessionError } from "./errors.ts";
import { isVisible } from "./token.ts";
import type { Token } from "./types.ts";

/** The version of the form that this code writes, and the newest that it reads. */
const VERSION = 1;

/** The codes of refusals; one that this code does not know is of a later version, and not kept. */
const REFUSAL_CODES = [
  "credentials_rejected",
  "login_required",
  "blocked",
  "mfa_required",
  "rate_limited",
  "unreachable",
] as const;

/** What is remembered of something that the server refused, or asked to be asked later. */
export interface Refusal {
  /** The fingerprint of what was refused: of a refresh token, or the slow one of a name and password. */
  readonly of: string;
  /** The code of the error that it led to. */
  readonly code: typeof REFUSAL_CODES[number];
  /** When, in ms since 1970. */
  readonly at: number;
  /** For how long, in ms, where the server said. */
  readonly forMs?: number;
}

/** The record. */
export interface SessionRecord {
  /** Fingerprint of origin, strategy and subject: a record of another identity is never used. */
  readonly identity: string;
  /** The newest pair. */
  readonly token?: Token;
  /**
   * The refresh token that was about to be sent, by fingerprint, and by which session; still there: nobody else knows what
   * became of it.
   */
  readonly spending?: { readonly hash: string; readonly at: number; readonly by?: string; readonly repeated?: true };
  /** Who renews, and for how long at most, in ms. */
  readonly lease?: { readonly holder: string; readonly ms: number };
  /** What the server refused and is not to be asked again. */
  readonly refusals?: readonly Refusal[];
  /** The last logout, until somebody logs in again; `id` tells two of them apart. */
  readonly loggedOut?: { readonly id: string; readonly at: number };
}

/** Whether errors with that code are remembered. */
export function isRefusalCode(code: string): code is Refusal["code"] {
  return REFUSAL_CODES.some((known) => known === code);
}

/** The record as bytes. */
export function encodeRecord(record: SessionRecord): Uint8Array {
  return new TextEncoder().encode(JSON.stringify({ v: VERSION, ...record }));
}

/**
 * The record that the bytes hold.
 *
 * @throws {SessionError} `store_failed` when they hold none, or one of a newer version: never taken for "logged out".
 */
export function decodeRecord(data: Uint8Array): SessionRecord {
  let json: unknown;
  try {
    json = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(data));
  } catch {
    throw damaged();
  }
  if (!isObject(json) || typeof json.v !== "number") throw damaged();
  if (json.v > VERSION) {
    throw new SessionError(
      "store_failed",
      "Cannot read the session's record: a newer version of this package wrote it",
    );
  }
  const { v, identity, token, spending, lease, refusals, loggedOut } = json;
  if (v !== VERSION || typeof identity !== "string") throw damaged();
  return {
    identity,
    ...(token === undefined ? {} : { token: readToken(token) }),
    ...(spending === undefined ? {} : { spending: readSpending(spending) }),
    ...(lease === undefined ? {} : { lease: readLease(lease) }),
    ...(refusals === undefined ? {} : { refusals: readRefusals(refusals) }),
    ...(loggedOut === undefined ? {} : { loggedOut: readMark(loggedOut, "id") }),
  };
}

function readToken(json: unknown): Token {
  if (!isObject(json)) throw damaged();
  const { scheme, value, expiresAt, lifetime, refresh } = json;
  return {
    scheme: visible(scheme),
    value: visible(value),
    ...(expiresAt === undefined ? {} : { expiresAt: number(expiresAt) }),
    ...(lifetime === undefined ? {} : { lifetime: number(lifetime) }),
    ...(refresh === undefined ? {} : { refresh: visible(refresh) }),
  };
}

function readSpending(json: unknown): NonNullable<SessionRecord["spending"]> {
  const mark = readMark(json, "hash");
  if (!isObject(json)) return mark;
  const by = json.by === undefined ? {} : { by: text(json.by) };
  return { ...mark, ...by, ...(json.repeated === true ? { repeated: true } : {}) };
}

function readMark<K extends string>(json: unknown, key: K): Record<K, string> & { at: number } {
  if (!isObject(json)) throw damaged();
  const mark: Record<string, string | number> = { [key]: text(json[key]), at: number(json.at) };
  return mark as Record<K, string> & { at: number };
}

function readLease(json: unknown): { holder: string; ms: number } {
  if (!isObject(json)) throw damaged();
  return { holder: text(json.holder), ms: number(json.ms) };
}

function readRefusals(json: unknown): Refusal[] {
  if (!Array.isArray(json)) throw damaged();
  return json.flatMap((one) => {
    if (!isObject(one)) throw damaged();
    const code = text(one.code);
    const forMs = one.forMs === undefined ? {} : { forMs: number(one.forMs) };
    return isRefusalCode(code) ? [{ of: text(one.of), code, at: number(one.at), ...forMs }] : [];
  });
}

function text(value: unknown): string {
  if (typeof value !== "string") throw damaged();
  return value;
}

/** What can be sent: the platform's own error for a header that cannot be quotes the whole token. */
function visible(value: unknown): string {
  if (!isVisible(text(value))) throw damaged();
  return text(value);
}

function number(value: unknown): number {
  if (typeof value !== "number" || !Number.isFinite(value)) throw damaged();
  return value;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function damaged(): SessionError {
  return new SessionError("store_failed", "Cannot read the session's record: it is damaged");
}
