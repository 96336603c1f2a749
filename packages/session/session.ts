import { retryingFetch } from "./api_retry.ts";
import { checkBasic } from "./basic_value.ts";
import { SessionError } from "./errors.ts";
import { outsideWorld, type SessionOptions } from "./outside_world.ts";
import { createTransport } from "./transport.ts";
import type { AccessToken, FetchLike, SourceStatus, TokenOptions } from "./types.ts";

/** A program's authenticated connection to the API, made by {@link createSession}. */
export interface Session {
  /** The API's base URL, without a slash at its end. */
  readonly baseUrl: string;
  /**
   * The platform's `fetch`, for every input form and for paths relative to the base URL, with the credential on it.
   *
   * It differs from the platform's in this: another origin is refused (`SessionError` `origin_refused`), and so are an
   * `Authorization` of the caller's own and `/auth/*` and `/oauth/*` (`TypeError`), before anything is sent. A 401 is
   * answered by one renewal and one resend, of whatever can be sent again: not of a stream. A redirect within the origin is
   * followed for GET and HEAD, five at most; any other 3xx is handed back as it is.
   *
   * It also rejects with what {@link Session.token} rejects with, with the platform's error when there is no answer, and
   * with the reason of the caller's signal. The API's own 3xx, 4xx and 5xx are answers, not errors.
   *
   * The session sends a call once, or twice after a 401; a runtime may repeat a GET by itself when a reused connection
   * drops, and Deno does. What a `Request` does not show (`priority`, Deno's `client`) is to be given in `init`.
   */
  readonly fetch: FetchLike;
  /**
   * The credential to use now; for what cannot take {@link Session.fetch}. A secret.
   *
   * @param options `minValid`: renew first when it has less than so many ms left. `signal`: stop waiting.
   * @returns The credential: `scheme`, `value`, and `expiresAt` in ms since 1970 where it is known.
   * @throws {SessionError} `credentials_rejected`, `login_required`, `mfa_required`, `blocked`, `rate_limited`,
   *   `unreachable`, `bad_response`, `store_failed`; see `SessionErrorCode`.
   */
  token(options?: TokenOptions): Promise<AccessToken>;
  /**
   * Changes the account's password and goes on with the new one; when the answer is lost, logins tell which is in force.
   *
   * @param next The new password, exactly.
   * @throws {TypeError} Before anything is sent: it is empty, or has a control character or half a surrogate pair.
   * @throws {SessionError} `not_supported` where the strategy cannot, and nothing is sent then; `credentials_rejected` when
   *   the server refuses it; `unreachable` when the old one is still in force; `outcome_unknown` when nothing tells which;
   *   and what {@link Session.token} throws.
   */
  changePassword(next: string): Promise<void>;
  /**
   * Ends the session here and at the server; every later call is refused with `login_required`, credentials held or not.
   *
   * Whether the access token dies with it is up to the server. The tokens are forgotten here even when it rejects.
   *
   * @throws {SessionError} `unreachable`, `rate_limited`, `bad_response` when the server could not be told; `store_failed`
   *   when the store could not.
   */
  logout(): Promise<void>;
  /** The state, without a call and without a secret. */
  status(): SourceStatus;
  /**
   * Writes a pair of tokens that the store refused before, if there is one; it does not log out.
   *
   * @throws {SessionError} `store_failed` when the store refuses it again: the pair is lost with the process.
   */
  [Symbol.asyncDispose](): Promise<void>;
}

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
      checkBasic(undefined, next);
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
