/**
 * The options of a session, checked, and the outside world that they make.
 *
 * @module
 */
import { addressCheck, checkBaseUrl } from "./base_url.ts";
import { DEFAULT_LIMITS, resolveLimits } from "./limits.ts";
import { isEdge, platformClock, platformConnection, platformFetch } from "./platform.ts";
import { memoryStore } from "./stores/memory.ts";
import type { Clock, FetchLike, Io, Limits, SessionEvent, Store, Strategy } from "./types.ts";

/** Options of `createSession`; a limit that is not given is the default. */
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
   * With a `fetch` of your own a runtime may send a login twice when a reused connection drops: a GET has no body by which
   * that is prevented, and only the platform's own fetch is given a connection for it alone.
   */
  readonly tokenFetch?: FetchLike;
  /** The time. Default: the platform's. */
  readonly clock?: Clock;
  /** A number from 0 to 1, for jitter. Default: `Math.random`. */
  readonly random?: () => number;
  /** Keeps the isolate alive until a promise settles; gives leave to renew in the background. */
  readonly waitUntil?: (work: Promise<unknown>) => void;
  /** Is told of every stored change and every failure. */
  readonly onEvent?: (event: SessionEvent) => void;
  /** Origins that a credential may be sent to over plain http, besides loopback. */
  readonly allowInsecure?: readonly string[];
}

const DEFAULT_BASE_URL = "https://api.xsignals.xpansiv.com";

/** The options that are functions. */
const FUNCTIONS = ["strategy", "fetch", "tokenFetch", "random", "waitUntil", "onEvent"] as const;

/** Every option. */
const NAMES: readonly string[] = [
  ...FUNCTIONS,
  "baseUrl",
  "store",
  "clock",
  "allowInsecure",
  ...Object.keys(DEFAULT_LIMITS),
];

/**
 * Makes the outside world of a session: the one place where it enters.
 *
 * @throws {TypeError} When an option is wrong or unknown.
 */
export function outsideWorld(options: SessionOptions): Io {
  checkOptions(options);
  const checkSecure = addressCheck(options.allowInsecure ?? []);
  const baseUrl = checkBaseUrl(options.baseUrl ?? DEFAULT_BASE_URL, checkSecure);
  const clock = options.clock ?? platformClock();
  const ownConnection = options.fetch || options.tokenFetch ? undefined : platformConnection();
  const { waitUntil, onEvent } = options;
  return {
    baseUrl,
    fetch: options.fetch ?? platformFetch,
    tokenFetch: options.tokenFetch ?? options.fetch ?? platformFetch,
    ...(ownConnection ? { ownConnection } : {}),
    clock: {
      now: () => clock.now(),
      sleep: (ms, signal) => clock.sleep(ms, signal),
      monotonic: () => clock.monotonic ? clock.monotonic() : clock.now(),
    },
    random: options.random ?? Math.random,
    store: options.store ?? memoryStore(),
    ...(waitUntil ? { waitUntil: quietly(waitUntil) } : {}),
    emit: quietly(onEvent ?? (() => {})),
    checkSecure,
    limits: resolveLimits(options, isEdge() || waitUntil !== undefined),
  };
}

/** A function of the program's whose faults are its own: no call and no renewal fails for them. */
function quietly<T>(call: (argument: T) => void): (argument: T) => void {
  return (argument) => {
    try {
      call(argument);
    } catch {
      // Nobody to tell.
    }
  };
}

function checkOptions(options: SessionOptions): void {
  if (typeof options?.strategy !== "function") {
    throw new TypeError("Cannot make the session: it has no strategy, such as login({ username, password })");
  }
  for (const name of FUNCTIONS) {
    const option: unknown = options[name];
    if (option !== undefined && typeof option !== "function") {
      throw new TypeError(`Cannot make the session: ${name} is no function`);
    }
  }
  checkMethods("clock", options.clock, ["now", "sleep"]);
  checkMethods("store", options.store, ["read", "write"]);
  for (const name of Object.keys(options)) {
    if (!NAMES.includes(name)) throw new TypeError(`Cannot make the session: there is no option ${name}`);
  }
}

function checkMethods(name: string, option: object | undefined, methods: readonly string[]): void {
  if (option === undefined) return;
  for (const method of methods) {
    if (typeof Reflect.get(Object(option), method) !== "function") {
      throw new TypeError(`Cannot make the session: ${name}.${method} is no function`);
    }
  }
}
