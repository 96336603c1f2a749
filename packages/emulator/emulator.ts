import { createFaults, type Faults } from "./faults.ts";
import { type EntryFilter, type LogEntry, matches } from "./log.ts";
import type { HostKind, OperationId } from "./operations.ts";
import type { EmulatorFile, EmulatorOptions } from "./options.ts";
import { createServers } from "./servers.ts";
import type { Session } from "./session.ts";
import { readSettings } from "./settings.ts";
import { createState } from "./state.ts";

/** Both upstream servers of an XSignals client, and the file host of presigned links, in memory. */
export interface Emulator {
  /**
   * Answers as the server that the address names would: a `fetch`, to be given to what is tested.
   *
   * @param input The address or the request.
   * @param init The rest of the request, as for `fetch`; `signal` and `redirect` count too.
   * @returns The answer. Rejects with a `TypeError` for a host that is none of the emulator's and for a connection that a
   *   fault loses, and with the signal's reason when that aborts.
   */
  fetch(input: string | URL | Request, init?: RequestInit): Promise<Response>;
  /**
   * Answers as the given server, whatever the request's address says: for a program that listens.
   *
   * @param host The server.
   * @param request The request; its origin is the issuer of the tokens it gets.
   * @param malformed Given when not all of the request could be read: the status and the message of its answer, which has
   *   the server's form.
   * @returns The answer. Rejects with a `TypeError` for a connection that a fault loses.
   */
  handle(
    host: HostKind,
    request: Request,
    malformed?: { readonly status: number; readonly message: string },
  ): Promise<Response>;
  /** What was received, oldest first. */
  readonly log: readonly LogEntry[];
  /**
   * Counts entries of the log.
   *
   * @param filter An operation, or what the entries must have.
   */
  count(filter: OperationId | EntryFilter): number;
  /** What is to go wrong. */
  readonly faults: Faults;
  /**
   * Sets a user's password out of band; tokens go on working.
   *
   * @param at The server where it is set; at both when absent. Unlocks the account.
   * @throws {TypeError} When there is no such user.
   */
  setPassword(login: string, password: string, at?: "api" | "auth0"): void;
  /** Takes back access tokens that have not expired: a user's, or everybody's. The API answers them with 401. */
  revokeAccessTokens(login?: string): void;
  /** Takes back refresh tokens: a user's, or everybody's. */
  revokeRefreshTokens(login?: string): void;
  /**
   * Blocks a user: all tokens stop working, and the right password is refused.
   *
   * @throws {TypeError} When there is no such user.
   */
  block(login: string): void;
  /**
   * Lets a blocked or locked user in again; old tokens stay dead.
   *
   * @throws {TypeError} When there is no such user.
   */
  unblock(login: string): void;
  /**
   * Adds a file, as if it arrived now, and returns its id.
   *
   * @throws {TypeError} When it is malformed, or its id is taken.
   */
  addFile(file: EmulatorFile): string;
  /** Removes a file; the API answers 410 for it from then on. Returns whether it was there. */
  removeFile(fid: string): boolean;
}

/**
 * Makes an emulator of the XSignals API and of Auth0.
 *
 * Use it in tests instead of the network: nothing is faked but the network itself. It signs real JWTs, spends refresh
 * tokens and forgets sessions. Every emulator is on its own. Don't use it to learn what the real servers do where their
 * documentation is silent: there it does what {@link EmulatorOptions.readings} say.
 *
 * @param options Users, clients, clock, files, readings; all have defaults.
 * @returns The emulator.
 * @throws {TypeError} When an option is unknown or wrong.
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
  const { accounts, files, endSessions, accessTokens } = state;
  const faults = createFaults();
  const log: LogEntry[] = [];

  function sessionsOf(login?: string): (session: Session) => boolean {
    const user = login === undefined ? undefined : accounts.get(login).login;
    return (session) => user === undefined || session.user === user;
  }

  return {
    ...createServers(state, faults, (entry) => log.push(entry)),
    log,
    faults,
    count(filter) {
      const wanted = typeof filter === "string" ? { operation: filter } : filter;
      return log.filter((entry) => matches(entry, wanted)).length;
    },
    setPassword(login, password, at) {
      accounts.change(login, {
        failures: 0,
        ...(at === "auth0" ? {} : { password }),
        ...(at === "api" ? {} : { auth0Password: password }),
      });
    },
    revokeAccessTokens: (login) => accessTokens.drop(sessionsOf(login)),
    revokeRefreshTokens: (login) => endSessions(sessionsOf(login), { accessTokens: false }),
    block(login) {
      accounts.change(login, { blocked: true });
      endSessions(sessionsOf(login), { accessTokens: true });
    },
    unblock: (login) => accounts.change(login, { blocked: false, failures: 0 }),
    addFile: files.add,
    removeFile: files.remove,
  };
}
