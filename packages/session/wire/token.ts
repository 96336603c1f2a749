/**
 * From the wire to a {@link Token}: the shape of token answers, lifetimes, and when to renew.
 *
 * @module
 */
import { SessionError } from "../errors.ts";
import { checkCredential, isVisible } from "../options.ts";
import type { InitialTokens, Token } from "../types.ts";

/** When an answer came. */
export interface Receipt {
  /** On this machine's clock, in ms. */
  readonly at: number;
  /** On the server's clock, in ms, if it said. */
  readonly serverAt?: number;
}

/** The longest lifetime that is believed, in ms: ten years. */
const LONGEST_LIFETIME = 10 * 365 * 86_400_000;

/** The last second that is a date; a JWT may name a later one. */
const LAST_SECOND = 8.64e12;

/**
 * Reads the answer of `/auth/login` and `/auth/refresh`: `{ token, refreshToken }`.
 *
 * @param json The parsed body, of any type.
 * @param receipt When it came.
 * @param spent The token that was renewed; its refresh token stays if the answer has none.
 * @throws {SessionError} `bad_response` if it is not a token.
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
 * @param json The parsed body, of any type.
 * @param receipt When it came.
 * @param spent The token that was renewed; its refresh token stays if the answer has none (RFC 6749, 6).
 * @throws {SessionError} `bad_response` if it is not a bearer token.
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
 * @param tokens The tokens as the user gave them.
 * @param now This machine's clock, in ms.
 * @throws {TypeError} If one of them cannot be sent.
 */
export function tokenFromInitial(tokens: InitialTokens, now: number): Token {
  const { accessToken: value, refreshToken: refresh } = tokens;
  checkText("access token", value);
  if (refresh !== undefined) checkText("refresh token", refresh);
  if (tokens.expiresAt !== undefined && !Number.isFinite(tokens.expiresAt)) {
    throw new TypeError("Cannot use expiresAt: it must be milliseconds since 1970");
  }
  const { exp, iat } = claims(value);
  const expiresAt = tokens.expiresAt ?? (exp === undefined ? undefined : exp * 1000);
  const lifetime = exp !== undefined && iat !== undefined && exp > iat ? (exp - iat) * 1000 : undefined;
  return {
    scheme: "Bearer",
    value,
    ...(expiresAt === undefined ? {} : { expiresAt, lifetime: lifetime ?? Math.max(0, expiresAt - now) }),
    ...(refresh === undefined ? {} : { refresh }),
  };
}

function checkText(what: string, value: unknown): void {
  checkCredential(what, typeof value === "function" ? undefined : value, "header");
}

/**
 * When to renew a token, in ms since 1970. It is renewed before it expires, by the margin or a tenth of its lifetime if that
 * is less, and up to a tenth of that earlier, so that isolates do not wake together.
 */
export function renewAt(token: Token, marginMs: number, jitter: number): number {
  if (token.expiresAt === undefined) return Infinity;
  const margin = Math.min(marginMs, (token.lifetime ?? Infinity) / 10);
  return token.expiresAt - margin * (1 + jitter / 10);
}

/** Whether a token has `minValid` ms left. If it never had that many, it counts as if: renewing it would not help. */
export function outlasts({ expiresAt, lifetime }: Token, minValid: number, now: number): boolean {
  if (expiresAt === undefined || minValid >= (lifetime ?? Infinity) * 0.9) return true;
  return expiresAt - now >= minValid;
}

/** The `exp` and `iat` claims of a JWT, in seconds. Nothing is verified. */
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

function build(value: string, lifetime: number | undefined, at: number, refresh: string | undefined): Token {
  return {
    scheme: "Bearer",
    value,
    ...(lifetime === undefined ? {} : { lifetime, expiresAt: at + lifetime }),
    ...(refresh === undefined ? {} : { refresh }),
  };
}

/** The lifetime is counted from the receipt, so that neither clock needs to be right. */
function jwtLifetime(value: string, receipt: Receipt): number | undefined {
  const { exp, iat } = claims(value);
  if (exp === undefined) return undefined;
  return sane(exp * 1000 - (iat !== undefined ? iat * 1000 : receipt.serverAt ?? receipt.at));
}

function secondsToMs(seconds: unknown): number | undefined {
  const number = typeof seconds === "string" && /^\d{1,12}$/.test(seconds) ? Number(seconds) : seconds;
  return typeof number === "number" && Number.isFinite(number) ? sane(number * 1000) : undefined;
}

/** A token that says it was never valid is used until the API refuses it. Renewing it on every call would not help. */
function sane(lifetime: number): number | undefined {
  return lifetime > 0 ? Math.min(lifetime, LONGEST_LIFETIME) : undefined;
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
  return new SessionError("bad_response", "Cannot read the server's answer: it is not a token");
}
