// What is asked of time series, checked before anything is sent.
import { checkTimeZone } from "../ncsv/time_zone.ts";
import { checkArgument, checkNamed, FLAG, type Rule, type Rules, TEXT } from "../options.ts";
import { wallTime } from "../ncsv/wall_time.ts";
import type { Cancellable } from "../types.ts";
import { type LocalTime, readLocalTime } from "./local_time.ts";
import type { PieceSize } from "./periods.ts";

/** Values of a group's keys, such as `{ Instrument: "GEO" }`; `*` in a value stands for any characters. */
export type Symbols = Readonly<Record<string, string>>;

/**
 * Whether corrected values come in all of their versions: `true` and `history`, all; `only`, the corrections alone. It is sent
 * as it is given, because the vendor documents booleans and its SDK sends texts. What the rows look like is not documented:
 * they are handed on in the server's order, and never merged.
 */
export type Corrections = boolean | "true" | "false" | "history" | "only";

/** Which time series, and of which time. */
export interface SeriesQuery extends Cancellable {
  /** The exact name of the group. */
  readonly group: string;
  /**
   * Which series of the group: keys by name, or several such objects. Keys that are not named may have any value: `{}` is all of
   * the group.
   */
  readonly symbols: Symbols | readonly Symbols[];
  /** The names of value columns; all if left out. */
  readonly columns?: readonly string[];
  /** The first moment, which counts too; a date alone is its first second. Left out: from the beginning. */
  readonly from?: LocalTime;
  /** The last moment, which counts too; a date alone is its last second, as the vendor's SDK sends it. Left out: to the end. */
  readonly to?: LocalTime;
  /** The zone of `from`, `to`, `asOf` and of the times in the table, by name; `UTC`. The account's own is never used. */
  readonly timeZone?: string;
  /** Whether corrected values come in all of their versions. Left out, it is not sent: the last version alone. */
  readonly corrections?: Corrections;
  /** The data as they were known then; a date alone is its last second. Left out: as they are known now. */
  readonly asOf?: LocalTime;
  /** Whether metadata columns come behind the values. */
  readonly metadata?: boolean;
  /**
   * Asks for a long period in pieces, one request each while the table is read: rows come in the order of the pieces, those on
   * a boundary once. It needs `from` and `to`. The table's `body` is written anew then.
   */
  readonly pieces?: PieceSize;
  /** Goes on where a table ended that has this as its {@link Table.nextPageToken}; all else must be the same. */
  readonly nextPageToken?: string;
}

/** Which deltas of a group: what was inserted in a period, whatever time the values are of. */
export interface DeltaQuery extends Cancellable {
  /** The exact name of the group. */
  readonly group: string;
  /** The first moment of insertion, which counts too, in the zone that is set for the account; a date alone is its first second. */
  readonly from: LocalTime;
  /** The last moment of insertion, which counts too; a date alone is its last second. */
  readonly to: LocalTime;
  /** Whether corrected values come in all of their versions; `false`. */
  readonly corrections?: Corrections;
  /** The data as they were known then; a date alone is its last second. */
  readonly asOf?: LocalTime;
  /** Goes on where a table ended that has this as its {@link Table.nextPageToken}; all else must be the same. */
  readonly nextPageToken?: string;
}

/** Checked by a function of its own. */
const ANY: Rule = ["", () => true];
const DELTAS: Rules = {
  group: TEXT,
  from: ANY,
  to: ANY,
  asOf: ANY,
  corrections: [
    "true, false, history or only",
    (value) => typeof value === "boolean" || ["true", "false", "history", "only"].includes(value as string),
  ],
  nextPageToken: TEXT,
};
const SYMBOLS: Rule = [
  'keys by name with non-empty texts, such as { Instrument: "GEO" }, a list of such objects, or {} for all series',
  (value) => {
    const list = Array.isArray(value) ? value : [value];
    return list.length > 0 && list.every(isSymbols);
  },
];

const SERIES: Rules = {
  ...DELTAS,
  symbols: SYMBOLS,
  columns: [
    "a list of names, not an empty one",
    (value) => Array.isArray(value) && value.length > 0 && value.every(TEXT[1]),
  ],
  timeZone: TEXT,
  metadata: FLAG,
  pieces: ["day, month or year", (value) => ["day", "month", "year"].includes(value as string)],
};

/** A query's times as they are sent. */
export interface Times {
  readonly from?: string;
  readonly to?: string;
  readonly asOf?: string;
}

/**
 * Checks a query.
 *
 * @throws {TypeError} If an option is wrong; it names the option.
 */
export function checkSeriesQuery(doing: string, query: SeriesQuery): Times {
  checkNamed(doing, "group", query?.group, query, SERIES);
  checkArgument(doing, "symbols", query.symbols, SYMBOLS);
  if (query.timeZone !== undefined) checkTimeZone(query.timeZone, `Cannot ${doing}: timeZone`);
  const times = readTimes(doing, query);
  if (query.pieces === undefined) return times;
  if (times.from === undefined || times.to === undefined) {
    throw new TypeError(`Cannot ${doing}: pieces needs from and to`);
  }
  if (query.nextPageToken !== undefined) {
    throw new TypeError(`Cannot ${doing}: pieces and nextPageToken exclude each other`);
  }
  return times;
}

/**
 * Checks a query.
 *
 * @throws {TypeError} If an option is wrong; it names the option.
 */
export function checkDeltaQuery(doing: string, query: DeltaQuery): Times {
  checkNamed(doing, "group", query?.group, query, DELTAS);
  const times = readTimes(doing, query);
  for (const name of ["from", "to"] as const) {
    if (times[name] === undefined) throw new TypeError(`Cannot ${doing}: ${name} is missing, such as 2024-03-01`);
  }
  return times;
}

function readTimes(doing: string, query: Pick<SeriesQuery, "from" | "to" | "asOf">): Times {
  const read = (name: "from" | "to" | "asOf", edge: "begin" | "end") =>
    query[name] === undefined ? undefined : readLocalTime(doing, name, query[name], edge);
  const times = { from: read("from", "begin"), to: read("to", "end"), asOf: read("asOf", "end") };
  if (times.from !== undefined && times.to !== undefined && wallTime(times.from)! > wallTime(times.to)!) {
    throw new TypeError(`Cannot ${doing}: from must not be after to`);
  }
  return times;
}

function isSymbols(value: unknown): boolean {
  return typeof value === "object" && value !== null && !Array.isArray(value) && Object.values(value).every(TEXT[1]);
}
