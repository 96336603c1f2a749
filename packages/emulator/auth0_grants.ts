import type { Assumptions } from "./assumptions.ts";
import { optionalString, requiredString } from "./body.ts";
import { readAuthorization } from "./credentials.ts";
import { ErrorAnswer, type ErrorDetails } from "./error_answer.ts";
import { randomText } from "./keys.ts";
import type { Report } from "./log.ts";
import { accountOf, checkPassword, type Session, startSession, type State } from "./state.ts";
import { AUDIENCE, exchangeRefreshToken, issueRefreshToken } from "./tokens.ts";

/** The result of a grant. */
export interface Granted {
  readonly session: Session;
  /** The access token's scope: the session's, or a part of it. */
  readonly scope: readonly string[];
  /** Whether the answer names the scope. */
  readonly tellScope: boolean;
  /** A new refresh token for the answer, if any. */
  readonly refreshToken?: string;
}

/** The parameters of a token request, and the client that sent it. */
export interface GrantRequest {
  readonly client: string;
  readonly parameters: ReadonlyMap<string, unknown>;
  readonly report: Report;
}

const REALM = "Username-Password-Authentication";
const KNOWN_SCOPES = ["openid", "profile", "email", "offline_access"];

/** Auth0's errors, each with two versions of status, code and text, because the sources disagree. */
const ERRORS = {
  wrongPassword: {
    reported: [403, "invalid_grant", "Wrong email or password."],
    specified: [401, "invalid_user_password", "Wrong email or password"],
  },
  wrongClient: {
    reported: [401, "access_denied", "Unauthorized"],
    specified: [401, "invalid_client", "Client authentication failed"],
  },
  mfaRequired: {
    reported: [403, "mfa_required", "Multifactor authentication required"],
    specified: [401, "mfa_required", "Multifactor authentication required"],
  },
  blocked: {
    reported: [403, "unauthorized", "user is blocked"],
    specified: [401, "unauthorized", "user is blocked"],
  },
  deadRefreshToken: {
    reported: [403, "invalid_grant", "Unknown or invalid refresh token."],
    specified: [401, "invalid_grant", "Unknown or invalid refresh token."],
  },
} as const;

/**
 * Finds the client of a request: id and secret are in the body, or form-encoded in Basic (RFC 6749, 2.3.1).
 *
 * @throws {ErrorAnswer} 400 if client credentials are missing or sent twice, 401 if the secret or the method is wrong.
 */
export function authenticateClient(
  { clients, assumptions }: State["settings"],
  request: Request,
  parameters: ReadonlyMap<string, unknown>,
  report: Report,
): string {
  const basic = readAuthorization(request);
  const bodyId = optionalString(parameters, "client_id");
  const bodySecret = optionalString(parameters, "client_secret");
  // RFC 6749, 5.2 requires the challenge for a client that tried Basic.
  const challenge = basic.kind === "none" ? {} : { headers: { "www-authenticate": 'Basic realm="auth0"' } };
  const wrong = () => auth0Error("wrongClient", assumptions.auth0Errors, challenge);

  if (basic.kind !== "none" && (bodySecret !== undefined || basic.kind === "several")) {
    report("several_credentials");
    throw new ErrorAnswer(400, "The client must authenticate in one way only");
  }
  if (basic.kind !== "none" && basic.kind !== "basic") throw wrong();
  const [id, secret] = basic.kind === "basic" ? [decode(basic.username), decode(basic.password)] : [bodyId, bodySecret];
  if (id === undefined) throw new ErrorAnswer(400, "client_id is missing");
  if (bodyId !== undefined && bodyId !== id) throw new ErrorAnswer(400, "client_id is given twice");

  const known = clients.get(id);
  const way = known === null ? "any" : basic.kind === "basic" ? "basic" : "post";
  const wayAllowed = way === "any" || assumptions.clientAuthentication === "any" ||
    assumptions.clientAuthentication === way;
  if (known === undefined || (known ?? undefined) !== secret || !wayAllowed) throw wrong();
  return id;
}

/**
 * Grants tokens for a user's name and password in a realm.
 *
 * @throws {ErrorAnswer} If a parameter is missing or wrong, or Auth0 does not let the user in.
 */
export function passwordRealmGrant(state: State, { client, parameters }: GrantRequest): Granted {
  const { assumptions } = state.settings;
  const username = requiredString(parameters, "username");
  const password = requiredString(parameters, "password");
  const realm = requiredString(parameters, "realm");
  const audience = optionalString(parameters, "audience");
  const asked = optionalString(parameters, "scope");
  if (realm !== REALM) throw new ErrorAnswer(400, "The realm is not a connection of this tenant");
  if (audience !== undefined && audience !== AUDIENCE.auth0) {
    throw new ErrorAnswer(403, `Service not found: ${audience}`, { code: "access_denied" });
  }
  const scope = grantScope(asked, assumptions.scope);

  switch (checkPassword(state, username, password, "auth0")) {
    case "wrong":
      throw auth0Error("wrongPassword", assumptions.auth0Errors);
    case "blocked":
      throw auth0Error("blocked", assumptions.auth0Errors);
    case "locked":
      throw new ErrorAnswer(429, "The account is blocked after too many wrong passwords", {
        code: "too_many_attempts",
      });
  }
  if (accountOf(state, username).mfa) {
    throw auth0Error("mfaRequired", assumptions.auth0Errors, { members: { mfa_token: randomText() } });
  }

  const session = startSession(state, { issuer: "auth0", user: username, client, audience: audience ?? "", scope });
  const offline = scope.includes("offline_access") && assumptions.offlineAccess === "allowed";
  return {
    session,
    scope,
    tellScope: asked !== undefined,
    ...(offline ? { refreshToken: issueRefreshToken(state, session) } : {}),
  };
}

/**
 * Grants tokens for a refresh token. Without rotation the answer has no refresh token.
 *
 * @throws {ErrorAnswer} If the refresh token is wrong, spent, expired, or another client's.
 */
export function refreshGrant(state: State, { client, parameters, report }: GrantRequest): Granted {
  const { assumptions } = state.settings;
  const sent = requiredString(parameters, "refresh_token");
  const asked = optionalString(parameters, "scope");
  const exchanged = exchangeRefreshToken(state, sent, { issuer: "auth0", client }, report);
  if (!exchanged) throw auth0Error("deadRefreshToken", assumptions.auth0Errors);
  const { session, refreshToken } = exchanged;
  return {
    session,
    scope: asked === undefined ? session.scope : session.scope.filter((one) => asked.split(" ").includes(one)),
    tellScope: true,
    ...(refreshToken === sent ? {} : { refreshToken }),
  };
}

/**
 * An error of Auth0's token endpoint, in the assumed version.
 *
 * A 401 has no challenge, although RFC 9110 requires one: OAuth clients, even Auth0's own, stop reading at a challenge and
 * would miss `error` and `mfa_token`.
 */
export function auth0Error(
  name: keyof typeof ERRORS,
  version: Assumptions["auth0Errors"],
  details: Pick<ErrorDetails, "headers" | "members"> = {},
): ErrorAnswer {
  const [status, code, message] = ERRORS[name][version];
  return new ErrorAnswer(status, message, { ...details, code });
}

function grantScope(asked: string | undefined, assumed: Assumptions["scope"]): string[] {
  const words = asked?.split(" ").filter((word) => word !== "") ?? [];
  const refused = {
    granted: false,
    echoed: false,
    known: words.some((word) => !KNOWN_SCOPES.includes(word)),
    refused: asked !== undefined,
    literal: !words.includes("SCOPE"),
  }[assumed];
  if (refused) throw new ErrorAnswer(400, "The scope is not allowed", { code: "invalid_scope" });
  return assumed === "echoed" ? words : words.filter((word) => KNOWN_SCOPES.includes(word));
}

function decode(text: string): string | undefined {
  try {
    return decodeURIComponent(text.replaceAll("+", " "));
  } catch {
    return undefined;
  }
}
