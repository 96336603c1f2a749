import type { RequestListener } from "node:http";

/** What of npm `oidc-provider`, which has no types, is used here. */
export interface OidcProvider {
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
export interface GrantContext {
  readonly oidc: {
    readonly params: Readonly<Record<string, string | undefined>>;
    readonly client: { readonly clientId: string };
  };
  body: unknown;
}

interface TokenModel {
  new (of: Readonly<Record<string, unknown>>): SavedToken & { save(): Promise<string> };
  find(value: string): Promise<SavedToken | undefined>;
}

/** A token that the provider keeps. */
interface SavedToken {
  readonly expiration: number;
  readonly tokenType: string;
  readonly accountId?: string;
  readonly clientId?: string;
  readonly consumed?: number;
  destroy(): Promise<void>;
}

/** The library. */
interface OidcProviderModule {
  readonly default: new (issuer: string, configuration: Readonly<Record<string, unknown>>) => OidcProvider;
  readonly errors: { readonly InvalidGrant: new (detail: string) => Error };
}

/** Loads the library, and keeps what it tells about production and Deno off the console. */
export async function loadOidcProvider(): Promise<OidcProviderModule> {
  const { info, warn } = console;
  const isNotice = (text: unknown) => typeof text === "string" && text.startsWith("oidc-provider ");
  console.info = (...texts) => isNotice(texts[0]) || info(...texts);
  console.warn = (...texts) => isNotice(texts[0]) || warn(...texts);
  return await import("oidc-provider");
}
