/**
 * From the wire to a {@link Token}: the shape of token answers, lifetimes, and when to renew.
 *
 * @module
 */
import { SessionError } from "./errors.ts";
import type { HeldTokens, Token } from "./types.ts";

/** When an answer came. */
export interface Receipt {
  /** On this machine's clock, in ms. */
  readonly at: number;
  /** On the server's clock, in ms, if it said. */
  readonly serverAt?: number;
}

/** Longest lifetime that is believed, in ms: ten years. */
const LONGEST = 10 * 365 * 86_400_000;

/** The last time that is a date, in seconds since 1970; a JWT may say more than JSON could hold in ms. */
const LAST_SECOND = 8.64e12;

/**
 * Reads the answer of `/auth/login` and `/auth/refresh`: `{ token, refreshToken }`.
 *
 * @param json The parsed body, whatever it is.
 * @param receipt When it came.
 * @param spent The token that was renewed; its refresh token goes on when the answer has none.
 * @throws {SessionError} `bad_response` when it is no token.
 */
export function tokenFromLogin(json: unknown, receipt: Receipt, spent?: Token): Token {
  const { token, refreshToken } = asObject(json);
  const value = usable(token);
  const refresh = refreshToken === undefined || refreshToken === null ? spent?.refresh : usable(refreshToken);
  if (spent === undefined && refresh === undefined) throw notAToken();
  return build(value, jwtLifetime(value, receipt), receipt.at, refresh);
}

/**
 * Reads the answer of an OAuth 2 token endpoint (RFC 6749, 5.1).
 *
 * @param json The parsed body, whatever it is.
 * @param receipt When it came.
 * @param spent The token that was renewed; its refresh token goes on when the answer has none (RFC 6749, 6).
 * @throws {SessionError} `bad_response` when it is no bearer token.
 */
export function tokenFromOAuth(json: unknown, receipt: Receipt, spent?: Token): Token {
  const { access_token, token_type, expires_in, refresh_token } = asObject(json);
  const value = usable(access_token);
  if (typeof token_type !== "string" || token_type.toLowerCase() !== "bearer") throw notAToken();
  const refresh = refresh_token === undefined || refresh_token === null ? spent?.refresh : usable(refresh_token);
  return build(value, secondsToMs(expires_in) ?? jwtLifetime(value, receipt), receipt.at, refresh);
}

/**
 * A token that was obtained elsewhere.
 *
 * @param held The tokens as given by the user.
 * @param now This machine's clock, in ms.
 * @throws {TypeError} When one cannot stand in a header or a body.
 */
export function tokenFromHeld(held: HeldTokens, now: number): Token {
  const value = checkSecret("access token", held.accessToken);
  const refresh = held.refreshToken === undefined ? undefined : checkSecret("refresh token", held.refreshToken);
  if (held.expiresAt !== undefined && !Number.isFinite(held.expiresAt)) {
    throw new TypeError("Cannot use expiresAt: it must be milliseconds since 1970");
  }
  const { exp, iat } = claims(value);
  const expiresAt = held.expiresAt ?? (exp === undefined ? undefined : exp * 1000);
  const lifetime = exp !== undefined && iat !== undefined && exp > iat ? (exp - iat) * 1000 : undefined;
  return {
    scheme: "Bearer",
    value,
    ...(expiresAt === undefined ? {} : { expiresAt, lifetime: lifetime ?? Math.max(0, expiresAt - now) }),
    ...(refresh === undefined ? {} : { refresh }),
  };
}

/** A credential that the user gave, if it can stand in a header; the error does not quote it. */
export function checkSecret(what: string, value: unknown): string {
  if (typeof value !== "string" || value === "") throw new TypeError(`Cannot use the ${what}: it is no text, or empty`);
  if (!isVisible(value)) throw new TypeError(`Cannot use the ${what}: it has a character that no header can carry`);
  return value;
}

/**
 * When to renew a token, in ms since 1970: before it expires, by the margin or a tenth of its lifetime, whichever is less,
 * and up to a tenth of that earlier, so that isolates do not wake together.
 */
export function renewAt(token: Token, marginMs: number, jitter: number): number {
  if (token.expiresAt === undefined) return Infinity;
  const margin = Math.min(marginMs, (token.lifetime ?? Infinity) / 10);
  return token.expiresAt - margin * (1 + jitter / 10);
}

/** Whether a token has so many ms left; a lifetime that cannot reach them is no reason to renew on every call. */
export function outlasts({ expiresAt, lifetime }: Token, minValid: number, now: number): boolean {
  if (expiresAt === undefined || minValid >= (lifetime ?? Infinity) * 0.9) return true;
  return expiresAt - now >= minValid;
}

/** The `exp` and `iat` claims, in seconds, of a token that is a JWT; advice only, nothing is verified. */
export function claims(value: string): { exp?: number; iat?: number } {
  const parts = value.split(".");
  if (parts.length !== 3) return {};
  try {
    const binary = atob(parts[1]!.replaceAll("-", "+").replaceAll("_", "/"));
    const text = new TextDecoder().decode(Uint8Array.from(binary, (char) => char.charCodeAt(0)));
    const { exp, iat } = asObject(JSON.parse(text));
    return { ...(isSeconds(exp) ? { exp } : {}), ...(isSeconds(iat) ? { iat } : {}) };
  } catch {
    return {};
  }
}

/** Whether there is a text, and a header can carry it without quoting or folding. */
export function isVisible(text: string): boolean {
  return /^[\x21-\x7e]+$/.test(text);
}

function build(value: string, lifetime: number | undefined, at: number, refresh: string | undefined): Token {
  return {
    scheme: "Bearer",
    value,
    ...(lifetime === undefined ? {} : { lifetime, expiresAt: at + lifetime }),
    ...(refresh === undefined ? {} : { refresh }),
  };
}

/** Counted from the receipt, so that neither clock needs to be right; the server's is needed only without `iat`. */
function jwtLifetime(value: string, receipt: Receipt): number | undefined {
  const { exp, iat } = claims(value);
  if (exp === undefined) return undefined;
  return sane(exp * 1000 - (iat !== undefined ? iat * 1000 : receipt.serverAt ?? receipt.at));
}

function secondsToMs(seconds: unknown): number | undefined {
  const number = typeof seconds === "string" && /^\d{1,12}$/.test(seconds) ? Number(seconds) : seconds;
  return typeof number === "number" && Number.isFinite(number) ? sane(number * 1000) : undefined;
}

/** A token that says it was never valid is used until the API refuses it: renewing it on every call would help nobody. */
function sane(lifetime: number): number | undefined {
  return lifetime > 0 ? Math.min(lifetime, LONGEST) : undefined;
}

function isSeconds(value: unknown): value is number {
  return typeof value === "number" && Math.abs(value) <= LAST_SECOND;
}

function usable(value: unknown): string {
  if (typeof value !== "string" || !isVisible(value)) throw notAToken();
  return value;
}

function asObject(json: unknown): Record<string, unknown> {
  if (typeof json !== "object" || json === null || Array.isArray(json)) throw notAToken();
  return { ...json };
}

function notAToken(): SessionError {
  return new SessionError("bad_response", "Cannot read the server's answer: it is no token");
}
