/**
 * One renewal: somebody else's fresh token from the record, else a refresh, else a login; spent once, stored before use.
 *
 * @module
 */
import { SessionError } from "./errors.ts";
import { isSlow } from "./fingerprint.ts";
import { keepToken, type Kept } from "./keep_token.ts";
import { createPatience } from "./patience.ts";
import { type Lease, leaseLeft, type Step, withLease } from "./lease.ts";
import type { Entry, Ledger } from "./ledger.ts";
import type { SessionRecord } from "./record.ts";
import { addRefusal, concernsEverybody, findRefusal, refusalOf, refusedBefore } from "./refusals.ts";
import { asBefore, isWithinOverlap, mayRepeat, outcomeOf, spendable, type Spending } from "./spendable.ts";
import { takeBackMark } from "./take_back_mark.ts";
import type { Io, Token } from "./types.ts";

/** A login that is ready to be sent. */
export interface LoginAttempt {
  /** The slow fingerprint of the credential, with the salt of an earlier one to compare with that. */
  fingerprint(like?: string): Promise<string>;
  /** Sends it. */
  send(): Promise<Token>;
}

/** Spends the token's refresh token, at once. */
export type Refresh = (token: Token) => Promise<Token>;

/** What a strategy knows: how to get tokens, and nothing of when. */
export interface Grants {
  /** Names whose record this is, by fingerprint. */
  identity(): Promise<string>;
  /** Tokens that were obtained elsewhere, to begin with. */
  readonly seed?: () => Promise<Token>;
  /** Gets what a refresh needs besides the token: nobody waits for that while a token is marked. */
  readonly refresh?: () => Promise<Refresh>;
  /** Gets the credentials that are held. */
  readonly login?: () => Promise<LoginAttempt>;
  /** Ends the token at the server. */
  readonly end?: (token: Token) => Promise<void>;
}

/** What the session that asks knows of its own. */
export interface View {
  /** Whether a token is good enough to be used as it is. */
  good(token: Token): boolean;
  /** Is shown each reading of the record. */
  observe(record: SessionRecord): void;
  /** Whether to wait for a server that asks to; not while a token is held that still works. */
  readonly patient: boolean;
  /** Ends that waiting. */
  readonly ending: AbortSignal;
  /** The pair in memory where it will do: nobody need wait then while another session renews. */
  enough(): Kept | undefined;
  /** The pair in memory: used where the store lost the record, or could not be written after the pair was obtained. */
  readonly inMemory?: Kept;
}

/**
 * Gets a token that is good enough.
 *
 * @throws {SessionError} What the server or the store said; `login_required` when there is nothing left to try.
 */
export async function renew(io: Io, ledger: Ledger, grants: Grants, view: View): Promise<Kept> {
  const patience = createPatience(io, view.patient ? io.limits.waitBudgetMs : 0, view.ending);
  for (;;) {
    try {
      return await renewOnce(io, ledger, grants, view);
    } catch (error) {
      if (!isPassing(error) || !(await patience.wait(error.retryAt).catch(() => false))) throw error;
    }
  }
}

/** Whether the server only asked to come back later. */
function isPassing(error: unknown): error is SessionError {
  return error instanceof SessionError && (error.code === "rate_limited" || error.status === 503);
}

function renewOnce(io: Io, ledger: Ledger, grants: Grants, view: View): Promise<Kept> {
  let attempt: Promise<LoginAttempt> | undefined;
  let refresh: Promise<Refresh> | undefined;
  const login = () => grants.login && (attempt ??= grants.login());

  async function plan(entry: Entry): Promise<Step<Kept>> {
    view.observe(entry.record);
    const { record, unsaved } = await current(entry, grants, view);
    const { token } = record;
    if (token && view.good(token)) {
      if (!unsaved) return { answer: { token, found: true } };
      return { mark: record, work: (lease) => keepToken(io, ledger, grants.end, lease, token) };
    }
    const enough = leaseLeft(ledger, entry) > 0 ? view.enough() : undefined;
    if (enough) return { answer: { ...enough, busy: true } };
    const live = grants.refresh && !ledger.isExchanged(record) ? token?.refresh : undefined;
    const state = live ? await spendable(io, ledger.isUnsent(record) ? asBefore(record) : record, live) : undefined;
    if (state && "spending" in state) {
      const send = await (refresh ??= grants.refresh?.());
      const mark = { ...record, spending: { ...state.spending, by: ledger.holder } };
      return { mark, work: (lease) => byRefresh(lease, send) };
    }
    if (state?.refusal && state.refusal.code !== "login_required") throw refusedBefore(io, state.refusal);
    const tried = state ? [state.why] : [];
    // Somebody else renews at this moment: that may still succeed, and what it is about says nothing before.
    if (!grants.login && record.lease && record.lease.holder !== ledger.holder) {
      return { mark: record, work: beginAnew };
    }
    await ready(record, tried);
    return { mark: record, work: (lease) => byLogin(lease, tried) };
  }

  async function byRefresh(lease: Lease, send: Refresh | undefined): Promise<Kept | undefined> {
    const isInTime = await lease.covers(io.limits.tokenDeadlineMs);
    const { spending, ...record } = lease.record();
    const { token } = record;
    if (!token || !spending || !send) return undefined;
    if (!isInTime || (spending.repeated && !isWithinOverlap(io, spending))) {
      await lease.save(withoutLease(asBefore(lease.record())));
      return undefined; // the store took too long: nothing was sent
    }
    let fresh: Token;
    ledger.sending(spending.hash);
    try {
      fresh = await send(token);
    } catch (error) {
      return await afterFailure(lease, spending, record, error);
    }
    if (fresh.refresh === token.refresh) ledger.sending();
    else ledger.exchanged(spending.hash);
    return await keepToken(io, ledger, grants.end, lease, fresh, "renewed");
  }

  /** The refresh failed: what is known of its token goes into the record, and then there may be a login. */
  async function afterFailure(
    lease: Lease,
    spending: Spending,
    record: SessionRecord,
    error: unknown,
  ): Promise<Kept | undefined> {
    const outcome = outcomeOf(error);
    const marked = { ...record, spending };
    if (outcome === "not_spent" || outcome === "denied") {
      ledger.sending();
      const before = withoutLease(asBefore(marked));
      const isOf = error instanceof SessionError && (outcome === "denied" || error.retryAt !== undefined);
      await lease.save(isOf ? addRefusal(before, refusalOf(io, spending.hash, error)) : before).catch(() => false);
      throw error;
    }
    if (outcome === "unknown" && mayRepeat(io, spending)) {
      await lease.save(withoutLease(marked));
      return undefined; // to begin anew: if nobody else has won meanwhile, it is sent once more
    }
    const isRefused = outcome === "refused" && error instanceof SessionError;
    if (isRefused && !spending.repeated) ledger.sending();
    // Lost and then refused: it is spent, and not to be tried again when the refusal is forgotten.
    const known = isRefused && !spending.repeated ? record : marked;
    const next = isRefused ? addRefusal(known, refusalOf(io, spending.hash, error)) : known;
    if (!grants.login) await lease.save(withoutLease(next));
    else if (!(await lease.save(next))) return undefined;
    return await byLogin(lease, [isRefused ? "refresh: refused" : "refresh: outcome unknown"]);
  }

  async function byLogin(lease: Lease, tried: readonly string[]): Promise<Kept | undefined> {
    const attempt = await ready(lease.record(), tried);
    if (!(await lease.covers(io.limits.tokenDeadlineMs))) return undefined;
    let fresh: Token;
    try {
      fresh = await attempt.send();
    } catch (error) {
      if (concernsEverybody(error)) {
        const refusal = refusalOf(io, await attempt.fingerprint(), error);
        await lease.save(withoutLease(addRefusal(lease.record(), refusal))).catch(() => false);
      }
      throw error;
    }
    return await keepToken(io, ledger, grants.end, lease, fresh, "login");
  }

  /** The login to send, unless there is none or the server refused these very credentials. */
  async function ready(record: SessionRecord, tried: readonly string[]): Promise<LoginAttempt> {
    const attempt = await login();
    if (!attempt) throw nothingLeft(record, tried);
    for (const refusal of record.refusals ?? []) {
      if (!isSlow(refusal.of) || !findRefusal(record, refusal.of, io)) continue;
      if (await attempt.fingerprint(refusal.of) === refusal.of) throw refusedBefore(io, refusal);
    }
    return attempt;
  }

  return withLease(io, ledger, plan, view.ending).catch((error) => takeBackMark(ledger, error));
}

/** The record to go by: with the pair in memory where that is newer, with the seed where there never was one. */
async function current(entry: Entry, grants: Grants, view: View): Promise<{ record: SessionRecord; unsaved: boolean }> {
  const { record, isNew } = entry;
  const { inMemory } = view;
  if (
    inMemory?.unsavedOver !== undefined && inMemory.unsavedOver === (record.token?.value ?? "") && !record.loggedOut
  ) {
    const { spending: _, ...rest } = record;
    return { record: { ...rest, token: inMemory.token }, unsaved: true };
  }
  if (!isNew) return { record, unsaved: false };
  if (inMemory) return { record: { ...record, token: inMemory.token }, unsaved: true };
  return { record: grants.seed ? { ...record, token: await grants.seed() } : record, unsaved: false };
}

function beginAnew(): Promise<undefined> {
  return Promise.resolve(undefined);
}

function withoutLease({ lease: _, ...record }: SessionRecord): SessionRecord {
  return record;
}

function nothingLeft(record: SessionRecord, tried: readonly string[]): SessionError {
  const why = record.loggedOut ? "the account was logged out" : tried.at(-1) ?? "there is no refresh token";
  return new SessionError("login_required", `Cannot renew the session: ${why}, and no credentials are held`, { tried });
}
