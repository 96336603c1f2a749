import { isLoopback, refuseApiHost } from "../base_url.ts";
import { checkCredential, resolveCredential } from "../credential.ts";
import { fingerprint, slowFingerprint } from "../fingerprint.ts";
import { type Client, type Form, postForm, refusal, requestToken } from "../grant.ts";
import { checkIpLiteral } from "../ip_literal.ts";
import type { Grants, LoginAttempt } from "../renewal.ts";
import { renewingSource } from "../sources/renewing.ts";
import { tokenFromHeld } from "../token.ts";
import type { Credential, HeldTokens, Strategy } from "../types.ts";

/** Options of {@link auth0}. */
export interface Auth0Options {
  /** The user's name at Auth0; needed unless `tokens` are given. */
  readonly username?: Credential;
  /** The user's Auth0 password. */
  readonly password?: Credential;
  /** The client id that Xpansiv issued. */
  readonly clientId: string;
  /** Its secret; absent for a public client. */
  readonly clientSecret?: Credential;
  /** How the client authenticates: `post`, in the form, or `basic`; a client is set up for one. Default: `post`. */
  readonly clientAuth?: "post" | "basic";
  /** The Auth0 connection. Default: `Username-Password-Authentication`. */
  readonly realm?: string;
  /** The API that the token is for. Default: `https://xpansiv/platform`. */
  readonly audience?: string;
  /** Scopes, separated by spaces; `offline_access` asks for a refresh token. Left out unless given. */
  readonly scope?: string;
  /** The Auth0 domain, as a host or an https address. Default: `auth.xpansiv.com`. */
  readonly domain?: string;
  /** The end user's IP address, for Auth0's brute-force protection; only a true one, and only with a client secret. */
  readonly forwardedFor?: string;
  /** Tokens to begin with, so that no login is spent. */
  readonly tokens?: HeldTokens;
}

const PASSWORD_REALM = "http://auth0.com/oauth/grant-type/password-realm";
const LOG_IN = "log in at Auth0";
const REFRESH = "renew the session at Auth0";
const REVOKE = "revoke the refresh token at Auth0";

/**
 * Single sign-on by Auth0: the password-realm grant that the vendor prescribes, then its refresh token where there is one.
 *
 * Use it for accounts that sign in by SSO. Without a refresh token (ask for one by `scope: "offline_access"`) the session
 * logs in again when the token expires. The token call goes to Auth0's domain and nowhere else.
 *
 * @param options The user, the client and the API; user name, password and client secret may be functions, asked at every
 *   login.
 * @returns The strategy for `createSession`. It cannot change a password. `logout` revokes the refresh token; the access
 *   token stays valid until it expires.
 * @throws {TypeError} When a needed option is missing or one is malformed.
 * @throws {SessionError} From the session's calls: `credentials_rejected` when Auth0 refuses the user or the client, `mfa_required`, `blocked`, `login_required`
 *   when tokens alone cannot be renewed any more, `rate_limited`, `unreachable`, `bad_response`.
 *
 * @see {@link https://auth0.com/docs/api/authentication/resource-owner-password-flow/get-token | Auth0: get token}
 *
 * @example
 * ```ts
 * import { auth0, createSession } from "@xsignals/session";
 * import { createEmulator } from "@xsignals/emulator";
 * import { assertEquals } from "@std/assert";
 *
 * const emulator = createEmulator({ users: { login: "password" }, clients: { id: "secret" } });
 * const session = createSession({
 *   strategy: auth0({ username: "login", password: "password", clientId: "id", clientSecret: "secret" }),
 *   fetch: emulator.fetch,
 * });
 * const response = await session.fetch("/file/group?size=1");
 *
 * assertEquals(response.status, 200);
 * await response.body?.cancel();
 * ```
 */
export function auth0(options: Auth0Options): Strategy {
  const { username, password, clientId, clientSecret, tokens } = options;
  if (tokens === undefined || username !== undefined || password !== undefined) {
    checkCredential("user name", username);
    checkCredential("password", password);
  }
  if (tokens !== undefined) tokenFromHeld(tokens, 0);
  if (typeof clientId !== "string" || clientId === "") {
    throw new TypeError("Cannot use clientId: it is no text, or empty");
  }
  if (clientSecret !== undefined) checkCredential("client secret", clientSecret);
  if (options.clientAuth !== undefined && options.clientAuth !== "post" && options.clientAuth !== "basic") {
    throw new TypeError("Cannot use clientAuth: it must be post or basic");
  }
  if (options.clientAuth === "basic" && clientSecret === undefined) {
    throw new TypeError("Cannot use clientAuth: basic needs a clientSecret");
  }
  if (options.forwardedFor !== undefined) checkIpLiteral("forwardedFor", options.forwardedFor);
  if (options.forwardedFor !== undefined && clientSecret === undefined) {
    throw new TypeError("Cannot use forwardedFor: Auth0 honours it only with a clientSecret");
  }
  const domain = domainUrl(options.domain ?? "auth.xpansiv.com");

  refuseApiHost("domain", domain);

  return (io) => {
    io.checkSecure(domain);
    if (domain.origin === new URL(io.baseUrl).origin && !isLoopback(domain.hostname)) {
      throw new TypeError("Cannot use domain: it is the API's own origin, which must not get an Auth0 password");
    }
    const form = async (purpose: string, path: string, members: Form["members"]): Promise<Form> => {
      const secret = clientSecret === undefined ? undefined : await resolveCredential("client secret", clientSecret);
      const client: Client = {
        id: clientId,
        auth: options.clientAuth ?? "post",
        ...(secret === undefined ? {} : { secret }),
      };
      return { purpose, url: `${domain.origin}${path}`, client, members };
    };

    async function attempt(name: string, secret: string): Promise<LoginAttempt> {
      const request = await form(LOG_IN, "/oauth/token", {
        grant_type: PASSWORD_REALM,
        username: name,
        password: secret,
        realm: options.realm ?? "Username-Password-Authentication",
        audience: options.audience ?? "https://xpansiv/platform",
        scope: options.scope,
      });
      const { forwardedFor } = options;
      const headers = forwardedFor === undefined ? {} : { headers: { "auth0-forwarded-for": forwardedFor } };
      return {
        fingerprint: (like) => slowFingerprint(JSON.stringify([name, secret, request.client]), like),
        send: () => requestToken(io, { ...request, ...headers }),
      };
    }

    const grants: Grants = {
      async identity() {
        const subject = username !== undefined
          ? await resolveCredential("user name", username)
          : await fingerprint(tokens?.refreshToken ?? tokens?.accessToken ?? "");
        return await fingerprint(io.baseUrl, "auth0", domain.origin, clientId, subject);
      },
      ...(tokens === undefined ? {} : { seed: () => Promise.resolve(tokenFromHeld(tokens, io.clock.now())) }),
      async refresh() {
        const request = await form(REFRESH, "/oauth/token", { grant_type: "refresh_token" });
        return (token) => {
          const members = { ...request.members, refresh_token: token.refresh };
          return requestToken(io, { ...request, members }, token);
        };
      },
      ...(username === undefined || password === undefined ? {} : {
        login: async () =>
          await attempt(await resolveCredential("user name", username), await resolveCredential("password", password)),
      }),
      async end(token) {
        if (token.refresh === undefined) return;
        const answer = await postForm(io, await form(REVOKE, "/oauth/revoke", { token: token.refresh }));
        if (answer.status < 200 || answer.status >= 300) throw refusal(REVOKE, answer, false);
      },
    };
    return renewingSource(io, grants);
  };
}

/** The domain's address: a bare host gets https. */
function domainUrl(domain: string): URL {
  const text = domain.includes("://") ? domain : `https://${domain}`;
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (!url || url.pathname !== "/" || url.search || url.hash || url.username || url.password) {
    throw new TypeError("Cannot use domain: it must be a host name or an address without a path");
  }
  return url;
}
