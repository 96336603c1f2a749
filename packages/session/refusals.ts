/**
 * What the server refused, or asked to be asked later: remembered in the record, so that one session's refusal is
 * everybody's; other credentials and tokens pass.
 *
 * @module
 */
import { SessionError } from "./errors.ts";
import { isSlow } from "./fingerprint.ts";
import { isRefusalCode, type Refusal, type SessionRecord } from "./record.ts";
import type { Io } from "./types.ts";

/** So many refusals are kept, the newest; older ones are of credentials that nobody tries any more. */
const MAX_REFUSALS = 8;

/** How long a block is remembered, in ms: it may be lifted, and asking again too soon prolongs it. */
const BLOCKED_MS = 15 * 60_000;

/** Whether no other session needs to send the same credentials: they are refused, or the server said until when to wait. */
export function concernsEverybody(error: unknown): error is SessionError {
  if (!(error instanceof SessionError)) return false;
  return error.code === "credentials_rejected" || error.code === "blocked" || error.retryAt !== undefined;
}

/** What to remember of a failure. */
export function refusalOf(io: Io, of: string, { code, retryAt }: SessionError): Refusal {
  const at = io.clock.now();
  const isKnown = isRefusalCode(code);
  return { of, code: isKnown ? code : "login_required", at, ...(retryAt === undefined ? {} : { forMs: retryAt - at }) };
}

/** The record with one more refusal. */
export function addRefusal(record: SessionRecord, refusal: Refusal): SessionRecord {
  const others = (record.refusals ?? []).filter((one) => one.of !== refusal.of);
  return { ...record, refusals: [...others, refusal].slice(-MAX_REFUSALS) };
}

/** The record without what the server asked to be asked later: it has answered since, whatever anybody's clock says. */
export function withoutWaits({ refusals = [], ...record }: SessionRecord): SessionRecord {
  const others = refusals.filter((refusal) => !isWait(refusal));
  return others.length > 0 ? { ...record, refusals: others } : record;
}

/**
 * The refusal of that fingerprint, if it is still to be respected: of credentials, until they change; of a refresh token,
 * for a while; for as long as the server said, where it did.
 */
export function findRefusal(record: SessionRecord, of: string, io: Io): Refusal | undefined {
  const refusal = record.refusals?.find((one) => one.of === of);
  return refusal && refusalLeft(refusal, io) > 0 ? refusal : undefined;
}

/** For how long a refusal is still to be respected, in ms. */
export function refusalLeft({ of, code, at, forMs }: Refusal, io: Io): number {
  if (code === "credentials_rejected" && isSlow(of)) return Infinity;
  const age = Math.abs(io.clock.now() - at); // another machine's clock may be fast
  return (forMs ?? (code === "blocked" ? BLOCKED_MS : io.limits.cooldownMs)) - age;
}

/** The error of what was refused before, and is not sent again. */
export function refusedBefore(io: Io, refusal: Refusal): SessionError {
  const { code, forMs } = refusal;
  const why = isWait(refusal) ? "the server asked to be asked later" : "the server refused these credentials before";
  return new SessionError(code, `Cannot log in: ${why}`, {
    ...(code === "unreachable" ? { status: 503 } : {}),
    ...(forMs === undefined ? {} : { retryAt: io.clock.now() + Math.min(forMs, refusalLeft(refusal, io)) }),
  });
}

/** Whether the server only asked to be asked later. */
function isWait({ code }: Refusal): boolean {
  return code === "rate_limited" || code === "unreachable";
}
