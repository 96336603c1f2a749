/**
 * The smallest token app: `POST /token` (OAuth client credentials, RFC 6749, 4.4) hands out **the account's own token**.
 * Until that token expires, its holder can do all that the account can, a change of its password included. For programs
 * that you trust less, use apps/gateway.
 *
 * @module
 */
import { Hono } from "hono";
import { basicAuth } from "hono/basic-auth";
import { bodyLimit } from "hono/body-limit";
import { createSession, type Session, SessionError } from "@xsignals/session";
import { optionsFromEnv } from "@xsignals/session/env";
import { kvStore } from "@xsignals/session/kv";

/** Makes the app for one client. Failures are not counted, because nobody can guess a secret of 32 characters. */
export function createApp(session: Pick<Session, "token">, id: string, secret: string, now = Date.now): Hono {
  const app = new Hono();
  app.use((c, next) => next().then(() => c.header("cache-control", "no-store")));
  app.use(bodyLimit({ maxSize: 8_192, onError: (c) => c.json({ error: "invalid_request" }, 413) }));
  const invalidUserMessage = { error: "invalid_client" };
  app.use(basicAuth({ username: id, password: secret, realm: "token", invalidUserMessage }));
  app.post("/token", async (c) => {
    const form = new URLSearchParams(await c.req.text());
    const [grant, ...more] = form.getAll("grant_type");
    if (!grant || more.length > 0 || form.has("client_secret")) return c.json({ error: "invalid_request" }, 400);
    if (form.get("scope")) return c.json({ error: "invalid_scope" }, 400);
    if (grant !== "client_credentials") return c.json({ error: "unsupported_grant_type" }, 400);
    try {
      const { scheme, value, expiresAt } = await session.token();
      if (scheme !== "Bearer") throw new SessionError("not_supported", "Cannot get a token: XSIGNALS_AUTH has none");
      const expiry = expiresAt === undefined ? {} : { expires_in: Math.max(0, Math.floor((expiresAt - now()) / 1000)) };
      return c.json({ access_token: value, token_type: "Bearer", ...expiry });
    } catch (error) {
      if (!(error instanceof SessionError)) throw error;
      console.error(error.message); // a SessionError's message has no secret
      if (error.retryAt) c.header("retry-after", String(Math.max(1, Math.ceil((error.retryAt - now()) / 1000))));
      return c.json({ error: "temporarily_unavailable" }, 503);
    }
  });
  return app;
}

function start(env: Deno.Env): Hono | undefined {
  try {
    const [id = "", secret = ""] = [env.get("TOKEN_CLIENT_ID"), env.get("TOKEN_CLIENT_SECRET")];
    if (!/^[a-z\d]+$/i.test(id)) throw new TypeError("Cannot start: set TOKEN_CLIENT_ID to letters and digits");
    const isStrong = /^[a-z\d]{32,}$/i.test(secret);
    if (!isStrong) throw new TypeError("Cannot start: set TOKEN_CLIENT_SECRET to 32 or more letters and digits");
    const onDeploy = env.has("DENO_DEPLOYMENT_ID") && { store: kvStore() }; // isolates share one login
    const app = createApp(createSession({ ...optionsFromEnv(env), ...onDeploy, waitBudgetMs: 3_000 }), id, secret);
    return onDeploy ? app : void Deno.serve({ hostname: "127.0.0.1", port: 8080 }, app.fetch);
  } catch (error) {
    const [{ message }, where] = [Object(error), env.get("DENO_SERVE_ADDRESS") ?? "tcp:127.0.0.1:8080"];
    const isTold = [TypeError, SessionError, Deno.errors.NotCapable].some((kind) => error instanceof kind);
    console.error(isTold ? message : `Cannot listen on ${where}: ${message}; set DENO_SERVE_ADDRESS to a free one`);
    Deno.exit(1);
  }
}

export default import.meta.main || Deno.env.has("DENO_DEPLOYMENT_ID") ? start(Deno.env) : undefined; // not in a test
