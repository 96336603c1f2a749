import { SessionError } from "./errors.ts";
import type { Lease } from "./lease.ts";
import type { Ledger } from "./ledger.ts";
import type { SessionRecord } from "./record.ts";
import { withoutWaits } from "./refusals.ts";
import type { Io, Token } from "./types.ts";

/** So many lost writes in a row mean that the store's compare-and-swap is broken. */
const MAX_TRIES = 100;

/** A token that may be used. */
export interface Kept {
  /** The token. */
  readonly token: Token;
  /** The access token that the store still has in its place, because it could not be written; `""` for none. */
  readonly unsavedOver?: string;
  /** Whether it was found in the record, so that only another clock knows its age. */
  readonly found?: true;
  /** Whether it is the one that was held already, because another session renews at this moment. */
  readonly busy?: true;
}

/**
 * Stores a pair before anybody is given it.
 *
 * When the store cannot be written the pair lives on in memory: it is all that is left of the spent one. When the lease
 * was lost meanwhile, the pair is stored if the record still has the one that it came from; if a newer pair is there that
 * shares nothing with it, or a logout, this one is ended at the server.
 *
 * @returns The pair, or the newer one; `undefined` to begin anew.
 * @throws {SessionError} `login_required` when the account was logged out meanwhile.
 */
export async function keepToken(
  io: Io,
  ledger: Ledger,
  end: ((token: Token) => Promise<void>) | undefined,
  lease: Lease,
  token: Token,
  event?: "login" | "renewed",
): Promise<Kept | undefined> {
  const before = lease.record();
  const answered = (record: SessionRecord) => event ? withoutWaits(record) : record;
  const { lease: _lease, spending: _spending, loggedOut: _loggedOut, ...rest } = answered(before);
  const tell = () => {
    if (event) io.emit({ type: event, at: io.clock.now(), ...expiry(token) });
    return { token };
  };
  try {
    if (await lease.save({ ...rest, token })) return tell();
    for (let tries = 0; tries < MAX_TRIES; tries++) {
      const { record, version } = await ledger.read();
      if (isLoggedOutSince(before, record)) {
        await end?.(token).catch(() => {});
        throw new SessionError("login_required", "Cannot renew the session: it was logged out meanwhile");
      }
      if (record.token?.value !== before.token?.value) {
        if (!isShared(token, record.token)) await end?.(token).catch(() => {});
        return record.token && { token: record.token };
      }
      const { spending: _, ...others } = answered(record);
      if (await ledger.write({ ...others, token }, version) !== false) return tell();
    }
    throw new SessionError("store_failed", "Cannot write the session's record: the store refused every write");
  } catch (error) {
    if (error instanceof SessionError && error.code === "store_failed") {
      const isThere = before.token?.value === token.value && before.token.refresh === token.refresh;
      return isThere ? tell() : { ...tell(), unsavedOver: before.token?.value ?? "" };
    }
    throw error;
  }
}

function isLoggedOutSince(before: SessionRecord, now: SessionRecord): boolean {
  return now.loggedOut !== undefined && now.loggedOut.id !== before.loggedOut?.id;
}

/** Whether ending the one would end the other: servers may give two sessions the same, or keep a refresh token. */
function isShared(late: Token, newer: Token | undefined): boolean {
  return late.value === newer?.value || (late.refresh !== undefined && late.refresh === newer?.refresh);
}

function expiry(token: Token): { expiresAt?: number } {
  return token.expiresAt === undefined ? {} : { expiresAt: token.expiresAt };
}
