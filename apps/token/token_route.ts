import type { Handler } from "hono";
import type { AppEnv } from "./app_env.ts";
import { authenticate } from "./client_auth.ts";
import type { Clients } from "./clients.ts";
import { type Form, readForm } from "./form.ts";
import { invalidRequest, OAuthError } from "./oauth_error.ts";
import type { TokenAnswer } from "./upstream_token.ts";

/**
 * Makes the handler of `POST /token`: OAuth 2 client credentials (RFC 6749, 4.4).
 *
 * @param clients Who may ask.
 * @param issue Makes the answer to a client that may.
 */
export function tokenRoute(clients: Clients, issue: () => Promise<TokenAnswer>): Handler<AppEnv> {
  return async (c) => {
    const form = await readForm(c.req.raw);
    const client = authenticate(c.req.raw.headers.get("authorization"), form, clients);
    c.set("client", client.id);
    checkGrant(form);
    return c.json(await issue());
  };
}

function checkGrant(form: Form): void {
  const grant = form.get("grant_type");
  if (grant === undefined) throw invalidRequest("Cannot grant a token: grant_type is missing");
  if (grant !== "client_credentials") {
    throw new OAuthError(400, "unsupported_grant_type", "Cannot grant a token: grant_type must be client_credentials");
  }
  if (form.has("scope")) throw new OAuthError(400, "invalid_scope", "Cannot grant a token: there are no scopes here");
}
