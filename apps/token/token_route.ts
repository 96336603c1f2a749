import type { Context, Handler } from "hono";
import type { AppEnv } from "./app_env.ts";
import { authenticate, type Authenticated } from "./client_auth.ts";
import type { ClientBook } from "./client_book.ts";
import { type Form, readForm } from "./form.ts";
import { invalidRequest, OAuthError } from "./oauth_error.ts";
import type { RateLimits } from "./rate_limits.ts";
import type { TokenAnswer } from "./token_answer.ts";

/** What {@link tokenRoute} takes. */
export interface TokenRouteOptions {
  /** Who may ask. */
  readonly clients: ClientBook;
  /** How often. */
  readonly limits: RateLimits;
  /** The scope that there is, if any. */
  readonly scope?: string;
  /** Makes the answer to a client that may. */
  issue(to: Authenticated): TokenAnswer | Promise<TokenAnswer>;
}

/** Makes the handler of `POST /token`: OAuth 2 client credentials (RFC 6749, 4.4). */
export function tokenRoute({ clients, limits, scope, issue }: TokenRouteOptions): Handler<AppEnv> {
  return async (c) => {
    const { form, ...authenticated } = await authenticatedForm(c, clients, limits);
    checkGrant(form, scope);
    const headers = await limits.countSuccess(authenticated.client);
    return c.json(await issue(authenticated), 200, headers);
  };
}

/** The form of a request, and the client that sent it; what fails is counted by the caller's address. */
export async function authenticatedForm(
  c: Context<AppEnv>,
  clients: ClientBook,
  limits: RateLimits,
): Promise<Authenticated & { readonly form: Form }> {
  limits.checkFailures(c);
  const form = await readForm(c.req.raw);
  try {
    const authenticated = await authenticate(c.req.raw.headers.get("authorization"), form, clients);
    c.set("client", authenticated.client.id);
    return { ...authenticated, form };
  } catch (error) {
    if (error instanceof OAuthError && error.code === "invalid_client") await limits.countFailure(c);
    throw error;
  }
}

function checkGrant(form: Form, scope: string | undefined): void {
  const grant = form.get("grant_type");
  if (grant === undefined) throw invalidRequest("Cannot grant a token: grant_type is missing");
  if (grant !== "client_credentials") {
    throw new OAuthError(400, "unsupported_grant_type", "Cannot grant a token: grant_type must be client_credentials");
  }
  const asked = form.get("scope");
  if (asked === undefined || (scope !== undefined && asked.split(" ").every((one) => one === scope))) return;
  const why = scope === undefined ? "there are no scopes here" : `the only scope is ${scope}`;
  throw new OAuthError(400, "invalid_scope", `Cannot grant a token: ${why}`);
}
