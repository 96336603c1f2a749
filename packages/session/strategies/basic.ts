import { basicValue, checkText, credentialOf, USER_NAME } from "../options.ts";
import { staticSource } from "../renewal/static.ts";
import type { Credential, Strategy, Token } from "../types.ts";
import { sendLogin, sendLogout, sendNewPassword } from "../wire/login_calls.ts";
import { changePassword } from "../wire/password.ts";

/** Options of {@link basic}. */
export interface BasicOptions {
  /** The account's user name, exactly as the server has it. */
  readonly username: Credential;
  /** Its password. */
  readonly password: Credential;
}

/**
 * HTTP Basic on every request: the account's user name and password, in UTF-8 (RFC 7617).
 *
 * Use it if the API takes nothing else. Prefer `login`: it sends the password once a session instead of once a call.
 * Never give the token of such a session to anybody: it is the account itself.
 *
 * @param options User name and password; each may be a function that is called once, and again after a 401.
 * @returns The strategy for `createSession`. `changePassword` works and goes on with the new password.
 * @throws {TypeError} If the user name has a colon, or either has a control character or is empty.
 * @throws {SessionError} From `changePassword`, see `Session`; a refused password is the API's 401, not an error.
 *
 * @see {@link https://developer.xpansiv.com/developer-portal/xsignals/authorization | Vendor's page}
 *
 * @example
 * ```ts
 * import { basic, createSession } from "@xsignals/session";
 * import { createEmulator } from "@xsignals/emulator";
 * import { assertEquals } from "@std/assert";
 *
 * const emulator = createEmulator({ users: { login: "password" } });
 * const session = createSession({ strategy: basic({ username: "login", password: "password" }), fetch: emulator.fetch });
 *
 * assertEquals((await session.token()).scheme, "Basic");
 * ```
 */
export function basic(options: BasicOptions): Strategy {
  const { username, password } = options;
  const nameOf = credentialOf("user name", username, USER_NAME);
  const passwordOf = credentialOf("password", password);
  return (context) => {
    let changed: string | undefined; // the password, once the session changed it
    const load = async () => credential(await nameOf(), changed ?? await passwordOf());
    const isFixed = typeof username === "string" && typeof password === "string";
    const source = staticSource(context, { load, fixed: isFixed ? credential(username, password) : undefined });
    return {
      ...source,
      async changePassword(next) {
        checkText("password", next);
        const old = await source.token();
        /** Tells which password is in force. What the login brings is ended at once. */
        const logIn = async (other?: string) => {
          const pair = await sendLogin(context, other === undefined ? old.value : basicValue(await nameOf(), other));
          await sendLogout(context, pair).catch(() => {});
          return pair;
        };
        const send = (by: Token, other: string) => sendNewPassword(context, by, other);
        const held = { logIn, use: () => {} };
        const { unchanged } = await changePassword({ send, held }, next, old, (refused) => Promise.resolve(refused));
        if (unchanged) throw unchanged;
        changed = next;
        source.use(await load());
        context.emit({ type: "password_changed", at: context.clock.now() });
      },
    };
  };
}

function credential(username: string, password: string): Token {
  return { scheme: "Basic", value: basicValue(username, password) };
}
