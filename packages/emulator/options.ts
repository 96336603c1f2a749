import type { GivenAssumptions } from "./assumptions.ts";
import type { Auth0Algorithm } from "./keys.ts";
import type { LogEntry } from "./log.ts";
import type { HostKind } from "./operations.ts";

/** A user. Instead of this object, one string is the password for both servers. */
export interface EmulatorUser {
  /** The password for Basic and `GET /auth/login`. */
  readonly password: string;
  /** The password at Auth0; the same one when absent. */
  readonly auth0Password?: string;
  /** Whether the user may log in through Auth0 only; `false` when absent. */
  readonly ssoOnly?: boolean;
  /** Whether Auth0 asks for a second factor (`mfa_required`); `false` when absent. */
  readonly mfa?: boolean;
}

/** A file group. */
export interface EmulatorGroup {
  /** The group's name. */
  readonly name: string;
  /** Its purpose; empty when absent. */
  readonly description?: string;
  /** What the account may do: some of R, W and S; `R` when absent. */
  readonly access?: string;
  /** The metadata that its files have; none when absent. */
  readonly fields?: readonly { readonly name: string; readonly type: string; readonly defaultValue?: unknown }[];
  /** Whether it has symbols; `false` when absent. */
  readonly symbols?: boolean;
  /** When it was created, in milliseconds since 1970; 2018-01-01 when absent. */
  readonly createTime?: number;
}

/** Content that is made while it is sent, so that a file of any size needs no memory. */
export interface MadeContent {
  /** How many bytes the file has. */
  readonly size: number;
  /** Makes the bytes from a position on, at least one; as many as it likes, what is beyond the end is cut off. */
  chunk(offset: number): Uint8Array;
}

/** A file. */
export interface EmulatorFile {
  /** The file's name; names may repeat. */
  readonly fileName: string;
  /** The name of its group, which is created if it does not exist. */
  readonly groupName: string;
  /** The content: text, bytes, or what makes them when they are sent. */
  readonly content: string | Uint8Array | MadeContent;
  /** The file's id; a random UUID when absent. */
  readonly fid?: string;
  /** The file's type, such as `SOURCE` or `NCSV`; `SOURCE` when absent. */
  readonly fileType?: string;
  /** Its metadata; none when absent. */
  readonly fields?: Readonly<Record<string, unknown>>;
  /** When it arrived, without a time zone, such as `2018-01-01T12:00:00`; the clock's time in UTC when absent. */
  readonly arrivalTime?: string;
  /** Its owner; `emulator` when absent. */
  readonly owner?: string;
}

/**
 * The time series of a group: what all of its rows have in common, and the rows. Times have an offset, such as `Z`. Groups,
 * files and series can be written as JSON:
 *
 * ```json
 * {
 *   "groups": [{ "name": "Prices", "symbols": true }],
 *   "files": [{ "fileName": "a.csv", "groupName": "Prices", "content": "Instrument,Date(UTC),Price\n" }],
 *   "series": [{
 *     "groupName": "Prices",
 *     "keys": ["Instrument", "Market"],
 *     "columns": ["Price", "Type(S)", "TimeZone(MD-S)"],
 *     "rows": [{
 *       "symbols": { "Instrument": "EX-V24", "Market": "SPOT" },
 *       "date": "2024-03-04T21:00:00Z",
 *       "values": { "Price": 4.15, "Type": "LIMIT", "TimeZone": "UTC" },
 *       "inserted": "2024-03-04T21:05:00Z"
 *     }]
 *   }]
 * }
 * ```
 */
export interface EmulatorSeries {
  /** The name of the group, which is created if it does not exist. */
  readonly groupName: string;
  /** The key columns, in the order in which they stand left of the date. */
  readonly keys: readonly string[];
  /** The other columns as in a header, with their marks; one without a mark is a number, `MD-` is metadata. */
  readonly columns: readonly string[];
  /** The rows; their order is that of the series in answers. */
  readonly rows: readonly EmulatorRow[];
}

/** A row of a group's time series. */
export interface EmulatorRow {
  /** A text for every key. */
  readonly symbols: Readonly<Record<string, string>>;
  /** The row's own time. */
  readonly date: string;
  /** The cells by the names of columns, without marks; text is sent as it is, what is missing or `null` as an empty cell. */
  readonly values: Readonly<Record<string, string | number | null>>;
  /** When it was inserted; the clock's time when absent. With the symbols and date of an earlier row it corrects that. */
  readonly inserted?: string;
}

/** Options of {@link createEmulator}. A wrong or unknown one is a `TypeError` at once. */
export interface EmulatorOptions {
  /** Users by login; `{ login: "password" }` when absent. */
  readonly users?: Readonly<Record<string, string | EmulatorUser>>;
  /** Auth0 clients: secrets by id, `null` for a client without one; `{ client: "secret" }` when absent. */
  readonly clients?: Readonly<Record<string, string | null>>;
  /** API keys, each with the login of its user; none when absent. */
  readonly apiKeys?: Readonly<Record<string, string>>;
  /** The servers' clock: milliseconds since 1970; `Date.now` when absent. */
  readonly now?: () => number;
  /** Waits `ms` milliseconds, or rejects with the signal's reason; a timer when absent. Delayed answers use it. */
  readonly sleep?: (ms: number, signal: AbortSignal) => Promise<void>;
  /** The origins of each server; the real ones when absent. Presigned links use the first of `files`. */
  readonly origins?: Partial<Readonly<Record<HostKind, readonly string[]>>>;
  /** Whether the servers accept JSON under curl's form type, as the vendor's examples send it; `false` when absent. */
  readonly asPrinted?: boolean;
  /** How long an access token of `/auth/login` works, in milliseconds, whole seconds; one hour when absent. */
  readonly accessTokenLifetime?: number;
  /** How long an access token of Auth0 works, in milliseconds, whole seconds; 24 hours when absent. */
  readonly auth0AccessTokenLifetime?: number;
  /**
   * How long a refresh token works, in milliseconds; 30 days when absent. At Auth0 it counts from the login (rotation
   * does not extend it), at the API from the issue of each token.
   */
  readonly refreshTokenLifetime?: number;
  /** How long a presigned link works, in milliseconds, whole seconds; one hour when absent. */
  readonly linkLifetime?: number;
  /** How Auth0 signs; `RS256` when absent. `HS256` is the fastest, but publishes no key. */
  readonly auth0Algorithm?: Auth0Algorithm;
  /** The file groups; a few when none of `groups`, `files` and `series` is given. */
  readonly groups?: readonly EmulatorGroup[];
  /** The files; a few when none of `groups`, `files` and `series` is given. */
  readonly files?: readonly EmulatorFile[];
  /** The time series, an entry for each group; a few when none of `groups`, `files` and `series` is given. */
  readonly series?: readonly EmulatorSeries[];
  /** How the servers behave where their documentation is silent. */
  readonly assumptions?: GivenAssumptions;
  /** Called with a request's entry when its answer is ready or lost. */
  readonly onAnswer?: (entry: LogEntry) => void;
  /**
   * Called with every response that the servers make, before a fault replaces, delays or loses it, and with its request's
   * entry. To read the body, clone the response during the call.
   */
  readonly onResponse?: (response: Response, entry: LogEntry) => void;
}
