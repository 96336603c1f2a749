import { authenticate, checkBasic, unauthorized } from "./authenticate.ts";
import { readAuthorization } from "./authorization.ts";
import { bodyType, parseObject, readText, requiredString } from "./body.ts";
import type { Report, Route } from "./host.ts";
import type { OperationId } from "./operations.ts";
import { Refusal } from "./refusal.ts";
import { AUDIENCE, type Session } from "./session.ts";
import type { State } from "./state.ts";

/** The operations under `/auth/`. What one changes, it changes after its last wait, so that nothing can come between. */
export function authRoutes(state: State): Partial<Record<OperationId, Route>> {
  const { accounts, accessTokens, refreshTokens, settings } = state;
  const { readings } = settings;

  function parse(request: Request, text: string): ReadonlyMap<string, unknown> {
    const type = bodyType(request);
    if (type === "json" || (settings.asPrinted && type === "form")) return parseObject(text);
    throw new Refusal(400, "The content type must be application/json");
  }

  async function tokenPair(session: Session, refreshToken: string, request: Request): Promise<Response> {
    const token = await accessTokens.issue(session, new URL(request.url).origin);
    return Response.json({ token, refreshToken }, { headers: { "cache-control": "no-store" } });
  }

  async function checkRefreshAuthorization(request: Request): Promise<void> {
    const { refreshAuthorization } = readings;
    const given = request.headers.has("authorization");
    if (refreshAuthorization === "refused" && given) throw unauthorized("No credential may be sent here");
    if (refreshAuthorization === "required" || (refreshAuthorization === "checked" && given)) {
      await authenticate(state, request);
    }
  }

  return {
    authLogin({ req: { raw }, env: { report } }) {
      reportCredentialHeaders(raw, report);
      const authorization = readAuthorization(raw, readings.charset);
      if (authorization.kind !== "basic") throw unauthorized("Basic is needed to log in");
      const user = checkBasic(state, authorization);
      const session = state.startSession({ issuer: "api", user, audience: AUDIENCE.api, scope: [] });
      return tokenPair(session, refreshTokens.issue(session, settings.now()), raw);
    },

    async authRefresh({ req: { raw }, env: { report } }) {
      const text = await readText(raw);
      await checkRefreshAuthorization(raw);
      const sent = requiredString(parse(raw, text), "refreshToken");
      const exchange = refreshTokens.exchange(sent, { issuer: "api" }, settings.now());
      if (exchange.outcome === "ok") return await tokenPair(exchange.session, exchange.refreshToken, raw);
      if (exchange.outcome === "spent") report("spent_refresh_token");
      if (exchange.outcome === "foreign") report("foreign_token");
      throw unauthorized("The refresh token is wrong, spent or expired");
    },

    async authLogout({ req: { raw }, env: { report } }) {
      const text = await readText(raw);
      const { session } = await authenticate(state, raw);
      if (session?.issuer === "auth0") report("foreign_token");
      if (session?.issuer !== "api") throw unauthorized("An access token of GET /auth/login is needed to log out");
      const sent = requiredString(parse(raw, text), "refreshToken");
      const ended = refreshTokens.sessionOf(sent, settings.now());
      if (ended?.issuer === "auth0") report("foreign_token");
      if (ended?.issuer !== "api" || ended.user !== session.user) {
        throw unauthorized("The refresh token is wrong, spent or expired");
      }
      state.endSessions((one) => one === ended, { accessTokens: readings.logout === "dies" });
      switch (readings.logoutAnswer) {
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
      if (accounts.get(user).ssoOnly) throw new Refusal(403, "The account has no password here");
      accounts.change(user, { password: requiredString(parse(raw, text), "password"), failures: 0 });
      if (readings.passwordChange === "die") {
        state.endSessions((one) => one.issuer === "api" && one.user === user, { accessTokens: true });
      }
      return new Response(null);
    },
  };
}

/** The vendor's table reads as if user name and password were headers; its text and example say Basic. */
function reportCredentialHeaders(request: Request, report: Report): void {
  if (["username", "password"].some((name) => request.headers.has(name))) report("credential_in_header");
}
