/**
 * The operations of Xpansiv's XSignals API, generated from a hand-written OpenAPI spec; they know nothing of authentication.
 *
 * Connect them to a session of `@xsignals/session`, to the emulator, or to any `fetch`. Auth0's operations are the entry
 * point `./auth0`. Unofficial: not affiliated with Xpansiv or Auth0.
 *
 * ```ts
 * import { connect, listFileGroups } from "@xsignals/client";
 *
 * const client = connect({ fetch: () => Promise.resolve(Response.json({ from: 0, totalSize: 0, items: [] })) });
 * const { data } = await listFileGroups({ client, query: { size: 5 } });
 * ```
 *
 * @module
 */
import { connectHost, type ConnectOptions } from "./connect.ts";
import { host as auth0 } from "./gen/auth0/host.gen.ts";
import { host } from "./gen/xsignals/host.gen.ts";
import type { Client } from "./xsignals_client.ts";

/**
 * Connects the operations of this entry point to the XSignals API.
 *
 * Give it a session to have every call authenticated, or a `fetch` of your own. Without either, calls go out with no
 * credential: right for `authLogin` and `authRefresh` only.
 *
 * @param options `fetch` sends the calls (default: the platform's); `baseUrl` says where the API is (default: the first
 *   server in the spec, `https://api.xsignals.xpansiv.com`). A session has both members.
 * @returns A client to give to each operation as `client`.
 * @throws {TypeError} If the base URL is not an address, or is Auth0's.
 *
 * @example
 * ```ts
 * import { connect, listFileGroups } from "@xsignals/client";
 * import { createSession, login } from "@xsignals/session";
 * import { createEmulator } from "@xsignals/emulator";
 * import { assertEquals } from "@std/assert";
 *
 * const emulator = createEmulator({ users: { login: "password" } });
 * const session = createSession({ strategy: login({ username: "login", password: "password" }), fetch: emulator.fetch });
 * const { response } = await listFileGroups({ client: connect(session), query: { size: 5 } });
 *
 * assertEquals(response?.status, 200);
 * ```
 */
export function connect(options: ConnectOptions = {}): Client {
  return { host: "xsignals", ...connectHost(host, auth0, options) };
}

export { ClientError } from "./client_error.ts";
export type { ConnectOptions, FetchLike } from "./connect.ts";
export type { Client } from "./xsignals_client.ts";
export {
  authChangePassword,
  authLogin,
  authLogout,
  authRefresh,
  downloadFile,
  getFile,
  getFileGroup,
  listFileGroups,
  queryTimeSeries,
  searchFiles,
  searchSymbols,
} from "./gen/xsignals/sdk.gen.ts";
export type {
  ChangePasswordRequest,
  ErrorBody,
  ErrorObject,
  FileGroup,
  FileGroupField,
  FileGroupPage,
  FileInfo,
  FilePage,
  LogoutRequest,
  RefreshedTokens,
  RefreshRequest,
  SymbolEntry,
  SymbolPage,
  TimeSeriesGroupQuery,
  TimeSeriesKey,
  TimeSeriesKeysQuery,
  TimeSeriesQuery,
  TimeSeriesValues,
  TokenPair,
} from "./gen/xsignals/types.gen.ts";
