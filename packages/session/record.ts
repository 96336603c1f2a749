/**
 * The one record that all sessions of an account share: its members, and its form as bytes (UTF-8 JSON).
 *
 * @module
 */
import { SessionError } from "./errors.ts";
import { isSlow } from "./fingerprint.ts";
import { isVisible } from "./token.ts";
import type { Io, Token } from "./types.ts";

/** The version of the form that this code writes, and the newest that it reads. */
const VERSION = 1;

/** What is remembered of something that the server refused. */
export interface Refusal {
  /** The fingerprint of what was refused: of a refresh token, or the slow one of a name and password. */
  readonly of: string;
  /** The code of the error that it led to. */
  readonly code: "credentials_rejected" | "login_required" | "blocked" | "mfa_required";
  /** When, in ms since 1970. */
  readonly at: number;
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

/** So many refusals are kept, the newest; older ones are of credentials that nobody tries any more. */
const MAX_REFUSALS = 8;

/** How long a block is remembered, in ms: it may be lifted, and asking again too soon prolongs it. */
const BLOCKED_MS = 15 * 60_000;

/** The record with one more refusal. */
export function addRefusal(record: SessionRecord, refusal: Refusal): SessionRecord {
  const others = (record.refusals ?? []).filter((one) => one.of !== refusal.of);
  return { ...record, refusals: [...others, refusal].slice(-MAX_REFUSALS) };
}

/**
 * The refusal of that fingerprint, if it is still to be respected: of credentials, until they change; of a refresh token,
 * for a while.
 */
export function findRefusal(record: SessionRecord, of: string, io: Io): Refusal | undefined {
  const refusal = record.refusals?.find((one) => one.of === of);
  if (!refusal || (refusal.code === "credentials_rejected" && isSlow(of))) return refusal;
  const age = Math.abs(io.clock.now() - refusal.at); // another machine's clock may be fast
  return age < (refusal.code === "blocked" ? BLOCKED_MS : io.limits.cooldownMs) ? refusal : undefined;
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
  return json.map((one) => {
    if (!isObject(one)) throw damaged();
    return { of: text(one.of), code: readCode(one.code), at: number(one.at) };
  });
}

function readCode(code: unknown): Refusal["code"] {
  switch (code) {
    case "credentials_rejected":
    case "login_required":
    case "blocked":
    case "mfa_required":
      return code;
    default:
      throw damaged();
  }
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
