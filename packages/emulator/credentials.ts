import { ErrorAnswer } from "./error_answer.ts";
import type { CredentialKind } from "./log.ts";
import { accountOf, checkPassword, type Session, type State } from "./state.ts";
import { checkAccessToken } from "./tokens.ts";

/** The content of an `Authorization` header; `other` is a header in none of the known forms, `several` more than one. */
export type Authorization =
  | { readonly kind: "none" | "other" | "several" }
  | { readonly kind: "basic"; readonly username: string; readonly password: string }
  | { readonly kind: "bearer" | "apikey"; readonly value: string };

/** The user who sent a request; `session` if a token said so. */
export interface Identity {
  readonly user: string;
  readonly session?: Session;
}

/** Reads a request's `Authorization`. Basic is UTF-8 (RFC 7617) or Latin-1 and is split at its first colon. */
export function readAuthorization(request: Request, charset: "utf-8" | "latin-1" = "utf-8"): Authorization {
  const header = request.headers.get("authorization");
  if (header === null) return { kind: "none" };
  if (header.includes(",")) return { kind: "several" };
  const [, scheme, value] = /^([A-Za-z]+) +(\S+)$/.exec(header) ?? [];
  if (scheme === undefined || value === undefined) return { kind: "other" };
  switch (scheme.toLowerCase()) {
    case "basic":
      return readBasic(value, charset);
    case "bearer":
      return { kind: "bearer", value };
    case "apikey":
      return { kind: "apikey", value };
    default:
      return { kind: "other" };
  }
}

/** The kind alone, for the log. A Basic header that cannot be decoded is still Basic. */
export function credentialKind(request: Request): CredentialKind {
  const authorization = readAuthorization(request);
  const basic = authorization.kind === "other" && /^basic( |$)/i.test(request.headers.get("authorization") ?? "");
  return basic ? "basic" : authorization.kind;
}

/**
 * Checks the one credential of a request to the API.
 *
 * @throws {ErrorAnswer} 401 if the credential is missing, wrong, or not the only one; 403 if the account is blocked, 429
 *   if it is locked.
 */
export async function authenticate(state: State, request: Request): Promise<Identity> {
  const authorization = readAuthorization(request, state.settings.assumptions.charset);
  switch (authorization.kind) {
    case "basic":
      return { user: checkBasic(state, authorization) };
    case "bearer":
      return await checkBearer(state, authorization.value);
    case "apikey": {
      const user = state.settings.apiKeys.get(authorization.value);
      if (user === undefined) throw unauthorized("The API key is wrong");
      if (accountOf(state, user).blocked) throw blocked();
      return { user };
    }
    case "none":
      throw unauthorized("A credential is needed");
    case "several":
      throw unauthorized("There is more than one credential");
    default:
      throw unauthorized("The credential can't be read");
  }
}

/** Checks a user name and a password, and counts failures. Returns the user's login. Throws like {@link authenticate}. */
export function checkBasic(state: State, { username, password }: Extract<Authorization, { kind: "basic" }>): string {
  switch (checkPassword(state, username, password, "api")) {
    case "ok":
      return username;
    case "blocked":
      throw blocked();
    case "locked":
      throw new ErrorAnswer(429, "The account is locked after too many wrong passwords");
    case "wrong":
      throw unauthorized("The user name or the password is wrong");
  }
}

/** A 401 with its challenge (RFC 9110, 11.6.1). */
export function unauthorized(message: string): ErrorAnswer {
  return new ErrorAnswer(401, message, {
    headers: { "www-authenticate": 'Basic realm="xsignals", charset="UTF-8", Bearer realm="xsignals"' },
  });
}

async function checkBearer(state: State, token: string): Promise<Identity> {
  const checked = await checkAccessToken(state, token);
  if (typeof checked === "object") return { user: checked.user, session: checked };
  if (checked === "invalid") throw unauthorized("The access token is wrong");
  const message = "The access token has expired";
  throw state.settings.assumptions.expiredToken === 403 ? new ErrorAnswer(403, message) : unauthorized(message);
}

function blocked(): ErrorAnswer {
  return new ErrorAnswer(403, "The account is blocked");
}

function readBasic(value: string, charset: "utf-8" | "latin-1"): Authorization {
  try {
    const binary = atob(value);
    const bytes = Uint8Array.from(binary, (character) => character.charCodeAt(0));
    const text = charset === "latin-1"
      ? binary
      : new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
    const colon = text.indexOf(":");
    if (colon < 0) return { kind: "other" };
    return { kind: "basic", username: text.slice(0, colon), password: text.slice(colon + 1) };
  } catch {
    return { kind: "other" };
  }
}
