// The one error class of the package, its codes, and what is remembered of them.

/**
 * What a caller can do about a {@link SessionError}:
 *
 * - `credentials_rejected`: correct them; the session does not send the same ones again
 * - `login_required`: start a new session; this one ended and holds nothing to log in with
 * - `mfa_required`: complete the second factor, with {@link SessionError.mfaToken}
 * - `blocked`: stop; the account or the address is blocked, or the password is known to have leaked
 * - `rate_limited`: wait until {@link SessionError.retryAt}
 * - `unreachable`: try later; the network failed, see {@link SessionError.reason}, or the server failed
 * - `not_permitted`: run the program with the permission that the message names
 * - `outcome_unknown`: find out which password works; the answer to a change was lost
 * - `bad_response`: report a fault; the server answered something that is not a token
 * - `origin_refused`, `not_supported`: fix the program
 * - `store_failed`, `store_not_shared`: fix the disk, the permission or the database
 */
export type SessionErrorCode =
  | "credentials_rejected"
  | "login_required"
  | "mfa_required"
  | "blocked"
  | "rate_limited"
  | "unreachable"
  | "not_permitted"
  | "outcome_unknown"
  | "bad_response"
  | "origin_refused"
  | "not_supported"
  | "store_failed"
  | "store_not_shared";

/** Why a server could not be reached, as far as the runtime tells: Cloudflare's workerd does not. */
export type FailureReason = "name_not_found" | "refused" | "tls" | "not_tls" | "reset" | "timeout" | "not_permitted";

/** What a {@link SessionError} may carry beside its code and message. */
export interface SessionErrorDetails {
  /** The HTTP status that led to it. */
  readonly status?: number;
  /** When to try again, in milliseconds since 1970 on this machine's clock. */
  readonly retryAt?: number;
  /** The server's name, and its port if the address has one. */
  readonly host?: string;
  /** Why the server could not be reached. */
  readonly reason?: FailureReason;
  /** `false` if the request certainly did not leave this machine. */
  readonly sent?: boolean;
  /** What was tried before giving up, oldest first. */
  readonly tried?: readonly string[];
  /** Auth0's `mfa_token`. A secret: no output shows it. */
  readonly mfaToken?: string;
}

/**
 * Why a session could not do what was asked: a message for people, a stable `code` for programs, never a secret.
 *
 * Use `code` to decide; the message may change. A wrong option is a `TypeError` instead. The API's own 3xx, 4xx and 5xx are
 * responses, not errors.
 *
 * @example Log in again when the session has ended
 * ```ts
 * import { SessionError } from "@xsignals/session";
 * import { assertEquals } from "@std/assert";
 *
 * const error = new SessionError("login_required", "Cannot renew the session: the server refused the refresh token");
 *
 * assertEquals(error.code, "login_required");
 * ```
 */
export class SessionError extends Error {
  /** `SessionError`. */
  override readonly name = "SessionError";
  /** What the caller can do about it. */
  readonly code: SessionErrorCode;
  readonly #mfaToken?: string;

  /**
   * Makes the error.
   *
   * @param code What the caller can do.
   * @param message What could not be done, and why; without a secret.
   * @param details What else is known.
   */
  constructor(code: SessionErrorCode, message: string, { mfaToken, ...details }: SessionErrorDetails = {}) {
    super(message);
    this.code = code;
    const { stack = "" } = new Error(); // Deno prints an uncaught error's own trace if that was read before
    const frames = stack.split("\n").filter((line) => /^\s+at /.test(line) && !line.includes(OWN_FOLDER));
    // Of an uncaught error Deno prints name and message, and the stack without its first line.
    this.stack = [`${this.name} [${code}]: ${message}`, `    code: ${code}`, ...frames].join("\n");
    Object.assign(this, defined(details));
    this.#mfaToken = mfaToken;
  }

  /** Whether the same call may succeed later though nobody changes anything, see {@link SessionError.retryAt}. */
  get retryable(): boolean {
    return /^(rate_limited|unreachable|store_failed) (?!tls|not_tls)/.test(`${this.code} ${this.reason}`);
  }

  /** Auth0's `mfa_token` for the second factor, if the code is `mfa_required`. A method, so that nothing prints it. */
  mfaToken(): string | undefined {
    return this.#mfaToken;
  }
}

/** What a {@link SessionError} shows of its details: all but the secret. */
export interface SessionError extends Omit<SessionErrorDetails, "mfaToken"> {}

/** This package's folder, as traces name it: nobody else needs to see its frames. Unknown where it was bundled. */
const OWN_FOLDER = /:\/\/[^/]*(\/.*\/)errors\.[jt]s$/.exec(import.meta.url ?? "")?.[1] ?? "\n";

/** The error of a call that a program must not make. Its code `misuse` tells it from a failed connection. */
export function misuse(message: string): TypeError {
  return Object.assign(new TypeError(message), { code: "misuse" });
}

/** When to try again, as the messages say it. */
export function until(retryAt: number | undefined): string {
  return retryAt === undefined ? "" : `; try again after ${new Date(retryAt).toISOString()}`;
}

/** The error of every call after `logout()`. */
export function loggedOut(): SessionError {
  return new SessionError("login_required", "Cannot use the session: it was logged out");
}

/** The object without the members that are `undefined`. */
export function defined<T extends object>(members: T): T {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined)) as T;
}

/** Names a foreign error by its class and code alone, because its message and cause may quote a token. */
export function describeError(error: unknown): string {
  const { name, code, cause } = Object(error);
  const isWord = (one: unknown) => typeof one === "string" && /^[A-Za-z_]{1,40}$/.test(one);
  const what = error instanceof Error ? [name, "Error"].find(isWord) : typeof error;
  const known = [code, cause?.code].find(isWord);
  return known === undefined ? what : `${what} ${known}`;
}
