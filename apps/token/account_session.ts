import { createSession, type Session, type SessionOptions } from "@xsignals/session";
import { type Env, optionsFromEnv } from "@xsignals/session/env";

/** How long a client's request waits for an upstream that answers 429 or 503, in ms. */
const WAIT = 3_000;

/** The variables that hold an address. */
const ADDRESSES = ["XSIGNALS_BASE_URL", "XSIGNALS_TOKEN_URL", "XSIGNALS_AUTH_DOMAIN"];

/**
 * Makes the session of the account from `XSIGNALS_*`.
 *
 * @param env Where the variables are read.
 * @param world What else the session is to have: a `fetch` and a clock in tests.
 * @throws {TypeError} When a variable is missing or wrong, or the credential would be handed out as it is: `basic` and
 *   `apikey`. The message names the variable.
 */
export function accountSession(env: Env, world: Partial<SessionOptions> = {}): Session {
  const kind = env.get("XSIGNALS_AUTH");
  if (kind === "basic" || kind === "apikey") {
    throw new TypeError(`Cannot use XSIGNALS_AUTH: ${kind} has no token; every client would get the account itself`);
  }
  const options = optionsFromEnv(env);
  try {
    return createSession({ waitBudgetMs: WAIT, ...world, ...options });
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    throw new TypeError(`${error.message} (from ${ADDRESSES.filter((name) => env.get(name)).join(", ")})`);
  }
}
