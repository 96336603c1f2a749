// From the wire to a token: the shape of token answers, lifetimes, and when to renew.
import { defined, SessionError } from "../errors.ts";
import { checkText, HEADER } from "../options.ts";
import type { InitialTokens, Token } from "../types.ts";

/** When an answer came, in ms: on this machine's clock, and on the server's if it said. */
export interface Receipt {
  readonly at: number;
  readonly serverAt?: number;
}

const LONGEST_LIFETIME = 366 * 86_400_000; // in ms: longer ones are not believed
const MILLISECONDS = 1e11; // as seconds, a date in 5138: some servers write a larger number, and mean milliseconds

/** Reads the answer of `/auth/login` and `/auth/refresh`: `{ token, refreshToken }`. */
export function tokenFromLogin(json: unknown, receipt: Receipt, spent?: Token): Token {
  const { token, refreshToken } = Object(json);
  const value = usable(token);
  const refresh = (refreshToken ?? "") === "" ? spent?.refresh : usable(refreshToken);
  if (spent === undefined && refresh === undefined) throw notAToken();
  return build(value, jwtLifetime(value, receipt), receipt.at, refresh);
}

/** Reads the answer of an OAuth 2 token endpoint (RFC 6749, 5.1). */
export function tokenFromOAuth(json: unknown, receipt: Receipt, spent?: Token): Token {
  const { access_token, token_type, expires_in, refresh_token } = Object(json);
  const value = usable(access_token);
  if (typeof token_type !== "string" || token_type.toLowerCase() !== "bearer") throw notAToken();
  const refresh = (refresh_token ?? "") === "" ? spent?.refresh : usable(refresh_token);
  return build(value, secondsToMs(expires_in) ?? jwtLifetime(value, receipt), receipt.at, refresh);
}

/** A token that was obtained elsewhere. */
export function tokenFromInitial(tokens: InitialTokens, now: number): Token {
  const { accessToken: value, refreshToken: refresh } = tokens;
  checkText("access token", value, HEADER);
  if (refresh !== undefined) checkText("refresh token", refresh, HEADER);
  if (tokens.expiresAt !== undefined && !Number.isFinite(tokens.expiresAt)) {
    throw new TypeError("Cannot use expiresAt: it must be milliseconds since 1970");
  }
  const { exp = NaN, iat = NaN } = claims(value);
  const expiresAt = tokens.expiresAt ?? exp * 1000;
  // Without a refresh token an expired one is tried: this machine's clock may be fast.
  const isKnown = expiresAt > now || (refresh !== undefined && expiresAt <= now);
  if (!isKnown) return defined({ scheme: "Bearer", value, refresh });
  const lifetime = exp > iat ? (exp - iat) * 1000 : Math.max(0, expiresAt - now);
  return defined({ scheme: "Bearer", value, expiresAt, lifetime, refresh });
}

/**
 * When to renew a token, in ms since 1970. It is renewed before it expires, by the margin or a tenth of its lifetime if that
 * is less, and up to a tenth of the margin earlier, so that isolates do not wake together. One without `expiresAt` is never due.
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
  const payload = /^[^.]*\.([^.]*)\.[^.]*$/.exec(value)?.[1] ?? "";
  try {
    // Numbers are ASCII: it does not matter that names in UTF-8 are read as other letters.
    const { exp, iat } = Object(JSON.parse(atob(payload.replaceAll("-", "+").replaceAll("_", "/"))));
    return defined({ exp: seconds(exp), iat: seconds(iat) });
  } catch {
    return {};
  }
}

function build(value: string, lifetime: number | undefined, at: number, refresh: string | undefined): Token {
  return defined({
    scheme: "Bearer",
    value,
    lifetime,
    expiresAt: lifetime === undefined ? undefined : at + lifetime,
    refresh,
  });
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

/** A token that says it was never valid, or ever is, is used until the API refuses it. */
function sane(lifetime: number): number | undefined {
  return lifetime > 0 && lifetime <= LONGEST_LIFETIME ? lifetime : undefined;
}

function seconds(value: unknown): number | undefined {
  if (typeof value !== "number" || !(value > 0)) return undefined;
  const given = value > MILLISECONDS ? value / 1000 : value;
  return given <= MILLISECONDS ? given : undefined;
}

function usable(value: unknown): string {
  if (typeof value !== "string" || !HEADER[0].test(value)) throw notAToken();
  return value;
}

function notAToken(): SessionError {
  return new SessionError("bad_response", "Cannot read the server's answer: it is not a token");
}
