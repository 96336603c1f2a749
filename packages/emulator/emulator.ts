import type { Faults } from "./faults.ts";
import { addFile, addGroup, changeFile, removeFile } from "./files.ts";
import { type EntryFilter, type LogEntry, matches } from "./log.ts";
import type { HostKind, OperationId } from "./operations.ts";
import type { EmulatorFile, EmulatorOptions, EmulatorSeries } from "./options.ts";
import { addSeries } from "./series.ts";
import { createServers } from "./servers.ts";
import { readSettings } from "./settings.ts";
import { accountOf, changeAccount, createState, endSessions, revokeAccessTokens, type Session } from "./state.ts";

/** Both upstream servers of an XSignals client, and the file host of presigned links, in memory. */
export interface Emulator {
  /**
   * Answers like the server that the address names: a `fetch` for the program that you test.
   *
   * @param input The address or the request.
   * @param init The rest of the request, as for `fetch`; `signal` and `redirect` count too.
   * @returns The answer. Rejects with a `TypeError` for an unknown host and for a connection that a fault loses, and with
   *   the signal's reason if that aborts.
   */
  fetch(input: string | URL | Request, init?: RequestInit): Promise<Response>;
  /**
   * Answers like the given server, whatever the request's address says: for a program that listens.
   *
   * @param host The server.
   * @param request The request. Its origin becomes the issuer of its tokens.
   * @param malformed The status and the message of the answer, if the request is malformed. The answer has the server's
   *   form.
   * @returns The answer. Rejects with a `TypeError` for a connection that a fault loses.
   */
  handle(
    host: HostKind,
    request: Request,
    malformed?: { readonly status: number; readonly message: string },
  ): Promise<Response>;
  /** The requests, oldest first. */
  readonly log: readonly LogEntry[];
  /**
   * Counts entries of the log.
   *
   * @param filter An operation, or the members that an entry must have.
   */
  count(filter: OperationId | EntryFilter): number;
  /** Makes requests go wrong. */
  readonly faults: Faults;
  /**
   * Sets a user's password without a request, and unlocks the account. Tokens go on working.
   *
   * @param at The server that gets the password; both when absent.
   * @throws {TypeError} If no user has that login.
   */
  setPassword(login: string, password: string, at?: "api" | "auth0"): void;
  /**
   * Revokes access tokens: a user's, or everybody's. The API answers them with 401.
   *
   * @throws {TypeError} If no user has that login.
   */
  revokeAccessTokens(login?: string): void;
  /**
   * Revokes refresh tokens: a user's, or everybody's.
   *
   * @throws {TypeError} If no user has that login.
   */
  revokeRefreshTokens(login?: string): void;
  /**
   * Blocks a user: all tokens stop working, and so does the right password.
   *
   * @throws {TypeError} If no user has that login.
   */
  block(login: string): void;
  /**
   * Lets a blocked or locked user in again. Old tokens do not work again.
   *
   * @throws {TypeError} If no user has that login.
   */
  unblock(login: string): void;
  /**
   * Adds a file, as if it arrived now. Lists have it after `visibleAfter` of the {@link Assumptions}.
   *
   * @returns The file's id.
   * @throws {TypeError} If a member is wrong, or another file has this id.
   */
  addFile(file: EmulatorFile): string;
  /**
   * Changes a file under its id: its content, its name or whatever else. Content that changes gets another `ETag`.
   *
   * @param change The members that change; the others stay.
   * @throws {TypeError} If no file has the id, or a member is wrong.
   */
  changeFile(fid: string, change: Partial<Omit<EmulatorFile, "fid">>): void;
  /** Removes a file; from then on the API answers 410 for it. Returns whether it existed. */
  removeFile(fid: string): boolean;
  /**
   * Adds time series to a group, or more rows to those that it has: later values, and corrections of earlier ones.
   *
   * @throws {TypeError} If a member is wrong, or the group has other keys or columns.
   */
  addSeries(series: EmulatorSeries): void;
}

/**
 * Makes an emulator of the XSignals API and of Auth0.
 *
 * Use it in tests instead of the network. It signs real JWTs, spends refresh tokens and forgets sessions. Emulators share
 * nothing. Do not use it to learn what the real servers do where their documentation is silent: there it does what
 * {@link EmulatorOptions.assumptions} say.
 *
 * @param options Users, clients, clock, files, assumptions; all have defaults.
 * @returns The emulator.
 * @throws {TypeError} If an option is unknown or wrong.
 *
 * @example A login and a call
 * ```ts
 * import { createEmulator } from "@xsignals/emulator";
 * import { assertEquals } from "@std/assert";
 *
 * const emulator = createEmulator({ users: { someone: "a password" } });
 * const login = await emulator.fetch("https://api.xsignals.xpansiv.com/auth/login", {
 *   headers: { authorization: `Basic ${btoa("someone:a password")}` },
 * });
 * const { token } = await login.json();
 * const groups = await emulator.fetch("https://api.xsignals.xpansiv.com/file/group?size=1", {
 *   headers: { authorization: `Bearer ${token}` },
 * });
 * assertEquals((await groups.json()).totalSize, 3);
 * assertEquals(emulator.count("authLogin"), 1);
 * ```
 */
export function createEmulator(options: EmulatorOptions = {}): Emulator {
  const state = createState(readSettings(options));
  const { log, faults, settings } = state;
  for (const group of settings.groups) addGroup(state, group);
  for (const file of settings.files) addFile(state, file, -Infinity);
  for (const series of settings.series) addSeries(state, series);

  function sessionsOf(login?: string): (session: Session) => boolean {
    const user = login === undefined ? undefined : accountOf(state, login).login;
    return (session) => user === undefined || session.user === user;
  }

  return {
    ...createServers(state),
    log,
    faults,
    count(filter) {
      const wanted = typeof filter === "string" ? { operation: filter } : filter;
      return log.filter((entry) => matches(entry, wanted)).length;
    },
    setPassword(login, password, at) {
      changeAccount(state, login, {
        failures: 0,
        ...(at === "auth0" ? {} : { password }),
        ...(at === "api" ? {} : { auth0Password: password }),
      });
    },
    revokeAccessTokens: (login) => revokeAccessTokens(state, sessionsOf(login)),
    revokeRefreshTokens: (login) => endSessions(state, sessionsOf(login)),
    block(login) {
      changeAccount(state, login, { blocked: true });
      endSessions(state, sessionsOf(login));
      revokeAccessTokens(state, sessionsOf(login));
    },
    unblock: (login) => changeAccount(state, login, { blocked: false, failures: 0 }),
    addFile: (file) => addFile(state, file),
    changeFile: (fid, change) => changeFile(state, fid, change),
    removeFile: (fid) => removeFile(state, fid),
    addSeries: (series) => addSeries(state, series),
  };
}
