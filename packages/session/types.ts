// The contracts of the package: what a strategy, a token source, a store, a keeper and a clock are. Types only.
import type { SessionErrorCode } from "./errors.ts";

/** The shape of `fetch`: how a session reaches the network, and what `session.fetch` is. */
export type FetchLike = (input: string | URL | Request, init?: RequestInit) => Promise<Response>;

/** A secret or a name, or a function that gets it, for instance from a secret manager. It is called at every login. */
export type Credential = string | (() => string | Promise<string>);

/** The time as the session sees it, in milliseconds. Give one to move the time in a test. */
export interface Clock {
  /** The wall clock, since 1970. It may be wrong: only differences between two readings count. */
  now(): number;
  /** Resolves after `ms`; rejects with the signal's reason if the signal aborts first. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
  /** Time from any start, which never jumps. Default: `now`. Leases are measured with it. */
  monotonic?(): number;
}

/** What goes into an `Authorization` header, and until when it works. */
export interface AccessToken {
  /** The authentication scheme: `Bearer`, `Basic` or `ApiKey`. */
  readonly scheme: string;
  /** The part after the scheme. A secret. */
  readonly value: string;
  /** When it expires, in milliseconds since 1970 on this machine's clock; absent if nobody said. */
  readonly expiresAt?: number;
}

/** An access token with what is needed to renew it. */
export interface Token extends AccessToken {
  /** Its whole lifetime in milliseconds; absent if nobody said. */
  readonly lifetime?: number;
  /** The refresh token that came with it. A secret. */
  readonly refresh?: string;
}

/** Tokens that were obtained elsewhere, to start a session from. */
export interface InitialTokens {
  /** The access token. */
  readonly accessToken: string;
  /** Its refresh token, if there is one. */
  readonly refreshToken?: string;
  /** When the access token expires, in milliseconds since 1970. Default: what the token says, if it is a JWT. */
  readonly expiresAt?: number;
}

/** Options of {@link TokenSource.token}. */
export interface TokenOptions {
  /** Ends this caller's waiting with the signal's reason. A renewal that others share goes on. */
  readonly signal?: AbortSignal;
  /** Renew first if the token has less than this left, in milliseconds. */
  readonly minValid?: number;
}

/** What a session tells about itself, without a call and without a secret. */
export interface SourceStatus {
  /** `expired`: the next call renews. `logged_out`: `logout()` was called here, and every call is refused. */
  readonly state: "new" | "active" | "expired" | "logged_out";
  /** The scheme of the credential held. */
  readonly scheme?: string;
  /** When the credential held expires, in milliseconds since 1970. */
  readonly expiresAt?: number;
  /** The code of the newest renewal, if it failed. */
  readonly lastFailure?: string;
}

/** Says which credential to use now, and gets another one if the API refuses it. A strategy makes it. */
export interface TokenSource {
  /** The credential to use now. Returns it without a promise if it is at hand and fresh. */
  token(options?: TokenOptions): Token | Promise<Token>;
  /** Another credential than the one that the API refused; the same one if there is no other. */
  replace(refused: Token, signal?: AbortSignal): Promise<Token>;
  /** The API also refused what `replace` gave. Returns whether to ask again: only if another process had obtained it. */
  notAccepted?(token: Token): boolean;
  /** Ends the session, here and at the server. Afterwards every other method refuses with `login_required`. */
  logout?(): Promise<void>;
  /** Changes the account's password and goes on with the new one; absent if the strategy cannot. */
  changePassword?(next: string): Promise<void>;
  /** The state, without a call. */
  status?(): SourceStatus;
  /** The state as the store has it, without a call. */
  stored?(): Promise<SourceStatus>;
  /** Stores what could not be stored before; rejects with `store_failed` if that fails again. */
  close?(): Promise<void>;
}

/** How to authenticate: makes the source of credentials for one session. */
export type Strategy = (context: Context) => TokenSource;

/** One entry of a store. */
export interface StoreEntry {
  /** The record's bytes. */
  readonly data: Uint8Array;
  /** Changes with every write and never comes back. */
  readonly version: string;
}

/** A place for the one record of an account: bytes with compare-and-swap. `sharedStore` makes a store of it. */
export interface StoreEngine {
  /** The record as last written, by the strongest read that there is; `null` if there is none. */
  read(): Promise<StoreEntry | null>;
  /**
   * Writes (`null`: removes) the record if its version is still `ifVersion` (`null`: if there is no record). Resolves with
   * the new version, or with `false` if somebody else wrote. After a removal any text will do.
   */
  write(data: Uint8Array | null, ifVersion: string | null): Promise<string | false>;
  /** Resolves soon after the version differs from `version`, at the latest after `maxMs`. Without it, readers poll. */
  changed?(version: string | null, maxMs: number, signal?: AbortSignal): Promise<void>;
  /**
   * Runs `work` while nobody else does, by a lock that dies with its holder. The signal ends only the waiting for it; it may
   * reject if the record does not change for `stillMs`, because the holder does not go on.
   */
  exclusive?<T>(work: () => Promise<T>, signal?: AbortSignal, stillMs?: number): Promise<T>;
}

/** Where the record of an account lives and how sessions share it. `sharedStore` makes it, and so does each store. */
export interface Store extends StoreEngine {
  /** Makes the keeper of one session's account. Sessions call it. */
  keeper(context: Context, identity: () => Promise<readonly string[]>): Keeper;
}

/** Something that the server refused, or asked to be asked later. */
export interface Refusal {
  /** The name of the refresh token or of the login, as a {@link Keeper} names it. */
  readonly of: string;
  /** Whether it is about a refresh token or about a login. */
  readonly what: "refresh" | "login";
  /** The code of the error. */
  readonly code: SessionErrorCode;
  /** When, in milliseconds since 1970. */
  readonly at: number;
  /** The status that it came with. */
  readonly status?: number;
  /** How often in a row. */
  readonly count?: number;
  /** For how long it counts, in milliseconds; absent: until the credentials change. */
  readonly forMs?: number;
}

/** What is known of an account. */
export interface Known {
  /** The newest token pair. */
  readonly token?: Token;
  /** The name of the refresh token that was sent, or was about to be: nobody knows what became of it. */
  readonly inFlight?: string;
  /** What the server refused. */
  readonly refusals?: readonly Refusal[];
  /** The id of the last logout, until the next login. */
  readonly loggedOut?: string;
  /** Nothing was ever known of this account. */
  readonly isNew?: boolean;
  /** The pair is in memory only: the store lost it, or could not be written. */
  readonly isUnsaved?: boolean;
  /** Another session renews: `true` while it is in time, `false` if it is overdue and may have died. */
  readonly othersRenew?: boolean;
}

/** What only the one session that renews may do. */
export interface Turn {
  /** What is known, as it stands. */
  known(): Known;
  /** Makes this known to all; `false` if another session took the turn meanwhile. */
  save(next: Known): Promise<boolean>;
  /** Whether enough time is left for one call to the server. Asked right before the call is sent. */
  ready(): Promise<boolean>;
  /**
   * Makes a new pair known before anybody uses it. Resolves with the pair to use: this one, or a newer one that another
   * session got meanwhile; `undefined`: begin anew, because this one is not wanted any more.
   * `after` says what is known then, given what is known now.
   */
  keep(token: Token, after: (now: Known) => Known): Promise<Token | undefined>;
}

/** What to do: use a pair, or make something known to all and then act. `act` resolves with nothing to begin anew. */
export type Step =
  | { readonly use: Token }
  | { readonly mark: Known; act(turn: Turn): Promise<Token | undefined> };

/** Where the knowledge of an account lives, and who may act on it: in this process, or shared through a store. */
export interface Keeper {
  /** Asks for the next step and does it, one session at a time. `ending` ends the waiting for a store's lock. */
  renew(plan: (known: Known) => Promise<Step>, ending: AbortSignal): Promise<Token>;
  /** Leaves what `after` says, without the pair. Resolves with what to end at the server, even if the store fails. */
  forget(after: (now: Known) => Known | Promise<Known>): Promise<Forgotten>;
  /** What is known by now, without changing anything; absent if nobody else can change it. */
  look?(): Promise<Known>;
  /** Stores the newest pair, by a renewal, if that could not be done before. */
  close?(renew: () => Promise<unknown>): Promise<void>;
  /** Names a refresh token, for comparison only. */
  nameToken(secret: string): string | Promise<string>;
  /** Names a login, for comparison with an earlier name, `like`. */
  nameLogin(secret: string, like?: string): string | Promise<string>;
}

/** What {@link Keeper.forget} found. */
export interface Forgotten {
  /** The pairs that still work at the server. */
  readonly pairs: readonly Token[];
  /** Nothing was ever known of this account. */
  readonly isNew: boolean;
  /** Why the mark of the logout could not be stored. */
  readonly failure?: unknown;
}

/** Something that happened to a session: codes, and times in milliseconds since 1970; never a secret. */
export type SessionEvent =
  | { readonly type: "login" | "renewed"; readonly at: number; readonly expiresAt?: number }
  | { readonly type: "waiting"; readonly at: number; readonly until: number }
  | { readonly type: "renewal_failed"; readonly at: number; readonly code: string }
  | { readonly type: "logged_out" | "password_changed" | "record_foreign"; readonly at: number }
  | { readonly type: "store_failed"; readonly at: number; readonly operation: "read" | "write" };

/** The limits that a session works by, in ms if not said otherwise. */
export interface Limits {
  /** The longest time for one call to a token endpoint, headers and body. Default: 10,000. */
  readonly tokenDeadlineMs: number;
  /** How long a call waits for a server that answers 429 or 503, in all. Default: 30,000; 3,000 on an edge. */
  readonly waitBudgetMs: number;
  /** A token is renewed this long before it expires, or a tenth of its lifetime if that is less. Default: 60,000. */
  readonly renewalMarginMs: number;
  /** The largest body of a `Request` that is kept to be sent again after a 401, in bytes. Default: 1,048,576. */
  readonly replayBytes: number;
}

/** All limits: those that a program may set, and those that follow from them or are fixed. */
export interface AllLimits extends Limits {
  /** How long a renewal may hold the shared record: the deadline and 5 s. */
  readonly leaseMs: number;
  /** How long a refusal is remembered before the same thing is tried again: 60,000. */
  readonly cooldownMs: number;
  /** How soon another session's logout is noticed in a shared store: 60,000. */
  readonly recheckMs: number;
}

/** The checked options of one session, as a strategy gets them. */
export interface Context {
  /** The API's base URL, without a slash at its end. */
  readonly baseUrl: string;
  /** Sends the API calls. */
  readonly fetch: FetchLike;
  /** Sends the token calls. */
  readonly tokenFetch: FetchLike;
  /** The time. */
  readonly clock: Required<Clock>;
  /** A number from 0 to 1, for jitter and ids. */
  readonly random: () => number;
  /** Where the record lives; without it, in this session's memory. */
  readonly store?: Store;
  /** Keeps an isolate alive until the promise settles. Without it nothing runs in the background. */
  readonly waitUntil?: (work: Promise<unknown>) => void;
  /** Tells what happened. */
  readonly emit: (event: SessionEvent) => void;
  /** Throws a `TypeError` unless a token may be sent to this address: https, loopback, or allowed by option. */
  readonly checkSecure: (url: URL) => void;
  /** The limits. */
  readonly limits: AllLimits;
}
