// The one error class of the package, and its codes.

/**
 * What a {@link DataError} is about:
 *
 * - `not_found`, `gone`, `forbidden`: the group or file is not there, was removed, or is not for this account
 * - `http_error`, `unreachable`, `rate_limited`, `bad_response`: the server answered with an error, not at all, "later", or
 *   with what cannot be read
 * - `unknown_path`: the address led away from the API; is the base URL right?
 * - `name_not_searchable`, `listing_unstable`, `listing_limit`: the list cannot be had whole
 * - `link_refused`, `truncated`, `size_mismatch`, `changed_meanwhile`, `stalled`: the content did not come whole
 * - `exists`, `unsafe_target`, `busy`, `disk_full`: the disk
 * - `bad_symbol`, `bad_ncsv`, `ambiguous_time`, `no_such_time`: time series
 */
export type DataErrorCode =
  | "not_found"
  | "gone"
  | "forbidden"
  | "http_error"
  | "unreachable"
  | "rate_limited"
  | "bad_response"
  | "unknown_path"
  | "name_not_searchable"
  | "listing_unstable"
  | "listing_limit"
  | "link_refused"
  | "truncated"
  | "size_mismatch"
  | "changed_meanwhile"
  | "stalled"
  | "exists"
  | "unsafe_target"
  | "busy"
  | "disk_full"
  | "bad_symbol"
  | "bad_ncsv"
  | "ambiguous_time"
  | "no_such_time";

/** What a {@link DataError} may carry beside its code and message. */
export interface DataErrorDetails {
  /** Whether the same call may succeed later; `false` if left out. */
  readonly retryable?: boolean;
  /** When to try again, in milliseconds since 1970 on this machine's clock. */
  readonly retryAt?: number;
  /** The HTTP status that led to it. */
  readonly status?: number;
  /** The id of the file. */
  readonly fid?: string;
  /** How many bytes of the file came. */
  readonly received?: number;
  /** How many bytes the file has. */
  readonly expected?: number;
  /** The number of the line in the table, from 1. */
  readonly line?: number;
  /** The column of the table, by name, or its position from 1. */
  readonly column?: string | number;
}

/**
 * Why data could not be had: a message for people, a stable `code` for programs; never a link, a token or another secret.
 *
 * Use `code` to decide; the message may change. A wrong argument is a `TypeError` instead, before anything is sent, and what
 * the login cannot do is the session's own `SessionError`, unchanged.
 *
 * @example
 * ```ts
 * import { DataError } from "@xsignals/data";
 * import { assertEquals } from "@std/assert";
 *
 * const error = new DataError("not_found", "Cannot list the files: there is no group Nope");
 *
 * assertEquals([error.code, error.retryable], ["not_found", false]);
 * ```
 */
export class DataError extends Error {
  /** `DataError`. */
  override readonly name = "DataError";
  /** What it is about. */
  readonly code: DataErrorCode;
  /** Whether the same call may succeed later. */
  readonly retryable: boolean;
  /** When to try again, in milliseconds since 1970 on this machine's clock, if that is known. */
  declare readonly retryAt?: number;
  /** The HTTP status that led to it, if one did. */
  declare readonly status?: number;
  /** The id of the file, if it is about one. */
  declare readonly fid?: string;
  /** How many bytes of the file came. */
  declare readonly received?: number;
  /** How many bytes the file has. */
  declare readonly expected?: number;
  /** The number of the line in the table, from 1. */
  declare readonly line?: number;
  /** The column of the table, by name, or its position from 1. */
  declare readonly column?: string | number;

  /**
   * Makes the error.
   *
   * @param code What it is about.
   * @param message What could not be done, and why; without a link or another secret.
   * @param details What else is known.
   */
  constructor(code: DataErrorCode, message: string, { retryable = false, ...details }: DataErrorDetails = {}) {
    super(message);
    this.code = code;
    this.retryable = retryable;
    Object.assign(this, Object.fromEntries(Object.entries(details).filter(([, value]) => value !== undefined)));
  }
}
