import type { Handler } from "hono";
import type { AppEnv } from "./app_env.ts";
import type { ClientBook } from "./client_book.ts";
import type { GatewayTokens } from "./gateway_token.ts";
import { invalidRequest } from "./oauth_error.ts";
import type { RateLimits } from "./rate_limits.ts";
import { authenticatedForm } from "./token_route.ts";

/** Makes the handler of `POST /revoke`: a client gives back a token of its own (RFC 7009). */
export function revokeRoute(clients: ClientBook, limits: RateLimits, tokens: GatewayTokens): Handler<AppEnv> {
  return async (c) => {
    const { client, form } = await authenticatedForm(c, clients, limits);
    const token = form.get("token");
    if (token === undefined) throw invalidRequest("Cannot revoke the token: token is missing");
    if (!await tokens.revoke(token, client)) {
      throw invalidRequest("Cannot revoke the token: it was made for another client");
    }
    return c.body(null, 200);
  };
}
