// OAuth 2 grants at a token endpoint (RFC 6749): the form, the client's authentication, the errors, Auth0's too.
import { defined, type SessionError, type SessionErrorCode } from "../errors.ts";
import { basicValue } from "../options.ts";
import type { Context, Token } from "../types.ts";
import { tokenFromOAuth } from "./token.ts";
import { type Answer, callTokenEndpoint, failed, failure } from "./token_call.ts";

/** How a client proves who it is: with its secret in the form, or as Basic; never both. */
export interface OAuthClient {
  /** The client's id. */
  readonly id: string;
  /** Its secret; absent for a public client. */
  readonly secret?: string;
  /** `post`: in the form. `basic`: as HTTP Basic (RFC 6749, 2.3.1). Default: `post`. */
  readonly auth?: "post" | "basic";
}

/** One form for a token endpoint. */
export interface OAuthForm {
  /** What it is for, as the error messages say it: "log in". */
  readonly purpose: string;
  /** The endpoint. */
  readonly url: string;
  /** Who asks; absent if the members say it, as an assertion does. */
  readonly client?: OAuthClient;
  /** The form's members; `undefined` ones are left out. */
  readonly members: Readonly<Record<string, string | undefined>>;
  /** More headers. */
  readonly headers?: Readonly<Record<string, string>>;
}

/**
 * Asks an OAuth 2 token endpoint for a token (RFC 6749, 5).
 *
 * Use it in a strategy of your own that `renewing` makes. Not outside of one: nothing limits how often it asks.
 *
 * @param context What the strategy was given.
 * @param form What to send, as which client, and where to.
 * @param spent The token whose refresh token is in the form, if it is a refresh.
 * @returns The token.
 * @throws {SessionError} By the server's word first, then by the status: `credentials_rejected`, `login_required` (a
 *   refused refresh token), `mfa_required`, `blocked`, `rate_limited`, `unreachable`, `bad_response`.
 *
 * @see {@link https://www.rfc-editor.org/rfc/rfc6749#section-5 | RFC 6749, 5}
 *
 * @example
 * ```ts
 * import { type Context, requestToken } from "@xsignals/session";
 *
 * const send = (context: Context) =>
 *   requestToken(context, {
 *     purpose: "get a token",
 *     url: "https://tokens.example/token",
 *     client: { id: "id", secret: "secret" },
 *     members: { grant_type: "client_credentials" },
 *   });
 * ```
 */
export async function requestToken(context: Context, form: OAuthForm, spent?: Token): Promise<Token> {
  const answer = await postForm(context, form);
  if (answer.status !== 200 || textOf(answer, "error") !== undefined) throw oauthError(answer, spent !== undefined);
  return tokenFromOAuth(answer.json, answer.receipt, spent);
}

/** Sends the form and returns the answer as it is. */
export function postForm(context: Context, { purpose, url, client, members, headers }: OAuthForm): Promise<Answer> {
  const { id, secret, auth }: Partial<OAuthClient> = client ?? {};
  const isBasic = auth === "basic" && secret !== undefined;
  const own = !isBasic && { client_id: id, client_secret: secret };
  const form = new URLSearchParams(defined({ ...members, ...own }));
  const basic = isBasic && { authorization: `Basic ${basicValue(formEncode(id!), formEncode(secret))}` };
  const body = new Blob([form.toString()], { type: "application/x-www-form-urlencoded" });
  return callTokenEndpoint(context, { purpose, method: "POST", url, headers: { ...headers, ...basic }, body });
}

/** What OAuth's and Auth0's error codes mean. Those of a refused grant are not here: they depend on what was sent; 429 says the rest. */
const MEANINGS: readonly (readonly [codes: string, code: SessionErrorCode, why: string])[] = [
  ["invalid_client unauthorized_client access_denied", "credentials_rejected", "the server refused the client"],
  ["mfa_required", "mfa_required", "a second factor is needed"],
  ["mfa_registration_required association_required", "mfa_required", "a second factor is needed, and none is set up"],
  ["too_many_attempts", "blocked", "the account or the address is blocked after too many attempts"],
  ["password_leaked", "blocked", "the password is known to have leaked and must be changed"],
  ["unauthorized blocked_user", "blocked", "the account is blocked"],
  ["invalid_request invalid_scope unsupported_grant_type", "bad_response", "the server refused the request"],
];

/**
 * Reads an OAuth error. The `error` code decides, then the status, because servers use different statuses. If a refresh token
 * was sent, `invalid_grant` means that it is dead.
 */
export function oauthError(answer: Answer, isRefresh: boolean): SessionError {
  const { call, status, retryAt } = answer;
  const error = textOf(answer, "error") ?? "";
  const [, code, why] = MEANINGS.find(([codes]) => codes.split(" ").includes(error)) ?? [];
  if (code) {
    const mfaToken = code === "mfa_required" ? textOf(answer, "mfa_token") : undefined;
    return failed(call, code, `${why}${code === "bad_response" ? ` (${error})` : ""}`, { status, retryAt, mfaToken });
  }
  const isFirewall = status === 403 && Object(answer.json) !== answer.json; // which answers with a page
  const isRefusal = /^invalid_(grant|user_password)$/.test(error) || status === 401 || (status === 403 && !isFirewall);
  if (!isRefusal && !(status === 400 && isRefresh)) return failure(answer);
  return isRefresh
    ? failed(call, "login_required", "the server refused the refresh token", { status })
    : failed(call, "credentials_rejected", "the server refused the credentials", { status, retryAt });
}

/** The form's own encoding of a part of the Basic credential (RFC 6749, 2.3.1 and appendix B). */
function formEncode(text: string): string {
  return new URLSearchParams({ "": text }).toString().slice(1);
}

/** A member of the answer, if it is a text. */
function textOf({ json }: Answer, name: string): string | undefined {
  const value: unknown = Object.hasOwn(Object(json), name) ? Object(json)[name] : undefined;
  return typeof value === "string" ? value : undefined;
}
