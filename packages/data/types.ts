// What the package takes and gives, as its users see it.
import type { FetchLike, FileInfo } from "@xsignals/client";
import type { DataErrorCode } from "./data_error.ts";

export type { FetchLike };

/** What the package reads through: a session of `@xsignals/session`, the emulator, or any `fetch` with an address. */
export interface Connection {
  /** Sends the calls, with the credential. */
  readonly fetch: FetchLike;
  /** Where the API is. */
  readonly baseUrl: string;
}

/** What can be cancelled. */
export interface Cancellable {
  /** Ends the call; it is looked at between pages too. */
  readonly signal?: AbortSignal;
}

/** A file as the API tells of it; members that this package does not know stay. */
export interface FileEntry extends FileInfo {
  /** The file's id. */
  readonly fid: string;
  /** The file's name, given by others: never a path. */
  readonly fileName: string;
  /** The name of the group that the file is in. */
  readonly groupName: string;
}

/** A column of a {@link Table}. */
export interface Column {
  /** The header without its marks; a date column keeps its zone, as in `Date(UTC)`. */
  readonly name: string;
  /** The header as the server sent it. */
  readonly header: string;
  /** The mark in brackets, such as `S` or `MD-S`, if there is one. */
  readonly mark?: string;
  /** What the column is for. */
  readonly role: "key" | "date" | "value" | "metadata";
  /** How cells are read. */
  readonly type: "text" | "number" | "date" | "unknown";
}

/** A row: text, numbers, and `null` for an empty value. */
export type Row = Record<string, string | number | null>;

/** A table that is read once, as rows, as batches of text, or as bytes; a second reading is a `TypeError`. */
export interface Table extends AsyncIterable<Row>, AsyncDisposable {
  /** The columns, in the order of the server. */
  readonly columns: readonly Column[];
  /** The zone that the date column's header names, if it names one. */
  readonly timeZone?: string;
  /** Where the rows go on that the server did not give; a query with this token asks for them. Absent if it gave all. */
  readonly nextPageToken?: string;
  /** The server's bytes, header included. */
  readonly body: ReadableStream<Uint8Array>;
  /** The rows as arrays of text, many at a time, in the order of the columns. */
  batches(): AsyncIterable<string[][]>;
}

/** The time as the package sees it, in milliseconds. Give one to move the time in a test. */
export interface Clock {
  /** The wall clock, since 1970; only differences between two readings count. */
  now(): number;
  /** Resolves after `ms`; rejects with the signal's reason if the signal aborts first. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

/** Something that happened, for progress and logs: times in milliseconds since 1970; never a link, a token or another secret. */
export type DataEvent =
  /** A page of a list came, with so many entries, of a list of `total` as the server counts. */
  | { readonly type: "page"; readonly at: number; readonly entries: number; readonly total?: number }
  /** The server asked to wait: all calls wait for `ms`. */
  | { readonly type: "waiting"; readonly at: number; readonly ms: number; readonly status: number }
  /** A call failed and is sent again in `ms`: with the status, or the class of the connection's error. */
  | { readonly type: "retrying"; readonly at: number; readonly ms: number; readonly reason: string }
  /** The program may not connect to the host of the links; the file comes through the API. */
  | { readonly type: "link_not_permitted"; readonly at: number; readonly host: string }
  /** The server has more rows or symbols than it gave: see {@link Table.nextPageToken}. */
  | { readonly type: "next_page_token"; readonly at: number }
  /** The saving of a file goes on after `kept` bytes, which came before. */
  | { readonly type: "resuming"; readonly at: number; readonly fid: string; readonly kept: number }
  /** A file that is being saved has grown to `received` bytes, of `expected` if that is known; five times a second at most. */
  | {
    readonly type: "receiving";
    readonly at: number;
    readonly fid: string;
    readonly received: number;
    readonly expected?: number;
  }
  /** A sync has read the list, and begins to fetch so many files, of so many bytes as far as that is known. */
  | { readonly type: "fetching"; readonly at: number; readonly files: number; readonly bytes: number }
  /** A sync has fetched a file. */
  | {
    readonly type: "fetched";
    readonly at: number;
    readonly fid: string;
    readonly path: string;
    readonly bytes: number;
  }
  /** A sync could not fetch a file, and goes on with the others. */
  | { readonly type: "not_fetched"; readonly at: number; readonly fid: string; readonly code: DataErrorCode };
