import { SessionError } from "./errors.ts";
import { isPasswordUnknown, passwordUnchanged, settlePassword } from "./password_outcome.ts";
import type { Token } from "./types.ts";

/** What a strategy whose password can be changed knows of it. */
export interface PasswordChange {
  /** Sends the new password, authenticated by the token. */
  send(token: Token, next: string): Promise<void>;
  /** What is held of the password; absent where only tokens are. */
  readonly held?: {
    /** Logs in with the new password, or with the one in force. */
    logIn(next?: string): Promise<Token>;
    /** Goes on with the new password, or with the one in force; first with the pair that a login with it brought. */
    use(next: string | undefined, token: Token | undefined): void;
  };
}

/** How a password change ended. */
export type PasswordChanged =
  | { readonly changed: true; readonly token?: Token }
  | { readonly changed: false; readonly token: Token; readonly error: SessionError };

/**
 * Changes the password: sent once, again after a 401 with another token, and settled by logins when the answer is lost.
 *
 * @param current The token that authenticates it.
 * @param replace Gets another token than one that was refused.
 * @throws {SessionError} Why it was refused; `outcome_unknown` when nothing tells which password is in force.
 */
export async function changePassword(
  change: PasswordChange,
  next: string,
  current: Token,
  replace: (refused: Token) => Promise<Token>,
): Promise<PasswordChanged> {
  try {
    await change.send(current, next);
    return { changed: true };
  } catch (error) {
    if (error instanceof SessionError && error.status === 401) {
      const other = await replace(current);
      if (other.value === current.value) throw error;
      return await changePassword(change, next, other, (refused) => Promise.resolve(refused));
    }
    if (!isPasswordUnknown(error)) throw error;
    const { held } = change;
    if (!held) {
      throw new SessionError("outcome_unknown", "Cannot tell which password is in force: the answer was lost");
    }
    const { inForce, token } = await settlePassword((which) => held.logIn(which === "new" ? next : undefined));
    return inForce === "new" ? { changed: true, token } : { changed: false, token, error: passwordUnchanged(error) };
  }
}
