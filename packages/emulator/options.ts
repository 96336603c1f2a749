import type { Auth0Algorithm } from "./keys.ts";
import type { LogEntry } from "./log.ts";
import type { HostKind } from "./operations.ts";
import type { GivenReadings } from "./readings.ts";

/** A user: one password for both servers, or the parts. */
export interface EmulatorUser {
  /** The password for Basic and `GET /auth/login`. */
  readonly password: string;
  /** The password at Auth0; the same one when absent. */
  readonly auth0Password?: string;
  /** Whether the user may come in through Auth0 only; `false` when absent. */
  readonly ssoOnly?: boolean;
  /** Whether Auth0 asks for a second factor (`mfa_required`); `false` when absent. */
  readonly mfa?: boolean;
}

/** A file group. */
export interface EmulatorGroup {
  /** The group's name. */
  readonly name: string;
  /** What it is for; empty when absent. */
  readonly description?: string;
  /** What the account may do: of R, W and S; `R` when absent. */
  readonly access?: string;
  /** The metadata that its files have; none when absent. */
  readonly fields?: readonly { readonly name: string; readonly type: string; readonly defaultValue?: unknown }[];
  /** Whether it has symbols; `false` when absent. */
  readonly symbols?: boolean;
  /** When it was made, in milliseconds since 1970; 2018-01-01 when absent. */
  readonly createTime?: number;
}

/** A file. */
export interface EmulatorFile {
  /** The file's name; names may repeat. */
  readonly fileName: string;
  /** The name of its group; a group that is not among the groups is made. */
  readonly groupName: string;
  /** The content. */
  readonly content: string | Uint8Array;
  /** The file's id; a random UUID when absent. */
  readonly fid?: string;
  /** The file's type, such as `SOURCE` or `NCSV`; `SOURCE` when absent. */
  readonly fileType?: string;
  /** Its metadata; none when absent. */
  readonly fields?: Readonly<Record<string, unknown>>;
  /** When it arrived, without a zone, such as `2018-01-01T12:00:00`; the clock's time in UTC when absent. */
  readonly arrivalTime?: string;
  /** Who owns it; `emulator` when absent. */
  readonly owner?: string;
}

/** Options of {@link createEmulator}. A wrong or unknown one is a `TypeError` at once. */
export interface EmulatorOptions {
  /** Users by login, each with a password or more; `{ login: "password" }` when absent. */
  readonly users?: Readonly<Record<string, string | EmulatorUser>>;
  /** Auth0 clients: secrets by id, `null` for a client without one; `{ client: "secret" }` when absent. */
  readonly clients?: Readonly<Record<string, string | null>>;
  /** API keys: the login that each belongs to; none when absent. */
  readonly apiKeys?: Readonly<Record<string, string>>;
  /** The servers' clock: milliseconds since 1970; `Date.now` when absent. */
  readonly now?: () => number;
  /** Waits `ms` milliseconds, or rejects with the signal's reason; a timer when absent. Used for delayed answers. */
  readonly sleep?: (ms: number, signal: AbortSignal) => Promise<void>;
  /** The origins that each server answers at; the real ones when absent. Presigned links use the first of `files`. */
  readonly origins?: Partial<Readonly<Record<HostKind, readonly string[]>>>;
  /** Whether JSON under curl's form type is taken, as the vendor's examples send it; `false` when absent. */
  readonly asPrinted?: boolean;
  /** How long an access token of `/auth/login` works, in milliseconds, whole seconds; one hour when absent. */
  readonly accessTokenLifetime?: number;
  /** How long an access token of Auth0 works, in milliseconds, whole seconds; 24 hours when absent. */
  readonly auth0AccessTokenLifetime?: number;
  /**
   * How long a refresh token works, in milliseconds; 30 days when absent. Auth0's count from the login (rotation does
   * not extend them), the API's own each from its issue.
   */
  readonly refreshTokenLifetime?: number;
  /** How long a presigned link works, in milliseconds, whole seconds; one hour when absent. */
  readonly linkLifetime?: number;
  /** How Auth0 signs; `RS256` when absent. `HS256` is fastest, but publishes no key. */
  readonly auth0Algorithm?: Auth0Algorithm;
  /** The file groups; a few when neither `groups` nor `files` is given. */
  readonly groups?: readonly EmulatorGroup[];
  /** The files; a few when neither `groups` nor `files` is given. */
  readonly files?: readonly EmulatorFile[];
  /** How the servers behave where their documentation is silent. */
  readonly readings?: GivenReadings;
  /** Called with a request's entry when its answer is ready or lost. */
  readonly onAnswer?: (entry: LogEntry) => void;
}
