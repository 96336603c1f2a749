import type { Assumptions } from "./assumptions.ts";
import type { StoredColumn } from "./series.ts";
import type { SeriesTable, TableRow } from "./series_table.ts";

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
