// `createData`: one object for everything that the package does over a connection.
import type { FileGroup, SymbolEntry } from "@xsignals/client";
import { type ArrivalOptions, type Arrivals, listArrivals } from "./arrivals.ts";
import type { Calls } from "./calls.ts";
import { beginOpening, getFileEntry, openContent, type OpenOptions } from "./content.ts";
import { type FileQuery, listFiles } from "./files.ts";
import { getGroup, type GroupQuery, listGroups } from "./groups.ts";
import { getNewest } from "./newest.ts";
import { createCalls, type DataOptions } from "./options.ts";
import type { DeltaQuery, SeriesQuery } from "./series/query.ts";
import { getDeltas, getSeries } from "./series/series.ts";
import { listSymbols, type SymbolQuery } from "./series/symbols.ts";
import type { Cancellable, Connection, FileEntry, Table } from "./types.ts";
import { watchBody } from "./watch_body.ts";

/** Lists, files and time series over one connection. `createData` makes it. */
export interface Data {
  /** Lists the file groups that the account can see. */
  groups(query?: GroupQuery): AsyncIterable<FileGroup>;
  /** Gets one group. */
  group(name: string, options?: Cancellable): Promise<FileGroup>;
  /** Lists the files of a group, each once. */
  files(group: string | FileQuery, options?: Cancellable): AsyncIterable<FileEntry>;
  /** Gets the newest file of a group. */
  newest(group: string, options?: Cancellable): Promise<FileEntry | undefined>;
  /** Lists what has arrived since the call before. */
  arrivals(group: string, options?: ArrivalOptions): Promise<Arrivals>;
  /** Gets what the API tells of a file. */
  file(fid: string, options?: Cancellable): Promise<FileEntry>;
  /** Opens the content of a file. */
  open(file: FileEntry | string, options?: OpenOptions): Promise<Response>;
  /**
   * Queries time series: those that the symbols name, with their values of a period.
   *
   * Times in the table are local to the query's `timeZone` and stay text; `instantOf` of `@xsignals/data/ncsv` tells their
   * instants. Rows come as the server sends them, by series and then by date. Use `pieces` for a period of months or years: the
   * vendor documents no limit, but each request has to answer within two minutes. For what was inserted lately use `deltas`.
   *
   * @returns The table, as soon as its header is there, to be read once; its rows arrive while they are read.
   * @throws {DataError} `not_found` if there is no such group; `bad_symbol` for a key that it does not have; `bad_response` if
   *   the answer is not a table; `bad_ncsv`, `truncated`, `stalled` also while the rows are read; `forbidden`, `http_error`,
   *   `rate_limited`, `unreachable`, `unknown_path`.
   * @throws {TypeError} If an option is wrong, before anything is sent.
   *
   * @example
   * ```ts
   * import { createData } from "@xsignals/data";
   * import { createEmulator } from "@xsignals/emulator";
   * import { createSession, login } from "@xsignals/session";
   * import { assertEquals } from "@std/assert";
   *
   * const { fetch } = createEmulator({ users: { login: "password" } });
   * const strategy = login({ username: "login", password: "password" });
   * const data = createData(createSession({ strategy, fetch }));
   *
   * const prices = await data.series({
   *   group: "CBL_Active Orders Voluntary Carbon",
   *   symbols: { Instrument: "NGEO-V21" },
   *   columns: ["Price"],
   *   from: "2024-03-04",
   *   to: "2024-03-05",
   * });
   * const rows = await Array.fromAsync(prices, (row) => [row["Date(UTC)"], row.Price]);
   *
   * assertEquals(rows, [["2024-03-04T21:00:00.000", null], ["2024-03-05T21:00:00.000", 1.05]]);
   * ```
   */
  series(query: SeriesQuery): Promise<Table>;
  /**
   * Queries what was inserted in a period, whatever time the values are of: all series of a group, with all columns.
   *
   * It is the query of the vendor's page, which has no zone: times are in that of the account, which the table's date column
   * names. Rows of `corrections` are handed on in the server's order, never merged.
   *
   * @returns The table, as soon as its header is there, to be read once.
   * @throws {DataError} As `series`, but for `bad_symbol`.
   * @throws {TypeError} If an option is wrong, before anything is sent.
   *
   * @example
   * ```ts
   * import { createData } from "@xsignals/data";
   * import { createEmulator } from "@xsignals/emulator";
   * import { createSession, login } from "@xsignals/session";
   * import { assertEquals } from "@std/assert";
   *
   * const { fetch } = createEmulator({ users: { login: "password" } });
   * const strategy = login({ username: "login", password: "password" });
   * const data = createData(createSession({ strategy, fetch }));
   *
   * const day = { from: "2024-03-05", to: "2024-03-05" };
   * const trades = await data.deltas({ group: "CBL_Trades Compliance", ...day, corrections: true });
   * const prices = await Array.fromAsync(trades, ({ Price }) => Price);
   *
   * assertEquals(prices, [41.15, 41.2, 41.25]);
   * ```
   */
  deltas(query: DeltaQuery): Promise<Table>;
  /**
   * Lists the symbols of a group: which series it has, and which columns these have, as far as the server tells.
   *
   * Use it to find what to ask `series` for; `series` itself completes the keys that are not named.
   *
   * @throws {DataError} `not_found` if there is no such group; `name_not_searchable` for a name or text with `&`, `=` or, in the
   *   name, `*`; `listing_limit` and `listing_unstable` if the list cannot be had whole; `bad_response`, `forbidden`, `http_error`,
   *   `rate_limited`, `unreachable`, `unknown_path`.
   * @throws {TypeError} If an option is wrong, at once.
   *
   * @example
   * ```ts
   * import { createData } from "@xsignals/data";
   * import { createEmulator } from "@xsignals/emulator";
   * import { createSession, login } from "@xsignals/session";
   * import { assertEquals } from "@std/assert";
   *
   * const { fetch } = createEmulator({ users: { login: "password" } });
   * const strategy = login({ username: "login", password: "password" });
   * const data = createData(createSession({ strategy, fetch }));
   *
   * const group = "CBL_Active Orders Voluntary Carbon";
   * const found = await Array.fromAsync(data.symbols({ group, text: "NGEO" }), ({ symbols }) => symbols.Instrument);
   *
   * assertEquals(found, ["NGEO-V21"]);
   * ```
   */
  symbols(query: SymbolQuery): AsyncIterable<SymbolEntry>;
}

/** Where `@xsignals/data/disk` finds what the methods work with; the same in every copy of the package. */
const CALLS = Symbol.for("@xsignals/data calls");

/** Makes the methods. */
export function createData(connection: Connection, options: DataOptions = {}): Data {
  const calls = createCalls(connection, options);
  const data: Data = {
    groups: (query = {}) => listGroups(calls, query),
    group: async (name, options = {}) => await getGroup(calls, name, options),
    files: (group, options = {}) => listFiles(calls, group, options),
    newest: async (group, options = {}) => await getNewest(calls, group, options),
    arrivals: async (group, options = {}) => await listArrivals(calls, group, options),
    file: async (fid, options = {}) => await getFileEntry(calls, fid, options),
    async open(file, options = {}) {
      const work = beginOpening(calls, file, options);
      const { response, expected } = await openContent(calls, work, file, options);
      const { body, status, headers } = response;
      return new Response(body && watchBody(calls, body, { ...work, expected }), { status, headers });
    },
    series: async (query) => await getSeries(calls, query),
    deltas: async (query) => await getDeltas(calls, query),
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
