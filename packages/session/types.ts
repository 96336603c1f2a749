/**
 * The contracts of the package: what a strategy, a source, a store and a clock are. Types only.
 *
 * @module
 */

/** The shape of `fetch`: what a session takes to reach the network, and what `session.fetch` is. */
export type FetchLike = (input: string | URL | Request, init?: RequestInit) => Promise<Response>;

/** A secret or a name, or a function that gets it, from a secret manager for instance; called anew at every login. */
export type Credential = string | (() => string | Promise<string>);

/** The time, as the session sees it. Give one to move the time in a test. */
export interface Clock {
  /** The wall clock: milliseconds since 1970. It may be wrong; only differences between two readings count. */
  now(): number;
  /** Resolves after `ms` milliseconds; rejects with the signal's reason when that aborts first. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
  /** Milliseconds from any start that never jump; `now` where it is missing. Leases are measured with it. */
  monotonic?(): number;
}

/** What goes into an `Authorization` header, and until when it works. */
export interface AccessToken {
  /** The authentication scheme: `Bearer`, `Basic` or `ApiKey`. */
  readonly scheme: string;
  /** The part after the scheme. A secret. */
  readonly value: string;
  /** When it expires, in milliseconds since 1970 on this machine's clock; absent when nobody said. */
  readonly expiresAt?: number;
}

/** An access token with what is needed to renew it. */
export interface Token extends AccessToken {
  /** Its whole lifetime in milliseconds; absent when nobody said. */
  readonly lifetime?: number;
  /** The refresh token that came with it. A secret. */
  readonly refresh?: string;
}

/** Tokens that were obtained elsewhere, to start a session from. */
export interface HeldTokens {
  /** The access token. */
  readonly accessToken: string;
  /** Its refresh token, where there is one. */
  readonly refreshToken?: string;
  /** When the access token expires, in milliseconds since 1970; read from the token when it is a JWT. */
  readonly expiresAt?: number;
}

/** Options of {@link TokenSource.token}. */
export interface TokenOptions {
  /** Ends this caller's waiting, with the signal's reason; a shared renewal goes on. */
  readonly signal?: AbortSignal;
  /** Renew first when the token has less than this left, in milliseconds. */
  readonly minValid?: number;
}

/** What {@link TokenSource.status} tells, without a call and without a secret. */
export interface SourceStatus {
  /**
   * `new`: nothing obtained yet. `active`: a credential is held and not known to be expired. `expired`: the next call
   * renews. `logged_out`: `logout()` was called here, every call is refused.
   */
  readonly state: "new" | "active" | "expired" | "logged_out";
  /** The scheme of the credential held. */
  readonly scheme?: string;
  /** When the credential held expires, in milliseconds since 1970. */
  readonly expiresAt?: number;
  /** The code of the newest failed renewal, while no later one succeeded. */
  readonly lastFailure?: string;
}

/** Says which credential to use now, and gets another when that is refused: the thing a strategy makes. */
export interface TokenSource {
  /** The credential to use now; at once, without a promise, when it is at hand and fresh. */
  token(options?: TokenOptions): Token | Promise<Token>;
  /** Another credential than the one the API refused; the same one when no other can be had. */
  replace(refused: Token, signal?: AbortSignal): Promise<Token>;
  /** Takes note that the API refused a credential which {@link TokenSource.replace} had just given. */
  notAccepted?(token: Token): void;
  /** Ends the session, here and at the server; afterwards every other method refuses with `login_required`. */
  logout?(): Promise<void>;
  /** Changes the account's password and goes on with the new one; absent where the strategy cannot. */
  changePassword?(next: string): Promise<void>;
  /** The state, passively. */
  status?(): SourceStatus;
  /** Writes what could not be stored before; rejects with `store_failed` when it still cannot. */
  close?(): Promise<void>;
}

/** How to authenticate: makes the source of credentials from the outside world. */
export type Strategy = (io: Io) => TokenSource;

/** One entry of a store. */
export interface StoreEntry {
  /** The record's bytes. */
  readonly data: Uint8Array;
  /** Changes with every write and never comes back. */
  readonly version: string;
}

/** Where the one record of an account lives: bytes, with compare-and-swap. */
export interface Store {
  /** The record as last written, by the strongest read that the engine has; `null` when there is none. */
  read(): Promise<StoreEntry | null>;
  /**
   * Writes (`null`: removes) the record if its version is still `ifVersion` (`null`: if there is none), and resolves with
   * the new version; with `false` when somebody else wrote. After a removal any text may be resolved with.
   */
  write(data: Uint8Array | null, ifVersion: string | null): Promise<string | false>;
  /** Resolves soon after the version is another than `version`, at the latest after `maxMs`; without it, readers poll. */
  changed?(version: string | null, maxMs: number, signal?: AbortSignal): Promise<void>;
  /**
   * Runs `work` while nobody else does; only for locks that die with their holder. When the signal aborts before the lock
   * was had, rejects with its reason.
   */
  exclusive?<T>(work: () => Promise<T>, signal?: AbortSignal): Promise<T>;
}

/** Something that happened to a session: codes, and times in milliseconds since 1970; never a secret. */
export type SessionEvent =
  | { readonly type: "login" | "renewed"; readonly at: number; readonly expiresAt?: number }
  | { readonly type: "renewal_failed"; readonly at: number; readonly code: string }
  | { readonly type: "logged_out" | "password_changed" | "record_foreign"; readonly at: number }
  | { readonly type: "store_failed"; readonly at: number; readonly operation: "read" | "write" };

/** The numbers a session works by. */
export interface Limits {
  /** Longest time for one call to a token endpoint, headers and body, in ms. */
  readonly tokenDeadlineMs: number;
  /** How long a renewal may hold the shared record, in ms; longer than the deadline. */
  readonly leaseMs: number;
  /** A token is renewed this long before it expires, in ms, or a tenth of its lifetime if that is less. */
  readonly renewalMarginMs: number;
  /** How long a refusal is remembered before the same thing is tried again, in ms. */
  readonly cooldownMs: number;
  /** A record in memory is compared with the store after this long, in ms: another isolate's logout is seen by then. */
  readonly recheckMs: number;
  /** How long a renewal waits for a server that answers 429 or 503, in ms, in all; beyond it the caller gets the error. */
  readonly waitBudgetMs: number;
  /** How long after a refresh whose answer was lost the server takes the same refresh token again, in ms; 0: never. */
  readonly overlapMs: number;
  /** How often a GET or HEAD of the API is sent again when the server fails in passing (429, 502, 503, 504, no answer). */
  readonly apiRetries: number;
  /** The largest body of a `Request` that is kept to be sent again after a 401, in bytes. */
  readonly replayBytes: number;
}

/** The outside world, as a strategy sees it; made once for each session. */
export interface Io {
  /** The API's base URL, without a slash at its end. */
  readonly baseUrl: string;
  /** Sends the API calls. */
  readonly fetch: FetchLike;
  /** Sends the token calls. */
  readonly tokenFetch: FetchLike;
  /** Options that give a request a connection of its own, and what closes it; only where the runtime has such. */
  readonly ownConnection?: () => { readonly init: RequestInit; close(): void };
  /** The time. */
  readonly clock: Required<Clock>;
  /** A number from 0 to 1, for jitter and lease names. */
  readonly random: () => number;
  /** The record's place. */
  readonly store: Store;
  /** Keeps an isolate alive until the promise settles; without it nothing runs in the background. */
  readonly waitUntil?: (work: Promise<unknown>) => void;
  /** Tells what happened. */
  readonly emit: (event: SessionEvent) => void;
  /** Whether a token may be sent to this address: https, loopback, or allowed by option. */
  readonly checkSecure: (url: URL) => void;
  /** The numbers to work by. */
  readonly limits: Limits;
}
