import { defined, loggedOut, SessionError } from "../errors.ts";
import { checkText } from "../options.ts";
import type { Context, Refusal, SourceStatus, Strategy, Token, TokenOptions, TokenSource } from "../types.ts";
import { changePassword } from "../wire/password.ts";
import { outlasts, renewAt } from "../wire/token.ts";
import { memoryKeeper } from "./memory_keeper.ts";
import { type Grants, refusedName, renew } from "./renewal.ts";
import { singleFlight } from "./single_flight.ts";

/**
 * Makes a strategy out of grants: it renews tokens that expire, once for all who wait, and shares them through a store.
 *
 * Use it for a way to log in that this package does not have, such as a device code or a token exchange. Not for a
 * credential that never expires. A grant is sent while others wait: what waits for a person belongs before the session is
 * made, and goes in as `seed`.
 *
 * @param grants How to get tokens: `identity`, and of `seed`, `login`, `refresh` and `end` what the protocol has.
 * @returns The strategy for `createSession`.
 *
 * @example
 * ```ts
 * import { createSession, renewing } from "@xsignals/session";
 * import { assertEquals } from "@std/assert";
 *
 * const strategy = renewing({
 *   identity: () => ["my grant", "account"],
 *   login: () => ({
 *     secret: "secret",
 *     send: () => Promise.resolve({ scheme: "Bearer", value: "a-token" }),
 *   }),
 * });
 *
 * assertEquals((await createSession({ strategy }).token()).value, "a-token");
 * ```
 */
export function renewing(grants: Grants): Strategy {
  return (context) => renewingSource(context, grants);
}

function renewingSource(context: Context, grants: Grants): TokenSource {
  const { clock, limits, emit, random, store, waitUntil } = context;
  const keeper = store?.keeper(context, async () => await grants.identity(context)) ?? memoryKeeper();
  /** The token, since when this session has it (monotonic), when to renew it, and when to look for a logout in a shared store. */
  let cache: { token: Token; since: number; renewAt: number; recheckAt: number } | undefined;
  let ownValue: string | undefined; // the access token that this session obtained itself last
  let refusedValue: string | undefined; // the access token that the API refused last
  /** An own token that the API refused at once, and until when no other one is asked for. Times are monotonic. */
  let unaccepted: { value: string; until: number } | undefined;
  let mfa: { error: unknown; until: number } | undefined; // a second factor is needed
  let ended = false;
  let logoutSeen: string | undefined;
  let wanted = 0; // the largest `minValid` of those who wait
  let lastFailure: string | undefined;
  const ending = new AbortController(); // ends the waiting for a busy server at a logout
  const flight = singleFlight(run);

  const cooldown = () => clock.monotonic() + limits.cooldownMs;

  function works(token: Token | undefined): token is Token {
    return token !== undefined && token.value !== refusedValue && clock.now() < (token.expiresAt ?? Infinity);
  }

  /** Whether a token has `minValid` ms left. Of one without an expiry nobody knows: it is renewed after a while. */
  function lasts(token: Token, minValid: number): boolean {
    if (token.expiresAt !== undefined || minValid <= 0) return outlasts(token, minValid, clock.now());
    const mayRefresh = token.refresh !== undefined && grants.refresh;
    const longest = mayRefresh ? 900_000 : grants.login ? 21_600_000 : Infinity; // 15 minutes, 6 hours: a refresh costs less
    return cache?.token.value !== token.value || clock.monotonic() - cache.since < longest;
  }

  function adopt(token: Token, isOwn = false): Token {
    const since = cache && !isOwn && cache.token.value === token.value ? cache.since : clock.monotonic();
    const recheckAt = store ? clock.now() + limits.recheckMs : Infinity;
    cache = { token, since, renewAt: renewAt(token, limits.renewalMarginMs, random()), recheckAt };
    return token;
  }

  /** Keeps the current token if it still works and schedules the next attempt. Returns undefined if none works. */
  function postpone(until: number): Token | undefined {
    if (!cache || !works(cache.token)) return undefined;
    cache = { ...cache, renewAt: Math.min(until, cache.token.expiresAt ?? Infinity), recheckAt: until };
    return cache.token;
  }

  async function run(abandoned: AbortSignal): Promise<Token> {
    let fallback: Token | undefined; // which is postponed
    try {
      if (mfa && clock.monotonic() < mfa.until) throw mfa.error;
      const { token, isOwn } = await renew(context, keeper, grants, {
        isUsable(token) {
          if (!works(token)) return false;
          if (!works(cache?.token)) adopt(token);
          const dueAt = cache?.token.value === token.value ? cache.renewAt : renewAt(token, limits.renewalMarginMs, 0);
          return clock.now() < dueAt && lasts(token, wanted);
        },
        observe({ loggedOut: mark }) {
          if (ended) throw loggedOut();
          if (mark !== undefined && mark !== logoutSeen) cache = undefined;
          logoutSeen = mark;
        },
        fallback() {
          return fallback = cache && lasts(cache.token, wanted) ? postpone(clock.now() + limits.leaseMs) : undefined;
        },
        mayWait: !works(cache?.token),
        ending: AbortSignal.any([ending.signal, abandoned]),
      });
      if (ended) throw loggedOut();
      if (token === fallback) return token;
      if (isOwn) ownValue = token.value;
      lastFailure = undefined;
      return adopt(token, isOwn);
    } catch (error) {
      if (ended) throw loggedOut();
      // A failed renewal does not end a session whose token still works. It is tried again later.
      const known: Partial<SessionError> = error instanceof SessionError ? error : {};
      const { code = "unreachable", retryAt = clock.now() + limits.cooldownMs } = known;
      lastFailure = code;
      emit({ type: "renewal_failed", at: clock.now(), code });
      if (code === "mfa_required") mfa = { error, until: cooldown() };
      const kept = postpone(retryAt);
      if (kept) return kept;
      throw error;
    } finally {
      wanted = 0;
    }
  }

  function statusOf(token: Token | undefined, isOut: boolean): SourceStatus {
    if (isOut) return { state: "logged_out" };
    const state = !token ? "new" : works(token) ? "active" : "expired";
    return defined({ state, scheme: token?.scheme, expiresAt: token?.expiresAt, lastFailure });
  }

  function token(options: TokenOptions = {}): Token | Promise<Token> {
    const now = clock.now();
    if (cache && now < cache.renewAt && now < cache.recheckAt && lasts(cache.token, options.minValid ?? 0)) {
      return cache.token;
    }
    return slowToken(options);
  }

  async function slowToken({ signal, minValid = 0 }: TokenOptions): Promise<Token> {
    if (ended) throw loggedOut();
    if (cache && waitUntil && works(cache.token) && lasts(cache.token, minValid)) {
      const { token } = cache;
      waitUntil(flight.join().catch(() => {})); // its failure is an event
      return token;
    }
    wanted = Math.max(wanted, minValid);
    const first = await flight.join(signal);
    if (lasts(first, minValid)) return first;
    wanted = Math.max(wanted, minValid);
    return await flight.join(signal); // the first one had begun before this wish was known
  }

  const remember = ({ value }: Token) => unaccepted = { value, until: cooldown() };

  /** Another token than the refused one: the one at hand, what the store has by now, or a new one. */
  async function replace(refused: Token, signal?: AbortSignal): Promise<Token> {
    if (ended) throw loggedOut();
    if (cache && cache.token.value !== refused.value && works(cache.token)) return cache.token;
    if (unaccepted?.value === refused.value && clock.monotonic() < unaccepted.until) return refused;
    refusedValue = refused.value;
    let next = await flight.join(signal);
    if (next.value === refused.value) next = await flight.join(signal); // the first one had begun before the refusal
    if (next.value === refused.value) remember(next);
    return next;
  }

  /** What was wrong may be mended: a login gets one more try. */
  const lift = (one: Refusal) => one.what === "login" ? { ...one, forMs: 0 } : one;

  const { password } = grants;
  return {
    token,
    replace,
    notAccepted(token) {
      if (token.value === ownValue) remember(token);
      return token.value !== ownValue;
    },
    async logout() {
      if (ended) return;
      ended = true;
      cache = undefined;
      ending.abort(loggedOut());
      await flight.settled(); // what it still brings is ended below
      const mark = random().toString(36).slice(2);
      const { pairs, isNew, failure } = await keeper.forget((now) => ({
        refusals: now.token ? now.refusals?.map(lift) : now.refusals,
        loggedOut: mark,
      }));
      emit({ type: "logged_out", at: clock.now() });
      const unused = isNew && pairs.length === 0 && grants.seed ? [await grants.seed(context)] : [];
      for (const pair of [...pairs, ...unused]) await grants.end?.(pair, context);
      if (failure !== undefined) throw failure;
    },
    close: async () => await keeper.close?.(flight.join),
    status: () => statusOf(cache?.token, ended),
    stored: keeper.look && (async () => {
      const { token, loggedOut: mark } = await keeper.look!();
      return statusOf(token, ended || mark !== undefined);
    }),
    changePassword: password && (async (next) => {
      checkText("password", next);
      const { token: pair, unchanged } = await changePassword(password, next, await token(), replace);
      const at = clock.now();
      if (!unchanged) emit({ type: "password_changed", at });
      if (password.held) {
        if (!unchanged) password.held.use(next);
        await flight.settled(); // it may have begun with the old password
        const login = await Promise.resolve().then(() => grants.login?.(context)).catch(() => undefined);
        const { failure } = await keeper.forget(async (now) => {
          const name = await refusedName(keeper, now, login);
          const refusals = now.refusals?.map((one) => one.of === name && one.at <= at ? lift(one) : one);
          return { token: pair, refusals };
        });
        if (failure && pair) await grants.end?.(pair, context).catch(() => {}); // the next 401 leads to a login
        await flight.settled(); // it may have read what was known before
        cache = undefined;
        await flight.join().catch(() => {}); // the next call says what is wrong
      }
      if (unchanged) throw unchanged;
    }),
  };
}
