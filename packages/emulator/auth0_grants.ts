import { auth0Error } from "./auth0_errors.ts";
import { optionalString, requiredString } from "./body.ts";
import type { Report } from "./host.ts";
import { randomText } from "./random.ts";
import { Refusal } from "./refusal.ts";
import { AUDIENCE, type Session } from "./session.ts";
import type { State } from "./state.ts";

/** What a grant gives. */
export interface Granted {
  readonly session: Session;
  /** What the access token may do: the session's, or less. */
  readonly scope: readonly string[];
  /** Whether the answer says so. */
  readonly tellScope: boolean;
  /** A new refresh token to hand out, where there is one. */
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

/**
 * A user's name and password, in a realm.
 *
 * @throws {Refusal} When a parameter is missing or wrong, or Auth0 doesn't let the user in.
 */
export function passwordRealmGrant(state: State, { client, parameters }: GrantRequest): Granted {
  const { accounts, refreshTokens, settings: { readings, now } } = state;
  const username = requiredString(parameters, "username");
  const password = requiredString(parameters, "password");
  const realm = requiredString(parameters, "realm");
  const audience = optionalString(parameters, "audience");
  const asked = optionalString(parameters, "scope");
  if (realm !== REALM) throw new Refusal(400, "The realm is no connection of this tenant");
  if (audience !== undefined && audience !== AUDIENCE.auth0) {
    throw new Refusal(403, `Service not found: ${audience}`, { code: "access_denied" });
  }
  const scope = grantScope(asked, readings.scope);

  switch (accounts.check(username, password, "auth0")) {
    case "wrong":
      throw auth0Error("wrongPassword", readings.auth0Errors);
    case "blocked":
      throw auth0Error("blocked", readings.auth0Errors);
    case "locked":
      throw new Refusal(429, "The account is blocked after too many wrong passwords", { code: "too_many_attempts" });
  }
  if (accounts.get(username).mfa) {
    throw auth0Error("mfaRequired", readings.auth0Errors, { members: { mfa_token: randomText() } });
  }

  const session = state.startSession({ issuer: "auth0", user: username, client, audience: audience ?? "", scope });
  const offline = scope.includes("offline_access") && readings.offlineAccess === "allowed";
  return {
    session,
    scope,
    tellScope: asked !== undefined,
    ...(offline ? { refreshToken: refreshTokens.issue(session, now()) } : {}),
  };
}

/**
 * A refresh token. Without rotation the answer has none.
 *
 * @throws {Refusal} When it is wrong, spent, expired, or another client's.
 */
export function refreshGrant(state: State, { client, parameters, report }: GrantRequest): Granted {
  const { refreshTokens, settings: { readings, now } } = state;
  const sent = requiredString(parameters, "refresh_token");
  const asked = optionalString(parameters, "scope");
  const exchanged = refreshTokens.exchange(sent, { issuer: "auth0", client }, now());
  if (exchanged.outcome !== "ok") {
    if (exchanged.outcome === "spent") report("spent_refresh_token");
    if (exchanged.outcome === "foreign") report("foreign_token");
    throw auth0Error("deadRefreshToken", readings.auth0Errors);
  }
  const { session, refreshToken } = exchanged;
  return {
    session,
    scope: asked === undefined ? session.scope : session.scope.filter((one) => asked.split(" ").includes(one)),
    tellScope: true,
    ...(refreshToken === sent ? {} : { refreshToken }),
  };
}

function grantScope(asked: string | undefined, reading: State["settings"]["readings"]["scope"]): string[] {
  const words = asked?.split(" ").filter((word) => word !== "") ?? [];
  const refused = {
    granted: false,
    echoed: false,
    known: words.some((word) => !KNOWN_SCOPES.includes(word)),
    refused: asked !== undefined,
    literal: !words.includes("SCOPE"),
  }[reading];
  if (refused) throw new Refusal(400, "The scope is not allowed", { code: "invalid_scope" });
  return reading === "echoed" ? words : words.filter((word) => KNOWN_SCOPES.includes(word));
}
