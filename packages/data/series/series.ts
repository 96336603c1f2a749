// Time series as tables.
import { beginWork, type Calls, type Work } from "../calls.ts";
import { DataError } from "../data_error.ts";
import type { TableParts } from "../ncsv/open_ncsv.ts";
import { tableOf } from "../ncsv/table.ts";
import { printable } from "../printable.ts";
import type { Table } from "../types.ts";
import { askTable } from "./ask_table.ts";
import { completeKeys, unknownColumn } from "./keys.ts";
import { type Period, periodsOf } from "./periods.ts";
import { joinPieces } from "./pieces.ts";
import { checkDeltaQuery, checkSeriesQuery, type DeltaQuery, type SeriesQuery } from "./query.ts";

/** Queries series, in the form of the vendor's SDK, which alone has symbols, columns and a zone. */
export async function getSeries(calls: Calls, query: SeriesQuery): Promise<Table> {
  const { from, to, asOf } = checkSeriesQuery("query the series", query);
  const { group, symbols, columns = [], timeZone = "UTC", corrections, metadata, pieces, nextPageToken } = query;
  const work = beginWork(calls, `query the series of ${printable(group)}`, query);
  const { keys, columns: known } = await completeKeys(calls, work, group, [symbols].flat(), columns);
  const ask = (work: Work, { from, to }: Partial<Period>) =>
    askTable(calls, work, {
      keys,
      startDate: from ?? null,
      endDate: to ?? null,
      formatType: "NCSV",
      timeZone,
      ...(corrections !== undefined && { corrections }),
      ...(asOf !== undefined && { onDateTime: asOf }),
      ...(metadata !== undefined && { metadata }),
    }, nextPageToken).catch((error) => {
      throw unknownColumn(work, error, columns, known);
    });
  if (pieces === undefined) {
    const asked = await ask(work, { from, to });
    return withToken(tableOf(asked.parts), asked.nextPageToken);
  }

  const periods = periodsOf({ from: from!, to: to! }, pieces);
  async function askPiece(period: Period, index: number): Promise<TableParts> {
    const what = `${work.what} from ${period.from} to ${period.to}, piece ${index + 1} of ${periods.length}`;
    const { parts, nextPageToken } = await ask({ ...work, what }, period);
    if (nextPageToken === undefined) return parts;
    await parts.cancel();
    throw new DataError(
      "truncated",
      `Cannot ${what}: the server has more rows than it gives at once; ask for smaller pieces`,
    );
  }
  return tableOf(await joinPieces({ what: work.what, periods, timeZone, ask: askPiece }));
}

/** Queries deltas, in the form of the vendor's page, and with nothing that the page does not have. */
export async function getDeltas(calls: Calls, query: DeltaQuery): Promise<Table> {
  const { from, to, asOf } = checkDeltaQuery("query the deltas", query);
  const { group, corrections = false, nextPageToken } = query;
  const work = beginWork(calls, `query the deltas of ${printable(group)}`, query);
  const asked = await askTable(calls, work, {
    groupName: group,
    delta: true,
    corrections,
    range: "BETWEEN",
    startDate: from!,
    endDate: to!,
    formatType: "NCSV",
    ...(asOf !== undefined && { onDateTime: asOf }),
  }, nextPageToken);
  return withToken(tableOf(asked.parts), asked.nextPageToken);
}

function withToken(table: Table, nextPageToken: string | undefined): Table {
  return nextPageToken === undefined ? table : { ...table, nextPageToken };
}
