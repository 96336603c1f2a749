import { type Authorization, readAuthorization } from "./authorization.ts";
import { Refusal } from "./refusal.ts";
import type { Session } from "./session.ts";
import type { State } from "./state.ts";

/** Whose request it is; `session` when a token said so. */
export interface Identity {
  readonly user: string;
  readonly session?: Session;
}

/**
 * Checks the one credential of a request to the API.
 *
 * @throws {Refusal} 401 when there is none, more than one, or one that is not good; 403 for an account that is blocked,
 *   429 for one that is locked.
 */
export async function authenticate(state: State, request: Request): Promise<Identity> {
  const authorization = readAuthorization(request, state.settings.readings.charset);
  switch (authorization.kind) {
    case "basic":
      return { user: checkBasic(state, authorization) };
    case "bearer":
      return await checkBearer(state, authorization.value);
    case "apikey": {
      const user = state.settings.apiKeys.get(authorization.value);
      if (user === undefined) throw unauthorized("The API key is wrong");
      if (state.accounts.get(user).blocked) throw blocked();
      return { user };
    }
    case "none":
      throw unauthorized("A credential is needed");
    case "several":
      throw unauthorized("There is more than one credential");
    default:
      throw unauthorized("The credential can't be read");
  }
}

/** Checks a user name and a password, counting failures; returns the user's login. Throws as {@link authenticate}. */
export function checkBasic(state: State, { username, password }: Extract<Authorization, { kind: "basic" }>): string {
  switch (state.accounts.check(username, password, "api")) {
    case "ok":
      return username;
    case "blocked":
      throw blocked();
    case "locked":
      throw new Refusal(429, "The account is locked after too many wrong passwords");
    case "wrong":
      throw unauthorized("The user name or the password is wrong");
  }
}

/** A 401 with its challenge (RFC 9110, 11.6.1). */
export function unauthorized(message: string): Refusal {
  return new Refusal(401, message, {
    headers: { "www-authenticate": 'Basic realm="xsignals", charset="UTF-8", Bearer realm="xsignals"' },
  });
}

async function checkBearer(state: State, token: string): Promise<Identity> {
  const checked = await state.accessTokens.check(token);
  if (checked.outcome === "ok") return { user: checked.session.user, session: checked.session };
  if (checked.outcome === "invalid") throw unauthorized("The access token is wrong");
  if (state.settings.readings.expiredToken === 403) throw new Refusal(403, "The access token has expired");
  throw unauthorized("The access token has expired");
}

function blocked(): Refusal {
  return new Refusal(403, "The account is blocked");
}
