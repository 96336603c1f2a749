import { type Context, Hono } from "hono";
import { methodNotAllowed } from "hono/method-not-allowed";
import type { Session } from "@xsignals/session";
import type { AppEnv } from "./app_env.ts";
import type { Clients } from "./clients.ts";
import type { Log } from "./log.ts";
import { OAuthError } from "./oauth_error.ts";
import { requestLog } from "./request_log.ts";
import { tokenRoute } from "./token_route.ts";
import { TokenUnavailable, upstreamToken } from "./upstream_token.ts";

/** What {@link createApp} takes. */
export interface AppOptions {
  /** The one session of the account; its token must be a bearer token. */
  readonly session: Pick<Session, "token">;
  /** Who may ask for tokens. */
  readonly clients: Clients;
  /** What a token that is handed out should have left at least, in ms. */
  readonly minValidMs: number;
  /** The session's clock, in ms since 1970. */
  readonly now: () => number;
  /** Writes one line of the log. */
  readonly log: Log;
}

/**
 * Makes the token app: `POST /token` and `GET /healthz`.
 *
 * It hands out the session's own token. Whoever has that can do what the account can until it expires, a change of its
 * password included.
 *
 * @param options The session, the clients and the outside world.
 * @returns A Hono app: `app.fetch` serves, `app.request` tests.
 *
 * @example
 * ```ts
 * import { createApp, parseClients } from "@xsignals/token-app";
 * import { createSession, login } from "@xsignals/session";
 * import { createEmulator } from "@xsignals/emulator";
 * import { assertEquals } from "@std/assert";
 *
 * const emulator = createEmulator({ users: { login: "password" } });
 * const app = createApp({
 *   session: createSession({ strategy: login({ username: "login", password: "password" }), fetch: emulator.fetch }),
 *   clients: parseClients("notebook:secret"),
 *   minValidMs: 60_000,
 *   now: Date.now,
 *   log: () => {},
 * });
 * const answer = await app.request("/token", {
 *   method: "POST",
 *   headers: { authorization: `Basic ${btoa("notebook:secret")}` },
 *   body: new URLSearchParams({ grant_type: "client_credentials" }),
 * });
 *
 * assertEquals((await answer.json()).token_type, "Bearer");
 * ```
 */
export function createApp({ session, clients, minValidMs, now, log }: AppOptions): Hono<AppEnv> {
  const app = new Hono<AppEnv>();
  app.use(requestLog(log, now, (path) => app.routes.some((route) => route.path === path)));
  app.use(async (c, next) => {
    c.header("cache-control", "no-store");
    c.header("pragma", "no-cache");
    await next();
  });
  app.use(methodNotAllowed({
    app,
    onMethodNotAllowed: (c, methods) =>
      refuse(
        c,
        new OAuthError(405, "invalid_request", "Cannot use this method here: see Allow", { allow: methods.join(", ") }),
      ),
  }));
  app.post("/token", tokenRoute(clients, upstreamToken({ session, minValidMs, now, log })));
  app.get("/healthz", (c) => c.json({ status: "ok" }));
  app.notFound((c) => refuse(c, new OAuthError(404, "invalid_request", "Cannot find this path")));
  app.onError((error, c) => {
    if (error instanceof TokenUnavailable) c.set("reason", error.reason);
    if (error instanceof OAuthError) return refuse(c, error);
    c.set("reason", error.name);
    return refuse(c, new OAuthError(500, "server_error", "Cannot answer: the token app failed"));
  });
  return app;
}

/** Every refusal has the form of RFC 6749, 5.2. */
function refuse(c: Context<AppEnv>, { status, code, message, headers }: OAuthError): Response {
  c.set("error", code);
  return c.json({ error: code, error_description: message }, status, headers);
}
