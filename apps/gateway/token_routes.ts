// `POST /token` and `POST /revoke`, and the metadata that tells clients of them.
import type { Context, Handler } from "hono";
import { decodeJwt } from "jose";
import type { CheckAssertion } from "./assertions.ts";
import { ASSERTION_GRANT, authenticate } from "./client_auth.ts";
import type { ClientBook } from "./client_book.ts";
import { type Authenticated, type Client, type Scope, SCOPES, scopesOf } from "./clients.ts";
import { type Form, readForm } from "./form.ts";
import type { AppEnv } from "./log.ts";
import { invalidRequest, OAuthError } from "./oauth_error.ts";
import type { RateLimits } from "./rate_limits.ts";
import type { GatewayTokens } from "./tokens.ts";
import { ALGORITHMS } from "./trust.ts";
import { UpstreamUnavailable } from "./upstream.ts";

/** How long to wait when the clients cannot be read, in ms. */
const CLIENTS_WAIT = 30_000;

/** What the two routes work with. */
export interface TokenParts {
  readonly clients: ClientBook;
  readonly limits: RateLimits;
  readonly tokens: GatewayTokens;
  /** Checks assertions; absent: nobody has one, because the gateway does not know its own address. */
  readonly checkAssertion?: CheckAssertion | undefined;
}

/** Makes the handler of `POST /token`: OAuth 2 client credentials (RFC 6749, 4.4), or an assertion (RFC 7523, 2.1). */
export function tokenRoute(parts: TokenParts): Handler<AppEnv> {
  const { clients, limits, tokens } = parts;
  return async (c) => {
    const { form, ...authenticated } = await authenticatedForm(c, parts);
    if (!await clients.isCurrent()) throw new UpstreamUnavailable("clients_unreadable", CLIENTS_WAIT);
    const scopes = grantedScopes(form, authenticated.client);
    const headers = await limits.countSuccess(authenticated.client);
    const answer = tokens.issue(authenticated, scopes);
    c.set("token", decodeJwt(answer.access_token).jti!);
    return c.json(answer, 200, headers);
  };
}

/** Makes the handler of `POST /revoke`: a client gives back a token of its own (RFC 7009). */
export function revokeRoute(parts: TokenParts): Handler<AppEnv> {
  return async (c) => {
    const { client, form } = await authenticatedForm(c, parts);
    const token = form.get("token");
    if (token === undefined) throw invalidRequest("Cannot revoke the token: token is missing");
    if (await parts.tokens.revoke(token, client)) return c.body(null, 200);
    throw invalidRequest("Cannot revoke the token: it was made for another client");
  };
}

/** What ready-made clients ask for to configure themselves (RFC 8414, 2). */
export function metadata(issuer: string): Record<string, string | string[]> {
  const methods = ["client_secret_basic", "client_secret_post", "private_key_jwt"];
  return {
    issuer,
    token_endpoint: `${issuer}/token`,
    token_endpoint_auth_methods_supported: methods,
    token_endpoint_auth_signing_alg_values_supported: ALGORITHMS,
    grant_types_supported: ["client_credentials", ASSERTION_GRANT],
    response_types_supported: [],
    scopes_supported: [...SCOPES],
    revocation_endpoint: `${issuer}/revoke`,
    revocation_endpoint_auth_methods_supported: methods,
    revocation_endpoint_auth_signing_alg_values_supported: ALGORITHMS,
  };
}

/** The form of a request, and the client that sent it. A failure to authenticate is counted by the caller's address. */
async function authenticatedForm(
  c: Context<AppEnv>,
  { clients, limits, checkAssertion }: TokenParts,
): Promise<Authenticated & { readonly form: Form }> {
  const form = await readForm(c.req.raw);
  try {
    const [authorization, mayVerify] = [c.req.raw.headers.get("authorization"), () => limits.checkFailures(c)];
    const authenticated = await authenticate(authorization, form, clients, checkAssertion, mayVerify);
    c.set("client", authenticated.client.id);
    if (authenticated.subject !== undefined) c.set("subject", authenticated.subject);
    return { ...authenticated, form };
  } catch (error) {
    if (error instanceof OAuthError && /^invalid_(client|grant)$/.test(error.code)) await limits.countFailure(c);
    throw error;
  }
}

/** What a client is granted: what it asks for, or all that it may do. */
function grantedScopes(form: Form, client: Client): readonly Scope[] {
  const grant = form.get("grant_type");
  if (grant === undefined) throw invalidRequest("Cannot grant a token: grant_type is missing");
  if (grant !== "client_credentials" && !(grant === ASSERTION_GRANT && client.trust)) {
    throw new OAuthError(400, "unsupported_grant_type", "Cannot grant a token: grant_type must be client_credentials");
  }
  const scopes = scopesOf(client);
  const asked = form.get("scope")?.split(" ") ?? scopes;
  if (!asked.every((one) => scopes.some((scope) => scope === one))) {
    throw new OAuthError(400, "invalid_scope", `Cannot grant a token: the client may have ${scopes.join(" and ")}`);
  }
  return scopes.filter((scope) => asked.includes(scope));
}
