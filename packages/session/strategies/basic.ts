import { basicValue, checkBasic } from "../basic_value.ts";
import { checkCredential, resolveCredential } from "../credential.ts";
import { sendLogin, sendLogout } from "../login_calls.ts";
import { sendNewPassword } from "../password_call.ts";
import { isPasswordUnknown, passwordUnchanged, settlePassword } from "../password_outcome.ts";
import { staticSource } from "../sources/static.ts";
import type { Credential, Io, Strategy, Token } from "../types.ts";

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
 * Use it where the API takes nothing else. Prefer `login`: it sends the password once a session instead of once a call.
 * Never hand the token of such a session to anybody, it is the account itself.
 *
 * @param options User name and password; each may be a function that is asked once, and again after a 401.
 * @returns The strategy for `createSession`. `changePassword` works and goes on with the new password.
 * @throws {TypeError} When the user name has a colon, or either has a control character or is empty.
 * @throws {SessionError} From `changePassword`, see `Session`; a refused password is the API's 401, no error.
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
 * const response = await session.fetch("/file/group?size=1");
 *
 * assertEquals(response.status, 200);
 * await response.body?.cancel();
 * ```
 */
export function basic(options: BasicOptions): Strategy {
  const { username, password } = options;
  checkCredential("user name", username);
  checkCredential("password", password);
  checkBasic(asText(username), asText(password));
  return (io) => {
    let current = password;
    const load = async () =>
      credential(await resolveCredential("user name", username), await resolveCredential("password", current));
    return staticSource(io, {
      ...(typeof username === "string" && typeof password === "string"
        ? { fixed: credential(username, password) }
        : {}),
      load,
      async changePassword(token, next) {
        try {
          await sendNewPassword(io, token, next);
        } catch (error) {
          if (!isPasswordUnknown(error)) throw error;
          if (await settle(io, token, next, username) === "old") throw passwordUnchanged(error);
        }
        current = next;
        return await load();
      },
    });
  };
}

/** Finds out which password is in force by logging in, and logs out again: nothing else tells it for sure. */
async function settle(io: Io, old: Token, next: string, username: Credential): Promise<"old" | "new"> {
  const name = await resolveCredential("user name", username);
  const { inForce, token } = await settlePassword((which) =>
    sendLogin(io, which === "old" ? old.value : basicValue(name, next))
  );
  await sendLogout(io, token).catch(() => {});
  return inForce;
}

function credential(username: string, password: string): Token {
  return { scheme: "Basic", value: basicValue(username, password) };
}

function asText(credential: Credential): string | undefined {
  return typeof credential === "string" ? credential : undefined;
}
