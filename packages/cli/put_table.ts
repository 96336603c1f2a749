// A table of time series on its way out: as rows, as a file, or drawn.
import { DataError, type Table } from "@xsignals/data";
import { saveTable } from "@xsignals/data/disk";
import { CommandError, usageError } from "./command_error.ts";
import { formOf, type SharedFlags } from "./flags.ts";
import type { Job } from "./job.ts";
import { printable } from "./printable.ts";
import { putChart } from "./put_chart.ts";

/** The flags that say where a table goes. */
export interface TableFlags {
  /** A file, or `-` for standard output: the server's bytes. */
  readonly output?: string;
  /** Whether a file that is there is replaced. */
  readonly overwrite?: boolean;
  /** Whether the numbers are drawn. */
  readonly chart?: boolean;
}

/** Refuses flags that exclude each other, before anything is sent. */
export function checkTableFlags(shared: SharedFlags, { output, chart, overwrite }: TableFlags): void {
  const form = formOf(shared);
  if (output === "") throw usageError("-o", "it must be the path of a file, or - for standard output");
  if (output !== undefined && (form === "csv" || form === "table" || (form && output === "-"))) {
    throw usageError(
      `--${form} with -o`,
      "-o has the table as the server sent it, which is CSV; leave out one of them",
    );
  }
  if (chart && output !== undefined) throw usageError("--chart with -o", "leave out one of them");
  if (chart && form) throw usageError(`--chart with --${form}`, "a chart is for people; leave out one of them");
  if (overwrite && (output === undefined || output === "-")) {
    throw usageError("--overwrite", "it goes with -o FILE");
  }
}

/** Puts a table out. A table that the server cut off is an error, never a shorter table. */
export async function putTable(
  job: Job,
  table: Table,
  { output, overwrite = false, chart }: TableFlags,
): Promise<void> {
  await using _open = table;
  if (table.nextPageToken !== undefined) {
    const message = "Cannot put out the table: the server has more rows than it gives at once";
    throw new CommandError("truncated", message, { hint: "ask for a shorter period" });
  }
  const { out, signal, note } = job;
  if (output === "-") return await out.bytes(table.body);
  if (output !== undefined) {
    const path = await saveTable(table, output, { signal, overwrite });
    return await out.value({ path }, path);
  }
  if (chart) return await putChart(job, table);
  const columns = table.columns.map(({ name, type }) => ({
    name,
    title: name,
    ...(type === "number" && { alignment: "right" as const }),
  }));
  const rows = await out.rows(columns, out.form === "json" ? table : textsOf(table));
  if (rows === 0) await note("0 rows");
}

/** Rows with each cell as the server sent it. A value that must be a number is one, as in rows of the library. */
async function* textsOf(table: Table): AsyncGenerator<Record<string, string>, void> {
  const names = table.columns.map(({ name }) => name);
  const numbers = table.columns.flatMap(({ type }, index) => type === "number" ? [index] : []);
  let line = 2;
  for await (const batch of table.batches()) {
    for (const cells of batch) {
      const wrong = numbers.find((index) => !isNumber(cells[index]!));
      if (wrong !== undefined) throw notNumber(line, names[wrong]!, cells[wrong]!);
      yield Object.fromEntries(names.map((name, index) => [name, cells[index]!]));
      line += 1 + cells.reduce((breaks, cell) => breaks + (cell.match(/\r\n|\r|\n/g)?.length ?? 0), 0);
    }
  }
}

function isNumber(cell: string): boolean {
  return cell.trim() === "" || cell.trim() === "NaN" || Number.isFinite(Number(cell));
}

function notNumber(line: number, column: string, cell: string): DataError {
  const where = `line ${line} of the table (not counting comments), column ${printable(column)}`;
  const why = `"${printable(cell.slice(0, 40))}" is not a number`;
  return new DataError("bad_ncsv", `Cannot put out the table: ${where}: ${why}`, { line, column });
}
