import type { Assumptions } from "./assumptions.ts";
import { ErrorAnswer } from "./error_answer.ts";
import { like } from "./listing.ts";
import type { SeriesKey, SeriesQuery } from "./series_query.ts";
import type { StoredColumn, StoredRow, StoredSeries } from "./state.ts";

/** The answer to a query for time series, before it has a format. */
export interface SeriesTable {
  /** The names of the key columns. */
  readonly keys: readonly string[];
  /** The header of the column between keys and values, with its zone. */
  readonly date: string;
  readonly columns: readonly StoredColumn[];
  readonly rows: readonly TableRow[];
}

/** A row of the answer. */
export interface TableRow {
  readonly symbols: readonly string[];
  readonly date: string;
  readonly cells: readonly string[];
}

/** Says which version a row is, where that is assumed. */
const VERSION: StoredColumn = { header: "Version", name: "Version", isNumber: true, isMetadata: false };

/**
 * Answers a query from the groups that it names; with several, each row has the columns of all.
 *
 * @throws {ErrorAnswer} 404 for a group without time series, 400 for a column that a group does not have.
 */
export function queryTable(
  series: ReadonlyMap<string, StoredSeries>,
  query: SeriesQuery,
  { partialKeys, corrections }: Assumptions,
): SeriesTable {
  const groups = Map.groupBy(query.keys, ({ groupName }) => groupName);
  const parts = [...groups].map(([groupName, asked]) => {
    const group = series.get(groupName);
    if (!group) throw new ErrorAnswer(404, "There is no group of that name with time series");
    return { group, asked, columns: askedColumns(group, asked, query.metadata) };
  });
  const keys = [...new Set(parts.flatMap(({ group }) => group.keys))];
  const columns = [...new Map(parts.flatMap(({ columns }) => columns).map((one) => [one.header, one])).values()]
    .sort((a, b) => Number(a.isMetadata) - Number(b.isMetadata));
  const withVersion = corrections === "version" && query.versions !== "last";

  const rows = parts.flatMap(({ group, asked }) => {
    const places = columns.map(({ header }) => group.columns.findIndex((one) => one.header === header));
    return versions(group.rows.filter((row) => isInTime(row, query)), query).flatMap((row) => {
      const wanted = asked.filter((key) => fits(group.keys, row, key, partialKeys));
      if (wanted.length === 0) return [];
      const all = wanted.some((key) => key.columns.length === 0);
      const cells = columns.map(({ name, isMetadata }, index) => {
        const isWanted = all || isMetadata || wanted.some((key) => key.columns.includes(name));
        return isWanted ? row.cells[places[index]!] ?? "" : "";
      });
      return [{
        symbols: keys.map((key) => row.symbols[group.keys.indexOf(key)] ?? ""),
        date: query.write(query.wall(row.date)),
        cells: withVersion ? [...cells, String(row.version)] : cells,
      }];
    });
  });
  return { keys, date: `Date(${query.timeZone})`, columns: withVersion ? [...columns, VERSION] : columns, rows };
}

function askedColumns({ columns }: StoredSeries, asked: readonly SeriesKey[], metadata: boolean): StoredColumn[] {
  const names = asked.flatMap((key) => key.columns);
  const unknown = names.find((name) => !columns.some((column) => column.name === name));
  if (unknown !== undefined) throw new ErrorAnswer(400, "The group does not have one of the columns");
  const all = asked.some((key) => key.columns.length === 0);
  return columns.filter(({ name, isMetadata }) => names.includes(name) || (isMetadata ? metadata : all));
}

/** Whether a row is within the query's times, by its own time or by that of its insertion; both ends count. */
function isInTime({ date, inserted }: StoredRow, { wall, from, to, asOf, delta }: SeriesQuery): boolean {
  const time = wall(delta ? inserted : date);
  return (from === undefined || time >= from) && (to === undefined || time <= to) &&
    (asOf === undefined || wall(inserted) <= asOf);
}

/** The versions that the query asks for, of rows in their order. */
function versions(rows: readonly StoredRow[], { versions }: SeriesQuery): readonly StoredRow[] {
  if (versions === "all") return rows;
  if (versions === "later") return rows.filter(({ version }) => version > 1);
  return rows.filter((row, at) => {
    const next = rows[at + 1];
    return next?.place !== row.place || next.date !== row.date;
  });
}

/** Whether a row is of the series that a key asks for: every key must be named, if it is not assumed that some suffice. */
function fits(
  names: readonly string[],
  row: StoredRow,
  { symbols, pattern }: SeriesKey,
  partialKeys: Assumptions["partialKeys"],
): boolean {
  if (!symbols) return true;
  const given = Object.entries(symbols);
  if (partialKeys === "none" && given.length < names.length) return false;
  return given.every(([name, value]) => {
    const own = row.symbols[names.indexOf(name)];
    return own !== undefined && (pattern ? like(value, own) : value === own);
  });
}

/** What an answer has besides its rows. */
interface Ending {
  /** Where the rows go on that are not in it. */
  readonly nextPageToken?: string;
}

/** A table as normalised CSV: keys, date, values, metadata. */
export function ncsvAnswer(
  { keys, date, columns, rows }: SeriesTable,
  { csvForm, emptyCell }: Assumptions,
  { nextPageToken }: Ending,
): Response {
  const end = csvForm === "crlf" ? "\r\n" : "\n";
  const lines = [[...keys, date, ...columns.map(({ header }) => header)]];
  for (const { symbols, date, cells } of rows) {
    const values = cells.map((cell, at) => cell === "" && columns[at]!.isNumber && emptyCell === "NaN" ? "NaN" : cell);
    lines.push([...symbols, date, ...values]);
  }
  const text = lines.map((cells) => cells.map(quoted).join(",") + end).join("");
  return new Response(csvForm === "bom" ? `\ufeff${text}` : text, {
    headers: { "content-type": "text/csv; charset=utf-8", ...(nextPageToken ? { nextPageToken } : {}) },
  });
}

/** A table as an object for each row, under `values`, where the vendor's SDK reads them. */
export function valuesAnswer(table: SeriesTable, ending: Ending): Response {
  const values = table.rows.map(({ symbols, date, cells }) =>
    Object.fromEntries([
      ...table.keys.map((key, at) => [key, symbols[at]]),
      [table.date, date],
      ...table.columns.map((column, at) => [column.name, valueOf(column, cells[at]!)]),
    ])
  );
  return Response.json({ values, ...ending });
}

/** A table as the vendor's readme describes `PANDAS`: times, below each the values by symbol and column. */
export function pandasAnswer({ rows, columns }: SeriesTable, ending: Ending): Response {
  const times = Map.groupBy(rows, ({ date }) => date);
  const named = ({ symbols, cells }: TableRow) =>
    columns.map((column, at) => [[...symbols, column.name].join("_"), valueOf(column, cells[at]!)]);
  const data = [...times].map(([time, rows]) => [time, Object.fromEntries(rows.flatMap(named))]);
  return Response.json({ data: Object.fromEntries(data), ...ending });
}

function valueOf({ isNumber }: StoredColumn, cell: string): string | number | null {
  if (!isNumber) return cell;
  return cell === "" || Number.isNaN(Number(cell)) ? null : Number(cell);
}

/** A cell as RFC 4180 has it. */
function quoted(cell: string): string {
  return /[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell;
}
