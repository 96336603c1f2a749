/**
 * The calls with a credential in them, and how a session comes to make each over the platform's own fetch.
 *
 * @module
 */
import type * as Code from "@xsignals/session";

/** A call with a credential in it. */
export interface TokenCall {
  readonly method: string;
  readonly path: string;
  /** What the caller is told when there is no answer; `unreachable` unless said. */
  readonly lost?: string;
  open(origin: string): Code.Session;
  make(session: Code.Session): Promise<unknown>;
}

const USER = { username: "user", password: "a password" };
const CLIENT = { clientId: "id", clientSecret: "a secret" };
/** A pair whose access token works, and one whose access token has expired. */
const FRESH = { accessToken: "access", refreshToken: "refresh", expiresAt: Date.now() + 3_600_000 };
const STALE = { ...FRESH, expiresAt: 1 };

const limits = { tokenDeadlineMs: 150, waitBudgetMs: 0 };

/** The calls by name, made by this code of the session. */
export function tokenCalls(
  { auth0, clientCredentials, createSession, login }: Pick<
    typeof Code,
    "auth0" | "clientCredentials" | "createSession" | "login"
  >,
): Record<string, TokenCall> {
  const token = (session: Code.Session) => session.token();
  async function logout(session: Code.Session): Promise<void> {
    await session.token();
    await session.logout();
  }
  const byLogin = (baseUrl: string) => createSession({ strategy: login(USER), baseUrl, ...limits });
  const byTokens = (tokens: typeof FRESH) => (baseUrl: string) =>
    createSession({ strategy: login({ tokens }), baseUrl, ...limits });
  const byAuth0 = (tokens?: typeof FRESH) => (domain: string) => {
    const who = tokens ? { tokens } : USER;
    return createSession({ strategy: auth0({ ...who, ...CLIENT, domain }), ...limits }); // the API itself is not asked
  };
  return {
    "login": { method: "GET", path: "/auth/login", open: byLogin, make: token },
    "refresh": { method: "POST", path: "/auth/refresh", lost: "login_required", open: byTokens(STALE), make: token },
    "logout": { method: "POST", path: "/auth/logout", open: byTokens(FRESH), make: logout },
    "changePassword": {
      method: "POST",
      path: "/auth/changePassword",
      lost: "outcome_unknown",
      open: byTokens(FRESH),
      make: (session) => session.changePassword("another password"),
    },
    "oauth/token, password": { method: "POST", path: "/oauth/token", open: byAuth0(), make: token },
    "oauth/token, refresh": {
      method: "POST",
      path: "/oauth/token",
      lost: "login_required",
      open: byAuth0(STALE),
      make: token,
    },
    "oauth/token, client credentials": {
      method: "POST",
      path: "/oauth/token",
      open: (origin) =>
        createSession({
          strategy: clientCredentials({ ...CLIENT, tokenUrl: `${origin}/oauth/token` }),
          baseUrl: origin,
          ...limits,
        }),
      make: token,
    },
    "oauth/revoke": { method: "POST", path: "/oauth/revoke", open: byAuth0(FRESH), make: logout },
  };
}
