import { basicValue, checkBasic } from "../basic_value.ts";
import { checkCredential, resolveCredential } from "../credential.ts";
import { fingerprint, slowFingerprint } from "../fingerprint.ts";
import { sendLogin, sendLogout, sendRefresh } from "../login_calls.ts";
import { sendNewPassword } from "../password_call.ts";
import type { Grants, LoginAttempt } from "../renewal.ts";
import { renewingSource } from "../sources/renewing.ts";
import { tokenFromHeld } from "../token.ts";
import type { Credential, HeldTokens, Strategy, Token } from "../types.ts";

/** Options of {@link login}: credentials, or tokens from an earlier login, or both. */
export type LoginOptions =
  | {
    /** The account's user name, exactly as the server has it. */
    readonly username: Credential;
    /** Its password. */
    readonly password: Credential;
    /** Tokens to begin with, so that no login is spent. */
    readonly tokens?: HeldTokens;
  }
  | {
    /** Tokens to begin with. When they can no longer be renewed the session ends with `login_required`. */
    readonly tokens: HeldTokens;
    /** Not given. */
    readonly username?: never;
    /** Not given. */
    readonly password?: never;
  };

/**
 * The XSignals login: `GET /auth/login` once, then `POST /auth/refresh` whenever the token is about to expire.
 *
 * Use it for accounts with a password of the platform's own; it sends the password once a session. Not for accounts that
 * sign in by SSO: those take `auth0`.
 *
 * @param options User name and password, each of which may be a function that is asked at every login; or the tokens of an
 *   earlier login. A refresh answer's new refresh token replaces the old one, which is never sent again.
 * @returns The strategy for `createSession`. `changePassword` works; with credentials the session goes on with the new
 *   password, with tokens alone it keeps them. `logout` ends the refresh token at the server.
 * @throws {TypeError} When the user name has a colon, or a credential is empty or has a control character.
 * @throws {SessionError} From the session's calls: `credentials_rejected` when the server refuses user name and password, `login_required` when tokens
 *   alone cannot be renewed any more, `rate_limited`, `unreachable`, `bad_response`.
 *
 * @see {@link https://developer.xpansiv.com/developer-portal/xsignals/authorization | Vendor's page}
 *
 * @example
 * ```ts
 * import { createSession, login } from "@xsignals/session";
 * import { createEmulator } from "@xsignals/emulator";
 * import { assertEquals } from "@std/assert";
 *
 * const emulator = createEmulator({ users: { login: "password" } });
 * const session = createSession({ strategy: login({ username: "login", password: "password" }), fetch: emulator.fetch });
 * const response = await session.fetch("/file/group?size=1");
 *
 * assertEquals(response.status, 200);
 * await response.body?.cancel();
 * await session.logout();
 * ```
 */
export function login(options: LoginOptions): Strategy {
  const { username, password, tokens } = options;
  if (tokens === undefined || username !== undefined || password !== undefined) {
    checkCredential("user name", username);
    checkCredential("password", password);
    checkBasic(asText(username), asText(password));
  }
  if (tokens !== undefined) tokenFromHeld(tokens, 0);
  return (io) => {
    let current = password;
    /** A pair that a login with the password in force has just brought, and until when it is not old. */
    let ready: { readonly token: Token; readonly until: number } | undefined;

    async function credentialOf(name: Credential, secret: Credential): Promise<string> {
      return basicValue(await resolveCredential("user name", name), await resolveCredential("password", secret));
    }

    async function attempt(name: Credential, secret: Credential): Promise<LoginAttempt> {
      const credential = await credentialOf(name, secret);
      return {
        fingerprint: (like) => slowFingerprint(credential, like),
        async send() {
          const brought = ready;
          ready = undefined;
          if (brought && io.clock.monotonic() < brought.until) return brought.token;
          if (brought) await sendLogout(io, brought.token).catch(() => {});
          return await sendLogin(io, credential);
        },
      };
    }

    const grants: Grants = {
      async identity() {
        const subject = username !== undefined
          ? await resolveCredential("user name", username)
          : await fingerprint(tokens?.refreshToken ?? tokens?.accessToken ?? "");
        return await fingerprint(io.baseUrl, "login", subject);
      },
      ...(tokens === undefined ? {} : { seed: () => Promise.resolve(tokenFromHeld(tokens, io.clock.now())) }),
      refresh: () => Promise.resolve((token) => sendRefresh(io, token)),
      ...(username === undefined ? {} : { login: () => attempt(username, current ?? "") }),
      end: (token) => sendLogout(io, token),
    };
    const send = (token: Token, next: string) => sendNewPassword(io, token, next);
    if (username === undefined) return renewingSource(io, grants, { send });
    return renewingSource(io, grants, {
      send,
      held: {
        logIn: async (next) => await sendLogin(io, await credentialOf(username, next ?? current ?? "")),
        use(next, token) {
          current = next ?? current;
          ready = token && { token, until: io.clock.monotonic() + io.limits.cooldownMs };
        },
      },
    });
  };
}

function asText(credential: Credential | undefined): string | undefined {
  return typeof credential === "string" ? credential : undefined;
}
