import { auth0, clientCredentials, type FetchLike, type InitialTokens, type Strategy } from "@xsignals/session";
import { createRemoteJWKSet, jwtVerify } from "jose";
import { type MutableResponse, OAuth2Issuer, OAuth2Service } from "oauth2-mock-server";
import { serveListener } from "./serve_listener.ts";
import { type WatchedSession, watchedSession } from "./watched_session.ts";

/** How long the server's tokens live, in ms. */
export const LIFETIME = 3_600_000;
export const CLIENT = { clientId: "client", clientSecret: "secret" };
const EXPIRED: InitialTokens = { accessToken: "expired", refreshToken: "held", expiresAt: 0 };

/** The server, listening, and an API that takes the tokens that its published key verifies. */
export interface OpenMockServer {
  readonly origin: string;
  readonly service: OAuth2Service;
  readonly api: FetchLike;
  stop(): Promise<void>;
}

/** Opens it. */
export async function openOAuth2MockServer(): Promise<OpenMockServer> {
  const issuer = new OAuth2Issuer();
  await issuer.keys.generate("RS256");
  const service = new OAuth2Service(issuer, { token: "/oauth/token", revoke: "/oauth/revoke" });
  const { origin, stop } = await serveListener((origin) => {
    issuer.url = origin;
    return service.requestHandler;
  });
  const keys = createRemoteJWKSet(new URL(`${origin}/jwks`));
  return {
    origin,
    service,
    stop,
    async api(input, init) {
      const [, value = ""] = (new Request(input, init).headers.get("authorization") ?? "").split(" ");
      const known = await jwtVerify(value, keys, { issuer: origin }).then(() => true, () => false);
      return Response.json({ known }, { status: known ? 200 : 401 });
    },
  };
}

/** A session with a strategy. */
export function hold({ api }: OpenMockServer, strategy: Strategy): WatchedSession {
  return watchedSession(api, strategy, { waitBudgetMs: 0 });
}

/** The strategy `auth0`, from tokens that are held. */
export function held({ origin }: OpenMockServer, tokens: InitialTokens = EXPIRED): Strategy {
  return auth0({ tokens, domain: origin, ...CLIENT });
}

/** The strategy `clientCredentials`. */
export function machine({ origin }: OpenMockServer): Strategy {
  return clientCredentials({ tokenUrl: `${origin}/oauth/token`, ...CLIENT });
}

/** Changes the server's next answer to a token request. */
export function answerNext({ service }: OpenMockServer, change: (answer: MutableResponse) => unknown): void {
  service.once("beforeResponse", change);
}
