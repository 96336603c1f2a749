/**
 * The API's own token calls: login, refresh, logout and the change of the password.
 *
 * @module
 */
import { SessionError } from "../errors.ts";
import type { Context, Token } from "../types.ts";
import { tokenFromLogin } from "./token.ts";
import { type Answer, callTokenEndpoint, failure } from "./token_call.ts";

const LOG_IN = "log in";
const REFRESH = "renew the session";
const LOG_OUT = "log out at the server";
const CHANGE = "change the password";

/** Sends `GET /auth/login`. */
export async function sendLogin(context: Context, credential: string): Promise<Token> {
  const answer = await callTokenEndpoint(context, {
    purpose: LOG_IN,
    method: "GET",
    url: `${context.baseUrl}/auth/login`,
    headers: { authorization: `Basic ${credential}`, "cache-control": "no-store" },
  });
  if (isSuccess(answer)) return tokenFromLogin(answer.json, answer.receipt);
  if (isOneOf(answer, 401, 403)) throw refused("credentials_rejected", LOG_IN, "credentials", answer);
  throw failure(LOG_IN, answer);
}

/** Sends `POST /auth/refresh`, which spends the refresh token. */
export async function sendRefresh(context: Context, spent: Token): Promise<Token> {
  const answer = await post(context, REFRESH, "refresh", { refreshToken: spent.refresh });
  if (isSuccess(answer)) return tokenFromLogin(answer.json, answer.receipt, spent);
  if (isOneOf(answer, 400, 401, 403)) throw refused("login_required", REFRESH, "refresh token", answer);
  throw failure(REFRESH, answer);
}

/** Sends `POST /auth/logout`, which ends the refresh token. A 401 means that it had ended before. */
export async function sendLogout(context: Context, token: Token): Promise<void> {
  if (token.refresh === undefined) return;
  const answer = await post(context, LOG_OUT, "logout", { refreshToken: token.refresh }, token);
  if (!isSuccess(answer) && answer.status !== 401) throw failure(LOG_OUT, answer);
}

/** Sends `POST /auth/changePassword`. */
export async function sendNewPassword(context: Context, current: Token, next: string): Promise<void> {
  const answer = await post(context, CHANGE, "changePassword", { password: next }, current);
  if (isSuccess(answer)) return;
  if (isOneOf(answer, 401, 403)) throw refused("credentials_rejected", CHANGE, "credential", answer);
  if (answer.status === 400) throw refused("credentials_rejected", CHANGE, "new password", answer);
  throw failure(CHANGE, answer);
}

function post(context: Context, purpose: string, name: string, json: unknown, by?: Token): Promise<Answer> {
  return callTokenEndpoint(context, {
    purpose,
    method: "POST",
    url: `${context.baseUrl}/auth/${name}`,
    ...(by && { headers: { authorization: `${by.scheme} ${by.value}` } }),
    body: { type: "application/json", text: JSON.stringify(json) },
  });
}

function isSuccess({ status }: Answer): boolean {
  return status >= 200 && status < 300;
}

function isOneOf({ status }: Answer, ...statuses: number[]): boolean {
  return statuses.includes(status);
}

function refused(
  code: "credentials_rejected" | "login_required",
  purpose: string,
  what: string,
  { status }: Answer,
): SessionError {
  return new SessionError(code, `Cannot ${purpose}: the server refused the ${what}`, { status });
}
