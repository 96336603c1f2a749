/**
 * Ends the account's session at the upstream: `deno task token:logout`, with the variables of the app.
 *
 * Stop the app before: one that runs logs in again with the next request. It needs `TOKEN_STORE`, where the session is.
 *
 * @module
 */
import { SessionError } from "@xsignals/session";
import { accountSession } from "./account_session.ts";
import { readConfig } from "./config.ts";
import { openShared } from "./open_shared.ts";

/** Ends the session; resolves with the exit code. */
async function logout(): Promise<number> {
  try {
    const { record } = await openShared(readConfig(Deno.env));
    if (!record) {
      throw new TypeError("Cannot end the session: TOKEN_STORE is not set, and it is in the app's memory only");
    }
    await accountSession(Deno.env, { store: record }).logout();
    console.log("The account's session has ended; access tokens that were handed out work until they expire");
    return 0;
  } catch (error) {
    if (!(error instanceof TypeError || error instanceof SessionError)) throw error;
    console.error(error.message);
    return 1;
  }
}

if (import.meta.main) Deno.exit(await logout());
