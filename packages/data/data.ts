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
  /** Queries time series. */
  series(query: SeriesQuery): Promise<Table>;
  /** Queries what was inserted in a period. */
  deltas(query: DeltaQuery): Promise<Table>;
  /** Lists the symbols of a group. */
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
