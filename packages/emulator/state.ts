import type { Content } from "./content.ts";
import { createFaults, type FaultQueue } from "./faults.ts";
import { createKeys, type Keys } from "./keys.ts";
import type { LogEntry } from "./log.ts";
import type { Issuer } from "./operations.ts";
import type { EmulatorFile, EmulatorGroup } from "./options.ts";
import type { Settings, User } from "./settings.ts";

/** Everything that an emulator remembers, and the settings that it follows. */
export interface State {
  readonly settings: Settings;
  readonly keys: Keys;
  readonly faults: FaultQueue;
  /** The requests, oldest first. */
  readonly log: LogEntry[];
  /** The users by login. */
  readonly accounts: Map<string, Account>;
  /** The sessions that have not ended. */
  readonly sessions: Set<Session>;
  /** The access tokens that nobody revoked, by id. */
  readonly accessTokens: Map<string, AccessToken>;
  /** Every refresh token, by its text. */
  readonly refreshTokens: Map<string, RefreshToken>;
  /** Groups and files, in the order in which they came. */
  readonly groups: StoredGroup[];
  readonly files: StoredFile[];
  /** The time series by group. */
  readonly series: Map<string, StoredSeries>;
  /** The ids of removed files. */
  readonly removedFiles: Set<string>;
  /** The signatures of presigned links that expired before their time. */
  readonly expiredLinks: Set<string>;
  /** Signs presigned links. */
  readonly linkSecret: Uint8Array<ArrayBuffer>;
}

/** A user. */
export interface Account extends User {
  readonly blocked: boolean;
  /** Wrong passwords since the last right one, at both servers. */
  readonly failures: number;
}

/** One login and its tokens: access tokens, and refresh tokens, each exchanged for the one before. */
export interface Session {
  readonly issuer: Issuer;
  /** The user's login. */
  readonly user: string;
  /** The Auth0 client that logged in. */
  readonly client?: string;
  /** The API that its access tokens are for; empty if the Auth0 client named none. */
  readonly audience: string;
  /** What Auth0 granted. */
  readonly scope: readonly string[];
  /** When it began, in milliseconds since 1970. */
  readonly startedAt: number;
  /** How often its refresh tokens were exchanged. */
  generation: number;
  /** Whether its refresh tokens have stopped working. */
  ended: boolean;
}

/** An access token without its text. */
export interface AccessToken {
  readonly session: Session;
  readonly expiresAt: number;
}

/** A refresh token without its text. */
export interface RefreshToken {
  readonly session: Session;
  readonly generation: number;
  readonly expiresAt: number;
  /** When it was first exchanged. */
  spentAt?: number;
}

/** A file group with every member in place. */
export interface StoredGroup extends Required<EmulatorGroup> {
  readonly groupId: number;
}

/** A file with every member in place. */
export interface StoredFile extends Required<Omit<EmulatorFile, "content">> {
  readonly content: Content;
  /** How many times it was changed. */
  readonly version: number;
  /** When it came to the server, in milliseconds since 1970, whatever `arrivalTime` says; `-Infinity` for the first files. */
  readonly storedAt: number;
  /** When its content came, in milliseconds since 1970. */
  readonly modifiedAt: number;
}

/** A column of a group's rows, its key columns excepted. */
export interface StoredColumn {
  /** As it stands in a header, with its mark. */
  readonly header: string;
  /** Without its mark. */
  readonly name: string;
  readonly isNumber: boolean;
  readonly isMetadata: boolean;
}

/** One version of one row. */
export interface StoredRow {
  /** In the order of the keys. */
  readonly symbols: readonly string[];
  /** Its own time, in milliseconds since 1970. */
  readonly date: number;
  /** When it was inserted, likewise. */
  readonly inserted: number;
  /** In the order of the columns. */
  readonly cells: readonly string[];
  /** Which series it is of, by its symbols. */
  readonly place: number;
  /** From 1; what has the same symbols and the same date, and was inserted later, has a higher one. */
  readonly version: number;
}

/** The time series of a group: rows by symbols, date and version. */
export interface StoredSeries {
  readonly groupName: string;
  readonly keys: readonly string[];
  readonly columns: readonly StoredColumn[];
  readonly rows: readonly StoredRow[];
}

/** The state of a new emulator, without groups and files. */
export function createState(settings: Settings): State {
  return {
    settings,
    keys: createKeys(settings.auth0Algorithm),
    faults: createFaults(),
    log: [],
    accounts: new Map(settings.users.map((user) => [user.login, { ...user, blocked: false, failures: 0 }])),
    sessions: new Set(),
    accessTokens: new Map(),
    refreshTokens: new Map(),
    groups: [],
    files: [],
    series: new Map(),
    removedFiles: new Set(),
    expiredLinks: new Set(),
    linkSecret: crypto.getRandomValues(new Uint8Array(32)),
  };
}

/**
 * A user.
 *
 * @throws {TypeError} If no user has that login.
 */
export function accountOf({ accounts }: State, login: string): Account {
  const account = accounts.get(login);
  if (!account) throw new TypeError("Cannot find the user: no user has that login");
  return account;
}

/** Changes a user. Throws like {@link accountOf}. */
export function changeAccount(state: State, login: string, change: Partial<Omit<Account, "login">>): void {
  state.accounts.set(login, { ...accountOf(state, login), ...change });
}

/** Checks a password at one of the servers and counts failures. `locked`: too many failures, whatever the password. */
export function checkPassword(
  state: State,
  login: string,
  password: string,
  at: Issuer,
): "ok" | "wrong" | "blocked" | "locked" {
  const account = state.accounts.get(login);
  const { lockoutAfter } = state.settings.assumptions;
  if (!account || (at === "api" && account.ssoOnly)) return "wrong";
  const { failures, blocked } = account;
  if (lockoutAfter > 0 && failures >= lockoutAfter) return "locked";
  const right = password === (at === "api" ? account.password : account.auth0Password);
  changeAccount(state, login, { failures: right ? 0 : failures + 1 });
  return !right ? "wrong" : blocked ? "blocked" : "ok";
}

/** Begins a session. It ends the user's other ones at that server, if an account may have only one. */
export function startSession(
  state: State,
  start: Pick<Session, "issuer" | "user" | "client" | "audience" | "scope">,
): Session {
  const { assumptions, now } = state.settings;
  if (assumptions.sessions === "one") {
    const others = ({ issuer, user }: Session) => issuer === start.issuer && user === start.user;
    endSessions(state, others);
    revokeAccessTokens(state, others);
  }
  const session = { ...start, startedAt: now(), generation: 0, ended: false };
  state.sessions.add(session);
  return session;
}

/** Ends the sessions that `which` picks: their refresh tokens stop working, their access tokens do not. */
export function endSessions({ sessions }: State, which: (session: Session) => boolean): void {
  for (const session of sessions) {
    if (!which(session)) continue;
    session.ended = true;
    sessions.delete(session);
  }
}

/** Revokes the access tokens of the sessions that `which` picks. */
export function revokeAccessTokens({ accessTokens }: State, which: (session: Session) => boolean): void {
  for (const [id, { session }] of accessTokens) if (which(session)) accessTokens.delete(id);
}
