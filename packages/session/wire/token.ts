// From the wire to a token: the shape of token answers, lifetimes, and when to renew.
import { defined, SessionError } from "../errors.ts";
import { checkText, HEADER } from "../options.ts";
import type { InitialTokens, Token } from "../types.ts";

/** When an answer came, in ms: on this machine's clock, and on the server's if it said. */
export interface Receipt {
  readonly at: number;
  readonly serverAt?: number;
}

const LONGEST_LIFETIME = 31_622_400_000; // 366 days in ms: longer ones are not believed
const MILLISECONDS = 1e11; // as seconds, a date in 5138: some servers write a larger number, and mean milliseconds

/** Reads the answer of `/auth/login` and `/auth/refresh`: `{ token, refreshToken }`. */
export function tokenFromLogin(json: unknown, receipt: Receipt, spent?: Token): Token {
  const { token, refreshToken } = Object(json);
  const pair = build(token, refreshToken, undefined, receipt, spent);
  if (spent === undefined && pair.refresh === undefined) throw notAToken();
  return pair;
}

/** Reads the answer of an OAuth 2 token endpoint (RFC 6749, 5.1). */
export function tokenFromOAuth(json: unknown, receipt: Receipt, spent?: Token): Token {
  const { access_token, token_type, expires_in, refresh_token } = Object(json);
  if (typeof token_type !== "string" || token_type.toLowerCase() !== "bearer") throw notAToken();
  const isGiven = typeof expires_in === "string" ? /^\d{1,12}$/.test(expires_in) : Number.isFinite(expires_in);
  return build(access_token, refresh_token, isGiven ? sane(expires_in * 1000) : undefined, receipt, spent);
}

/** A token that was obtained elsewhere. */
export function tokenFromInitial(tokens: InitialTokens, now: number): Token {
  const { accessToken: value, refreshToken: refresh, expiresAt: given } = tokens;
  checkText("access token", value, HEADER);
  if (refresh !== undefined) checkText("refresh token", refresh, HEADER);
  if (given !== undefined && !Number.isFinite(given)) {
    throw new TypeError("Cannot use expiresAt: it must be milliseconds since 1970");
  }
  const { exp = NaN, iat = NaN } = claims(value);
  const expiresAt = given ?? exp * 1000;
  const lifetime = exp > iat ? (exp - iat) * 1000 : Math.max(0, expiresAt - now);
  // Without a refresh token an expired one is tried: this machine's clock may be fast.
  const times = expiresAt > (refresh === undefined ? now : -Infinity) ? { expiresAt, lifetime } : {};
  return defined({ scheme: "Bearer", value, ...times, refresh });
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
  const parts = value.split(".");
  const payload = parts.length === 3 ? parts[1]! : "";
  try {
    // Numbers are ASCII: it does not matter that names in UTF-8 are read as other letters.
    const { exp, iat } = Object(JSON.parse(atob(payload.replaceAll("-", "+").replaceAll("_", "/"))));
    return defined({ exp: seconds(exp), iat: seconds(iat) });
  } catch {
    return {};
  }
}

/** Makes the token of an answer. Its lifetime is counted from the receipt, so that neither clock needs to be right. */
function build(given: unknown, next: unknown, told: number | undefined, receipt: Receipt, spent?: Token): Token {
  const value = usable(given);
  const refresh = (next ?? "") === "" ? spent?.refresh : usable(next);
  const { exp = NaN, iat } = claims(value);
  const lifetime = told ?? sane(exp * 1000 - (iat === undefined ? receipt.serverAt ?? receipt.at : iat * 1000));
  return defined({ scheme: "Bearer", value, lifetime, expiresAt: lifetime && receipt.at + lifetime, refresh });
}

/** A token that says it was never valid, or ever is, is used until the API refuses it. */
const sane = (lifetime: number) => lifetime > 0 && lifetime <= LONGEST_LIFETIME ? lifetime : undefined;

function seconds(value: unknown): number | undefined {
  if (typeof value !== "number" || !(value > 0)) return undefined;
  const given = value > MILLISECONDS ? value / 1000 : value;
  return given <= MILLISECONDS ? given : undefined;
}

function usable(value: unknown): string {
  if (typeof value === "string" && HEADER[0].test(value)) return value;
  throw notAToken();
}

function notAToken(): SessionError {
  return new SessionError("bad_response", "Cannot read the server's answer: it is not a token");
}
