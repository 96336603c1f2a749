// The times of queries: local ones, in the zone that the query names.
import { wallTime } from "../ncsv/wall_time.ts";

/** `Temporal.PlainDate` or `Temporal.PlainDateTime`, as far as it is needed. */
export interface PlainTime {
  /** The calendar; an instant has none. */
  readonly calendarId: string;
  /** The time as text, such as `2024-03-01`. */
  toString(): string;
}

/** A date, or a local time: text such as `2024-03-01` or `2024-03-01T12:00:00`, or Temporal's. */
export type LocalTime = string | PlainTime;

const ZONED = /^\d{4}-\d\d-\d\d.*(Z|[+-]\d\d:?\d\d|\])$/i;

/**
 * Reads a time of a query, in the form in which the vendor's SDK sends it. A date alone is the beginning of its day, or the
 * end.
 *
 * @param name Of the option, for the error.
 * @throws {TypeError} If it is not a local time.
 */
export function readLocalTime(doing: string, name: string, value: unknown, edge: "begin" | "end"): string {
  const must = (what: string) => new TypeError(`Cannot ${doing}: ${name} must ${what}`);
  if (value instanceof Date) {
    throw must(
      "not be a Date, which is an instant: give local text such as 2024-03-01T12:00:00, and the zone as timeZone",
    );
  }
  const text = typeof value === "string" || typeof Object(value).calendarId === "string" ? String(value) : "";
  if (ZONED.test(text)) throw must("have no Z, offset or zone: it is a local time, use timeZone");
  const [date = "", time] = text.split("T");
  if (wallTime(text) === undefined || text.includes(" ")) {
    throw must("be a date such as 2024-03-01, or a local time such as 2024-03-01T12:00:00");
  }
  if (time === undefined) return `${date}T${edge === "begin" ? "00:00:00" : "23:59:59"}`;
  return time.length === 5 ? `${text}:00` : text;
}
