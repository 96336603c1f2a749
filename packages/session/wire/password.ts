// The change of a password: sent once, and settled by logins if the answer is lost.
import { SessionError } from "../errors.ts";
import type { Token } from "../types.ts";
import { outcomeOf } from "./token_call.ts";

/** What a strategy knows of a password that can be changed. */
export interface PasswordChange {
  /** Sends the new password, authenticated by the token. */
  send(token: Token, next: string): Promise<void>;
  /** What is known of the password; absent if only tokens are held. */
  readonly held?: {
    /** Logs in with the new password, or with the old one if none is given. */
    logIn(next?: string): Promise<Token>;
    /** Goes on with the new password. */
    use(next: string): void;
  };
}

/**
 * Changes the password. After a 401 it is sent once more, with another token. Resolves with the pair that a login with the
 * password in force brought, if there was one, and with why the old one is still in force.
 */
export async function changePassword(
  { send, held }: PasswordChange,
  next: string,
  current: Token,
  replace: (refused: Token) => Promise<Token>,
): Promise<{ token?: Token; unchanged?: SessionError }> {
  try {
    await send(current, next).catch(async (error) => {
      if (!(error instanceof SessionError) || error.status !== 401) throw error;
      const other = await replace(current);
      if (other.value === current.value) throw error;
      await send(other, next);
    });
    return {};
  } catch (error) {
    // Otherwise it has certainly had no effect.
    const mayBeDone = error instanceof SessionError && outcomeOf(error) === "outcome unknown" &&
      !/^[34]/.test(`${error.status}`);
    if (!mayBeDone) throw error;
    const tried: string[] = [];
    for (const which of held ? ["new", "old"] as const : []) {
      try {
        const token = await held!.logIn(which === "new" ? next : undefined);
        if (which === "new") return { token };
        const message = "Cannot change the password: the old one is still in force";
        return { token, unchanged: new SessionError("unreachable", message, { status: error.status }) };
      } catch (failure) {
        if (!(failure instanceof SessionError)) throw failure;
        tried.push(`login with the ${which} password: ${failure.code}`);
      }
    }
    const message = "Cannot tell which password is in force: the answer was lost, and no login tells";
    throw new SessionError("outcome_unknown", message, { tried });
  }
}
