import { checkText, credentialOf, isLoopback, oddityOf, parseAddress, refuseApiHost, userOf } from "../options.ts";
import { renewing } from "../renewal/renewing.ts";
import type { Context, Credential, InitialTokens, Strategy } from "../types.ts";
import { oauthError, type OAuthForm, postForm, requestToken } from "../wire/oauth.ts";
import { tokenFromInitial } from "../wire/token.ts";

/** Options of {@link auth0}. */
export interface Auth0Options {
  /** The user's name at Auth0; required unless `tokens` are given. Without `password` the session only renews what is stored. */
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
  /** Scopes, separated by spaces; `offline_access` asks for a refresh token. Default: none. */
  readonly scope?: string;
  /** The Auth0 domain, as a host or an https address. Default: `auth.xpansiv.com`. */
  readonly domain?: string;
  /** The end user's IP address, for Auth0's brute-force protection; only a true one, and only with a client secret. */
  readonly forwardedFor?: string;
  /** Tokens to begin with, which save a login. */
  readonly tokens?: InitialTokens;
}

const PASSWORD_REALM = "http://auth0.com/oauth/grant-type/password-realm";

/**
 * Single sign-on with Auth0: the password-realm grant that the vendor prescribes, then its refresh token if there is one.
 *
 * Use it for accounts that sign in with SSO. Without a refresh token (ask for one with `scope: "offline_access"`) the
 * session logs in again when the token expires. The token call goes to Auth0's domain and nowhere else.
 *
 * @param options The user, the client and the API. User name, password and client secret may be functions, which are called
 *   at every login.
 * @returns The strategy for `createSession`. It cannot change a password. `logout` revokes the refresh token; the access
 *   token stays valid until it expires.
 * @throws {TypeError} If a required option is missing or one is malformed.
 * @throws {SessionError} From the session's calls; also `mfa_required` and `blocked`.
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
 *
 * assertEquals((await session.token()).scheme, "Bearer");
 * ```
 */
export function auth0(options: Auth0Options): Strategy {
  const { clientId, clientSecret, clientAuth = "post", forwardedFor, tokens } = options;
  const user = userOf(options);
  const word = user?.password;
  if (tokens !== undefined) tokenFromInitial(tokens, 0);
  checkText("clientId", clientId);
  const clientSecretOf = clientSecret === undefined ? undefined : credentialOf("client secret", clientSecret);
  if (!(clientAuth === "post" || (clientAuth === "basic" && clientSecret !== undefined))) {
    throw new TypeError("Cannot use clientAuth: it must be post, or basic with a clientSecret");
  }
  if (forwardedFor !== undefined && !(clientSecret !== undefined && isIpAddress(forwardedFor))) {
    throw new TypeError("Cannot use forwardedFor: it must be one IP address, and Auth0 needs a clientSecret for it");
  }
  const domain = domainUrl(options.domain ?? "auth.xpansiv.com");

  async function form(purpose: string, path: string, members: OAuthForm["members"]): Promise<OAuthForm> {
    const client = { id: clientId, auth: clientAuth, secret: await clientSecretOf?.() };
    return { purpose, url: `${domain.origin}${path}`, client, members };
  }

  async function prepareLogin(context: Context, word: () => Promise<string>) {
    const [username, password] = [await user!.name(), await word()];
    const request = await form("log in", "/oauth/token", {
      grant_type: PASSWORD_REALM,
      username,
      password,
      realm: options.realm ?? "Username-Password-Authentication",
      audience: options.audience ?? "https://xpansiv/platform",
      scope: options.scope,
    });
    const headers: Record<string, string> = forwardedFor ? { "auth0-forwarded-for": forwardedFor } : {};
    const secret = JSON.stringify([username, password, request.client]);
    const hint = oddityOf("user name", username) || oddityOf("password", password) ||
      oddityOf("client secret", request.client?.secret);
    return { secret, hint, send: () => requestToken(context, { ...request, headers }) };
  }

  const strategy = renewing({
    async identity() {
      const subject = user ? await user.name() : tokens?.refreshToken ?? tokens?.accessToken ?? "";
      return [user ? "auth0" : "auth0 tokens", domain.origin, clientId, subject];
    },
    seed: tokens && (({ clock }) => tokenFromInitial(tokens, clock.now())),
    async refresh(context) {
      const request = await form("renew the session", "/oauth/token", { grant_type: "refresh_token" });
      return (token) => {
        const members = { ...request.members, refresh_token: token.refresh };
        return requestToken(context, { ...request, members }, token);
      };
    },
    login: word && ((context) => prepareLogin(context, word)),
    async end({ refresh }, context) {
      if (refresh === undefined) return;
      const purpose = "revoke the refresh token";
      const answer = await postForm(context, await form(purpose, "/oauth/revoke", { token: refresh }));
      if (answer.status < 200 || answer.status >= 300) throw oauthError(answer, false);
    },
  });
  return (context) => {
    context.checkSecure(domain);
    if (domain.origin === new URL(context.baseUrl).origin && !isLoopback(domain.hostname)) {
      throw new TypeError("Cannot use domain: it is the API's own origin, which must not get an Auth0 password");
    }
    return strategy(context);
  };
}

/** The domain's address. A bare host gets https. */
function domainUrl(domain: string): URL {
  const url = parseAddress("domain", `${domain}`.includes("://") ? domain : `https://${domain}`);
  refuseApiHost("domain", url);
  if (url.pathname === "/") return url;
  throw new TypeError("Cannot use domain: it must be a host name, or an address without a path");
}

function isIpAddress(text: unknown): boolean {
  if (typeof text !== "string") return false;
  if (text.includes(":")) return /^[0-9a-fA-F:.]+$/.test(text) && URL.canParse(`http://[${text}]/`);
  return /^\d{1,3}(\.\d{1,3}){3}$/.test(text) && text.split(".").every((part) => Number(part) <= 255);
}
