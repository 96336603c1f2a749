import { retryingFetch } from "./api_retry.ts";
import { SessionError } from "./errors.ts";
import { resolveLimits } from "./limits.ts";
import { isEdge, platformClock, platformConnection, platformFetch } from "./platform.ts";
import { memoryStore } from "./stores/memory.ts";
import { createTransport } from "./transport.ts";
import type {
  AccessToken,
  Clock,
  FetchLike,
  Io,
  Limits,
  SessionEvent,
  SourceStatus,
  Store,
  Strategy,
  TokenOptions,
} from "./types.ts";

/** Options of {@link createSession}; a limit that is not given is the default. */
export interface SessionOptions extends Partial<Limits> {
  /** How to authenticate: `login`, `auth0`, `basic`, `bearer`, `apiKey`, `clientCredentials`, or one of your own. */
  readonly strategy: Strategy;
  /** The API's base URL; a path in it is kept. Default: `https://api.xsignals.xpansiv.com`. */
  readonly baseUrl?: string | URL;
  /** Where the account's record lives. Default: this session's memory. */
  readonly store?: Store;
  /** Sends the API calls, and the token calls too unless `tokenFetch` is given. Default: the platform's. */
  readonly fetch?: FetchLike;
  /** Sends the token calls: login, refresh, logout, changePassword, oauth/token, revoke. */
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

/** A program's authenticated connection to the API. */
export interface Session {
  /** The API's base URL, without a slash at its end. */
  readonly baseUrl: string;
  /**
   * The platform's `fetch`, for every input form and for paths relative to the base URL, with the credential on it.
   *
   * It differs from the platform's in this: another origin is refused (`SessionError` `origin_refused`), and so are an
   * `Authorization` of the caller's own and `/auth/*` and `/oauth/*` (`TypeError`), before anything is sent. A 401 is
   * answered by one renewal and one resend. A redirect within the origin is followed for GET and HEAD, five at most; any
   * other 3xx is handed back as it is.
   */
  readonly fetch: FetchLike;
  /** The credential to use now, renewed first when it has less than `minValid` ms left. A secret. */
  token(options?: TokenOptions): Promise<AccessToken>;
  /**
   * Changes the account's password and goes on with the new one.
   *
   * Rejects with `SessionError` `not_supported` where the strategy cannot, and nothing is sent then.
   */
  changePassword(next: string): Promise<void>;
  /** Ends the session here and at the server; every later call is refused with `login_required`. */
  logout(): Promise<void>;
  /** The state, without a call and without a secret. */
  status(): SourceStatus;
  /**
   * Writes a pair of tokens that the store refused before, if there is one; it does not log out.
   *
   * Rejects with `SessionError` `store_failed` when the store refuses it again: the pair is lost with the process.
   */
  [Symbol.asyncDispose](): Promise<void>;
}

const DEFAULT_BASE_URL = "https://api.xsignals.xpansiv.com";

/**
 * Makes a session: a `fetch` that is authenticated, and stays so.
 *
 * Make one for each account and keep it; every call shares its token and its renewals. Not one for each request: each would
 * log in anew.
 *
 * @param options The strategy, and what is to be other than the default.
 * @returns The session. Nothing is sent until it is used.
 * @throws {TypeError} When an option is wrong.
 *
 * @example
 * ```ts
 * import { createSession, login } from "@xsignals/session";
 * import { createEmulator } from "@xsignals/emulator";
 * import { assertEquals } from "@std/assert";
 *
 * const emulator = createEmulator({ users: { login: "password" } });
 * const session = createSession({
 *   strategy: login({ username: "login", password: "password" }),
 *   fetch: emulator.fetch, // leave this out to reach the real API
 * });
 * const response = await session.fetch("/file/group?size=5");
 *
 * assertEquals(response.status, 200);
 * await response.body?.cancel();
 * await session.logout();
 * ```
 */
export function createSession(options: SessionOptions): Session {
  const io = outsideWorld(options);
  const source = options.strategy(io);
  const { apiRetries } = io.limits;
  return {
    baseUrl: io.baseUrl,
    fetch: createTransport(apiRetries > 0 ? { ...io, fetch: retryingFetch(io, apiRetries) } : io, source),
    async token(wanted) {
      const { scheme, value, expiresAt } = await source.token(wanted);
      return { scheme, value, ...(expiresAt === undefined ? {} : { expiresAt }) };
    },
    async changePassword(next) {
      if (!source.changePassword) {
        throw new SessionError("not_supported", "Cannot change the password: the session's strategy holds none");
      }
      await source.changePassword(next);
    },
    async logout() {
      await source.logout?.();
    },
    status: () => source.status?.() ?? { state: "new" },
    async [Symbol.asyncDispose]() {
      await source.close?.();
    },
  };
}

function outsideWorld(options: SessionOptions): Io {
  if (typeof options?.strategy !== "function") {
    throw new TypeError("Cannot make the session: it has no strategy, such as login({ username, password })");
  }
  for (const name of ["fetch", "tokenFetch", "random", "waitUntil", "onEvent"] as const) {
    if (options[name] !== undefined && typeof options[name] !== "function") {
      throw new TypeError(`Cannot make the session: ${name} is no function`);
    }
  }
  const checkSecure = secureCheck(options.allowInsecure ?? []);
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
    ...(waitUntil ? { waitUntil } : {}),
    emit(event) {
      try {
        onEvent?.(event);
      } catch {
        // A listener's fault is not the session's; a renewal must not fail for it.
      }
    },
    checkSecure,
    limits: resolveLimits(options, isEdge() || waitUntil !== undefined),
  };
}

/** Makes the check that every address a credential is sent to passes: https, loopback, or an origin allowed by name. */
function secureCheck(allowed: readonly string[]): (url: URL) => void {
  const origins = new Set(allowed.map((origin) => new URL(origin).origin));
  return (url) => {
    if (
      url.protocol === "https:" || (url.protocol === "http:" && (isLoopback(url.hostname) || origins.has(url.origin)))
    ) {
      return;
    }
    throw new TypeError(
      `Cannot use ${url.origin}: a credential would go out in the clear; use https, or allowInsecure`,
    );
  };
}

function isLoopback(hostname: string): boolean {
  return hostname === "localhost" || hostname === "[::1]" || /^127(\.\d+){3}$/.test(hostname);
}

function checkBaseUrl(baseUrl: string | URL, checkSecure: (url: URL) => void): string {
  if (!URL.canParse(baseUrl)) throw new TypeError("Cannot use baseUrl: it is no address");
  const url = new URL(baseUrl);
  if (url.username || url.password || url.search || url.hash) {
    throw new TypeError("Cannot use baseUrl: it has credentials, a query or a fragment in it");
  }
  checkSecure(url);
  return `${url.origin}${url.pathname.replace(/\/+$/, "")}`;
}
