// The API's own token calls: login, refresh, logout and the change of the password.
import type { SessionErrorCode } from "../errors.ts";
import type { Context, Token } from "../types.ts";
import { tokenFromLogin } from "./token.ts";
import { callTokenEndpoint, failed, failure } from "./token_call.ts";

const NO_STORE = { "cache-control": "no-store" };

type Refusal = readonly [code: SessionErrorCode, what: string];

/** What the server refuses by a status; 200 is of an `error` in a success, for some servers say so that it is none. */
type Refusals = Readonly<Record<number, Refusal>>;

const CREDENTIALS: Refusal = ["credentials_rejected", "the server refused the credentials"];
const PASSWORD: Refusal = ["credentials_rejected", "the server refused the new password"];
const TOKEN: Refusal = ["login_required", "the server refused the refresh token"];
const LOGOUT: Refusal = ["bad_response", "the server answered with an error"];

/** Sends `GET /auth/login` with the value of the Basic credential. */
export async function sendLogin(context: Context, credential: string): Promise<Token> {
  const by = { scheme: "Basic", value: credential };
  const { json, receipt } = await send(context, "log in", "login", { 401: CREDENTIALS, 403: CREDENTIALS }, by);
  return tokenFromLogin(json, receipt);
}

/** Sends `POST /auth/refresh`, which spends the refresh token. A refusal means that it is dead. */
export async function sendRefresh(context: Context, spent: Token): Promise<Token> {
  const refusals = { 400: TOKEN, 401: TOKEN, 403: TOKEN };
  const body = { refreshToken: spent.refresh };
  const { json, receipt } = await send(context, "renew the session", "refresh", refusals, undefined, body);
  return tokenFromLogin(json, receipt, spent);
}

/** Sends `POST /auth/logout`, which ends the refresh token. A 401 means that it had ended before. */
export async function sendLogout(context: Context, token: Token): Promise<void> {
  if (token.refresh === undefined) return;
  const body = { refreshToken: token.refresh };
  await send(context, "log out", "logout", { 200: LOGOUT }, token, body).catch((error) => {
    if (error.status !== 401) throw error;
  });
}

/** Sends `POST /auth/changePassword`. */
export async function sendNewPassword(context: Context, current: Token, password: string): Promise<void> {
  const refusals = { 200: PASSWORD, 400: PASSWORD, 401: CREDENTIALS, 403: CREDENTIALS };
  const answer = await send(context, "change the password", "changePassword", refusals, current, { password });
  const { call, status, isPage } = answer;
  if (isPage) throw failed(call, "bad_response", "the server answered with a page", { status });
}

async function send(context: Context, purpose: string, name: string, refusals: Refusals, by?: Token, json?: object) {
  const answer = await callTokenEndpoint(context, {
    purpose,
    option: "base URL",
    url: `${context.baseUrl}/auth/${name}`,
    method: json ? "POST" : "GET",
    headers: { ...(by && { authorization: `${by.scheme} ${by.value}` }), ...(json ? {} : NO_STORE) },
    body: json && new Blob([JSON.stringify(json)], { type: "application/json" }),
  });
  const { call, status, retryAt } = answer;
  const { error } = Object(answer.json);
  const isSuccess = status >= 200 && status < 300;
  const isFirewall = status === 403 && Object(answer.json) !== answer.json; // which answers with a page
  const refusal: Refusal | false | undefined = isSuccess ? !!error && refusals[200] : !isFirewall && refusals[status];
  if (refusal) throw failed(call, ...refusal, { status, retryAt });
  if (!isSuccess) throw failure(answer);
  return answer;
}
