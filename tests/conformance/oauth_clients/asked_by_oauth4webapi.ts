import type { Emulator } from "@xsignals/emulator";
import * as oauth from "oauth4webapi";
import { CLIENT, PASSWORD_REALM } from "./tenant.ts";

export const ISSUER = new URL("https://auth.xpansiv.com/");
const GROUPS = new URL("https://api.xsignals.xpansiv.com/file/group");

/** What an answer says of itself. */
export interface Answer {
  readonly path: string;
  readonly status: number;
  readonly type: string | null;
  readonly cache: string | null;
}

/** A server as the client sees it. */
export interface Asked {
  readonly server: oauth.AuthorizationServer;
  readonly options: { readonly [oauth.customFetch]: Emulator["fetch"] };
  /** Every answer so far, in short. */
  readonly answers: readonly Answer[];
  /** Asks for a token, with the id and the secret of a client in the form unless told otherwise. */
  token(
    parameters: Readonly<Record<string, string>>,
    grant?: string,
    auth?: oauth.ClientAuth,
    id?: string,
  ): Promise<oauth.TokenEndpointResponse>;
  refresh(token: string | undefined, scope?: string): Promise<oauth.TokenEndpointResponse>;
  /** Calls the API. */
  call(accessToken: string): Promise<Response>;
  revoke(token: string | undefined, auth?: oauth.ClientAuth, id?: string): Promise<void>;
}

/** Discovers the emulator's Auth0, as the client of most calls. */
export async function ask({ fetch }: Emulator): Promise<Asked> {
  const answers: Answer[] = [];
  const options = {
    async [oauth.customFetch](input: string | URL | Request, init?: RequestInit): Promise<Response> {
      const answer = await fetch(input, init);
      const { status, headers } = answer;
      const path = new URL(input instanceof Request ? input.url : input).pathname;
      answers.push({ path, status, type: headers.get("content-type"), cache: headers.get("cache-control") });
      return answer;
    },
  };
  const server = await oauth.processDiscoveryResponse(ISSUER, await oauth.discoveryRequest(ISSUER, options));
  const post = oauth.ClientSecretPost(CLIENT.secret);
  return {
    server,
    options,
    answers,
    async token(parameters, grant = PASSWORD_REALM, auth = post, id = CLIENT.id) {
      const client = { client_id: id };
      const answer = await oauth.genericTokenEndpointRequest(server, client, auth, grant, { ...parameters }, options);
      return await oauth.processGenericTokenEndpointResponse(server, client, answer);
    },
    async refresh(token, scope) {
      const client = { client_id: CLIENT.id };
      const more = scope === undefined ? {} : { additionalParameters: { scope } };
      const answer = await oauth.refreshTokenGrantRequest(server, client, post, `${token}`, { ...options, ...more });
      return await oauth.processRefreshTokenResponse(server, client, answer);
    },
    call: (accessToken) =>
      oauth.protectedResourceRequest(accessToken, "GET", GROUPS, undefined, undefined, {
        [oauth.customFetch]: (url, { body: _, ...init }) => fetch(url, init),
      }),
    async revoke(token, auth = post, id = CLIENT.id) {
      const answer = await oauth.revocationRequest(server, { client_id: id }, auth, `${token}`, options);
      return await oauth.processRevocationResponse(answer);
    },
  };
}
