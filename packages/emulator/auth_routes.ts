import { authenticate, checkPassword, unauthorized } from "./authenticate.ts";
import { readAuthorization } from "./authorization.ts";
import { bodyType, parseObject, readText, requiredString } from "./body.ts";
import type { Route } from "./host.ts";
import { Refusal } from "./refusal.ts";
import type { Session } from "./session.ts";
import type { State } from "./state.ts";

/** The operations under `/auth/`. What they change, they change after the last wait: nothing can come between. */
export function authRoutes(
  state: State,
): Record<"authLogin" | "authRefresh" | "authLogout" | "authChangePassword", Route> {
  const { accounts, accessTokens, refreshTokens, settings } = state;

  async function tokenPair(session: Session, refreshToken: string, request: Request): Promise<Response> {
    const token = await accessTokens.issue(session, new URL(request.url).origin);
    return Response.json({ token, refreshToken }, { headers: { "cache-control": "no-store" } });
  }

  return {
    authLogin({ req: { raw } }) {
      const authorization = readAuthorization(raw);
      if (authorization.kind !== "basic") throw unauthorized("Basic is needed to log in");
      const user = checkPassword(state, authorization.username, authorization.password);
      const session = state.startSession({ issuer: "api", user });
      return tokenPair(session, refreshTokens.issue(session, settings.now()), raw);
    },
    async authRefresh({ req: { raw }, env: { entry } }) {
      const sent = requiredString(await readObject(raw), "refreshToken");
      const exchange = refreshTokens.exchange(sent, "api", settings.now());
      if (exchange.outcome === "spent") entry.violation = "spent_refresh_token";
      if (exchange.outcome !== "ok") throw unauthorized("The refresh token is wrong or has expired");
      return await tokenPair(exchange.session, exchange.refreshToken, raw);
    },
    async authLogout({ req: { raw } }) {
      const text = await readText(raw);
      const { session } = await authenticate(state, raw);
      if (session?.issuer !== "api") throw unauthorized("A token of GET /auth/login is needed to log out");
      const sent = requiredString(parse(raw, text), "refreshToken");
      const ended = refreshTokens.sessionOf(sent, settings.now());
      if (ended?.issuer !== "api" || ended.user !== session.user) {
        throw unauthorized("The refresh token is wrong or has expired");
      }
      ended.ended = true;
      return new Response(null, { status: 200 });
    },
    async authChangePassword({ req: { raw } }) {
      const text = await readText(raw);
      const { user } = await authenticate(state, raw);
      const password = requiredString(parse(raw, text), "password");
      const account = accounts.find(user);
      if (account) account.password = password;
      return new Response(null, { status: 200 });
    },
  };
}

function parse(request: Request, text: string): ReadonlyMap<string, unknown> {
  if (bodyType(request) !== "json") throw new Refusal(400, "The content type must be application/json");
  return parseObject(text);
}

async function readObject(request: Request): Promise<ReadonlyMap<string, unknown>> {
  return parse(request, await readText(request));
}
