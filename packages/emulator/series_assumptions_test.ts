import { assertEquals } from "@std/assert";
import type { Assumptions } from "./assumptions.ts";
import { basic, createCaller } from "./caller_test.ts";
import { asker, numbers, query } from "./series_caller_test.ts";

const ORDERS = "CBL_Active Orders Voluntary Carbon";

Deno.test("createEmulator() takes the forms of a series query that tsBody and tsExtra say", async () => {
  const group = { groupName: "G", startDate: null, endDate: null, formatType: "NCSV" };
  const expected: Record<Assumptions["tsBody"], [keys: number, group: number]> = {
    both: [200, 200],
    keys: [200, 400],
    group: [400, 200],
  };
  for (const [tsBody, statuses] of Object.entries(expected)) {
    const { ask } = asker(numbers([]), { tsBody: tsBody as Assumptions["tsBody"] });
    assertEquals([(await ask(query())).status, (await ask(group)).status], statuses, tsBody);
  }
  const { ask } = asker(numbers([]), { tsExtra: "ignored", tsZone: "Europe/Warsaw" });
  const answer = await ask({ ...group, timeZone: "UTC", columns: ["Price"], anything: 1 });
  assertEquals(await answer.text(), "Id,Date(Europe/Warsaw),Price,Note(S),Unit(MD-S)\n");
});

Deno.test("createEmulator() writes series as tsDates, tsZone, emptyCell, csvForm and corrections say", async () => {
  const series = numbers([["2024-03-04T00:00:00Z", null], ["2024-03-04T00:00:00Z", 2, "2024-03-05T00:00:00Z"]]);
  async function first(assumptions: Partial<Assumptions>, members: Record<string, unknown> = {}): Promise<string> {
    const { ask } = asker(series, assumptions);
    const answer = await ask(query({ corrections: true, timeZone: undefined, ...members }));
    return new TextDecoder("utf-8", { ignoreBOM: true }).decode(await answer.arrayBuffer());
  }
  const header = "Id,Date(America/New_York),Price";
  const [one, two] = ["0042,2024-03-03T19:00:00.000,", "0042,2024-03-03T19:00:00.000,2"];
  assertEquals(await first({}), `${header}\n${one}\n${two}\n`);
  assertEquals(await first({ tsDates: "seconds" }), `${header}\n${one}\n${two}\n`.replaceAll(".000", ""));
  assertEquals((await first({ tsZone: "UTC" })).split("\n").slice(0, 2), [
    "Id,Date(UTC),Price",
    "0042,2024-03-04T00:00:00.000,",
  ]);
  assertEquals(await first({ emptyCell: "NaN" }), `${header}\n${one}NaN\n${two}\n`);
  assertEquals(await first({ csvForm: "crlf" }), `${header}\r\n${one}\r\n${two}\r\n`);
  assertEquals(await first({ csvForm: "bom" }), `\ufeff${header}\n${one}\n${two}\n`);
  assertEquals(await first({ corrections: "version" }), `${header},Version\n${one},1\n${two},2\n`);
  assertEquals(await first({ corrections: "version" }, { corrections: false }), `${header}\n${two}\n`);
});

Deno.test("createEmulator() with partialKeys match takes symbols that name some of the keys", async () => {
  const { post } = createCaller({ assumptions: { partialKeys: "match" } });
  for (const [symbols, rows] of [[{ Instrument: "GEO-V23" }, 4], [{}, 6], [{ Instrument: "GEO-V23", None: "x" }, 0]]) {
    const keys = [{ symbols, groupName: ORDERS, columns: [] }];
    const text = await (await post("/ts", query({ keys }), basic())).text();
    assertEquals(text.split("\n").length - 2, rows);
  }
});

Deno.test("createEmulator() with tsCap gives the rows in pages, each with the token of the next", async () => {
  const dates = ["04", "05", "06", "07", "08"].map((day, at) => [`2024-03-${day}T00:00:00Z`, at] as const);
  const { ask } = asker(numbers(dates), { tsCap: 2 });
  const prices: string[] = [];
  let [token, calls]: [string | null, number] = [null, 0];
  do {
    const answer = await ask(query(), token === null ? "" : `?nextPageToken=${encodeURIComponent(token)}`);
    const [header, ...rows] = (await answer.text()).trimEnd().split("\n");
    assertEquals(header, "Id,Date(UTC),Price");
    prices.push(...rows.map((row) => row.split(",")[2]!));
    token = answer.headers.get("nextPageToken");
    calls++;
  } while (token !== null);
  assertEquals([prices, calls], [["0", "1", "2", "3", "4"], 3]);
  const json = await (await ask(query({ formatType: "STANDARD" }))).json();
  assertEquals([json.values.length, typeof json.nextPageToken], [2, "string"]);
  for (const wrong of ["x", "", btoa("row 5"), btoa("row 1.5"), btoa("row NaN")]) {
    assertEquals((await ask(query(), `?nextPageToken=${encodeURIComponent(wrong)}`)).status, 400, wrong);
  }
});
