import { loggedOut, SessionError } from "../errors.ts";
import { forgetToken, type Forgotten } from "../forget_token.ts";
import { holdToken, livePairs } from "../held_token.ts";
import type { Kept } from "../keep_token.ts";
import { type Ledger, openLedger } from "../ledger.ts";
import { changePassword, type PasswordChange } from "../password_change.ts";
import { type Grants, renew } from "../renewal.ts";
import { singleFlight } from "../single_flight.ts";
import { outlasts } from "../token.ts";
import { traced } from "../tracing.ts";
import type { Io, Token, TokenOptions, TokenSource } from "../types.ts";

/**
 * Makes a source of tokens that expire: says when to renew, once for all who wait, and keeps what still works.
 *
 * @param io The outside world.
 * @param grants How to get tokens.
 * @param password How to change the password, where that is possible.
 */
export function renewingSource(io: Io, grants: Grants, password?: PasswordChange): TokenSource {
  const own = holdToken(io);
  /** How to get tokens; after a change of the password not by the tokens that were there at first. */
  let usable = grants;
  let ended = false;
  /** Ends the waiting for a busy server at a logout. */
  const ending = new AbortController();
  let logoutSeen: string | undefined;
  /** A token that was refused although it was fresh, and until when no other is asked for in its place. */
  let notAccepted: { value: string; until: number } | undefined;
  /** The largest `minValid` of those who wait. */
  let wanted = 0;
  let lastFailure: string | undefined;
  /** What a renewal brought when this session had been logged out. */
  let late: Kept | undefined;
  let mfa: { error: SessionError; until: number } | undefined;
  let ledger: Promise<Ledger> | undefined;
  const flight = singleFlight((abandoned) => traced("xsignals.session.renew", () => run(abandoned)));

  function openOnce(): Promise<Ledger> {
    return ledger ??= grants.identity().then((identity) => openLedger(io, identity)).catch((error) => {
      ledger = undefined; // a credential that could not be got this time
      throw error;
    });
  }

  async function run(abandoned: AbortSignal): Promise<Token> {
    try {
      if (mfa && io.clock.monotonic() < mfa.until) throw mfa.error;
      const opened = await openOnce();
      const held = own.now();
      const kept = await renew(io, opened, usable, {
        good: (token) => own.good(token, wanted),
        observe({ loggedOut: mark, token }) {
          if (ended) throw loggedOut();
          own.look(token?.value);
          if (mark && mark.id !== logoutSeen) own.drop();
          logoutSeen = mark?.id;
        },
        ending: AbortSignal.any([ending.signal, abandoned]),
        enough() {
          const held = own.now();
          return held && own.works(held.token) && outlasts(held.token, wanted, io.clock.now()) ? held : undefined;
        },
        patient: !(held && own.works(held.token)),
        ...(held ? { inMemory: held } : {}),
      });
      if (ended) {
        late = kept;
        throw loggedOut();
      }
      if (kept.busy) return own.postpone(io.clock.now() + io.limits.leaseMs) ?? kept.token;
      lastFailure = undefined;
      return own.adopt(kept);
    } catch (error) {
      return keepWorking(error);
    } finally {
      wanted = 0;
    }
  }

  /** A failed renewal ends no session whose token still works; it is tried again after a while, or when that expires. */
  function keepWorking(error: unknown): Token {
    const now = io.clock.now();
    const code = error instanceof SessionError ? error.code : "unreachable";
    if (!ended) {
      lastFailure = code;
      io.emit({ type: "renewal_failed", at: now, code });
    }
    if (error instanceof SessionError && code === "mfa_required") {
      mfa = { error, until: io.clock.monotonic() + io.limits.cooldownMs };
    }
    if (ended) throw loggedOut();
    const retryAt = error instanceof SessionError ? error.retryAt : undefined;
    const kept = own.postpone(retryAt ?? now + io.limits.cooldownMs);
    if (!kept) throw error;
    return kept;
  }

  function token(options: TokenOptions = {}): Token | Promise<Token> {
    const now = io.clock.now();
    const held = own.now();
    if (held && now < held.renewAt && now < held.recheckAt && outlasts(held.token, options.minValid ?? 0, now)) {
      return held.token;
    }
    return slowToken(options);
  }

  async function slowToken({ signal, minValid = 0 }: TokenOptions): Promise<Token> {
    if (ended) throw loggedOut();
    const held = own.now();
    if (held && io.waitUntil && own.works(held.token) && outlasts(held.token, minValid, io.clock.now())) {
      const { token } = held;
      io.waitUntil(flight.join().catch(() => {})); // its failure is an event
      return token;
    }
    wanted = Math.max(wanted, minValid);
    const first = await flight.join(signal);
    if (outlasts(first, minValid, io.clock.now())) return first;
    wanted = Math.max(wanted, minValid);
    return await flight.join(signal); // the first had begun before this caller's wish was known
  }

  function remember({ value }: Token): void {
    notAccepted = { value, until: io.clock.monotonic() + io.limits.cooldownMs };
  }

  /** Gets another token than one that may have expired; that one where there is no other. */
  async function renewUnproven(found: Token, signal: AbortSignal | undefined): Promise<Token> {
    const before = own.refuse(found.value);
    try {
      return await flight.join(signal);
    } catch (error) {
      if (ended || signal?.aborted) throw error;
      own.refuse(before);
      return found;
    }
  }

  /** Waits for the renewal under way, whatever comes of it. */
  async function settled(): Promise<void> {
    if (flight.busy()) await flight.join().catch(() => {});
  }

  const source: TokenSource = {
    token,
    async replace(refused, signal) {
      if (ended) throw loggedOut();
      const held = own.now()?.token;
      if (held && held.value !== refused.value && own.works(held) && own.isFresh(held)) return held;
      if (notAccepted?.value === refused.value && io.clock.monotonic() < notAccepted.until) return refused;
      own.refuse(refused.value);
      let next = await flight.join(signal);
      if (next.value === refused.value) next = await flight.join(signal); // the first had begun before the refusal
      else if (!own.isFresh(next)) next = await renewUnproven(next, signal);
      if (next.value === refused.value) remember(next);
      return next;
    },
    notAccepted(token) {
      if (own.isFresh(token)) remember(token);
    },
    async logout() {
      if (ended) return;
      ended = true;
      const held = own.now();
      own.drop();
      ending.abort(loggedOut());
      await settled(); // what it brings is ended below
      const now = io.clock.now();
      const mark = { id: io.random().toString(36).slice(2), at: now };
      const forgotten = openOnce().then((ledger) => forgetToken(io, ledger, mark));
      const { token, isNew } = await forgotten.catch((): Forgotten => ({ isNew: false }));
      io.emit({ type: "logged_out", at: now });
      const unused = isNew && !held && !late ? await grants.seed?.() : undefined;
      for (const pair of livePairs(late ?? held, token ?? unused)) await grants.end?.(pair);
      await forgotten;
    },
    async close() {
      if (own.now()?.unsavedOver === undefined) return;
      await flight.join().catch(() => {});
      if (own.now()?.unsavedOver === undefined) return;
      throw new SessionError(
        "store_failed",
        "Cannot store the session's newest tokens: they are lost with this process",
      );
    },
    status() {
      const failure = lastFailure === undefined ? {} : { lastFailure };
      if (ended) return { state: "logged_out" };
      const held = own.now();
      if (!held) return { state: "new", ...failure };
      const { scheme, expiresAt } = held.token;
      const state = own.works(held.token) ? "active" : "expired";
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
        usable = withoutSeed(grants);
        password.held.use(result.changed ? next : undefined, result.token);
        own.drop();
        await settled(); // it may have begun with the old password
        // As another holder, to wait for this session's own renewal too. What the store fails at is an event.
        await openOnce().then((ledger) => forgetToken(io, { ...ledger, holder: crypto.randomUUID() })).catch(() => {});
        await flight.join().catch(() => {}); // the next call says what is wrong
      }
      if (!result.changed) throw result.error;
    },
  };
}

function withoutSeed({ seed: _, ...others }: Grants): Grants {
  return others;
}
