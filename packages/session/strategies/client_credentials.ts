import { refuseApiHost } from "../base_url.ts";
import { checkCredential, resolveCredential } from "../credential.ts";
import { fingerprint, slowFingerprint } from "../fingerprint.ts";
import { requestToken } from "../grant.ts";
import { renewingSource } from "../sources/renewing.ts";
import type { Credential, Strategy } from "../types.ts";

/** Options of {@link clientCredentials}. */
export interface ClientCredentialsOptions {
  /** The token endpoint's address. No secret belongs in its query: runtimes show addresses in their traces. */
  readonly tokenUrl: string | URL;
  /** The client's id. */
  readonly clientId: string;
  /** Its secret. */
  readonly clientSecret: Credential;
}

/**
 * The OAuth 2 client-credentials grant: a session that is fed by the token app, which alone holds the account.
 *
 * Use it in programs that share one account through the token app, or with any server that speaks RFC 6749, 4.4. The
 * client's id and secret go out as Basic, in the form's own encoding.
 *
 * @param options The endpoint and the client; the secret may be a function, asked whenever a token is needed.
 * @returns The strategy for `createSession`. It cannot change a password; `logout` only forgets the token.
 * @throws {TypeError} When an option is missing or malformed.
 * @throws {SessionError} From the session's calls: `credentials_rejected` when the server refuses the client, `rate_limited`, `unreachable`,
 *   `bad_response`.
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
  if (!URL.canParse(tokenUrl)) throw new TypeError("Cannot use tokenUrl: it is no address");
  const url = new URL(tokenUrl);
  if (url.username || url.password || url.hash) {
    throw new TypeError("Cannot use tokenUrl: it has credentials or a fragment in it");
  }
  refuseApiHost("tokenUrl", url);
  if (typeof clientId !== "string" || clientId === "") {
    throw new TypeError("Cannot use clientId: it is no text, or empty");
  }
  checkCredential("client secret", clientSecret);
  return (io) => {
    io.checkSecure(url);
    return renewingSource(io, {
      identity: () => fingerprint(io.baseUrl, "client_credentials", url.href, clientId),
      async login() {
        const secret = await resolveCredential("client secret", clientSecret);
        return {
          fingerprint: (like) => slowFingerprint(JSON.stringify([clientId, secret]), like),
          send: () =>
            requestToken(io, {
              purpose: "get a token",
              url: url.href,
              client: { id: clientId, secret, auth: "basic" },
              members: { grant_type: "client_credentials" },
            }),
        };
      },
    });
  };
}
