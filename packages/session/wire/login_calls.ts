// The API's own token calls: login, refresh, logout and the change of the password.
import type { SessionErrorCode } from "../errors.ts";
import type { Context, Token } from "../types.ts";
import { tokenFromLogin } from "./token.ts";
import { type Answer, callTokenEndpoint, failed, failure, type TokenCall } from "./token_call.ts";

/** What the server refuses by a status: the error's code, and what was refused. */
type Refusals = Readonly<Record<number, readonly [code: SessionErrorCode, what: string]>>;

const CREDENTIALS = ["credentials_rejected", "the server refused the credentials"] as const;
const PASSWORD = ["credentials_rejected", "the server refused the new password"] as const;
const TOKEN = ["login_required", "the server refused the refresh token"] as const;

/** Sends `GET /auth/login` with the value of the Basic credential. */
export async function sendLogin(context: Context, credential: string): Promise<Token> {
  const headers = { authorization: `Basic ${credential}`, "cache-control": "no-store" };
  const call = { purpose: "log in", method: "GET", headers } as const;
  const { json, receipt } = await send(context, "login", call, { 401: CREDENTIALS, 403: CREDENTIALS });
  return tokenFromLogin(json, receipt);
}

/** Sends `POST /auth/refresh`, which spends the refresh token. A refusal means that it is dead. */
export async function sendRefresh(context: Context, spent: Token): Promise<Token> {
  const call = post("renew the session", { refreshToken: spent.refresh });
  const { json, receipt } = await send(context, "refresh", call, { 400: TOKEN, 401: TOKEN, 403: TOKEN });
  return tokenFromLogin(json, receipt, spent);
}

/** Sends `POST /auth/logout`, which ends the refresh token. A 401 means that it had ended before. */
export async function sendLogout(context: Context, token: Token): Promise<void> {
  if (token.refresh === undefined) return;
  const call = post("log out", { refreshToken: token.refresh }, token);
  refuseError(await send(context, "logout", call, {}, 401), "bad_response", "the server answered with an error");
}

/** Sends `POST /auth/changePassword`. */
export async function sendNewPassword(context: Context, current: Token, next: string): Promise<void> {
  const refusals = { 400: PASSWORD, 401: CREDENTIALS, 403: CREDENTIALS };
  const call = post("change the password", { password: next }, current);
  const answer = await send(context, "changePassword", call, refusals);
  refuseError(answer, ...PASSWORD);
  if (answer.isPage) {
    throw failed(answer.call, "bad_response", "the server answered with a page", { status: answer.status });
  }
}

/** Some servers say in a success that it is none. */
function refuseError({ call, status, json }: Answer, code: SessionErrorCode, why: string): void {
  if (status < 300 && Object(json).error) throw failed(call, code, why, { status });
}

function post(purpose: string, json: unknown, by?: Token): Omit<TokenCall, "url"> {
  const body = { type: "application/json", text: JSON.stringify(json) };
  return { purpose, method: "POST", body, ...(by && { headers: { authorization: `${by.scheme} ${by.value}` } }) };
}

async function send(
  context: Context,
  name: string,
  call: Omit<TokenCall, "url">,
  refusals: Refusals,
  also?: number,
): Promise<Answer> {
  const answer = await callTokenEndpoint(context, {
    ...call,
    option: "base URL",
    url: `${context.baseUrl}/auth/${name}`,
  });
  const { status, retryAt, json } = answer;
  if ((status >= 200 && status < 300) || status === also) return answer;
  const [code, why] = status === 403 && Object(json) !== json ? [] : refusals[status] ?? []; // a firewall's page
  if (!code) throw failure(answer);
  throw failed(answer.call, code, why!, { status, retryAt });
}
