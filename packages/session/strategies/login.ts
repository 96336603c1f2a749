import { basicValue, oddityOf, USER_NAME, userOf } from "../options.ts";
import { renewing } from "../renewal/renewing.ts";
import type { Credential, InitialTokens, Strategy } from "../types.ts";
import { sendLogin, sendLogout, sendNewPassword, sendRefresh } from "../wire/login_calls.ts";
import { tokenFromInitial } from "../wire/token.ts";

/** Options of {@link login}: credentials, tokens from an earlier login, both, or the name of a user whose tokens are stored. */
export type LoginOptions =
  | {
    /** The account's user name, exactly as the server has it. */
    readonly username: Credential;
    /** Its password. */
    readonly password: Credential;
    /** Tokens to begin with, which save a login. */
    readonly tokens?: InitialTokens;
  }
  | {
    /** Tokens to begin with. If they cannot be renewed any more, the session ends with `login_required`. */
    readonly tokens: InitialTokens;
    readonly username?: never;
    readonly password?: never;
  }
  | {
    /** The user whose tokens the store has. They are renewed, and nothing else: then it is `login_required`. */
    readonly username: Credential;
    readonly tokens?: never;
    readonly password?: never;
  };

/**
 * The XSignals login: `GET /auth/login` once, then `POST /auth/refresh` whenever the token is about to expire.
 *
 * Use it for accounts with a password of the platform's own; it sends the password once a session. Not for accounts that
 * sign in with SSO: use `auth0` for those.
 *
 * @param options User name and password, each of which may be a function that is called at every login, or the tokens of an
 *   earlier login, or the user name alone: then the session goes by what the store has for that user, and never logs in. The new refresh token of a refresh replaces the old one, which is never sent again.
 * @returns The strategy for `createSession`. `changePassword` works: with credentials the session goes on with the new
 *   password, with tokens alone it keeps them. `logout` ends the refresh token at the server.
 * @throws {TypeError} If the user name has a colon, or a credential is empty or has a control character.
 * @throws {SessionError} From the session's calls; `login_required` if tokens alone cannot be renewed any more.
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
 *
 * assertEquals((await session.token()).scheme, "Bearer");
 * ```
 */
export function login(options: LoginOptions): Strategy {
  const { tokens } = options;
  const user = userOf(options, USER_NAME);
  const word = user?.password;
  if (tokens !== undefined) tokenFromInitial(tokens, 0);
  return (context) => {
    let changed: string | undefined; // the password, once the session changed it

    async function prepare(password: () => Promise<string>, next = changed) {
      const [username, word] = [await user!.name(), next ?? await password()];
      const secret = basicValue(username, word);
      const hint = oddityOf("user name", username) || oddityOf("password", word);
      return { secret, hint, send: () => sendLogin(context, secret) };
    }

    return renewing({
      identity: async () =>
        user ? ["login", await user.name()] : ["login tokens", tokens?.refreshToken ?? tokens?.accessToken ?? ""],
      refresh: () => (token) => sendRefresh(context, token),
      end: (token) => sendLogout(context, token),
      seed: tokens && (() => tokenFromInitial(tokens, context.clock.now())),
      login: word && (() => prepare(word)),
      password: {
        send: (token, next) => sendNewPassword(context, token, next),
        held: word && {
          logIn: async (next) => await (await prepare(word, next)).send(),
          use: (next) => changed = next,
        },
      },
    })(context);
  };
}
