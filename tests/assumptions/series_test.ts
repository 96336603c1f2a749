import { createData, DataError, type SeriesQuery, type Table } from "@xsignals/data";
import { instantOf } from "@xsignals/data/ncsv";
import { ASSUMPTION_VALUES, createEmulator, type GivenAssumptions } from "@xsignals/emulator";
import { createSession, login } from "@xsignals/session";
import { assertEquals } from "@std/assert";

const GROUP = "CBL Prices";
/** Prices of two instruments around the beginning of a month, one corrected, one empty. */
const ROWS = ["A", "B"].flatMap((instrument) =>
  ["2024-02-29T23:59:59Z", "2024-03-01T00:00:00Z", "2024-03-01T12:00:00Z"].map((date, index) => ({
    symbols: { Instrument: instrument, Market: "SPOT" },
    date,
    values: { Price: instrument === "B" && index === 1 ? null : index + 0.5 },
    inserted: "2024-03-02T00:00:00Z",
  }))
);
const CORRECTED = { ...ROWS[2]!, values: { Price: 9 }, inserted: "2024-03-03T00:00:00Z" };
const SERIES = [{ groupName: GROUP, keys: ["Instrument", "Market"], columns: ["Price"], rows: [...ROWS, CORRECTED] }];

/** Instrument, instant and price of each row; a price that is not there is `null`, whatever the server writes. */
async function rowsOf(table: Promise<Table>): Promise<string[]> {
  const { columns, timeZone = "UTC", ...rest } = await table;
  const date = columns.find(({ role }) => role === "date")!.name;
  const rows = await Array.fromAsync(rest, (row) => {
    const instant = new Date(instantOf(String(row[date]), timeZone)).toISOString();
    return `${row.Instrument} ${instant} ${Number.isNaN(row.Price) ? null : row.Price}`;
  });
  return rows.sort();
}

/** What the queries give; the code and status of one that is refused. */
async function work(assumptions: GivenAssumptions) {
  const { fetch } = createEmulator({ users: { login: "password" }, series: SERIES, assumptions });
  const session = createSession({ strategy: login({ username: "login", password: "password" }), fetch });
  const data = createData(session);
  const outcome = async (rows: Promise<string[]>) => {
    try {
      return await rows;
    } catch (error) {
      if (error instanceof DataError) return `${error.code} ${error.status}`;
      throw error;
    }
  };
  const month: SeriesQuery = { group: GROUP, symbols: { Instrument: "*" }, from: "2024-02-01", to: "2024-03-31" };
  const results = {
    symbols: await Array.fromAsync(data.symbols({ group: GROUP }), ({ symbols }) => symbols.Instrument),
    series: await outcome(rowsOf(data.series(month))),
    local: await outcome(rowsOf(data.series({ ...month, timeZone: "America/New_York" }))),
    pieces: await outcome(rowsOf(data.series({ ...month, pieces: "month" }))),
    versions: await outcome(rowsOf(data.series({ ...month, symbols: { Instrument: "A" }, corrections: true }))),
    deltas: await outcome(rowsOf(data.deltas({ group: GROUP, from: "2024-03-01", to: "2024-03-31" }))),
  };
  await session.logout();
  return results;
}

const [FIRST, SECOND, THIRD] = ["2024-02-29T23:59:59.000Z", "2024-03-01T00:00:00.000Z", "2024-03-01T12:00:00.000Z"];
const [A, B] = [[`A ${FIRST} 0.5`, `A ${SECOND} 1.5`], [`B ${FIRST} 0.5`, `B ${SECOND} null`, `B ${THIRD} 2.5`]];
const ALL = [...A, `A ${THIRD} 9`, ...B];
const EXPECTED = {
  symbols: ["A", "B"],
  series: ALL,
  local: ALL,
  pieces: ALL,
  versions: [...A, `A ${THIRD} 2.5`, `A ${THIRD} 9`],
  deltas: ALL,
};
const REFUSED = "http_error 400";
/** What is different, never without a word. */
const DIFFERENT: Readonly<Record<string, object>> = {
  "tsBody keys": { deltas: REFUSED },
  "tsBody group": { series: REFUSED, local: REFUSED, pieces: REFUSED, versions: REFUSED },
};

for (const [name, [, ...others]] of Object.entries(ASSUMPTION_VALUES) as [string, readonly unknown[]][]) {
  for (const value of others) {
    Deno.test(`createData() queries time series with ${name} ${value}`, async () => {
      assertEquals(await work({ [name]: value } as GivenAssumptions), {
        ...EXPECTED,
        ...DIFFERENT[`${name} ${value}`],
      });
    });
  }
}

Deno.test("createData() hands out what a server keeps back with tsCap 2, and joins no such pieces", async () => {
  const { fetch } = createEmulator({ users: { login: "password" }, series: SERIES, assumptions: { tsCap: 2 } });
  const session = createSession({ strategy: login({ username: "login", password: "password" }), fetch });
  const data = createData(session);
  const query: SeriesQuery = { group: GROUP, symbols: {}, from: "2024-02-01", to: "2024-03-31" };
  const rows: string[] = [];
  let token: { nextPageToken?: string } = {};
  do {
    const table = await data.series({ ...query, ...token });
    token = table.nextPageToken === undefined ? {} : { nextPageToken: table.nextPageToken };
    rows.push(...await rowsOf(Promise.resolve(table)));
  } while (token.nextPageToken !== undefined);
  assertEquals(rows, ALL);
  const error = await rowsOf(data.series({ ...query, pieces: "month" })).catch(({ code }) => code);
  assertEquals(error, "truncated");
});
