// The methods of the package, as its users see them.
import type { FileGroup, SymbolEntry } from "@xsignals/client";
import type { ArrivalOptions, Arrivals } from "./arrivals.ts";
import type { OpenOptions } from "./content.ts";
import type { FileQuery } from "./files.ts";
import type { GroupQuery } from "./groups.ts";
import type { DeltaQuery, SeriesQuery } from "./series/query.ts";
import type { SymbolQuery } from "./series/symbols.ts";
import type { Cancellable, FileEntry, Table } from "./types.ts";

/**
 * Lists, files and time series over one connection, made by `createData`.
 *
 * What a session says of itself (`SessionError`) and the reason of your `signal` come through unchanged. Calls that failed for
 * a moment are sent again, see `DataOptions`. Every method may also reject with the `DataError`s `http_error`, `forbidden`,
 * `rate_limited`, `unreachable`, `bad_response` and `unknown_path`, see `DataErrorCode`.
 */
export interface Data {
  /**
   * Lists the file groups that the account can see, the newest first.
   *
   * Use it to find a group by a text. For one whose name you have use {@link Data.group}.
   *
   * @param query `text` in name, description or fields; `writable`, `withSymbols`: only such groups; `signal`.
   * @returns The groups, page by page as they are read; each once.
   * @throws {TypeError} At once, if an option is wrong.
   * @throws {DataError} While it is read: `listing_unstable`, `listing_limit`, and what every method may throw.
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
   * const names = await Array.fromAsync(data.groups({ text: "orders" }), ({ name }) => name);
   *
   * assertEquals(names, ["CBL_Active Orders Voluntary Carbon"]);
   * ```
   */
  groups(query?: GroupQuery): AsyncIterable<FileGroup>;
  /**
   * Gets one file group by its exact name.
   *
   * @param name The name.
   * @param options `signal`.
   * @returns The group: name, description and the metadata fields of its files.
   * @throws {TypeError} If an argument is wrong.
   * @throws {DataError} `not_found`; `name_not_searchable` for the names `.` and `..`.
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
   * assertEquals((await data.group("Market Notes")).description, "Notes of the day");
   * ```
   */
  group(name: string, options?: Cancellable): Promise<FileGroup>;
  /**
   * Lists the files of a group, oldest first, each once, however the list moves meanwhile.
   *
   * A file that is there from beginning to end is given for sure; one that comes or goes meanwhile may be. Use it for all
   * files, or those `since` a time. For the last one use {@link Data.newest}; for what is new since the last run,
   * {@link Data.arrivals}.
   *
   * @param group The group's exact name, or a query: `group`; `since`, a date or local time as text; `newestFirst`.
   * @param options `signal`, looked at between pages too.
   * @returns The files, page by page as they are read; with `since` in one piece, unless `newestFirst` is given too.
   * @throws {TypeError} At once, if an argument is wrong.
   * @throws {DataError} While it is read: `not_found` if there is no such group; `name_not_searchable` for a name with `&`, `=`
   *   or `*`; `listing_limit` if the server does not list so many (use `since`); `listing_unstable` if the list moves too fast.
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
   * const days: unknown[] = [];
   * for await (const { arrivalTime } of data.files("CBL_Active Orders Voluntary Carbon")) days.push(arrivalTime);
   *
   * assertEquals(days, ["2024-03-04T18:00:00", "2024-03-05T18:00:00"]);
   * ```
   */
  files(group: string | FileQuery, options?: Cancellable): AsyncIterable<FileEntry>;
  /**
   * Gets the file of a group that arrived last.
   *
   * Not for a job that runs again and again: of two files that arrived in between it never sees the older one. Use
   * {@link Data.arrivals} there.
   *
   * @param group The group's exact name.
   * @param options `signal`.
   * @returns The file; `undefined` if the group is empty.
   * @throws {TypeError} If an argument is wrong.
   * @throws {DataError} As {@link Data.files}.
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
   * const file = await data.newest("CBL_Active Orders Voluntary Carbon");
   *
   * assertEquals(file?.arrivalTime, "2024-03-05T18:00:00");
   * ```
   */
  newest(group: string, options?: Cancellable): Promise<FileEntry | undefined>;
  /**
   * Lists the files that arrived since the call before, each once, for a job that runs again and again.
   *
   * A file may become visible late: the cursor covers the 15 minutes before the last arrival, and what comes later than that
   * is missed. Without `after` all files of the group are new. Keep the cursor after the work: what fails is then given again.
   *
   * @param group The group's exact name.
   * @param options `after`: the cursor of the call before; `since`: where a first call begins; `signal`.
   * @returns `files`, oldest first, and the `cursor` for the next call: text of 16 KiB at most, whose meaning is not for you.
   * @throws {TypeError} If an argument is wrong, or `after` is not a cursor, or that of another group.
   * @throws {DataError} As {@link Data.files}; `listing_unstable` too if more files came in 15 minutes than a cursor can hold,
   *   some 400.
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
   * const first = await data.arrivals("CBL_Active Orders Voluntary Carbon");
   * const next = await data.arrivals("CBL_Active Orders Voluntary Carbon", { after: first.cursor });
   *
   * assertEquals([first.files.length, next.files.length], [2, 0]);
   * ```
   */
  arrivals(group: string, options?: ArrivalOptions): Promise<Arrivals>;
  /**
   * Gets what the API tells of a file, by its id.
   *
   * @param fid The file's id.
   * @param options `signal`.
   * @returns The file's members; its content comes by {@link Data.open}.
   * @throws {TypeError} If an argument is wrong.
   * @throws {DataError} `not_found` if there never was such a file, `gone` if it was removed.
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
   * const { fileName } = await data.file("8a7c2f0e-5d0b-4d9c-9c1e-3f6b1f0a2d14");
   *
   * assertEquals(fileName, "note.txt");
   * ```
   */
  file(fid: string, options?: Cancellable): Promise<FileEntry>;
  /**
   * Opens the content of a file, as a response to read, to pipe or to hand on; nothing is held in memory.
   *
   * Its body fails rather than end early, and it fails if nothing comes for `idleMs` while somebody reads. Files up to 8 MiB of
   * known size come through the API, others by a presigned link that is fetched without the credential and never shown. Read
   * the body or cancel it. To save a file use `saveFile` of `@xsignals/data/disk`, which also resumes.
   *
   * @param file The file as a list gave it, or its id.
   * @param options `from`: the first byte to get; `ifMatch`: the `etag` of the bytes before it; `signal`, for the body too.
   * @returns Status 200, or 206 with what begins at `from`; 200 with everything if the server cannot do that, or the content is
   *   another one now. It has no address, and no headers but content-type, content-length, content-range and etag.
   * @throws {TypeError} If an argument is wrong.
   * @throws {DataError} `not_found`, `gone`; `link_refused` if a new link was refused too; `http_error` with status 416 if the
   *   file has no byte at `from`. While the body is read: `truncated`, `stalled`, `size_mismatch`.
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
   * const data = createData(createSession({ strategy, fetch }), { linkFetch: fetch });
   *
   * const response = await data.open("8a7c2f0e-5d0b-4d9c-9c1e-3f6b1f0a2d14");
   *
   * assertEquals(await response.text(), "Quiet trading. Zażółć gęślą jaźń.\n");
   * ```
   */
  open(file: FileEntry | string, options?: OpenOptions): Promise<Response>;
  /**
   * Queries time series: those that the symbols name, with their values of a period.
   *
   * Times in the table are local to the query's `timeZone` and stay text; `instantOf` of `@xsignals/data/ncsv` tells their
   * instants. Rows come as the server sends them, by series and then by date. Use `pieces` for a period of months or years: the
   * vendor documents no limit, but each request has to answer within two minutes. For what was inserted lately use `deltas`.
   *
   * @returns The table, as soon as its header is there, to be read once; its rows arrive while they are read.
   * @throws {DataError} `not_found` if there is no such group; `bad_symbol` for a key or column that it does not have; `bad_response` if
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
