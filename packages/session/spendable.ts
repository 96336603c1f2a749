/**
 * Whether a refresh token may be sent, and what became of it when a call failed.
 *
 * @module
 */
import { SessionError } from "./errors.ts";
import { fingerprint } from "./fingerprint.ts";
import type { Refusal, SessionRecord } from "./record.ts";
import { findRefusal } from "./refusals.ts";
import type { Io } from "./types.ts";

/** The mark of a refresh token that is being sent. */
export type Spending = NonNullable<SessionRecord["spending"]>;

/** The mark to write before the refresh token is sent, or why it is not to be sent. */
export type Spendable = { readonly spending: Spending } | { readonly why: string; readonly refusal?: Refusal };

/** Whether the record's refresh token may be sent: one that was sent before may not, but for the one repeat opted in to. */
export async function spendable(io: Io, record: SessionRecord, refresh: string): Promise<Spendable> {
  const hash = await fingerprint(refresh);
  const refusal = findRefusal(record, hash, io);
  if (refusal) return { why: "refresh: refused", refusal };
  const at = io.clock.now();
  if (record.spending?.hash !== hash) return { spending: { hash, at } };
  return mayRepeat(io, record.spending)
    ? { spending: { hash, at: record.spending.at, repeated: true } }
    : { why: "refresh: outcome unknown" };
}

/**
 * Whether the server takes a refresh token once more whose answer was lost.
 *
 * A mark from the future was made by another clock, or before this one was set back: its age is unknown.
 */
export function mayRepeat(io: Io, spending: Spending): boolean {
  return !spending.repeated && isWithinOverlap(io, spending);
}

/** Whether the call that is repeated was sent so lately that the server still takes its token. */
export function isWithinOverlap(io: Io, { at }: Spending): boolean {
  const age = io.clock.now() - at;
  return age >= 0 && age < io.limits.overlapMs;
}

/** The record as it was before its token was marked: without a mark, or with that of the call which was to be repeated. */
export function asBefore({ spending, ...record }: SessionRecord): SessionRecord {
  return spending?.repeated ? { ...record, spending: { hash: spending.hash, at: spending.at } } : record;
}

/**
 * What became of the refresh token in a call that failed: `refused` and dead; `denied` to this client or account, whatever
 * the token; `not_spent`, since the call was not sent or not processed; else `unknown`.
 */
export function outcomeOf(error: unknown): "refused" | "denied" | "not_spent" | "unknown" {
  if (!(error instanceof SessionError)) return "unknown";
  switch (error.code) {
    case "login_required":
      return "refused";
    case "credentials_rejected":
    case "blocked":
    case "mfa_required":
      return "denied";
    case "rate_limited":
      return "not_spent";
    case "unreachable":
      return error.sent === false || error.status === 503 ? "not_spent" : "unknown";
    default:
      return "unknown";
  }
}
