/**
 * The API's own token calls: `GET /auth/login`, `POST /auth/refresh`, `POST /auth/logout`.
 *
 * @module
 */
import { SessionError } from "./errors.ts";
import { tokenFromLogin } from "./token.ts";
import { callTokenEndpoint, failure } from "./token_endpoint.ts";
import type { Io, Token } from "./types.ts";

const LOG_IN = "log in";
const REFRESH = "renew the session";
const LOG_OUT = "log out at the server";

/**
 * Logs in.
 *
 * @param credential The value of the Basic credential.
 * @throws {SessionError} `credentials_rejected` for 401 and 403; what {@link failure} says otherwise.
 */
export async function sendLogin(io: Io, credential: string): Promise<Token> {
  const answer = await callTokenEndpoint(io, {
    purpose: LOG_IN,
    method: "GET",
    url: `${io.baseUrl}/auth/login`,
    headers: { authorization: `Basic ${credential}`, "cache-control": "no-store" },
  });
  const { status } = answer;
  if (status >= 200 && status < 300) return tokenFromLogin(answer.json, answer.receipt);
  if (status === 401 || status === 403) {
    throw new SessionError("credentials_rejected", `Cannot ${LOG_IN}: the server refused the credentials`, { status });
  }
  throw failure(LOG_IN, answer);
}

/**
 * Spends a refresh token.
 *
 * @throws {SessionError} `login_required` for 400, 401 and 403: the token is dead; what {@link failure} says otherwise.
 */
export async function sendRefresh(io: Io, spent: Token): Promise<Token> {
  const answer = await callTokenEndpoint(io, {
    purpose: REFRESH,
    method: "POST",
    url: `${io.baseUrl}/auth/refresh`,
    body: { type: "application/json", text: JSON.stringify({ refreshToken: spent.refresh }) },
  });
  const { status } = answer;
  if (status >= 200 && status < 300) return tokenFromLogin(answer.json, answer.receipt, spent);
  if (status === 400 || status === 401 || status === 403) {
    throw new SessionError("login_required", `Cannot ${REFRESH}: the server refused the refresh token`, { status });
  }
  throw failure(REFRESH, answer);
}

/**
 * Ends a refresh token. A 401 means that there is nothing left to end.
 *
 * @throws {SessionError} What {@link failure} says.
 */
export async function sendLogout(io: Io, token: Token): Promise<void> {
  if (token.refresh === undefined) return;
  const answer = await callTokenEndpoint(io, {
    purpose: LOG_OUT,
    method: "POST",
    url: `${io.baseUrl}/auth/logout`,
    headers: { authorization: `${token.scheme} ${token.value}` },
    body: { type: "application/json", text: JSON.stringify({ refreshToken: token.refresh }) },
  });
  if (answer.status !== 401 && (answer.status < 200 || answer.status >= 300)) throw failure(LOG_OUT, answer);
}
