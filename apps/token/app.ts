import { type Context, Hono } from "hono";
import { cors } from "hono/cors";
import { methodNotAllowed } from "hono/method-not-allowed";
import { describeRoute } from "hono-openapi";
import type { Session } from "@xsignals/session";
import { apiRoute } from "./api_route.ts";
import type { AppEnv } from "./app_env.ts";
import type { ClientBook } from "./client_book.ts";
import { type GatewayTokens, SCOPE } from "./gateway_token.ts";
import type { Log } from "./log.ts";
import { metadata } from "./metadata.ts";
import { OAuthError } from "./oauth_error.ts";
import { openApiDocument } from "./openapi_document.ts";
import { pageHeaders, pageRoute } from "./page_route.ts";
import type { RateLimits } from "./rate_limits.ts";
import { isReady } from "./readiness.ts";
import { requestLog } from "./request_log.ts";
import { revokeRoute } from "./revoke_route.ts";
import { routeDescriptions, type RouteName } from "./route_descriptions.ts";
import { tokenRoute } from "./token_route.ts";
import { createTrouble, UpstreamUnavailable } from "./trouble.ts";
import type { UpstreamGate } from "./upstream_gate.ts";
import { upstreamToken } from "./upstream_token.ts";

/** What {@link createApp} takes. */
export interface AppOptions {
  /** Gateway: the app's own tokens. Absent: passthrough, the account's token is handed out. */
  readonly tokens?: GatewayTokens;
  /** The one session of the account. */
  readonly session: Pick<Session, "fetch" | "token" | "status">;
  /** Whether the upstream is left alone; it is told of the session's events. */
  readonly gate: UpstreamGate;
  /** Who may ask for tokens. */
  readonly clients: ClientBook;
  /** How often. */
  readonly limits: RateLimits;
  /** What a token that is handed out should have left at least, in ms; passthrough only. */
  readonly minValidMs: number;
  /** The app's origin as its clients reach it; without it there is no metadata. */
  readonly issuer?: string;
  /** Origins of web pages that may ask from a browser. */
  readonly corsOrigins?: readonly string[];
  /** The session's clock, in ms since 1970. */
  readonly now: () => number;
  /** Writes one line of the log. */
  readonly log: Log;
}

/**
 * Makes the token app.
 *
 * As a gateway it hands out tokens of its own and forwards `GET /api/file/*`. As a passthrough it hands out the session's
 * own token: whoever has that can do what the account can until it expires, a change of its password included.
 *
 * @param options The session, the clients and the outside world; `assemble` makes them from a configuration.
 * @returns A Hono app: `app.fetch` serves, `app.request` tests.
 */
export function createApp(options: AppOptions): Hono<AppEnv> {
  const { tokens, session, gate, clients, limits, minValidMs, issuer, corsOrigins = [], now, log } = options;
  const trouble = createTrouble({ gate, holdsToken: () => session.status().state === "active", now, log });
  const app = new Hono<AppEnv>();
  let paths: ReadonlySet<string> = new Set();
  app.use(requestLog(log, now, (path) => knownPath(paths, path)));
  app.use(async (c, next) => {
    c.header("cache-control", "no-store");
    c.header("pragma", "no-cache");
    await next();
  });
  if (corsOrigins.length > 0) app.use(cors({ origin: [...corsOrigins], allowMethods: ["GET", "POST"] }));
  app.use(methodNotAllowed({ app, onMethodNotAllowed: (c, methods) => refuse(c, wrongMethod(methods)) }));

  const isGateway = tokens !== undefined;
  const descriptions = routeDescriptions(isGateway);
  const describe = (name: RouteName) => describeRoute(descriptions[name]);
  const issue = tokens ? tokens.issue : upstreamToken({ session, gate, trouble, minValidMs, now });
  const token = tokenRoute({ clients, limits, issue, ...(isGateway ? { scope: SCOPE } : {}) });
  app.post("/token", describe("token"), token);
  app.post("/oauth/token", describe("tokenAlias"), token);
  if (tokens) {
    app.post("/revoke", describe("revoke"), revokeRoute(clients, limits, tokens));
    app.on("GET", ["/api/file/:path{.+}", "/api/*"], describe("file"), apiRoute({ session, tokens, trouble }));
  }
  if (issuer !== undefined) {
    const document = metadata(issuer, isGateway);
    app.get("/.well-known/oauth-authorization-server", describe("metadata"), (c) => c.json(document));
    app.get("/.well-known/openid-configuration", describe("metadataAlias"), (c) => c.json(document));
  }
  app.get("/healthz", describe("health"), (c) => c.json({ status: "ok" }));
  const ready = () => isReady(session.status());
  app.get(
    "/readyz",
    describe("readiness"),
    (c) => ready() ? c.json({ status: "ready" }) : c.json({ status: "not ready" }, 503),
  );
  const about = { isGateway, ...(issuer === undefined ? {} : { issuer }) };
  const openApi = openApiDocument(app, about);
  app.get("/openapi.json", describe("openApi"), async (c) => c.json(await openApi()));
  app.get("/", pageHeaders(), describe("page"), pageRoute({ ...about, isReady: ready, openApi }));
  app.notFound((c) => refuse(c, new OAuthError(404, "invalid_request", "Cannot find this path")));
  app.onError((error, c) => {
    if (error instanceof UpstreamUnavailable) c.set("reason", error.reason);
    if (error instanceof OAuthError) return refuse(c, error);
    c.set("reason", error.name);
    return refuse(c, new OAuthError(500, "server_error", "Cannot answer: the token app failed"));
  });
  paths = new Set(app.routes.map(({ path }) => path));
  return app;
}

/** The route that has this path, for the log: another path may hold anything. */
function knownPath(paths: ReadonlySet<string>, path: string): string | undefined {
  if (paths.has(path)) return path;
  return path.startsWith("/api/") && paths.has("/api/*") ? "/api/*" : undefined;
}

function wrongMethod(methods: readonly string[]): OAuthError {
  return new OAuthError(405, "invalid_request", "Cannot use this method here: see Allow", {
    allow: methods.join(", "),
  });
}

/** Every refusal has the form of RFC 6749, 5.2. */
function refuse(c: Context<AppEnv>, { status, code, message, headers }: OAuthError): Response {
  c.set("error", code);
  return c.json({ error: code, error_description: message }, status, headers);
}
