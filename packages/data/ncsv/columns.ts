// What the header of a table says of its columns.
import { printable } from "../printable.ts";
import type { Column } from "../types.ts";
import { badNcsv } from "./bad_ncsv.ts";

/** A name and the mark in brackets behind it. */
const MARKED = /^(.+)\(([^()]*)\)$/s;
const DATE = /^Date(?:Time)?$/i;
/** Behind `Date` a mark, not a zone. */
const MARK = /^(MD-)?[A-Z]{1,2}$/;

/**
 * Reads the header: columns left of the date are keys, those right of it are values. Without a date all are keys.
 *
 * @throws {DataError} `bad_ncsv` if there are two dates, or two columns of one name.
 */
export function columnsOf(header: readonly string[], line: number, what: string): Column[] {
  const badHeader = (why: string, column: string) => badNcsv(what, line, `its header has two ${why}`, column);
  const parts = header.map((text) => splitHeader(text));
  const dates = parts.flatMap(({ isDate }, index) => isDate ? [index] : []);
  const [date = Infinity, second] = dates;
  if (second !== undefined) {
    throw badHeader(`date columns, ${printable(header[date]!)} and ${printable(header[second]!)}`, header[second]!);
  }
  const counts = new Map<string, number>();
  for (const { name } of parts) counts.set(name, (counts.get(name) ?? 0) + 1);
  const taken = new Set<string>();
  return parts.map(({ name: short, mark, isDate }, index) => {
    const name = counts.get(short) === 1 ? short : header[index]!;
    if (taken.has(name)) throw badHeader(`columns ${printable(name)}`, name);
    taken.add(name);
    const role = isDate ? "date" : mark?.startsWith("MD-") ? "metadata" : index < date ? "key" : "value";
    const type = isDate
      ? "date"
      : role !== "value" || mark === "S"
      ? "text"
      : mark === undefined
      ? "number"
      : "unknown";
    return { name, header: header[index]!, ...(mark === undefined ? {} : { mark }), role, type };
  });
}

/** The zone that the date column's header names. */
export function zoneOf(columns: readonly Column[]): string | undefined {
  const date = columns.find(({ role }) => role === "date");
  return date && MARKED.exec(date.header)?.[2];
}

function splitHeader(header: string): { name: string; mark?: string; isDate: boolean } {
  const [, name, mark] = MARKED.exec(header) ?? [];
  if (name === undefined || mark === undefined) return { name: header, isDate: DATE.test(header) };
  return DATE.test(name) && !MARK.test(mark)
    ? { name: header, isDate: true }
    : { name: name.trimEnd(), mark, isDate: false };
}
