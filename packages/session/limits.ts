import type { Limits } from "./types.ts";

/** The numbers a session works by unless told otherwise; CONTRIBUTING.md has them as a table, and a test compares. */
export const DEFAULT_LIMITS: Limits = Object.freeze({
  tokenDeadlineMs: 10_000,
  leaseMs: 15_000,
  renewalMarginMs: 60_000,
  cooldownMs: 60_000,
  recheckMs: 60_000,
  waitBudgetMs: 30_000,
  overlapMs: 0,
  apiRetries: 0,
  replayBytes: 1_048_576,
});

/** How much longer than a token call's deadline a lease is, in ms, when only the deadline was given. */
const LEASE_SLACK = 5_000;

/** The longest lease, in ms: one that claims more is not waited for any longer. */
export const LONGEST_LEASE = 600_000;

/** How long an edge function waits for a server that asks to, in ms: somebody waits for its answer. */
const EDGE_WAIT = 3_000;

/**
 * The limits with the caller's own in place of the defaults.
 *
 * @param isEdge Whether this is an edge function.
 * @throws {TypeError} When one is no number that makes sense, or the lease would not outlast the deadline.
 */
export function resolveLimits(given: Partial<Limits>, isEdge = false): Limits {
  const deadline = given.tokenDeadlineMs;
  const limits: Limits = {
    tokenDeadlineMs: deadline ?? DEFAULT_LIMITS.tokenDeadlineMs,
    leaseMs: given.leaseMs ?? (deadline === undefined ? DEFAULT_LIMITS.leaseMs : deadline + LEASE_SLACK),
    renewalMarginMs: given.renewalMarginMs ?? DEFAULT_LIMITS.renewalMarginMs,
    cooldownMs: given.cooldownMs ?? DEFAULT_LIMITS.cooldownMs,
    recheckMs: given.recheckMs ?? DEFAULT_LIMITS.recheckMs,
    waitBudgetMs: given.waitBudgetMs ?? (isEdge ? EDGE_WAIT : DEFAULT_LIMITS.waitBudgetMs),
    overlapMs: given.overlapMs ?? DEFAULT_LIMITS.overlapMs,
    apiRetries: given.apiRetries ?? DEFAULT_LIMITS.apiRetries,
    replayBytes: given.replayBytes ?? DEFAULT_LIMITS.replayBytes,
  };
  for (const [name, value] of Object.entries(limits)) {
    if (typeof value !== "number" || !Number.isFinite(value) || value < 0) {
      throw new TypeError(`Cannot use ${name}: it must be a number from 0 on`);
    }
  }
  if (limits.tokenDeadlineMs === 0) throw new TypeError("Cannot use tokenDeadlineMs: no call can be answered in 0 ms");
  if (limits.leaseMs <= limits.tokenDeadlineMs) {
    throw new TypeError("Cannot use leaseMs: a lease must be longer than tokenDeadlineMs");
  }
  if (limits.leaseMs > LONGEST_LEASE) throw new TypeError(`Cannot use leaseMs: it must be ${LONGEST_LEASE} ms at most`);
  return limits;
}
