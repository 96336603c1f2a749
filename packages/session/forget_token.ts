import { SessionError } from "./errors.ts";
import type { Ledger } from "./ledger.ts";
import type { SessionRecord } from "./record.ts";
import type { Token } from "./types.ts";

/** So many lost writes in a row mean that the store's compare-and-swap is broken. */
const MAX_TRIES = 100;

/** What the record held. */
export interface Forgotten {
  /** The newest pair. */
  readonly token?: Token;
  /** Whether somebody was renewing it: the late pair meets the new record and is ended then. */
  readonly inRenewal: boolean;
}

/**
 * Takes the pair, and whoever is renewing it, out of the record.
 *
 * @param loggedOut The mark to leave, when it is a logout.
 * @throws {SessionError} `store_failed`.
 */
export async function forgetToken(ledger: Ledger, loggedOut?: SessionRecord["loggedOut"]): Promise<Forgotten> {
  for (let tries = 0; tries < MAX_TRIES; tries++) {
    const { record, version } = await ledger.read();
    const { identity, refusals, token, lease } = record;
    const next = { identity, ...(refusals ? { refusals } : {}), ...(loggedOut ? { loggedOut } : {}) };
    if (await ledger.write(next, version) === false) continue;
    return { ...(token ? { token } : {}), inRenewal: lease !== undefined };
  }
  throw new SessionError("store_failed", "Cannot write the session's record: the store refused every write");
}
