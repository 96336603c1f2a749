// One renewal: use the pair that is known, else refresh it, else log in. A refresh token is sent once.
import { defined, SessionError, until } from "../errors.ts";
import { waitWithin } from "../platform.ts";
import type { Context, Keeper, Known, Refusal, Step, Token, Turn } from "../types.ts";
import type { PasswordChange } from "../wire/password.ts";
import { outcomeOf } from "../wire/token_call.ts";

/** A login that is ready to be sent. */
export interface Login {
  /** All that is secret in it: if the server refuses it, the same secret is not sent again. */
  readonly secret: string;
  /** What is odd about the secret, for the message if it is refused. */
  readonly hint?: string;
  /** Sends it. */
  send(): Promise<Token>;
}

/** Sends the token's refresh token, at once. */
export type Refresh = (spent: Token) => Promise<Token>;

/** What a strategy knows: how to get tokens, and nothing of when. */
export interface Grants {
  /** Whose tokens these are: the same for all sessions of one account, and for no other account. */
  identity(context: Context): readonly string[] | Promise<readonly string[]>;
  /** Tokens that were obtained elsewhere, to begin with. */
  readonly seed?: (context: Context) => Token | Promise<Token>;
  /** Prepares a login: gets the credentials, and sends nothing yet. */
  readonly login?: (context: Context) => Login | Promise<Login>;
  /** Prepares a refresh: gets what it needs besides the token, and sends nothing yet. */
  readonly refresh?: (context: Context) => Refresh | Promise<Refresh>;
  /** Ends the token at the server. */
  readonly end?: (token: Token, context: Context) => Promise<void>;
  /** How to change the password, if that is possible. */
  readonly password?: PasswordChange;
}

/** What the session that asks knows by itself. */
export interface View {
  /** Whether a token can be used as it is, and for long enough. Goes on with it if the one at hand works no more. */
  isUsable(token: Token): boolean;
  /** Is shown what is known, each time before it is acted upon. */
  observe(known: Known): void;
  /** A token that will do while another session renews. */
  fallback(): Token | undefined;
  /** Whether to wait for a server that asks to. */
  readonly mayWait: boolean;
  readonly ending: AbortSignal;
}

const MAX_TRIES = 6; // of one renewal, at a server that wants to be asked later

/** Gets a token that can be used, and says whether this very renewal obtained it. */
export async function renew(context: Context, keeper: Keeper, grants: Grants, view: View) {
  const wait = waitWithin(context, view.mayWait ? context.limits.waitBudgetMs : 0, view.ending);
  for (let tries = 1;; tries++) {
    try {
      return await renewOnce(context, keeper, grants, view);
    } catch (error) {
      const isPassing = error instanceof SessionError && (error.code === "rate_limited" || error.status === 503);
      if (!isPassing || tries === MAX_TRIES || !(await wait(error.retryAt).catch(() => false))) throw error;
    }
  }
}

async function renewOnce(context: Context, keeper: Keeper, grants: Grants, view: View) {
  let preparedLogin: Promise<Login | undefined> | undefined;
  let preparedRefresh: Promise<Refresh> | undefined;
  let own: Token | undefined;

  const getLogin = () => preparedLogin ??= Promise.resolve(grants.login?.(context));

  async function plan({ isNew, isUnsaved, othersRenew, ...known }: Known): Promise<Step> {
    view.observe(known);
    const token = isNew && grants.seed ? await grants.seed(context) : known.token;
    if (token && view.isUsable(token)) {
      if (!isUnsaved || othersRenew) return { use: token };
      return { mark: known, act: (turn) => keep(turn, token) };
    }
    const fallback = othersRenew && view.fallback();
    if (fallback) return { use: fallback };
    const mark = { ...known, token };
    const tried: string[] = [];
    if (token?.refresh !== undefined && grants.refresh) {
      const name = await keeper.nameToken(token.refresh);
      const isRefused = refuseBefore(context, known, name);
      if (!isRefused && known.inFlight !== name) {
        const refresh = await (preparedRefresh ??= Promise.resolve(grants.refresh(context)));
        return { mark: { ...mark, inFlight: name }, act: (turn) => byRefresh(turn, refresh) };
      }
      tried.push(`refresh: ${isRefused ? "refused" : "outcome unknown"}`);
    }
    // The one who renews may still succeed. What it has in flight says nothing before its turn has ended.
    if (!grants.login && othersRenew !== undefined) return { mark, act: () => Promise.resolve(undefined) };
    await prepareLogin(known, tried);
    return { mark, act: (turn) => byLogin(turn, tried) };
  }

  async function byRefresh(turn: Turn, refresh: Refresh): Promise<Token | undefined> {
    const isReady = await turn.ready();
    const { inFlight, ...known } = turn.known();
    const { token } = known;
    if (token === undefined || inFlight === undefined) return undefined;
    if (!isReady) return await turn.save(known).then(() => undefined); // the store was too slow, and nothing was sent
    return await Promise.resolve(token).then(refresh).then(
      (fresh) => keep(turn, fresh, "renewed"),
      (error) => afterFailure(turn, known, inFlight, error),
    );
  }

  /** The refresh failed. Makes known what became of its token, and then logs in if that is possible. */
  async function afterFailure(turn: Turn, known: Known, name: string, error: unknown): Promise<Token | undefined> {
    const outcome = outcomeOf(error);
    const isRemembered = outcome !== "nothing" || Object(error).retryAt !== undefined;
    const next = outcome === "outcome unknown"
      ? { ...known, inFlight: name }
      : { ...known, refusals: isRemembered ? withRefusal(context, known, "refresh", name, error) : known.refusals };
    const saving = turn.save(next);
    if (outcome === "nothing" || outcome === "denied") {
      await saving.catch(() => false);
      throw error;
    }
    if (!(await saving) && grants.login) return undefined;
    return await byLogin(turn, [`refresh: ${outcome}`]);
  }

  async function byLogin(turn: Turn, tried: readonly string[]): Promise<Token | undefined> {
    const login = await prepareLogin(turn.known(), tried);
    if (!(await turn.ready())) return undefined;
    const fresh = await Promise.resolve().then(() => login.send()).catch(async (error) => {
      if (!concernsEverybody(error)) throw error;
      const known = turn.known();
      const name = await refusedName(keeper, known, login) ?? await keeper.nameLogin(login.secret);
      const refusals = withRefusal(context, known, "login", name, error);
      await turn.save({ ...known, refusals }).catch(() => false);
      const hint = isRejection(error) ? login.hint ?? "" : "";
      throw new SessionError(error.code, error.message + hint, { ...error, retryAt: endOf(context, refusals.at(-1)!) });
    });
    return await keep(turn, fresh, "login");
  }

  /** The login to send, unless there is none or the server refused the same one before. */
  async function prepareLogin(known: Known, tried: readonly string[]): Promise<Login> {
    const login = await getLogin();
    if (!login) {
      const why = known.loggedOut === undefined
        ? tried[0] ?? "there is no refresh token"
        : "the account was logged out";
      const message =
        `Cannot renew the session for ${context.baseUrl}: ${why}, and no credentials are held; make a new session`;
      throw new SessionError("login_required", message, { tried });
    }
    refuseBefore(context, known, await refusedName(keeper, known, login));
    return login;
  }

  /** Makes a new pair known before it is used. A pair that came too late is ended at the server. */
  async function keep(turn: Turn, fresh: Token, type?: "login" | "renewed"): Promise<Token | undefined> {
    const accepted = type === "login" ? await refusedName(keeper, turn.known(), await getLogin()) : undefined;
    // After an answer all waits are over, and the login that it took is not refused any more.
    const isOver = ({ of, code }: Refusal) => type && (of === accepted || /^(rate_limited|unreachable)$/.test(code));
    const after = ({ refusals }: Known) => ({ token: fresh, refusals: refusals?.filter((one) => !isOver(one)) });
    let kept: Token | undefined;
    try {
      kept = await turn.keep(fresh, after);
    } finally {
      // Ending the one would end the other if a server gave two sessions the same, or kept a refresh token.
      const isShared = fresh.value === kept?.value || (fresh.refresh !== undefined && fresh.refresh === kept?.refresh);
      if (!isShared) await grants.end?.(fresh, context).catch(() => {});
    }
    if (kept !== fresh || type === undefined) return kept;
    own = fresh;
    context.emit(defined({ type, at: context.clock.now(), expiresAt: fresh.expiresAt }));
    return fresh;
  }

  const token = await keeper.renew(plan, view.ending);
  return { token, isOwn: token === own };
}

/** By which name the login was refused before, if it was. */
export async function refusedName(keeper: Keeper, { refusals = [] }: Known, login?: Login) {
  for (const name of new Set(refusals.filter(({ what }) => what === "login").map(({ of }) => of))) {
    if (login && await keeper.nameLogin(login.secret, name) === name) return name;
  }
}

const MAX_REFUSALS = 32; // of each kind: older ones are of what nobody tries any more
const BLOCKED_MS = 900_000; // 15 minutes: a block may be lifted, and asking again too soon prolongs it
/** How long a rejected login is not sent again, each time longer, in minutes; Auth0 blocks after ten failures in a row. */
const REJECTED_MINUTES = [1, 10, 60, 360, 1_440, 1_440, 1_440];

/** Whether no other session needs to send the same login: the server answered it, or said until when to wait. */
function concernsEverybody(error: unknown): error is SessionError {
  if (!(error instanceof SessionError) || error.code === "mfa_required" || error.sent === false) return false;
  return error.code !== "unreachable" || error.status !== undefined || error.retryAt !== undefined;
}

/** What is refused now. Each failure in a row counts for longer; those that say nothing of the credentials count apart. */
function withRefusal(context: Context, known: Known, what: Refusal["what"], of: string, error: unknown): Refusal[] {
  const { clock, limits } = context;
  const { refusals = [] } = known;
  const { code, status, retryAt }: SessionError = Object(error);
  const at = clock.now();
  const isSame = (one: Refusal) => one.of === of && isRejection(one) === isRejection({ code });
  const count = (refusals.find(isSame)?.count ?? 0) + 1;
  const wish = code === "login_required" ? undefined : retryAt; // no wait mends a refresh token that ended
  const wished = (wish ?? at) - at;
  const own = what === "refresh" && wish === undefined ? limits.cooldownMs : Math.min(1_000 * 2 ** (count - 1), 60_000);
  let forMs: number | undefined = wished || (code === "blocked" ? BLOCKED_MS : own);
  if (what === "login" && code === "credentials_rejected") {
    const minutes = REJECTED_MINUTES[count - 1];
    forMs = minutes && Math.max(minutes * 60_000, wished);
  }
  const all = [...refusals.filter((one) => !isSame(one)), defined({ of, what, code, status, at, count, forMs })];
  const kept = (kind: Refusal["what"]) => all.filter((one) => one.what === kind).slice(-MAX_REFUSALS);
  return [...kept("refresh"), ...kept("login")]; // neither pushes out the other
}

/** Whether it is the credentials that were refused. */
function isRejection({ code }: Pick<Refusal, "code">): boolean {
  return code === "credentials_rejected" || code === "blocked";
}

/** Until when a refusal counts, in ms since 1970; `undefined`: until the credentials change. */
function endOf({ clock }: Context, { at, forMs }: Refusal): number | undefined {
  const now = clock.now();
  return forMs === undefined ? undefined : now + forMs - Math.abs(now - at); // another machine's clock may be fast
}

/** Throws if the server refused what has this name, and that still counts; returns whether it is a refresh token that ended. */
function refuseBefore(context: Context, { refusals }: Known, name: string | undefined): boolean {
  const isLeft = (one: Refusal) => (endOf(context, one) ?? Infinity) > context.clock.now();
  const refusal = refusals?.find((one) => one.of === name && isLeft(one));
  if (!refusal) return false;
  const { code, what, status } = refusal;
  if (what === "refresh" && code === "login_required") return true;
  const retryAt = endOf(context, refusal);
  const why = isRejection(refusal)
    ? "the server refused these credentials before; correct them, or begin with an empty store to try them at once"
    : "the server failed, or asked to be asked later";
  throw new SessionError(code, `Cannot log in: ${why}${until(retryAt)}`, { status, retryAt });
}
