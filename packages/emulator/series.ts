import { addGroup } from "./files.ts";
import type { EmulatorRow, EmulatorSeries } from "./options.ts";
import type { State, StoredColumn, StoredRow } from "./state.ts";

type NewRow = Omit<StoredRow, "version" | "place">;

/** An instant; a time without an offset could be any. */
const INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,3})?)?(Z|[+-]\d\d:\d\d)$/;

/**
 * Adds time series to a group, and the group if it does not exist. A group's series have the same keys and columns.
 *
 * @throws {TypeError} If a member is wrong, or the group has other keys or columns.
 */
export function addSeries({ series, groups, settings, ...state }: State, given: EmulatorSeries): void {
  const { groupName, keys, columns } = given;
  must(typeof groupName === "string" && groupName !== "", "groupName must be a non-empty string");
  for (const [name, list] of Object.entries({ keys, columns, rows: given.rows })) {
    must(Array.isArray(list), `${name} must be a list`);
  }
  const headers = [...keys, ...columns];
  must(headers.every((one) => typeof one === "string" && one !== ""), "a key or column has no name");
  const stored = columns.map(readColumn);
  must(
    new Set([...keys, ...stored.map(({ name }) => name), "Date"]).size === headers.length + 1,
    "two columns have the same name",
  );
  const before = series.get(groupName);
  must(
    !before || JSON.stringify([before.keys, before.columns]) === JSON.stringify([keys, stored]),
    "the group has other keys or columns",
  );
  const rows = given.rows.map((row) => readRow(row, keys, stored, settings.now()));
  if (!groups.some(({ name }) => name === groupName)) {
    addGroup({ series, groups, settings, ...state }, { name: groupName, symbols: true });
  }
  series.set(groupName, { groupName, keys, columns: stored, rows: inOrder([...before?.rows ?? [], ...rows]) });
}

/** The header of a column without its marks. */
function readColumn(header: string): StoredColumn {
  const [, name = header, mark] = /^(.+?)\(([\w-]+)\)$/.exec(header) ?? [];
  return { header, name, isNumber: mark === undefined, isMetadata: mark?.startsWith("MD-") ?? false };
}

function readRow(
  { symbols, date, values, inserted }: EmulatorRow,
  keys: readonly string[],
  columns: readonly StoredColumn[],
  now: number,
): NewRow {
  const names = columns.map(({ name }) => name);
  must([symbols, values].every((one) => Object(one) === one), "a row's symbols and values must be objects");
  must(
    Object.keys(symbols).length === keys.length && keys.every((key) => typeof symbols[key] === "string"),
    "a row's symbols must have a text for every key, and no other",
  );
  const unknown = Object.keys(values).find((name) => !names.includes(name));
  must(unknown === undefined, `a row has a value for ${unknown}, which is not the name of a column`);
  for (const one of [date, inserted ?? date]) {
    must(INSTANT.test(one) && !Number.isNaN(Date.parse(one)), "a row's times must have an offset, such as Z");
  }
  return {
    symbols: keys.map((key) => symbols[key]!),
    date: Date.parse(date),
    inserted: inserted === undefined ? now : Date.parse(inserted),
    cells: names.map((name) => String(values[name] ?? "")),
  };
}

/** The rows by series, in the order in which these came, then by date and by insertion; with their versions. */
function inOrder(rows: readonly NewRow[]): StoredRow[] {
  const places = new Map<string, number>();
  const placed = rows.map((row) => {
    const text = JSON.stringify(row.symbols);
    if (!places.has(text)) places.set(text, places.size);
    return { ...row, place: places.get(text)! };
  });
  placed.sort((a, b) => a.place - b.place || a.date - b.date || a.inserted - b.inserted);
  let version = 0;
  return placed.map((row, at) => {
    const last = placed[at - 1];
    version = last?.place === row.place && last.date === row.date ? version + 1 : 1;
    return { ...row, version };
  });
}

function must(holds: boolean, what: string): void {
  if (!holds) throw new TypeError(`Cannot add the series: ${what}`);
}
