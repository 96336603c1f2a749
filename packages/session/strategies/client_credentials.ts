import { checkText, credentialOf, oddityOf, parseAddress, refuseApiHost } from "../options.ts";
import { renewing } from "../renewal/renewing.ts";
import type { Credential, Strategy } from "../types.ts";
import { requestToken } from "../wire/oauth.ts";

/** Options of {@link clientCredentials}. */
export interface ClientCredentialsOptions {
  /** The token endpoint's address. Put no secret into its query: runtimes show addresses in their traces. */
  readonly tokenUrl: string | URL;
  /** The client's id. */
  readonly clientId: string;
  /** Its secret. */
  readonly clientSecret: Credential;
}

/**
 * The OAuth 2 client-credentials grant: the session gets its tokens from a server that holds the account.
 *
 * Use it in programs that share one account through the gateway or the token app, or with any server that speaks it
 * (RFC 6749, 4.4). The client's id and secret go out as Basic, in the form's own encoding.
 *
 * @param options The endpoint and the client. The secret may be a function, which is called whenever a token is needed.
 * @returns The strategy for `createSession`. It cannot change a password; `logout` only forgets the token.
 * @throws {TypeError} If an option is missing or malformed.
 * @throws {SessionError} From the session's calls; `credentials_rejected` if the server refuses the client.
 *
 * @see {@link https://www.rfc-editor.org/rfc/rfc6749#section-4.4 | RFC 6749, 4.4}
 *
 * @example
 * ```ts
 * import { clientCredentials, createSession } from "@xsignals/session";
 * import { assertEquals } from "@std/assert";
 *
 * const session = createSession({
 *   strategy: clientCredentials({ tokenUrl: "https://tokens.example/token", clientId: "id", clientSecret: "secret" }),
 *   tokenFetch: () => Promise.resolve(Response.json({ access_token: "abc", token_type: "Bearer", expires_in: 60 })),
 * });
 *
 * assertEquals((await session.token()).value, "abc");
 * ```
 */
export function clientCredentials(options: ClientCredentialsOptions): Strategy {
  const { tokenUrl, clientId, clientSecret } = options;
  const url = parseAddress("tokenUrl", tokenUrl, true);
  refuseApiHost("tokenUrl", url);
  checkText("clientId", clientId);
  const secretOf = credentialOf("client secret", clientSecret);
  const strategy = renewing({
    identity: () => ["client_credentials", url.href, clientId],
    async login(context) {
      const secret = await secretOf();
      return {
        secret: JSON.stringify([clientId, secret]),
        hint: oddityOf("client secret", secret),
        send: () =>
          requestToken(context, {
            purpose: "get a token",
            url: url.href,
            client: { id: clientId, secret, auth: "basic" },
            members: { grant_type: "client_credentials" },
          }),
      };
    },
  });
  return (context) => {
    context.checkSecure(url);
    return strategy(context);
  };
}
