/**
 * The server's answers as the session gets them, and its requests as the server reads them.
 *
 * @module
 */
import type { Answer, Request } from "./server.ts";

/** What the wall clock of a process without skew shows, in ms since 1970. */
export const WALL = Date.UTC(2026, 0, 1);

const DAY = 86_400_000;

/** A pair that has expired on every clock, with the refresh token that the server gives out first. */
export const SEED = { accessToken: "expired", refreshToken: "seed-1", expiresAt: WALL - 2 * DAY };

/** What a `fetch` was called with. */
export interface WireCall {
  readonly address: string | URL | globalThis.Request;
  readonly init?: RequestInit;
}

/** Reads a request of a process. */
export async function requestOf(by: string, { address, init }: WireCall): Promise<Request> {
  const { pathname } = new URL(String(address));
  if (pathname === "/auth/login") return { what: "login", by };
  const { refreshToken } = await new Response(init?.body).json();
  return { what: pathname === "/auth/logout" ? "logout" : "refresh", token: refreshToken };
}

/** Writes an answer. Its access token is good for a day, and has the refresh token for its signature. */
export function responseOf({ status, token }: Answer): Response {
  return token === undefined
    ? new Response(null, { status })
    : Response.json({ token: `e.${CLAIMS}.${token}`, refreshToken: token }, { status });
}

/** The refresh token that came with an access token. */
export function refreshTokenOf(accessToken: string): string {
  return accessToken.split(".")[2] ?? accessToken;
}

const CLAIMS = btoa(JSON.stringify({ iat: WALL / 1000, exp: (WALL + DAY) / 1000 })).replace(/=+$/, "");
