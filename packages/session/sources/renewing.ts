import { loggedOut, SessionError } from "../errors.ts";
import { forgetToken, type Forgotten } from "../forget_token.ts";
import { type Ledger, openLedger } from "../ledger.ts";
import type { Kept } from "../keep_token.ts";
import { changePassword, type PasswordChange } from "../password_change.ts";
import { type Grants, renew } from "../renewal.ts";
import { singleFlight } from "../single_flight.ts";
import { renewAt } from "../token.ts";
import { traced } from "../tracing.ts";
import type { Io, Token, TokenOptions, TokenSource } from "../types.ts";

/** The pair in memory, and when to look after it. */
interface Held extends Kept {
  /** When to renew it, in ms since 1970. */
  readonly renewAt: number;
  /** When to compare it with the store, in ms since 1970. */
  readonly recheckAt: number;
}

/**
 * Makes a source of tokens that expire: says when to renew, once for all who wait, and keeps what still works.
 *
 * @param io The outside world.
 * @param grants How to get tokens.
 * @param password How to change the password, where that is possible.
 */
export function renewingSource(io: Io, grants: Grants, password?: PasswordChange): TokenSource {
  let held: Held | undefined;
  let ended = false;
  /** Ends the waiting for a busy server at a logout. */
  const ending = new AbortController();
  let logoutSeen: string | undefined;
  /** The access token that the API refused last. */
  let refusedValue: string | undefined;
  /** A token that was refused although it was fresh, and until when no other is asked for in its place. */
  let notAccepted: { value: string; until: number } | undefined;
  /** The largest `minValid` of those who wait. */
  let wanted = 0;
  let lastFailure: string | undefined;
  let mfa: { error: SessionError; until: number } | undefined;
  let ledger: Promise<Ledger> | undefined;
  const flight = singleFlight(() => traced("xsignals.session.renew", run));

  function openOnce(): Promise<Ledger> {
    return ledger ??= grants.identity().then((identity) => openLedger(io, identity)).catch((error) => {
      ledger = undefined; // a credential that could not be got this time
      throw error;
    });
  }

  async function run(): Promise<Token> {
    try {
      if (mfa && io.clock.now() < mfa.until) throw mfa.error;
      const kept = await renew(io, await openOnce(), grants, {
        good,
        observe({ loggedOut: mark }) {
          if (ended) throw loggedOut();
          if (mark && mark.id !== logoutSeen) held = undefined;
          logoutSeen = mark?.id;
        },
        ending: ending.signal,
        patient: !(held && works(held.token)),
        ...(held ? { inMemory: held } : {}),
      });
      if (ended) throw loggedOut();
      lastFailure = undefined;
      return adopt(kept);
    } catch (error) {
      return keepWorking(error);
    } finally {
      wanted = 0;
    }
  }

  function adopt(kept: Kept): Token {
    const { token } = kept;
    const due = renewAt(token, io.limits.renewalMarginMs, io.random());
    held = { ...kept, renewAt: due, recheckAt: io.clock.now() + io.limits.recheckMs };
    return token;
  }

  /** A failed renewal ends no session whose token still works; it is tried again after a while, or when that expires. */
  function keepWorking(error: unknown): Token {
    const now = io.clock.now();
    const code = error instanceof SessionError ? error.code : "unreachable";
    if (!ended) {
      lastFailure = code;
      io.emit({ type: "renewal_failed", at: now, code });
    }
    if (error instanceof SessionError && code === "mfa_required") mfa = { error, until: now + io.limits.cooldownMs };
    if (ended || !held || !works(held.token)) throw error;
    const again = error instanceof SessionError && error.retryAt !== undefined
      ? error.retryAt
      : now + io.limits.cooldownMs;
    held = { ...held, renewAt: Math.min(again, held.token.expiresAt ?? Infinity), recheckAt: again };
    return held.token;
  }

  function works({ value, expiresAt }: Token): boolean {
    return value !== refusedValue && (expiresAt === undefined || io.clock.now() < expiresAt);
  }

  function good(token: Token): boolean {
    const due = held?.token.value === token.value ? held.renewAt : renewAt(token, io.limits.renewalMarginMs, 0);
    return works(token) && io.clock.now() < due && outlasts(token, wanted);
  }

  /** A lifetime that cannot reach `minValid` is no reason to renew on every call. */
  function outlasts({ expiresAt, lifetime }: Token, minValid: number): boolean {
    if (expiresAt === undefined || minValid >= (lifetime ?? Infinity) * 0.9) return true;
    return expiresAt - io.clock.now() >= minValid;
  }

  function token(options: TokenOptions = {}): Token | Promise<Token> {
    const now = io.clock.now();
    if (held && now < held.renewAt && now < held.recheckAt && outlasts(held.token, options.minValid ?? 0)) {
      return held.token;
    }
    return slowToken(options);
  }

  async function slowToken({ signal, minValid = 0 }: TokenOptions): Promise<Token> {
    if (ended) throw loggedOut();
    if (held && io.waitUntil && works(held.token) && outlasts(held.token, minValid)) {
      const { token } = held;
      io.waitUntil(flight.join().catch(() => {})); // its failure is an event
      return token;
    }
    wanted = Math.max(wanted, minValid);
    const first = await flight.join(signal);
    if (outlasts(first, minValid)) return first;
    wanted = Math.max(wanted, minValid);
    return await flight.join(signal); // the first had begun before this caller's wish was known
  }

  function remember({ value }: Token): void {
    notAccepted = { value, until: io.clock.now() + io.limits.cooldownMs };
  }

  /** Waits for the renewal under way, whatever comes of it. */
  async function settled(): Promise<void> {
    if (flight.busy()) await flight.join().catch(() => {});
  }

  const source: TokenSource = {
    token,
    async replace(refused, signal) {
      if (ended) throw loggedOut();
      if (held && held.token.value !== refused.value && works(held.token)) return held.token;
      if (notAccepted?.value === refused.value && io.clock.now() < notAccepted.until) return refused;
      refusedValue = refused.value;
      let next = await flight.join(signal);
      if (next.value === refused.value) next = await flight.join(signal); // the first had begun before the refusal
      if (next.value === refused.value) remember(next);
      return next;
    },
    notAccepted(token) {
      if (held?.token.value === token.value) remember(token);
    },
    async logout() {
      if (ended) return;
      ended = true;
      const last = held?.token;
      held = undefined;
      ending.abort(loggedOut());
      await settled(); // what it brings is ended below
      const now = io.clock.now();
      const mark = { id: io.random().toString(36).slice(2), at: now };
      const forgotten = openOnce().then((ledger) => forgetToken(io, ledger, mark));
      const { token = last } = await forgotten.catch((): Forgotten => ({}));
      io.emit({ type: "logged_out", at: now });
      if (token) await grants.end?.(token);
      await forgotten;
    },
    async close() {
      if (held?.unsavedOver === undefined) return;
      await flight.join().catch(() => {});
      if (held?.unsavedOver === undefined) return;
      throw new SessionError(
        "store_failed",
        "Cannot store the session's newest tokens: they are lost with this process",
      );
    },
    status() {
      const failure = lastFailure === undefined ? {} : { lastFailure };
      if (ended) return { state: "logged_out" };
      if (!held) return { state: "new", ...failure };
      const { scheme, expiresAt } = held.token;
      const state = works(held.token) ? "active" : "expired";
      return { state, scheme, ...(expiresAt === undefined ? {} : { expiresAt }), ...failure };
    },
  };
  if (!password) return source;
  return {
    ...source,
    async changePassword(next) {
      const result = await changePassword(password, next, await token(), source.replace);
      if (result.changed) io.emit({ type: "password_changed", at: io.clock.now() });
      if (password.held) {
        password.held.use(result.changed ? next : undefined, result.token);
        held = undefined;
        await settled(); // it may have begun with the old password
        // What the store fails at is an event; the password is what it is all the same.
        await openOnce().then((ledger) => forgetToken(io, ledger)).catch(() => {});
        await flight.join().catch(() => {}); // the next call says what is wrong
      }
      if (!result.changed) throw result.error;
    },
  };
}
