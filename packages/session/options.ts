// All options, addresses and credentials of sessions and stores, checked in one place.
import { describeError, SessionError } from "./errors.ts";
import { isEdge, platformFetch, platformTokenFetch, proxyFor, usesProxies, wholeClock } from "./platform.ts";
import type { Clock, Context, Credential, FetchLike, Limits, SessionEvent, Store, Strategy } from "./types.ts";

/** Options of `createSession`. */
export interface SessionOptions extends Partial<Limits> {
  /** How to authenticate: `login`, `auth0`, `basic`, `bearer`, `apiKey`, `clientCredentials`, `assertion`, or one of your own. */
  readonly strategy: Strategy;
  /** The API's base URL; a path in it is kept. Default: `https://api.xsignals.xpansiv.com`. */
  readonly baseUrl?: string | URL;
  /** Where the account's record lives. Default: this session's memory. */
  readonly store?: Store;
  /** Sends the API calls, and the token calls too unless `tokenFetch` is given. Default: the platform's. */
  readonly fetch?: FetchLike;
  /**
   * Sends the token calls (login, refresh, logout, …). Default: `fetch`. Only the platform's own fetch gives each of them a
   * connection of its own: over a reused one that is dead, a login may be sent twice, or the answer to a refresh be lost.
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

/** The rules of what sessions and stores have in common. */
export const TIME: Readonly<Record<string, Rule>> = {
  clock: ["an object with now and sleep", (value) => hasMethod(value, "now") && hasMethod(value, "sleep")],
  random: FUNCTION,
};

function hasMethod(value: unknown, name: string): boolean {
  return typeof Object(value)[name] === "function";
}

/** Checks options by their rules. An option that is `undefined` counts as not given. */
export function checkOptions(what: string, options: object, rules: Readonly<Record<string, Rule>>): void {
  if (Object(options) !== options) throw new TypeError(`Cannot make ${what}: its options must be an object`);
  for (const [name, value] of Object.entries(options)) {
    const [must, isRight] = new Map(Object.entries(rules)).get(name) ?? [];
    if (isRight && (value === undefined || isRight(value))) continue;
    throw new TypeError(`Cannot make ${what}: ${isRight ? `${name} must be ${must}` : `there is no option ${name}`}`);
  }
}

/** The limits unless told otherwise. CONTRIBUTING.md has them as a table, and a test compares the two. */
export const DEFAULT_LIMITS: Context["limits"] = {
  tokenDeadlineMs: 10_000,
  leaseMs: 15_000,
  renewalMarginMs: 60_000,
  cooldownMs: 60_000,
  recheckMs: 60_000,
  waitBudgetMs: 30_000,
  replayBytes: 1_048_576,
};

const LEASE_SLACK = 5_000; // in ms: a lease is so much longer than a token call's deadline
const EDGE_WAIT = 3_000; // in ms: an edge function waits no longer for a server, for somebody waits for its answer

/** The rules of limits. */
const LIMIT: Rule = ["a number from 0", (ms) => typeof ms === "number" && ms >= 0 && ms < Infinity];
const DEADLINE: Rule = ["a number from 1 to 595000", (ms) => typeof ms === "number" && ms >= 1 && ms <= 595_000];

const RULES: Readonly<Record<string, Rule>> = {
  ...TIME,
  strategy: ["a strategy, such as login({ username, password })", FUNCTION[1]],
  baseUrl: ["an address", () => true], // which is checked below
  store: ["a store, such as sharedStore() makes", (value) => hasMethod(value, "keeper")],
  ...{ fetch: FUNCTION, tokenFetch: FUNCTION, waitUntil: FUNCTION, onEvent: FUNCTION },
  allowInsecure: ["a list of origins", Array.isArray],
  ...{ tokenDeadlineMs: DEADLINE, waitBudgetMs: LIMIT, renewalMarginMs: LIMIT, replayBytes: LIMIT },
};

const DEFAULT_BASE_URL = "https://api.xsignals.xpansiv.com";
const API_HOSTS = ["api.xsignals.xpansiv.com", "api.data.xpansiv.com"]; // two names of one API
const AUTH0_HOST = "auth.xpansiv.com";

/** Makes the context of a session: the one place where the outside world enters. */
export function createContext(options: SessionOptions): Context {
  checkOptions("the session", { ...options, strategy: options?.strategy ?? null }, RULES);
  const { store, fetch, tokenFetch = fetch, waitUntil } = options;
  const { random = Math.random, onEvent = () => {}, allowInsecure = [] } = options;
  const origins = allowInsecure.map((origin) => parseAddress("allowInsecure", origin).origin);
  const mayPassProxies = !(tokenFetch ?? usesProxies());

  function checkSecure({ protocol, hostname, origin }: URL): void {
    const proxy = protocol === "http:" && !mayPassProxies && proxyFor(hostname);
    if (proxy && proxy !== "PROXY") {
      throw new TypeError(`Cannot use ${origin}: the proxy of ${proxy} would read it; set NO_PROXY=${hostname}`);
    }
    if (protocol === "https:" || (protocol === "http:" && (isLoopback(hostname) || origins.includes(origin)))) return;
    throw new TypeError(`Cannot use ${origin}: a credential would go out unencrypted; use https, or allowInsecure`);
  }

  const url = parseAddress("baseUrl", options.baseUrl ?? DEFAULT_BASE_URL);
  checkSecure(url);
  if (hostOf(url) === AUTH0_HOST) throw new TypeError("Cannot use baseUrl: it is Auth0's host, not the API's");
  const numbers = Object.entries(options).filter(([, value]) => typeof value === "number"); // all of them are limits
  const isEdgeLike = waitUntil !== undefined || isEdge();
  const limits = { ...DEFAULT_LIMITS, ...(isEdgeLike && { waitBudgetMs: EDGE_WAIT }), ...Object.fromEntries(numbers) };
  return {
    baseUrl: url.href.replace(/[/?#]+$/, ""),
    fetch: fetch ?? platformFetch,
    tokenFetch: tokenFetch ?? platformTokenFetch,
    clock: wholeClock(options.clock),
    random,
    store,
    waitUntil: waitUntil && quietly(waitUntil),
    emit: quietly(onEvent),
    checkSecure,
    limits: { ...limits, leaseMs: limits.tokenDeadlineMs + LEASE_SLACK },
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

/** Reads the address of a server. */
export function parseAddress(name: string, address: string | URL, mayQuery = false): URL {
  const url = URL.parse(address);
  const extra = url && url.username + url.password + url.hash + (mayQuery ? "" : url.search);
  if (url && extra === "" && /^https?:/.test(url.protocol)) return url;
  throw new TypeError(`Cannot use ${name}: it must be an http or https URL without credentials, query and fragment`);
}

/** Refuses the API's own hosts for a token endpoint: a password for Auth0 must not go to the API. */
export function refuseApiHost(name: string, url: URL): void {
  if (API_HOSTS.includes(hostOf(url))) throw new TypeError(`Cannot use ${name}: ${hostOf(url)} is the API's host`);
}

/** The host without the dot that may end a full name. */
function hostOf({ hostname }: URL): string {
  return hostname.replace(/\.+$/, "");
}

/** Whether a host is this machine, by a name that cannot be another. */
export function isLoopback(hostname: string): boolean {
  return /^(localhost|\[::1\]|127(\.\d+){3})$/.test(hostname);
}

/** What a credential must be made of, and what it must not have, in words. */
export type Charset = readonly [made: RegExp, without: string];

/** Any text that can be typed. */
// deno-lint-ignore no-control-regex -- control characters are what is looked for
const TEXT: Charset = [/^[^\x00-\x1f\x7f\p{Cs}]+$/u, "control characters"];

/** A text that an HTTP header can carry without quoting or folding. */
export const HEADER: Charset = [/^[\x21-\x7e]+$/, "characters that an HTTP header cannot carry"];

/** A user name that Basic authentication can carry (RFC 7617, 2). */
// deno-lint-ignore no-control-regex -- control characters are what is looked for
export const USER_NAME: Charset = [/^[^\x00-\x1f\x7f\p{Cs}:]+$/u, "colons and control characters"];

/** Checks a text that must be given. The error does not quote it. */
export function checkText(what: string, text: unknown, [made, without]: Charset = TEXT): asserts text is string {
  if (typeof text === "string" && made.test(text)) return;
  const [, scheme] = /^(bearer|apikey)\s/i.exec(`${text}`) ?? [];
  const must = scheme ? `leave out the word ${scheme}` : `it must be a non-empty string without ${without}`;
  throw new TypeError(`Cannot use the ${what}: ${must}`);
}

/** Checks a credential that is given as an option. Makes the function that gets its text, from the program's if it is one. */
export function credentialOf(what: string, given: Credential | undefined, charset?: Charset): () => Promise<string> {
  if (typeof given !== "function") checkText(what, given, charset);
  return async () => {
    const text = typeof given !== "function" ? given : await Promise.resolve().then(given).catch((error) => {
      if (error instanceof SessionError) throw error; // a file's, which says more
      const why = `its function failed (${describeError(error)})`;
      throw new SessionError("unreachable", `Cannot get the ${what}: ${why}`, { sent: false });
    });
    checkText(what, text, charset);
    return text;
  };
}

/**
 * The functions that get an account's user name and password, each checked; `undefined` if tokens alone are held. Without the
 * member `password` the session only renews.
 */
export function userOf(given: { username?: Credential; password?: Credential; tokens?: unknown }, charset?: Charset) {
  const { username, password, tokens } = given;
  if (tokens !== undefined && username === undefined && password === undefined) return undefined;
  const name = credentialOf("user name", username, charset);
  const isAlone = !("password" in given) && tokens === undefined; // one that is undefined is a mistake
  return { name, password: isAlone ? undefined : credentialOf("password", password) };
}

/** What is odd about a secret that was refused, and hard to see, in words that go on after "the server refused it". */
export function oddityOf(what: string, text = ""): string {
  const isOdd = /^[\s"'`]|\s$/.test(text); // \s is a byte order mark too
  return isOdd ? `; the ${what} begins or ends with a space, a quote or a byte order mark` : "";
}

/** The value of a Basic credential: user name and password in UTF-8, joined by a colon, in base64 (RFC 7617, 2 and 2.1). */
export function basicValue(username: string, password: string): string {
  return toBase64(new TextEncoder().encode(`${username}:${password}`));
}

/** Bytes in base64. */
export function toBase64(bytes: Uint8Array): string {
  return btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""));
}
