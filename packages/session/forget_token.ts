import { withLease } from "./lease.ts";
import type { Ledger } from "./ledger.ts";
import type { SessionRecord } from "./record.ts";
import type { Io, Token } from "./types.ts";

/** What the record held. */
export interface Forgotten {
  /** The newest pair, which nobody is renewing any more. */
  readonly token?: Token;
  /** Whether the store had no record of this identity. */
  readonly isNew: boolean;
}

/**
 * Takes the pair out of the record, after whoever is renewing it has finished or is known to have died.
 *
 * A record of another identity is left alone.
 *
 * @param loggedOut The mark to leave, when it is a logout.
 * @throws {SessionError} `store_failed`.
 */
export function forgetToken(io: Io, ledger: Ledger, loggedOut?: SessionRecord["loggedOut"]): Promise<Forgotten> {
  return withLease<Forgotten>(io, ledger, ({ record, version, isNew }) => {
    const isForeign = isNew && version !== null;
    if (isForeign || (!record.token && !loggedOut)) return Promise.resolve({ answer: { isNew } });
    const { identity, refusals, token } = record;
    const next = { identity, ...(refusals ? { refusals } : {}), ...(loggedOut ? { loggedOut } : {}) };
    return Promise.resolve({
      mark: record,
      work: async (lease) => await lease.save(next) ? { isNew, ...(token ? { token } : {}) } : undefined,
    });
  });
}
