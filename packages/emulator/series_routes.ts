import { Buffer } from "node:buffer";
import { parseJsonBody, readText } from "./body.ts";
import { authenticate } from "./credentials.ts";
import { ErrorAnswer } from "./error_answer.ts";
import type { Route } from "./host.ts";
import { like, readRange, split } from "./listing.ts";
import type { OperationId } from "./operations.ts";
import { readSeriesQuery } from "./series_query.ts";
import { ncsvAnswer, pandasAnswer, queryTable, valuesAnswer } from "./series_table.ts";
import type { State, StoredSeries } from "./state.ts";

/** A series as the symbol search knows it. */
interface SymbolEntry {
  readonly symbols: Readonly<Record<string, string>>;
  readonly groupName: string;
  readonly columns: readonly string[];
  /** Where a free text is looked for. */
  readonly texts: readonly string[];
}

/** The operations under `/ts`. */
export function seriesRoutes(state: State): Partial<Record<OperationId, Route>> {
  const { series, settings: { asPrinted, assumptions } } = state;
  return {
    async queryTimeSeries({ req: { raw } }) {
      await authenticate(state, raw);
      const query = readSeriesQuery(parseJsonBody(raw, await readText(raw), asPrinted), assumptions);
      const table = queryTable(series, query, assumptions);
      const from = readToken(new URL(raw.url).searchParams.get("nextPageToken"), table.rows.length);
      const to = assumptions.tsCap === 0 ? Infinity : from + assumptions.tsCap;
      const page = { ...table, rows: table.rows.slice(from, to) };
      const ending = to < table.rows.length ? { nextPageToken: pageToken(to) } : {};
      switch (query.format) {
        case "NCSV":
          return ncsvAnswer(page, assumptions, ending);
        case "PANDAS":
          return pandasAnswer(page, ending);
        default:
          return valuesAnswer(page, ending);
      }
    },

    async searchSymbols({ req: { raw } }) {
      await authenticate(state, raw);
      const query = new URL(raw.url).searchParams;
      const { from, size } = readRange(query, assumptions, 1000); // which is what the vendor's SDK sends
      const conditions = (query.get("query") ?? "").split("&").filter((one) => one !== "").map(readCondition);
      const found = [...series.values()].flatMap(symbolsOf)
        .filter((entry) => conditions.every((condition) => condition(entry)))
        .toSorted(readOrder(query.get("sortBy") ?? ""));
      const items = found.slice(from, from + size)
        .map(({ symbols, groupName, columns }) => ({ symbols, groupName, columns }));
      return Response.json({ from, totalSize: found.length, items });
    },
  };
}

/** A row, as a token for the page that begins there. */
function pageToken(row: number): string {
  return btoa(`row ${row}`);
}

/** Where a page begins: what a token of an earlier answer says. */
function readToken(token: string | null, rows: number): number {
  if (token === null) return 0;
  const [, digits] = /^row (\d+)$/.exec(Buffer.from(token, "base64").toString()) ?? [];
  const row = Number(digits);
  if (digits === undefined || pageToken(row) !== token || row >= rows) {
    throw new ErrorAnswer(400, "nextPageToken is not one of this query");
  }
  return row;
}

function symbolsOf({ groupName, keys, columns, rows }: StoredSeries): SymbolEntry[] {
  const values = columns.filter(({ isMetadata }) => !isMetadata).map(({ name }) => name);
  return [...Map.groupBy(rows, ({ place }) => place).values()].map((rows) => {
    const symbols = Object.fromEntries(keys.map((key, at) => [key, rows[0]!.symbols[at]!]));
    const metadata = columns.flatMap(({ isMetadata }, at) => isMetadata ? rows.map(({ cells }) => cells[at]!) : []);
    const texts = [groupName, ...keys, ...Object.values(symbols), ...columns.map(({ name }) => name), ...metadata];
    return { symbols, groupName, columns: values, texts };
  });
}

/**
 * A condition of the symbol search: `symbol.NAME=VALUE` on the vendor's page, `symbols.` in some editions of its SDK, which
 * asks for a group by `groupName.keyword`. One without `=` is looked for in names, columns and metadata; case counts.
 */
function readCondition(condition: string): (entry: SymbolEntry) => boolean {
  const [key, value] = split(condition);
  if (key === undefined) return ({ texts }) => texts.some((text) => like(`*${value}*`, text));
  const valueOf = readKey(key);
  return (entry) => like(value, valueOf(entry) ?? "");
}

/** The order of a list: pairs such as `symbol.Country=desc`, the first counts most. */
function readOrder(sortBy: string): (one: SymbolEntry, other: SymbolEntry) => number {
  const orders = sortBy.split("&").filter((pair) => pair !== "").map((pair) => {
    const [key = "", direction] = split(pair);
    if (!["asc", "desc"].includes(direction)) throw new ErrorAnswer(400, "sortBy must have pairs with asc or desc");
    return { valueOf: readKey(key), sign: direction === "asc" ? 1 : -1 };
  });
  return (one, other) => {
    for (const { valueOf, sign } of orders) {
      const [a, b] = [valueOf(one) ?? "", valueOf(other) ?? ""];
      if (a !== b) return a < b ? -sign : sign;
    }
    return 0;
  };
}

function readKey(key: string): (entry: SymbolEntry) => string | undefined {
  if (/^groupName(\.keyword)?$/.test(key)) return ({ groupName }) => groupName;
  const [, name] = /^symbols?\.(.+)$/.exec(key) ?? [];
  if (name === undefined) throw new ErrorAnswer(400, "A condition must begin with symbol., symbols. or groupName");
  return ({ symbols }) => Object.hasOwn(symbols, name) ? symbols[name] : undefined;
}
