// A table of time series as drawings: one for each series and each of its columns of numbers.
import { DataError, type Row, type Table } from "@xsignals/data";
import { instantOf } from "@xsignals/data/ncsv";
import { type ChartPoint, drawChart } from "./chart.ts";
import { CommandError } from "./command_error.ts";
import type { Job } from "./job.ts";
import { printable } from "./printable.ts";

/** So many are drawn. */
const MOST = 5;

/** The width of a drawing, unless a terminal says it. */
const WIDTH = 80;

/** What is drawn together. */
interface Line {
  readonly name: string;
  readonly points: ChartPoint[];
  /** The times of the first and the last point that has a value. */
  first?: string;
  last?: string;
}

/** Draws a table. What is not drawn is told of. */
export async function putChart({ out, note, world }: Job, table: Table): Promise<void> {
  const date = table.columns.find(({ role }) => role === "date")?.name;
  if (date === undefined || !table.columns.some(({ type }) => type === "number")) {
    throw new CommandError("bad_ncsv", "Cannot draw the table: it has no dates, or no column of numbers");
  }
  const { lines, others } = await linesOf(table, date);
  if (lines.length === 0) return await note("nothing to draw: 0 rows");
  const width = world.stdout.columns ?? WIDTH;
  const drawings = lines.map(({ name, points, first, last }) => {
    const drawing = drawChart(points, width);
    if (drawing === undefined) return `${printable(name)}\nno values`;
    const times = first === last ? first : `${first} to ${last}`;
    return `${printable(name)}\n${drawing}\n${printable(`${date}: ${times}`)}`;
  });
  await out.value(undefined, drawings.join("\n\n"));
  if (others > 0) await note(`${others} more ${others === 1 ? "is" : "are"} not drawn: choose by -s and -c`);
}

async function linesOf(table: Table, date: string): Promise<{ lines: Line[]; others: number }> {
  const keys = table.columns.filter(({ role }) => role === "key").map(({ name }) => name);
  const values = table.columns.filter(({ type }) => type === "number").map(({ name }) => name);
  const lines = new Map<string, Line>();
  const others = new Set<string>();
  let count = 0;
  for await (const row of table) {
    const text = String(row[date]);
    const time = timeOf(text, ++count, date);
    for (const value of values) {
      const name = [value, ...keys.map((key) => row[key])].join(" ");
      const line: Line = lines.get(name) ?? { name, points: [] };
      if (lines.size < MOST) lines.set(name, line);
      if (!lines.has(name)) {
        others.add(name);
        continue;
      }
      const point = numberIn(row, value);
      line.points.push([time, point]);
      if (!Number.isFinite(point)) continue;
      if (line.first === undefined || text < line.first) line.first = text; // local times in one form sort as text
      if (line.last === undefined || text > line.last) line.last = text;
    }
  }
  return { lines: [...lines.values()], others: others.size };
}

function numberIn(row: Row, column: string): number {
  const value = row[column];
  return typeof value === "number" ? value : NaN;
}

/** Where a local time stands on the axis: as if its zone had no summer. */
function timeOf(text: string, row: number, column: string): number {
  try {
    return instantOf(text, "UTC");
  } catch {
    throw new DataError("bad_ncsv", `Cannot draw the table: row ${row}, column ${column}: it is not a local time`);
  }
}
