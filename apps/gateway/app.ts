// The gateway as a Hono app: its routes, and the form of its refusals.
import { type Context, Hono } from "hono";
import { cors } from "hono/cors";
import { methodNotAllowed } from "hono/method-not-allowed";
import type { Session } from "@xsignals/session";
import { apiRoute } from "./api_route.ts";
import type { Config } from "./config.ts";
import type { Calls } from "./calls.ts";
import { type Health, isReady } from "./health.ts";
import { type AppEnv, type Log, requestLog } from "./log.ts";
import { OAuthError, wrongMethod } from "./oauth_error.ts";
import { openApiDocument } from "./openapi_document.ts";
import { pageHeaders, pageRoute } from "./page.ts";
import { metadata, revokeRoute, type TokenParts, tokenRoute } from "./token_routes.ts";
import type { Upstream } from "./upstream.ts";

/** What the gateway is made of. Without an issuer it serves no metadata. */
export interface AppParts extends TokenParts {
  readonly config: Pick<Config, "issuer" | "corsOrigins">;
  readonly session: Pick<Session, "fetch" | "status" | "baseUrl">;
  readonly upstream: Upstream;
  readonly health: Health;
  readonly calls: Calls;
  /** The session's clock, in ms since 1970. */
  readonly now: () => number;
  readonly log: Log;
  /** The caller's address, where the log is to tell who took what. */
  readonly audit?: ((c: Context<AppEnv>) => string) | undefined;
}

/** Makes the gateway: it hands out tokens of its own and forwards reads of `/api/*` with the account's credential. */
export function createApp(parts: AppParts): Hono<AppEnv> {
  const { tokens, session, upstream, health, calls, now, log, audit } = parts;
  const { issuer, corsOrigins } = parts.config;
  const app = new Hono<AppEnv>();
  let paths: ReadonlySet<string> = new Set();
  app.use(requestLog(log, now, (path) => knownPath(paths, path), audit));
  app.use(async (c, next) => {
    c.header("cache-control", "no-store");
    c.header("pragma", "no-cache");
    await next();
  });
  if (corsOrigins.length > 0) {
    app.use(cors({ origin: [...corsOrigins], allowMethods: ["GET", "POST"], exposeHeaders: EXPOSED }));
  }
  app.use(methodNotAllowed({ app, onMethodNotAllowed: (c, methods) => refuse(c, wrongMethod(methods)) }));

  const token = tokenRoute(parts);
  app.post("/token", token);
  app.post("/oauth/token", token);
  app.post("/revoke", revokeRoute(parts));
  const api = apiRoute(session, tokens, upstream, calls, now);
  app.post("/api/ts", api);
  app.get("/api/ts/symbol/search", api);
  app.get("/api/*", api); // which refuses what is not a file
  if (issuer !== undefined) {
    const document = metadata(issuer);
    app.get("/.well-known/oauth-authorization-server", (c) => c.json(document));
    app.get("/.well-known/openid-configuration", (c) => c.json(document));
  }
  const ready = async () => isReady(await health.check());
  app.get("/healthz", (c) => c.json({ status: "ok" }));
  app.get("/readyz", async (c) => {
    return await ready() ? c.json({ status: "ready" }) : c.json({ status: "not ready" }, 503);
  });
  const reference = openApiDocument(issuer);
  app.get("/openapi.json", (c) => c.json(reference));
  app.get("/", pageHeaders(), pageRoute(ready, issuer));
  app.notFound((c) => refuse(c, new OAuthError(404, "invalid_request", "Cannot find this path")));
  app.onError((error, c) => {
    const reason = error instanceof OAuthError ? error.reason : error.name;
    if (reason !== undefined) c.set("reason", reason);
    if (error instanceof OAuthError) return refuse(c, error);
    return refuse(c, new OAuthError(500, "server_error", "Cannot answer: the gateway failed"));
  });
  paths = new Set(app.routes.map(({ path }) => path));
  return app;
}

/** What a request may name as its host; an absent one is harmless. */
const HOST = /^([\w.~-]+|\[[\da-f:.]+\])?(:\d{1,5})?$/i;

/** What a page at an allowed origin may read of an answer, besides what it always may. */
const EXPOSED = (
  "accept-ranges content-disposition content-encoding content-length content-range etag location nextpagetoken " +
  "ratelimit ratelimit-policy retry-after www-authenticate x-request-id"
).split(" ");

/** Makes the handler that a server calls: what has to be said before the app, and after it. */
export function serverHandler(app: Hono<AppEnv>): (request: Request, info: Deno.ServeHandlerInfo) => Promise<Response> {
  return async (request, info) => {
    if (!HOST.test(request.headers.get("host") ?? "")) { // the address is made of it, and so is the path
      const error_description = "Cannot read the request: its Host is not a host, or a host and a port";
      return Response.json({ error: "invalid_request", error_description }, { status: 400 });
    }
    const answer = await app.fetch(request, info);
    const isLengthUnknown = request.method === "HEAD" && !answer.headers.has("content-length");
    return isLengthUnknown ? new Response(new Blob([]).stream(), answer) : answer; // without a body the server says 0
  };
}

/** The route that has this path, for the log: an unknown path may hold anything. */
function knownPath(paths: ReadonlySet<string>, path: string): string | undefined {
  if (paths.has(path)) return path;
  return path.startsWith("/api/") ? "/api/*" : undefined;
}

/** Every refusal has the form of RFC 6749, 5.2. */
function refuse(c: Context<AppEnv>, { status, code, message, headers }: OAuthError): Response {
  c.set("error", code);
  return c.json({ error: code, error_description: message }, status, headers);
}
