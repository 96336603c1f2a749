// One query for time series, and what its table shows.
import { readNcsv } from "@xsignals/data/ncsv";
import { type Asker, failed } from "./ask.ts";
import type { Notes } from "./notes.ts";
import { readText } from "./read_text.ts";

const DEADLINE = 120_000; // in ms: the server may have to look through much
const MAX_TABLE = 4_194_304; // in bytes
const ZONES = ["America/New_York", "UTC", "Europe/Warsaw"]; // that the emulator can play; others could tell whose account it is

/** What a table has shown. */
export interface AskedTable {
  /** Whether the query was taken. */
  readonly isTaken: boolean;
  readonly status: number;
  readonly headers: readonly string[];
  readonly rows: number;
  readonly zone?: string;
  /** The day of its last row, as a period. */
  readonly day?: { readonly startDate: string; readonly endDate: string };
  /** Whether two rows have the same keys and the same time. */
  readonly hasRepeats: boolean;
  readonly dates?: "millis" | "seconds" | "other";
  readonly emptyCell?: "empty" | "NaN";
  readonly form?: "lf" | "crlf" | "bom";
  /** Whether the answer says that there are more rows. */
  readonly hasMore: boolean;
  /** Whether all of it was read. */
  readonly isWhole: boolean;
}

/** The header in which the server may say that there are more rows. */
const TOKEN_HEADER = /^(x-)?next-?page-?token$/i;

/** Sends a query and reads its table, or as much of it as fits in memory. */
export async function askTable({ call }: Asker, body: object): Promise<AskedTable> {
  const init = {
    method: "POST",
    headers: { "content-type": "application/json", "accept": "text/csv, application/json;q=0.9, */*;q=0.5" },
    body: JSON.stringify(body),
    ms: DEADLINE,
  };
  return await call("/ts", init, async (response) => {
    const { status, ok, headers } = response;
    if (!ok) return { isTaken: false, status, headers: [], rows: 0, hasRepeats: false, hasMore: false, isWhole: true };
    const { text, isWhole } = await readText(response, MAX_TABLE);
    if (/^\s*[<{]/.test(text) || text.trim() === "") {
      throw failed("bad_response", "the server answered with something that is not a table");
    }
    const hasMore = [...headers].some(([name, value]) => TOKEN_HEADER.test(name) && value !== "");
    return { isTaken: true, status, isWhole, hasMore, form: formOf(text), ...await lookAt(text, isWhole) };
  });
}

/** Notes what the tables show of how tables are written. */
export function noteTables(notes: Notes, tables: readonly AskedTable[]): void {
  const [first] = tables;
  if (!first) return;
  if (first.zone === undefined) notes.miss(["tsZone"], "the table names no zone");
  else if (ZONES.includes(first.zone)) notes.find("tsZone", [first.zone]);
  else notes.tell("tsZone", "another zone");
  const forms = tables.flatMap(({ form }) => form ?? []);
  if (forms[0]) notes.find("csvForm", [forms[0]]);
  const dates = tables.flatMap(({ dates }) => dates ?? []);
  if (dates[0] === "other") notes.tell("tsDates", "another form");
  else if (dates[0]) notes.find("tsDates", [dates[0]]);
  else notes.miss(["tsDates"], "no row came");
  const cells = tables.flatMap(({ emptyCell }) => emptyCell ?? []);
  if (cells[0]) notes.find("emptyCell", [cells[0]]);
  else notes.miss(["emptyCell"], "no row lacks a number");
  const cut = tables.find(({ hasMore, isWhole }) => hasMore && isWhole);
  if (cut) notes.find("tsCap", [cut.rows]);
  else notes.miss(["tsCap"], "no answer was cut");
}

async function lookAt(text: string, isWhole: boolean) {
  const table = await readNcsv(new Blob([isWhole ? text : text.slice(0, text.lastIndexOf("\n") + 1)]).stream())
    .catch(() => {
      throw failed("bad_response", "the server answered with something that is not a table");
    });
  const { columns, timeZone: zone } = table;
  const rows: string[][] = [];
  try {
    for await (const batch of table.batches()) rows.push(...batch);
  } catch { // the end may have been cut within a row; what came is enough
  }
  const at = columns.findIndex(({ role }) => role === "date");
  const numbers = columns.flatMap(({ role, type }, index) => role === "value" && type === "number" ? [index] : []);
  const cells = rows.flatMap((row) => numbers.map((index) => row[index]));
  const places = rows.map((row) => JSON.stringify(row.slice(0, at + 1)));
  const last = rows.at(-1)?.[at] ?? "";
  const day = /^\d{4}-\d\d-\d\d/.exec(last)?.[0];
  return {
    headers: columns.map(({ header }) => header),
    rows: rows.length,
    hasRepeats: new Set(places).size < places.length,
    ...(zone === undefined ? {} : { zone }),
    ...(day === undefined ? {} : { day: { startDate: `${day}T00:00:00`, endDate: `${day}T23:59:59` } }),
    ...(last === "" ? {} : { dates: datesOf(last) }),
    ...(cells.includes("NaN")
      ? { emptyCell: "NaN" as const }
      : cells.includes("")
      ? { emptyCell: "empty" as const }
      : {}),
  };
}

function datesOf(time: string): AskedTable["dates"] {
  if (/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}$/.test(time)) return "millis";
  return /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d$/.test(time) ? "seconds" : "other";
}

function formOf(text: string): AskedTable["form"] {
  return text.startsWith("\ufeff") ? "bom" : /\r\n/.test(text) ? "crlf" : "lf";
}
