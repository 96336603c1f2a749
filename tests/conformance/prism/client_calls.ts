import * as api from "@xsignals/client";
import * as sso from "@xsignals/client/auth0";
import { ACCOUNT, CLIENT } from "./account.ts";

/** Where the mocks are, and what sends the calls. */
export interface Mocks {
  readonly api: string;
  readonly auth0: string;
  readonly fetch: api.FetchLike;
}

/** What an operation of the client resolves with, as far as it is judged. */
export interface Result {
  readonly data?: unknown;
  readonly error?: unknown;
  readonly response?: Response;
}

/** A call of every operation of the client, by its name. */
export function clientCalls(mocks: Mocks): Readonly<Record<string, () => Promise<Result>>> {
  const client = api.connect({ fetch: mocks.fetch, baseUrl: mocks.api });
  const auth0 = sso.connect({ fetch: mocks.fetch, baseUrl: mocks.auth0 });
  const path = { fileId: "8a7c2f0e-5d0b-4d9c-9c1e-3f6b1f0a2d11" };
  const body = { refreshToken: "your refresh token" };
  const tokenRequest = {
    ...ACCOUNT,
    grant_type: "http://auth0.com/oauth/grant-type/password-realm",
    realm: "Username-Password-Authentication",
    audience: "https://xpansiv/platform",
    client_id: CLIENT.clientId,
    client_secret: CLIENT.clientSecret,
  } as const;

  return {
    authLogin: () => api.authLogin({ client, auth, headers: { "Cache-Control": "no-store" } }),
    authRefresh: () => api.authRefresh({ client, body }),
    authLogout: () => api.authLogout({ client, auth, body }),
    authChangePassword: () => api.authChangePassword({ client, auth, body: { password: "new user password" } }),
    listFileGroups: () =>
      api.listFileGroups({
        client,
        auth,
        query: {
          from: 0,
          size: 5,
          query: "Carbon",
          writeOnly: false,
          withSymbol: true,
          sortBy: "name",
          sortOrder: "asc",
        },
      }),
    searchFiles: () =>
      api.searchFiles({
        client,
        auth,
        query: { from: 0, size: 1, query: "groupName=Example Group", sortBy: "arrivalTime", sortOrder: "desc" },
      }),
    getFile: () => api.getFile({ client, auth, path }),
    downloadFile: () => api.downloadFile({ client, auth, path }),
    oauthToken: () => sso.oauthToken({ client: auth0, body: tokenRequest }),
    oauthRevoke: () =>
      sso.oauthRevoke({ client: auth0, body: { token: "your refresh token", client_id: CLIENT.clientId } }),
    openidConfiguration: () => sso.openidConfiguration({ client: auth0 }),
  };
}

/** The credential of the scheme that an operation takes. */
function auth({ scheme }: { readonly scheme?: string }): string {
  return scheme === "basic" ? `${ACCOUNT.username}:${ACCOUNT.password}` : "your access token";
}
