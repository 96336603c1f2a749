/**
 * OAuth 2 grants over a token endpoint (RFC 6749): the form, the client's authentication, the errors.
 *
 * @module
 */
import { basicValue } from "./basic_value.ts";
import { SessionError } from "./errors.ts";
import { tokenFromOAuth } from "./token.ts";
import { type Answer, callTokenEndpoint, failure } from "./token_endpoint.ts";
import type { Io, Token } from "./types.ts";

/** How a client proves who it is: secret in the form, or as Basic; never both. */
export interface Client {
  /** The client's id. */
  readonly id: string;
  /** Its secret; absent for a public client. */
  readonly secret?: string;
  /** `post`: in the form (the default). `basic`: as HTTP Basic (RFC 6749, 2.3.1). */
  readonly auth: "post" | "basic";
}

/** One form, sent with the client's authentication. */
export interface Form {
  /** What it is for, as the error messages say it. */
  readonly purpose: string;
  /** The endpoint. */
  readonly url: string;
  /** Who asks. */
  readonly client: Client;
  /** The form's members; `undefined` ones are left out. */
  readonly members: Readonly<Record<string, string | undefined>>;
  /** More headers. */
  readonly headers?: Readonly<Record<string, string>>;
}

/**
 * Asks for a token.
 *
 * @param spent The token whose refresh token is in the form, when it is a refresh.
 * @throws {SessionError} By the server's `error` first, then by the status; see {@link refusal}.
 */
export async function requestToken(io: Io, form: Form, spent?: Token): Promise<Token> {
  const answer = await postForm(io, form);
  if (answer.status !== 200 || errorOf(answer) !== undefined) throw refusal(form.purpose, answer, spent !== undefined);
  return tokenFromOAuth(answer.json, answer.receipt, spent);
}

/** Sends the form and hands back the answer as it is. */
export function postForm(io: Io, form: Form): Promise<Answer> {
  const { id, secret, auth } = form.client;
  const basic = auth === "basic" && secret !== undefined;
  const body = new URLSearchParams();
  for (const [name, value] of Object.entries(form.members)) if (value !== undefined) body.append(name, value);
  if (!basic) body.append("client_id", id);
  if (!basic && secret !== undefined) body.append("client_secret", secret);
  return callTokenEndpoint(io, {
    purpose: form.purpose,
    method: "POST",
    url: form.url,
    headers: {
      ...form.headers,
      ...(basic ? { authorization: `Basic ${basicValue(formEncode(id), formEncode(secret))}` } : {}),
    },
    body: { type: "application/x-www-form-urlencoded", text: body.toString() },
  });
}

/**
 * Reads an OAuth error: the `error` code decides, then the status, since servers differ in the status.
 *
 * @param isRefresh Whether a refresh token was sent: `invalid_grant` then means that this one is dead.
 */
export function refusal(purpose: string, answer: Answer, isRefresh: boolean): SessionError {
  const { status } = answer;
  const because = (code: ConstructorParameters<typeof SessionError>[0], why: string, mfaToken?: string) =>
    new SessionError(code, `Cannot ${purpose}: ${why}`, { status, ...(mfaToken === undefined ? {} : { mfaToken }) });
  const rejected = isRefresh
    ? () => because("login_required", "the server refused the refresh token")
    : () => because("credentials_rejected", "the server refused the credentials");
  switch (errorOf(answer)) {
    case "invalid_grant":
    case "invalid_user_password":
      return rejected();
    case "invalid_client":
    case "unauthorized_client":
    case "access_denied":
      return because("credentials_rejected", "the server refused the client");
    case "mfa_required":
      return because("mfa_required", "a second factor is needed", mfaTokenOf(answer));
    case "mfa_registration_required":
    case "association_required":
      return because("mfa_required", "a second factor is needed and none is enrolled", mfaTokenOf(answer));
    case "too_many_attempts":
      return because("blocked", "too many attempts, the account or the address is blocked");
    case "password_leaked":
      return because("blocked", "the password is known to have leaked and must be reset");
    case "unauthorized":
    case "blocked_user":
      return because("blocked", "the account is blocked");
    case "invalid_request":
    case "invalid_scope":
    case "unsupported_grant_type":
      return because("bad_response", `the server answered ${errorOf(answer)}`);
  }
  if (status === 401 || status === 403) return rejected();
  if (status === 400 && isRefresh) return rejected();
  return failure(purpose, answer);
}

/** The form's own encoding of a part of the Basic credential (RFC 6749, 2.3.1 and appendix B). */
function formEncode(text: string): string {
  return new URLSearchParams({ "": text }).toString().slice(1);
}

function errorOf(answer: Answer): string | undefined {
  const code = memberOf(answer, "error");
  return typeof code === "string" ? code : undefined;
}

function mfaTokenOf(answer: Answer): string | undefined {
  const token = memberOf(answer, "mfa_token");
  return typeof token === "string" ? token : undefined;
}

function memberOf({ json }: Answer, name: string): unknown {
  return typeof json === "object" && json !== null ? new Map(Object.entries(json)).get(name) : undefined;
}
