import { parseJsonBody, readText, requiredString } from "./body.ts";
import { authenticate, checkBasic, readAuthorization, unauthorized } from "./credentials.ts";
import { ErrorAnswer } from "./error_answer.ts";
import type { Route } from "./host.ts";
import type { Report } from "./log.ts";
import type { OperationId } from "./operations.ts";
import {
  accountOf,
  changeAccount,
  endSessions,
  revokeAccessTokens,
  type Session,
  startSession,
  type State,
} from "./state.ts";
import { AUDIENCE, exchangeRefreshToken, issueAccessToken, issueRefreshToken, sessionOf } from "./tokens.ts";

/** The operations under `/auth/`. Each changes the state after its last `await`, so that no other request comes between. */
export function authRoutes(state: State): Partial<Record<OperationId, Route>> {
  const { asPrinted, assumptions } = state.settings;

  const parse = (request: Request, text: string) => parseJsonBody(request, text, asPrinted);

  async function tokenPair(session: Session, refreshToken: string, request: Request): Promise<Response> {
    const token = await issueAccessToken(state, session, new URL(request.url).origin);
    return Response.json({ token, refreshToken }, { headers: { "cache-control": "no-store" } });
  }

  async function checkRefreshAuthorization(request: Request): Promise<void> {
    const { refreshAuthorization } = assumptions;
    const given = request.headers.has("authorization");
    if (refreshAuthorization === "refused" && given) throw unauthorized("No credential may be sent here");
    if (refreshAuthorization === "required" || (refreshAuthorization === "checked" && given)) {
      await authenticate(state, request);
    }
  }

  return {
    authLogin({ req: { raw }, env: { report } }) {
      reportCredentialHeaders(raw, report);
      const authorization = readAuthorization(raw, assumptions.charset);
      if (authorization.kind !== "basic") throw unauthorized("Basic is needed to log in");
      const user = checkBasic(state, authorization);
      const session = startSession(state, { issuer: "api", user, audience: AUDIENCE.api, scope: [] });
      return tokenPair(session, issueRefreshToken(state, session), raw);
    },

    async authRefresh({ req: { raw }, env: { report } }) {
      const text = await readText(raw);
      await checkRefreshAuthorization(raw);
      const sent = requiredString(parse(raw, text), "refreshToken");
      const exchanged = exchangeRefreshToken(state, sent, { issuer: "api" }, report);
      if (exchanged) return await tokenPair(exchanged.session, exchanged.refreshToken, raw);
      throw unauthorized("The refresh token is wrong, spent or expired");
    },

    async authLogout({ req: { raw }, env: { report } }) {
      const text = await readText(raw);
      const { session } = await authenticate(state, raw);
      if (session?.issuer === "auth0") report("foreign_token");
      if (session?.issuer !== "api") throw unauthorized("An access token of GET /auth/login is needed to log out");
      const sent = requiredString(parse(raw, text), "refreshToken");
      const ended = sessionOf(state, sent);
      if (ended?.issuer === "auth0") report("foreign_token");
      if (ended?.issuer !== "api" || ended.user !== session.user) {
        throw unauthorized("The refresh token is wrong, spent or expired");
      }
      endSessions(state, (one) => one === ended);
      if (assumptions.logout === "dies") revokeAccessTokens(state, (one) => one === ended);
      switch (assumptions.logoutAnswer) {
        case "empty":
          return new Response(null);
        case "json":
          return Response.json({ message: "Logged out" });
        case "no_content":
          return new Response(null, { status: 204 });
      }
    },

    async authChangePassword({ req: { raw } }) {
      const text = await readText(raw);
      const { user } = await authenticate(state, raw);
      if (accountOf(state, user).ssoOnly) throw new ErrorAnswer(403, "The account has no password here");
      changeAccount(state, user, { password: requiredString(parse(raw, text), "password"), failures: 0 });
      if (assumptions.passwordChange === "die") {
        const own = (one: Session) => one.issuer === "api" && one.user === user;
        endSessions(state, own);
        revokeAccessTokens(state, own);
      }
      return new Response(null);
    },
  };
}

/** The vendor's table looks as if user name and password had their own headers; its text and example say Basic. */
function reportCredentialHeaders(request: Request, report: Report): void {
  if (["username", "password"].some((name) => request.headers.has(name))) report("credential_in_header");
}
