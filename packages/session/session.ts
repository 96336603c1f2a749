import { defined, SessionError } from "./errors.ts";
import { createContext, type SessionOptions } from "./options.ts";
import { createFetch } from "./request/fetch.ts";
import type { AccessToken, FetchLike, SourceStatus, TokenOptions } from "./types.ts";

/** A program's authenticated connection to the API, made by {@link createSession}. */
export interface Session {
  /** The API's base URL, without a slash at its end. */
  readonly baseUrl: string;
  /**
   * The platform's `fetch`, for every input form and for paths relative to the base URL, with the credential on it.
   *
   * It refuses another origin (`SessionError` `origin_refused`), and an `Authorization` header of your own, `/auth/*` and
   * `/oauth/*` (`TypeError`), before anything is sent. After a 401 it sends the call again with another credential, unless
   * the body is a stream: twice, or three times if another process had obtained the second credential. It follows five
   * redirects within the origin, for GET and HEAD. You get any other answer as it is, 4xx and 5xx too.
   *
   * It rejects with what {@link Session.token} rejects with, with the platform's error if there is no answer, and with the
   * reason of your signal. Give what a `Request` does not show (`priority`, Deno's `client`) in `init`.
   */
  readonly fetch: FetchLike;
  /**
   * The credential to use now, for what cannot take {@link Session.fetch}. A secret.
   *
   * @param options `minValid`: renew first if it has less than so many ms left. `signal`: stop waiting.
   * @returns The credential: `scheme`, `value`, and `expiresAt` in ms since 1970 if it is known.
   * @throws {SessionError} `credentials_rejected`, `login_required`, `mfa_required`, `blocked`, `rate_limited`,
   *   `unreachable`, `bad_response`, `store_failed`; see `SessionErrorCode`.
   */
  token(options?: TokenOptions): Promise<AccessToken>;
  /**
   * Changes the account's password and goes on with the new one. If the answer is lost, logins tell which one is in force.
   *
   * @param next The new password, exactly.
   * @throws {TypeError} Before anything is sent: it is empty, or has a control character or half a surrogate pair.
   * @throws {SessionError} `not_supported` if the strategy cannot; `credentials_rejected` if the server refuses it;
   *   `unreachable` if the old one is still in force; `outcome_unknown` if nothing tells which one is; as `token()`.
   */
  changePassword(next: string): Promise<void>;
  /**
   * Ends the session here and at the server. Every later call is refused with `login_required`, even with credentials. The
   * server decides whether the access token dies with it. The tokens are forgotten here even if it rejects.
   *
   * @throws {SessionError} `unreachable`, `rate_limited`, `bad_response` if the server could not be told; `store_failed` if
   *   the store could not.
   */
  logout(): Promise<void>;
  /** The state, without a call and without a secret. */
  status(): SourceStatus;
  /**
   * The state as the store has it, also before the first call: whether a login is kept there. Without a call to a server.
   *
   * @throws {SessionError} `store_failed` if the store cannot be read.
   */
  stored(): Promise<SourceStatus>;
  /** Stores what the store refused before; rejects with `store_failed` if it does so again. It does not log out. */
  [Symbol.asyncDispose](): Promise<void>;
}

/**
 * Makes a session: a `fetch` that is authenticated, and stays so.
 *
 * Make one for each account and keep it. Not one for each request: each would log in anew.
 *
 * @param options The strategy, and what should differ from the defaults.
 * @returns The session. Nothing is sent until it is used.
 * @throws {TypeError} If an option is wrong or unknown.
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
 * assertEquals((await response.json()).items.length > 0, true);
 * ```
 */
export function createSession(options: SessionOptions): Session {
  const context = createContext(options);
  const source = options.strategy(context);
  const status = () => source.status?.() ?? { state: "new" } as const;
  return {
    baseUrl: context.baseUrl,
    fetch: createFetch(context, source),
    async token(wanted) {
      const { scheme, value, expiresAt } = await source.token(wanted);
      return defined({ scheme, value, expiresAt });
    },
    async changePassword(next) {
      if (source.changePassword) return await source.changePassword(next);
      throw new SessionError("not_supported", "Cannot change the password: the strategy does not hold one");
    },
    logout: async () => await source.logout?.(),
    status,
    stored: async () => await source.stored?.() ?? status(),
    [Symbol.asyncDispose]: async () => await source.close?.(),
  };
}
