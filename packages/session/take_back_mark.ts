import { SessionError } from "./errors.ts";
import type { Ledger } from "./ledger.ts";
import { asBefore } from "./spendable.ts";

/**
 * Takes back the mark of a refresh token that was not sent, where a renewal failed for the store: the write of the mark may
 * have been made, and to other sessions it says that the token may be spent. A mark that stays is known to this session.
 *
 * @param error What the renewal failed with; thrown again.
 */
export async function takeBackMark(ledger: Ledger, error: unknown): Promise<never> {
  if (error instanceof SessionError && error.code === "store_failed") {
    await unmark(ledger).catch(() => {}); // the store's failures are told as events
  }
  throw error;
}

async function unmark(ledger: Ledger): Promise<void> {
  const { record, version } = await ledger.read();
  if (!ledger.isUnsent(record) || record.lease?.holder !== ledger.holder) return;
  const { lease: _, ...unmarked } = asBefore(record);
  await ledger.write(unmarked, version);
}
