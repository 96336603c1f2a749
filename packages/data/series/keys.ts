// The keys of series: the API wants all of them, a user names some.
import { searchSymbols, type SymbolEntry, type TimeSeriesKey } from "@xsignals/client";
import type { AskOptions } from "../ask.ts";
import type { Calls, Work } from "../calls.ts";
import { failed } from "../failure.ts";
import { askGroup } from "../groups.ts";
import { askPage, type PagePlace } from "../pages.ts";
import { printable } from "../printable.ts";
import type { Page } from "../walk.ts";
import type { Symbols } from "./query.ts";

/** So many series are looked at for the names of a group's keys and columns; they are nearly always the same. */
const LOOKED_AT = 100;

/** So many columns are named in a message. */
const MOST_NAMED = 30;

/** Keys of series, as the API wants them. */
export interface CompletedKeys {
  /** One for each set of keys. */
  readonly keys: TimeSeriesKey[];
  /** The names of the columns of the series that were looked at. */
  readonly columns: readonly string[];
}

/**
 * Completes symbols: what is not named is asked for as `*`, for each set of keys that the group's series have.
 *
 * @throws {DataError} `bad_symbol` for a key that the group does not have, and with its names; `not_found` without the group.
 */
export async function completeKeys(
  calls: Calls,
  work: Work,
  group: string,
  given: readonly Symbols[],
  columns: readonly string[],
): Promise<CompletedKeys> {
  const entries = await seriesOf(calls, work, group);
  const sets = keySetsOf(entries);
  if (sets.length === 0) await askGroup(calls, work, group);
  const keys = given.flatMap((symbols) => fittingSets(work, symbols, sets).map((names) => complete(symbols, names)));
  const distinct = new Map(keys.map((key) => [JSON.stringify(key), key]));
  return {
    keys: [...distinct.values()].map((symbols) => {
      const pattern = Object.values(symbols).some((value) => value.includes("*"));
      return { symbols, groupName: group, columns: [...columns], pattern };
    }),
    columns: [...new Set(entries.flatMap(({ columns }) => columns ?? []).filter((name) => typeof name === "string"))],
  };
}

/** Asks for a page of the symbol search. */
export function askSymbols(calls: Calls, work: Work, query: string, page: PagePlace): Promise<Page<SymbolEntry>> {
  const operation = (options: AskOptions) => searchSymbols({ ...options, query: { query, ...page } });
  return askPage(calls, work, operation, isSymbolEntry, page);
}

/** Whether an entry of the symbol search is a series. */
function isSymbolEntry(entry: unknown): entry is SymbolEntry {
  const { symbols } = Object(entry);
  return Object(symbols) === symbols && Object.values(symbols).every((value) => typeof value === "string");
}

/** The query of the symbol search for a group; a free text is looked for with `*` behind it, as the vendor's SDK does. */
export function symbolQuery(group: string, text?: string): string {
  return `groupName.keyword=${group}${text === undefined ? "" : `&${text}*`}`;
}

/** Series of the group; none if it has a name that cannot be searched for. */
async function seriesOf(calls: Calls, work: Work, group: string): Promise<SymbolEntry[]> {
  if (/[&=*]/.test(group)) return [];
  const { entries } = await askSymbols(calls, work, symbolQuery(group), { from: 0, size: LOOKED_AT });
  return entries.filter(({ groupName = group }) => groupName === group);
}

/** The names of keys that series have together. */
function keySetsOf(entries: readonly SymbolEntry[]): string[][] {
  const sets = entries.map(({ symbols }) => [Object.keys(symbols).sort().join("\0"), Object.keys(symbols)] as const);
  return [...new Map(sets).values()];
}

/** The error of a query: the given one, unless the server refused a column that none of the series has which were looked at. */
export function unknownColumn(work: Work, error: unknown, asked: readonly string[], known: readonly string[]): unknown {
  const wrong = asked.find((name) => !known.includes(name));
  if (Object(error).status !== 400 || wrong === undefined || known.length === 0) return error;
  const names = known.slice(0, MOST_NAMED).map(printable).join(", ") + (known.length > MOST_NAMED ? ", …" : "");
  return failed(work, "bad_symbol", `it has no column ${printable(wrong)}, its columns are ${names}`, { status: 400 });
}

function fittingSets(work: Work, symbols: Symbols, sets: readonly string[][]): readonly string[][] {
  const names = Object.keys(symbols);
  if (sets.length === 0) {
    if (names.length > 0) return [names];
    throw failed(work, "bad_symbol", "no series of it can be found, so all of its keys must be named");
  }
  const known = [...new Set(sets.flat())];
  const wrong = names.find((name) => !known.includes(name));
  if (wrong !== undefined) {
    const why = `it has no key ${printable(wrong)}, its keys are ${known.map(printable).join(", ")}`;
    throw failed(work, "bad_symbol", why);
  }
  const fitting = sets.filter((set) => names.every((name) => set.includes(name)));
  if (fitting.length === 0) {
    throw failed(work, "bad_symbol", `no series of it has all of the keys ${names.map(printable).join(", ")}`);
  }
  return fitting;
}

function complete(symbols: Symbols, names: readonly string[]): Record<string, string> {
  return Object.fromEntries(names.map((name) => [name, Object.hasOwn(symbols, name) ? symbols[name]! : "*"]));
}
