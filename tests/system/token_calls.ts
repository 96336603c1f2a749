/**
 * The calls with a credential in them, and how a session comes to make each.
 *
 * @module
 */
import type * as Code from "@xsignals/session";
import { CLIENT_SECRET, MARK, NEXT_PASSWORD, PASSWORD } from "./secrets.ts";

/** A call with a credential in it. */
export interface TokenCall {
  readonly method: string;
  readonly path: string;
  /** What the caller is told when there is no answer. */
  readonly lost: string;
  open(origin: string, options?: Partial<Code.SessionOptions>): Code.Session;
  make(session: Code.Session): Promise<unknown>;
}

const USER = { username: "user", password: PASSWORD };
const CLIENT = { clientId: "id", clientSecret: CLIENT_SECRET };
/** A pair whose access token works, and one whose access token has expired. */
const FRESH = { accessToken: `${MARK}access`, refreshToken: `${MARK}refresh`, expiresAt: Date.now() + 3_600_000 };
const STALE = { ...FRESH, expiresAt: 1 };

const getToken = (session: Code.Session) => session.token();
const changePassword = (session: Code.Session) => session.changePassword(NEXT_PASSWORD);
async function logout(session: Code.Session): Promise<void> {
  await session.token();
  await session.logout();
}

/** The calls by name, made by this code of the session. */
export function tokenCalls(
  { auth0, clientCredentials, createSession, login }: Pick<
    typeof Code,
    "auth0" | "clientCredentials" | "createSession" | "login"
  >,
): Record<string, TokenCall> {
  /** A call of the session that the strategy makes for an origin. */
  function call(
    [method = "", path = ""]: readonly string[],
    make: TokenCall["make"],
    strategy: (origin: string) => Code.Strategy,
    lost = "unreachable",
  ): TokenCall {
    const limits = { tokenDeadlineMs: 150, waitBudgetMs: 0 };
    const open: TokenCall["open"] = (origin, options) => {
      const api = path.startsWith("/oauth/") ? {} : { baseUrl: origin }; // Auth0 is not where the API is
      return createSession({ strategy: strategy(origin), ...api, ...limits, ...options });
    };
    return { method, path, lost, open, make };
  }
  const held = (tokens: typeof FRESH) => () => login({ tokens });
  const sso = ["POST", "/oauth/token"];
  const ssoUser = (domain: string) => auth0({ ...USER, ...CLIENT, domain });
  const ssoHeld = (tokens: typeof FRESH) => (domain: string) =>
    auth0({ tokens, ...CLIENT, clientAuth: "basic", domain });
  const own = (origin: string) => clientCredentials({ ...CLIENT, tokenUrl: `${origin}/token?code=${MARK}` });
  return {
    "login": call(["GET", "/auth/login"], getToken, () => login(USER)),
    "refresh": call(["POST", "/auth/refresh"], getToken, held(STALE), "login_required"),
    "logout": call(["POST", "/auth/logout"], logout, held(FRESH)),
    "changePassword": call(["POST", "/auth/changePassword"], changePassword, held(FRESH), "outcome_unknown"),
    "oauth/token, password": call(sso, getToken, ssoUser),
    "oauth/token, refresh": call(sso, getToken, ssoHeld(STALE), "login_required"),
    "oauth/token, client credentials": call(["POST", `/token?code=${MARK}`], getToken, own),
    "oauth/revoke": call(["POST", "/oauth/revoke"], logout, ssoHeld(FRESH)),
  };
}
