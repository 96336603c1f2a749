// One table out of those of many periods.
import { DataError } from "../data_error.ts";
import { badNcsv } from "../ncsv/bad_ncsv.ts";
import { zoneOf } from "../ncsv/columns.ts";
import { wallTime } from "../ncsv/wall_time.ts";
import type { TableParts } from "../ncsv/open_ncsv.ts";
import type { Batch } from "../ncsv/records.ts";
import { printable } from "../printable.ts";
import type { Column } from "../types.ts";
import type { Period } from "./periods.ts";

/** How to get a piece. */
export interface Pieces {
  readonly what: string;
  readonly periods: readonly Period[];
  /** The zone that was asked for: in another one the boundaries could not be found. */
  readonly timeZone: string;
  ask(period: Period, index: number): Promise<TableParts>;
}

/**
 * Joins tables, the first of which is asked for at once, the others while it is read.
 *
 * @throws {DataError} What `ask` throws; `bad_response` for a piece that does not fit the others.
 */
export async function joinPieces({ what, periods, timeZone, ask }: Pieces): Promise<TableParts> {
  let isCancelled = false;
  let current = await ask(periods[0]!, 0);
  const { columns } = current;
  await check(current);
  const date = columns.findIndex(({ role }) => role === "date");

  async function check(parts: TableParts): Promise<void> {
    const why = isCancelled ? "" : misfit(parts.columns, columns, timeZone);
    if (why === undefined) return;
    await parts.cancel();
    if (isCancelled) throw new TypeError(`Cannot ${what}: the table was closed`);
    throw new DataError("bad_response", `Cannot ${parts.what}: ${why}`);
  }

  async function* batches(): AsyncGenerator<Batch, void> {
    /** The rows on the boundary that the last piece ended at, and how often it had each. */
    let given = new Map<string, number>();
    for (const [index, period] of periods.entries()) {
      if (index > 0) await check(current = await ask(period, index));
      const [start, end] = [wallTime(period.from), wallTime(period.to)];
      const atEnd = new Map<string, number>();
      const isFresh = (row: readonly string[], line: number) => {
        const time = wallTime(row[date]!);
        if (time === undefined) throw badNcsv(current.what, line, "it is not a local time", columns[date]!.name);
        if (time !== start && time !== end) return true;
        const text = JSON.stringify(row);
        if (time === end) atEnd.set(text, (atEnd.get(text) ?? 0) + 1);
        const left = time === start ? given.get(text) ?? 0 : 0;
        given.set(text, left - 1);
        return left <= 0;
      };
      for await (const { what, rows, lines } of current.batches()) {
        const fresh = rows.flatMap((row, at) => isFresh(row, lines[at]!) ? [at] : []);
        yield { what, columns, rows: fresh.map((at) => rows[at]!), lines: fresh.map((at) => lines[at]!) };
      }
      await current.cancel();
      given = atEnd;
    }
  }

  async function* bytes(): AsyncGenerator<Uint8Array, void> {
    const utf8 = new TextEncoder();
    yield utf8.encode(headerOf(columns));
    for await (const { rows } of batches()) if (rows.length > 0) yield utf8.encode(csvOf(rows));
  }

  const rest = bytes();
  return {
    what,
    columns,
    batches,
    next: async () => (await rest.next()).value ?? undefined,
    async cancel() {
      isCancelled = true;
      await current.cancel();
    },
  };
}

/** Why a piece cannot be joined to the first one. */
function misfit(columns: readonly Column[], first: readonly Column[], timeZone: string): string | undefined {
  if (!columns.some(({ role }) => role === "date")) return "the table has no dates, so pieces cannot be joined";
  const zone = zoneOf(columns);
  if (zone !== undefined && zone !== timeZone) return `the times are in ${printable(zone)} instead of ${timeZone}`;
  if (headerOf(columns) !== headerOf(first)) return "the table has other columns than the pieces before it";
}

function headerOf(columns: readonly Column[]): string {
  return csvOf([columns.map(({ header }) => header)]);
}

/** Rows as RFC 4180 has them; a cell that would begin a comment or leave a line blank is quoted too. */
function csvOf(rows: readonly (readonly string[])[]): string {
  return rows.map((cells) => cells.map((cell) => quoted(cell, cells.length === 1)).join() + "\n").join("");
}

function quoted(cell: string, isAlone: boolean): string {
  return /[",\r\n]|^#/.test(cell) || (isAlone && cell === "") ? `"${cell.replaceAll('"', '""')}"` : cell;
}
