// `createData`: one object for everything that the package does over a connection.
import { listArrivals } from "./arrivals.ts";
import type { Calls } from "./calls.ts";
import { beginOpening, getFileEntry, openContent } from "./content.ts";
import { listFiles } from "./files.ts";
import { getGroup, listGroups } from "./groups.ts";
import type { Data } from "./methods.ts";
import { getNewest } from "./newest.ts";
import { createCalls, type DataOptions } from "./options.ts";
import { getDeltas, getSeries } from "./series/series.ts";
import { listSymbols } from "./series/symbols.ts";
import type { Connection } from "./types.ts";
import { watchBody } from "./watch_body.ts";

export type { Data };

/** Where `@xsignals/data/disk` finds what the methods work with; the same in every copy of the package. */
const CALLS = Symbol.for("@xsignals/data calls");

/**
 * Makes `data`: lists, files and time series over a connection.
 *
 * Make one for each session and keep it: its calls share pauses that the server asks for. A session made with `retrying()`
 * would multiply the repeats.
 *
 * @param connection A session of `@xsignals/session`, the emulator, or any `fetch` with the `baseUrl` of the API.
 * @param options What should differ from the defaults.
 * @returns The methods. Nothing is sent until one is called.
 * @throws {TypeError} If an option is wrong or unknown, or `connection` is not one.
 *
 * @example Every file of a group, and what the newest one says
 * ```ts
 * import { createData } from "@xsignals/data";
 * import { createSession, login } from "@xsignals/session";
 * import { createEmulator } from "@xsignals/emulator";
 * import { assertEquals } from "@std/assert";
 *
 * const { fetch } = createEmulator({ users: { login: "password" } }); // leave out both `fetch`es to reach the real API
 * const session = createSession({ strategy: login({ username: "login", password: "password" }), fetch });
 * const data = createData(session, { linkFetch: fetch });
 *
 * for await (const { fileName } of data.files("Market Notes")) assertEquals(fileName, "note.txt");
 * const file = await data.newest("Market Notes");
 * const response = await data.open(file!);
 *
 * assertEquals(await response.text(), "Quiet trading. Zażółć gęślą jaźń.\n");
 * ```
 */
export function createData(connection: Connection, options: DataOptions = {}): Data {
  const calls = createCalls(connection, options);
  const data: Data = {
    groups: (query = {}) => listGroups(calls, query),
    group: (name, options = {}) => getGroup(calls, name, options),
    files: (group, options = {}) => listFiles(calls, group, options),
    newest: (group, options = {}) => getNewest(calls, group, options),
    arrivals: (group, options = {}) => listArrivals(calls, group, options),
    file: (fid, options = {}) => getFileEntry(calls, fid, options),
    async open(file, options = {}) {
      const work = beginOpening(calls, file, options);
      const { response, expected } = await openContent(calls, work, file, options);
      const { status, headers } = response;
      const body = response.body ?? (expected ? new Blob().stream() : null);
      return new Response(body && watchBody(calls, body, { ...work, expected }), { status, headers });
    },
    series: (query) => getSeries(calls, query),
    deltas: (query) => getDeltas(calls, query),
    symbols: (query) => listSymbols(calls, query),
  };
  return Object.assign(data, { [CALLS]: () => calls });
}

/**
 * What the methods of `data` work with.
 *
 * @throws {TypeError} If it is not of `createData`.
 */
export function callsOf(data: Data): Calls {
  const calls: unknown = Object(data)[CALLS];
  if (typeof calls !== "function") throw new TypeError("Cannot use the data: it must be what createData() returned");
  return calls();
}
