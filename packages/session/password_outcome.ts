import { SessionError } from "./errors.ts";
import { outcomeOf } from "./spendable.ts";
import type { Token } from "./types.ts";

/** Which password is in force, and the pair that it brought. */
export interface PasswordOutcome {
  /** The password. */
  readonly inForce: "old" | "new";
  /** What the login with it brought. */
  readonly token: Token;
}

/** Whether a password change that failed may have taken effect all the same. */
export function isPasswordUnknown(error: unknown): error is SessionError {
  if (!(error instanceof SessionError) || outcomeOf(error) !== "unknown") return false;
  return error.status === undefined || error.status < 300 || error.status >= 500;
}

/**
 * Finds out what became of a password change whose answer was lost: one login with the new password, then one with the old.
 *
 * @param logIn Logs in with one of them; not asked again with the same.
 * @throws {SessionError} `outcome_unknown` when neither login succeeds.
 */
export async function settlePassword(logIn: (which: "old" | "new") => Promise<Token>): Promise<PasswordOutcome> {
  const tried: string[] = [];
  for (const which of ["new", "old"] as const) {
    try {
      return { inForce: which, token: await logIn(which) };
    } catch (error) {
      if (!(error instanceof SessionError)) throw error;
      tried.push(`login with the ${which} password: ${error.code}`);
    }
  }
  throw new SessionError("outcome_unknown", "Cannot tell which password is in force: neither could be used to log in", {
    tried,
  });
}

/** The error of a change that did not take effect. */
export function passwordUnchanged({ status }: SessionError): SessionError {
  const details = status === undefined ? {} : { status };
  return new SessionError("unreachable", "Cannot change the password: the old one is still in force", details);
}
