import { auth0, type Auth0Options, type FetchLike, type InitialTokens, type Store } from "@xsignals/session";
import type { RequestListener } from "node:http";
import { HttpServer } from "oauth2-mock-server";
import { LIFETIME, watch, type Watched } from "./watched_session.ts";

export const PASSWORD_REALM = "http://auth0.com/oauth/grant-type/password-realm";

/** The clients, each with the one way in which it may authenticate; the odd ones have to be encoded. */
export const CLIENTS = {
  post: { clientId: "client", clientSecret: "secret" },
  basic: { clientId: "an id+1:%2", clientSecret: "a secret+&=:%41" },
  machine: { clientId: "machine:1", clientSecret: "its secret+%" },
} as const;

/** What of npm `oidc-provider`, which has no types, is used here. */
export interface Provider {
  callback(): RequestListener;
  registerGrantType(name: string, handler: (context: GrantContext) => Promise<void>, parameters: string[]): void;
  readonly Grant: new (of: { accountId: string; clientId: string }) => {
    addOIDCScope(scope: string): void;
    save(): Promise<string>;
  };
  readonly AccessToken: TokenModel;
  readonly RefreshToken: TokenModel;
  readonly ClientCredentials: Pick<TokenModel, "find">;
}

/** A request to the token endpoint whose client is known. */
interface GrantContext {
  readonly oidc: {
    readonly params: Readonly<Record<string, string | undefined>>;
    readonly client: { readonly clientId: string };
  };
  body: unknown;
}

interface TokenModel {
  new (of: Readonly<Record<string, unknown>>): { save(): Promise<string> };
  find(value: string): Promise<{ accountId?: string; clientId?: string; destroy(): Promise<void> } | undefined>;
}

interface ProviderModule {
  readonly default: new (issuer: string, configuration: Readonly<Record<string, unknown>>) => Provider;
  readonly errors: { readonly InvalidGrant: new (detail: string) => Error };
}

/** npm `oidc-provider`, listening, and an API that takes its tokens. */
export type OpenProvider = Awaited<ReturnType<typeof openOidcProvider>>;

/** Opens it. The password-realm grant is Auth0's own, so it is registered here; all else is the library's. */
export async function openOidcProvider() {
  const { default: Library, errors } = await loadOidcProvider();
  let rotation = true;
  const server = new HttpServer((request, response) => provider.callback()(request, response));
  await server.start(0, "127.0.0.1");
  const origin = `http://127.0.0.1:${server.address().port}`;
  const provider: Provider = new Library(origin, {
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

  const find = async (value: string) =>
    await provider.AccessToken.find(value) ?? await provider.ClientCredentials.find(value);
  const api: FetchLike = async (input, init) => {
    const [scheme, value = ""] = (new Request(input, init).headers.get("authorization") ?? "").split(" ");
    const token = scheme === "Bearer" ? await find(value) : undefined;
    return token
      ? Response.json({ of: token.accountId ?? token.clientId })
      : Response.json({ message: "Unauthorized" }, { status: 401 });
  };
  const withPassword = { username: "login", password: "password", scope: "offline_access" };
  return {
    origin,
    provider,
    /** 200 with whose token it is, 401 for a token that the provider does not know any more. */
    api,
    /** A session with the user's password that asks for a refresh token. */
    account: (options: Partial<Auth0Options> = {}, store?: Store) =>
      watch(api, auth0({ ...withPassword, domain: origin, ...CLIENTS.post, ...options }), store),
    /** A session that holds tokens and no password. */
    held: (tokens: InitialTokens) => watch(api, auth0({ tokens, domain: origin, ...CLIENTS.post })),
    /** Takes the session's access token back. */
    takeBack: async ({ session }: Watched) => await (await find((await session.token()).value))?.destroy(),
    /** Whether a refresh is answered with another refresh token; it is at first. */
    rotates: (yes: boolean) => void (rotation = yes),
    stop: () => server.stop(),
  };
}

/** Loads the library, and keeps what it tells about production and Deno off the console. */
export async function loadOidcProvider(): Promise<ProviderModule> {
  const { info, warn } = console;
  const isNotice = (text: unknown) => typeof text === "string" && text.startsWith("oidc-provider ");
  console.info = (...texts) => isNotice(texts[0]) || info(...texts);
  console.warn = (...texts) => isNotice(texts[0]) || warn(...texts);
  return await import("oidc-provider");
}

async function logIn(
  provider: Provider,
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
  const refresh_token = scope?.split(" ").includes("offline_access") && await new provider.RefreshToken(of).save();
  context.body = {
    access_token: await new provider.AccessToken(of).save(),
    token_type: "Bearer",
    expires_in: LIFETIME / 1000,
    ...refresh_token && { refresh_token },
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
