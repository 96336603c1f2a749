import { readAuthorization } from "./authorization.ts";
import { Refusal } from "./refusal.ts";
import type { Session } from "./session.ts";
import type { State } from "./state.ts";

/** Whose request it is; `session` when a token said so. */
export interface Identity {
  readonly user: string;
  readonly session?: Session;
}

const CHALLENGE = 'Basic realm="xsignals", charset="UTF-8", Bearer realm="xsignals"';

/**
 * Checks the one credential of a request to the API.
 *
 * @throws {Refusal} 401 when there is none, more than one, or one that is not good.
 */
export async function authenticate(state: State, request: Request): Promise<Identity> {
  const authorization = readAuthorization(request);
  switch (authorization.kind) {
    case "basic":
      return { user: checkPassword(state, authorization.username, authorization.password) };
    case "bearer": {
      const checked = await state.accessTokens.check(authorization.value);
      if (checked.outcome !== "ok") throw unauthorized("The access token is wrong or has expired");
      return { user: checked.session.user, session: checked.session };
    }
    case "none":
      throw unauthorized("A credential is needed");
    default:
      throw unauthorized("The credential can't be read");
  }
}

/** Checks a password and counts a failure; returns the user's login. */
export function checkPassword(state: State, username: string, password: string): string {
  if (state.accounts.check(username, password, "api") !== "ok") {
    throw unauthorized("The user name or password is wrong");
  }
  return username;
}

/** A 401 with its challenge. */
export function unauthorized(message: string): Refusal {
  return new Refusal(401, message, { headers: { "www-authenticate": CHALLENGE } });
}
