import type { FetchLike } from "@xsignals/session";
import { type GrantContext, loadOidcProvider, type OidcProvider } from "./oidc_provider.ts";
import { serveListener } from "./serve_listener.ts";

export const PASSWORD_REALM = "http://auth0.com/oauth/grant-type/password-realm";
/** How long an access token lives, in ms. */
export const LIFETIME = 3_600_000;

/** The clients, each with the one way in which it may authenticate; the odd ones have to be encoded. */
export const CLIENTS = {
  post: { clientId: "client", clientSecret: "secret" },
  basic: { clientId: "an id+1:%2", clientSecret: "a secret+&=:%41" },
  machine: { clientId: "machine:1", clientSecret: "its secret+%" },
} as const;

/** npm `oidc-provider`, listening, and an API that takes its tokens. */
export interface OpenProvider {
  readonly origin: string;
  readonly provider: OidcProvider;
  /** The API: 200 with whose token it is, 401 for a token that the provider does not know any more. */
  readonly api: FetchLike;
  /** Whether a refresh is answered with another refresh token; it is at first. */
  rotates(yes: boolean): void;
  stop(): Promise<void>;
}

/** Opens it. The password-realm grant is Auth0's own, so it is registered here; all else is the library's. */
export async function openOidcProvider(): Promise<OpenProvider> {
  const { default: Provider, errors } = await loadOidcProvider();
  const made = Promise.withResolvers<OidcProvider>();
  let rotation = true;

  const { origin, stop } = await serveListener((origin) => {
    const provider = new Provider(origin, {
      clients: [
        client(CLIENTS.post, "client_secret_post", [PASSWORD_REALM, "refresh_token"]),
        client(CLIENTS.basic, "client_secret_basic", [PASSWORD_REALM, "refresh_token"]),
        client(CLIENTS.machine, "client_secret_basic", ["client_credentials"]),
      ],
      routes: { token: "/oauth/token", revocation: "/oauth/revoke" },
      features: {
        clientCredentials: { enabled: true },
        devInteractions: { enabled: false },
        revocation: { enabled: true },
      },
      findAccount: (_: unknown, accountId: string) => ({ accountId, claims: () => ({ sub: accountId }) }),
      rotateRefreshToken: () => rotation,
      ttl: { AccessToken: LIFETIME / 1000, ClientCredentials: LIFETIME / 1000, Grant: 86_400, RefreshToken: 86_400 },
    });
    provider.registerGrantType(PASSWORD_REALM, (context) => logIn(provider, context, errors.InvalidGrant), [
      ...["username", "password", "realm", "audience", "scope"],
    ]);
    made.resolve(provider);
    return provider.callback();
  });
  const provider = await made.promise;

  return {
    origin,
    provider,
    stop,
    async api(input, init) {
      const [scheme, value = ""] = (new Request(input, init).headers.get("authorization") ?? "").split(" ");
      const token = await provider.AccessToken.find(value) ?? await provider.ClientCredentials.find(value);
      if (scheme !== "Bearer" || !token) return Response.json({ message: "Unauthorized" }, { status: 401 });
      return Response.json({ of: token.accountId ?? token.clientId });
    },
    rotates(yes) {
      rotation = yes;
    },
  };
}

async function logIn(
  provider: OidcProvider,
  context: GrantContext,
  InvalidGrant: new (detail: string) => Error,
): Promise<void> {
  const { client, params: { username, password, realm, audience, scope } } = context.oidc;
  if (username !== "login" || password !== "password") throw new InvalidGrant("wrong user or password");
  if (realm !== "Username-Password-Authentication" || audience !== "https://xpansiv/platform") {
    throw new InvalidGrant("wrong realm or audience");
  }
  const grant = new provider.Grant({ accountId: username, clientId: client.clientId });
  if (scope) grant.addOIDCScope(scope);
  const of = { client, accountId: username, grantId: await grant.save(), gty: "password-realm", scope };
  const accessToken = new provider.AccessToken(of);
  context.body = {
    access_token: await accessToken.save(),
    token_type: accessToken.tokenType,
    expires_in: accessToken.expiration,
    ...(scope?.split(" ").includes("offline_access")
      ? { refresh_token: await new provider.RefreshToken(of).save() }
      : {}),
  };
}

function client(
  { clientId, clientSecret }: { readonly clientId: string; readonly clientSecret: string },
  token_endpoint_auth_method: string,
  grant_types: readonly string[],
): Record<string, unknown> {
  return {
    client_id: clientId,
    client_secret: clientSecret,
    token_endpoint_auth_method,
    grant_types,
    redirect_uris: [],
    response_types: [],
  };
}
