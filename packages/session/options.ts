/**
 * All options, addresses and credentials of sessions and stores, checked in one place.
 *
 * @module
 */
import { describeError, SessionError } from "./errors.ts";
import { isEdge, platformClock, platformFetch, platformTokenFetch } from "./platform.ts";
import type {
  AllLimits,
  Clock,
  Context,
  Credential,
  FetchLike,
  Limits,
  SessionEvent,
  Store,
  Strategy,
} from "./types.ts";

/** Options of `createSession`. */
export interface SessionOptions extends Partial<Limits> {
  /** How to authenticate: `login`, `auth0`, `basic`, `bearer`, `apiKey`, `clientCredentials`, or one of your own. */
  readonly strategy: Strategy;
  /** The API's base URL; a path in it is kept. Default: `https://api.xsignals.xpansiv.com`. */
  readonly baseUrl?: string | URL;
  /** Where the account's record lives. Default: this session's memory. */
  readonly store?: Store;
  /** Sends the API calls, and the token calls too unless `tokenFetch` is given. Default: the platform's. */
  readonly fetch?: FetchLike;
  /**
   * Sends the token calls: login, refresh, logout, changePassword, oauth/token, revoke. Default: `fetch`.
   *
   * Only the platform's own fetch gives each of them a connection of its own. With another one, a runtime may send a login
   * twice, or lose the answer to a refresh, if a reused connection is dead.
   */
  readonly tokenFetch?: FetchLike;
  /** The time. Default: the platform's. */
  readonly clock?: Clock;
  /** A number from 0 to 1, for jitter. Default: `Math.random`. */
  readonly random?: () => number;
  /** Keeps the isolate alive until a promise settles, and so allows the session to renew in the background. */
  readonly waitUntil?: (work: Promise<unknown>) => void;
  /** Is told of every stored change and every failure. */
  readonly onEvent?: (event: SessionEvent) => void;
  /** Origins that a credential may be sent to over plain http, besides loopback. */
  readonly allowInsecure?: readonly string[];
}

/** What an option must be, in words, and how to tell. */
export type Rule = readonly [must: string, isRight: (value: unknown) => boolean];

/** The rule of a function. */
export const FUNCTION: Rule = ["a function", (value) => typeof value === "function"];

/** The rule of an object with these methods. */
export function methods(...names: string[]): Rule {
  return [`an object with ${names.join(" and ")}`, (value) => {
    return names.every((name) => typeof Reflect.get(Object(value), name) === "function");
  }];
}

/** The rules of what sessions and stores have in common. */
export const TIME: Readonly<Record<string, Rule>> = { clock: methods("now", "sleep"), random: FUNCTION };

/**
 * Checks options by their rules; one that is `undefined` counts as not given.
 *
 * @param what What they are for, in error messages.
 * @throws {TypeError} If one is wrong or unknown.
 */
export function checkOptions(what: string, options: object, rules: Readonly<Record<string, Rule>>): void {
  if (Object(options) !== options) throw new TypeError(`Cannot make ${what}: its options must be an object`);
  for (const [name, value] of Object.entries(options)) {
    const rule = Object.hasOwn(rules, name) ? rules[name] : undefined;
    if (!rule) throw new TypeError(`Cannot make ${what}: there is no option ${name}`);
    const [must, isRight] = rule;
    if (value !== undefined && !isRight(value)) throw new TypeError(`Cannot make ${what}: ${name} must be ${must}`);
  }
}

/** The limits unless told otherwise; CONTRIBUTING.md has them as a table, and a test compares the two. */
export const DEFAULT_LIMITS: AllLimits = Object.freeze({
  tokenDeadlineMs: 10_000,
  leaseMs: 15_000,
  renewalMarginMs: 60_000,
  cooldownMs: 60_000,
  recheckMs: 60_000,
  waitBudgetMs: 30_000,
  replayBytes: 1_048_576,
});

/** How much longer than a token call's deadline a lease is, in ms. */
const LEASE_SLACK = 5_000;

/** The longest deadline of a token call, in ms: nobody waits longer than ten minutes for another session's lease. */
const LONGEST_DEADLINE = 595_000;

/** How long an edge function waits for a server that asks to, in ms: somebody waits for its answer. */
const EDGE_WAIT = 3_000;

/** The rule of a number in a range. */
function number(from: number, to = Number.MAX_VALUE): Rule {
  const must = to === Number.MAX_VALUE ? `a number from ${from}` : `a number from ${from} to ${to}`;
  return [must, (value) => typeof value === "number" && value >= from && value <= to];
}

const RULES: Readonly<Record<string, Rule>> = {
  ...TIME,
  strategy: FUNCTION,
  baseUrl: ["an address", (value) => typeof value === "string" || value instanceof URL],
  store: ["a store, such as sharedStore({ read, write }) makes", methods("keeper")[1]],
  fetch: FUNCTION,
  tokenFetch: FUNCTION,
  waitUntil: FUNCTION,
  onEvent: FUNCTION,
  allowInsecure: ["a list of origins", (value) => Array.isArray(value) && value.every((one) => URL.canParse(one))],
  tokenDeadlineMs: number(1, LONGEST_DEADLINE),
  waitBudgetMs: number(0),
  renewalMarginMs: number(0),
  replayBytes: number(0),
};

const DEFAULT_BASE_URL = "https://api.xsignals.xpansiv.com";

/** The API's own hosts, two names of one API. */
const API_HOSTS = ["api.xsignals.xpansiv.com", "api.data.xpansiv.com"];

/** Auth0's host for that API. */
const AUTH0_HOST = "auth.xpansiv.com";

/**
 * Makes the context of a session: the one place where the outside world enters.
 *
 * @throws {TypeError} If an option is wrong or unknown.
 */
export function createContext(options: SessionOptions): Context {
  if (typeof options?.strategy !== "function") {
    throw new TypeError("Cannot make the session: it needs a strategy, such as login({ username, password })");
  }
  checkOptions("the session", options, RULES);
  const { store, waitUntil, onEvent, clock = platformClock() } = options;
  const checkSecure = secureCheck(options.allowInsecure ?? []);
  return {
    baseUrl: baseUrlOf(options.baseUrl ?? DEFAULT_BASE_URL, checkSecure),
    fetch: options.fetch ?? platformFetch,
    tokenFetch: options.tokenFetch ?? options.fetch ?? platformTokenFetch,
    clock: {
      now: () => clock.now(),
      sleep: (ms, signal) => clock.sleep(ms, signal),
      monotonic: () => clock.monotonic ? clock.monotonic() : clock.now(),
    },
    random: options.random ?? Math.random,
    ...(store && { store }),
    ...(waitUntil && { waitUntil: quietly(waitUntil) }),
    emit: quietly(onEvent ?? (() => {})),
    checkSecure,
    limits: limitsOf(options),
  };
}

function limitsOf(given: SessionOptions): AllLimits {
  const { tokenDeadlineMs, renewalMarginMs, replayBytes, waitBudgetMs } = DEFAULT_LIMITS;
  const deadline = given.tokenDeadlineMs ?? tokenDeadlineMs;
  return {
    ...DEFAULT_LIMITS,
    tokenDeadlineMs: deadline,
    leaseMs: deadline + LEASE_SLACK,
    renewalMarginMs: given.renewalMarginMs ?? renewalMarginMs,
    replayBytes: given.replayBytes ?? replayBytes,
    waitBudgetMs: given.waitBudgetMs ?? (given.waitUntil || isEdge() ? EDGE_WAIT : waitBudgetMs),
  };
}

/** A function of the program whose faults are its own: no call and no renewal fails because of them. */
function quietly<T>(call: (argument: T) => void): (argument: T) => void {
  return (argument) => {
    try {
      call(argument);
    } catch {
      // There is nobody to tell.
    }
  };
}

/** Makes the check that every address passes to which a credential is sent. */
function secureCheck(allowed: readonly string[]): (url: URL) => void {
  const origins = allowed.map((origin) => new URL(origin).origin);
  return ({ protocol, hostname, origin }) => {
    if (protocol === "https:" || (protocol === "http:" && (isLoopback(hostname) || origins.includes(origin)))) return;
    throw new TypeError(`Cannot use ${origin}: a credential would go out unencrypted; use https, or allowInsecure`);
  };
}

/** The API's base URL in its normal form, without a slash at its end. */
function baseUrlOf(baseUrl: string | URL, checkSecure: (url: URL) => void): string {
  const url = parseAddress("baseUrl", baseUrl);
  checkSecure(url);
  if (hostOf(url) === AUTH0_HOST) throw new TypeError("Cannot use baseUrl: it is Auth0's host, not the API's");
  return `${url.origin}${url.pathname.replace(/\/+$/, "")}`;
}

/**
 * Reads the address of a server.
 *
 * @param name The option or variable that it comes from.
 * @param isToken Whether it is a token endpoint: it may have a query, and must not be the API's host.
 * @throws {TypeError} If it is not a URL, or has something in it that such an address must not have.
 */
export function parseAddress(name: string, address: string | URL, isToken = false): URL {
  const url = URL.canParse(address) ? new URL(address) : undefined;
  if (!url || !/^https?:$/.test(url.protocol)) {
    throw new TypeError(`Cannot use ${name}: it must be an http or https URL`);
  }
  if (url.username || url.password || url.hash || (url.search && !isToken)) {
    throw new TypeError(`Cannot use ${name}: it must not have credentials, a query or a fragment`);
  }
  // A password for Auth0 must not go to the API.
  if (isToken && API_HOSTS.includes(hostOf(url))) {
    throw new TypeError(`Cannot use ${name}: ${hostOf(url)} is the API's host`);
  }
  return url;
}

/** The host without the dot that may end a full name. */
function hostOf({ hostname }: URL): string {
  return hostname.replace(/\.+$/, "");
}

/** Whether a host is this machine, by a name that cannot be another. */
export function isLoopback(hostname: string): boolean {
  return hostname === "localhost" || hostname === "[::1]" || /^127(\.\d+){3}$/.test(hostname);
}

/** What a credential is used for, which says which characters it may have. */
export type CredentialUse = "text" | "Basic user name" | "header";

/**
 * Checks a credential that is given as an option. The error does not quote it.
 *
 * @param what Its name in error messages.
 * @throws {TypeError} If it is neither a function nor a text that can be used so.
 */
export function checkCredential(what: string, credential: unknown, use: CredentialUse = "text"): void {
  if (typeof credential === "function") return;
  if (typeof credential !== "string" || credential === "") {
    throw new TypeError(`Cannot use the ${what}: it must be a non-empty string, or a function that returns one`);
  }
  const why = flawOf(credential, use);
  if (why !== undefined) throw new TypeError(`Cannot use the ${what}: it has ${why}`);
}

/** Whether a text is not empty, and a header can carry it without quoting or folding. */
export function isVisible(text: string): boolean {
  return /^[\x21-\x7e]+$/.test(text);
}

function flawOf(text: string, use: CredentialUse): string | undefined {
  if (use === "header" && !isVisible(text)) return "a character that an HTTP header cannot carry";
  // deno-lint-ignore no-control-regex -- control characters are what is looked for
  if (/[\x00-\x1f\x7f]/.test(text)) return "a control character, such as a line break";
  if (/\p{Cs}/u.test(text)) return "half a surrogate pair";
  if (use === "Basic user name" && text.includes(":")) return "a colon, which Basic authentication cannot carry";
}

/**
 * The text of a credential: as given, or what its function returns.
 *
 * @throws {SessionError} `unreachable` if the function fails. Its error is named by class alone: it may quote the secret.
 * @throws {TypeError} If the text cannot be used so.
 */
export async function resolveCredential(what: string, credential: Credential, use?: CredentialUse): Promise<string> {
  let text: string = typeof credential === "string" ? credential : "";
  if (typeof credential === "function") {
    try {
      text = await credential();
    } catch (error) {
      const why = `its function failed (${describeError(error)})`;
      throw new SessionError("unreachable", `Cannot get the ${what}: ${why}`, { sent: false });
    }
  }
  checkCredential(what, typeof text === "function" ? undefined : text, use);
  return text;
}

/** The value of a Basic credential: user name and password in UTF-8, joined by a colon, in base64 (RFC 7617, 2 and 2.1). */
export function basicValue(username: string, password: string): string {
  const bytes = new TextEncoder().encode(`${username}:${password}`);
  return btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""));
}
