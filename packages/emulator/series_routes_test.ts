import { assertEquals, assertThrows } from "@std/assert";
import { basic, createCaller } from "./caller_test.ts";
import type { EmulatorSeries } from "./options.ts";
import { asker, key, numbers, query } from "./series_caller_test.ts";

const ORDERS = "CBL_Active Orders Voluntary Carbon";
const GEO = { "Instrument": "GEO-V23", "Market": "*", "Order Ref": "*", "Original": "*", "Side": "*" };

Deno.test("/ts and /ts/symbol/search need a credential, and only their own method", async () => {
  const { get, post, status } = createCaller();
  assertEquals(await status(post("/ts", query())), 401);
  assertEquals(await status(get("/ts/symbol/search")), 401);
  assertEquals(await status(get("/ts", basic())), 405);
  assertEquals(await status(post("/ts/symbol/search", {}, basic())), 405);
  assertEquals(await status(get("/ts/none", basic())), 404);
});

Deno.test("POST /ts answers the sample orders: one column, all keys, whole days in the zone that was named", async () => {
  const { post, emulator } = createCaller();
  const body = {
    keys: [{ symbols: GEO, groupName: ORDERS, columns: ["Price"], pattern: true }],
    startDate: "2024-03-04T00:00:00",
    endDate: "2024-03-05T23:59:59",
    formatType: "NCSV",
    timeZone: "America/New_York",
  };
  const answer = await post("/ts", body, basic());
  assertEquals([answer.status, answer.headers.get("content-type")], [200, "text/csv; charset=utf-8"]);
  assertEquals((await answer.text()).split("\n"), [
    "Instrument,Market,Order Ref,Original,Side,Date(America/New_York),Price",
    "GEO-V23,SPOT,000012044,1000,BID,2024-03-04T16:00:00.000,4.15",
    "GEO-V23,SPOT,000012044,1000,BID,2024-03-05T16:00:00.000,4.20",
    "GEO-V23,SPOT,000012051,2500,ASK,2024-03-04T16:00:00.000,4.25",
    "GEO-V23,SPOT,000012051,2500,ASK,2024-03-05T16:00:00.000,4.30",
    "",
  ]);
  assertEquals(emulator.count("queryTimeSeries"), 1);
});

Deno.test("POST /ts answers a day's deltas, by insertion and in the documented form, with the versions that it is asked for", async () => {
  const { post } = createCaller();
  const day = { groupName: "CBL_Trades Compliance", range: "BETWEEN", formatType: "NCSV", delta: true };
  async function rows(members: Record<string, unknown>): Promise<string[]> {
    const text = await (await post("/ts", { ...day, ...members }, basic())).text();
    return text.split("\n").slice(1, -1).map((line) =>
      line.split(",").filter((_, at) => at === 2 || at === 5).join(" ")
    );
  }
  const [one, both] = [{ startDate: "2024-03-05", endDate: "2024-03-05" }, {
    startDate: "2024-03-04",
    endDate: "2024-03-05",
  }];
  assertEquals(await rows(one), ["000000730 41.15", "000000731 41.2", "000000732 41.25"]);
  assertEquals(await rows({ ...one, delta: false }), ["000000731 41.2", "000000732 41.25"]);
  assertEquals(await rows({ ...both, corrections: false }), ["000000730 41.15", "000000731 41.2", "000000732 41.25"]);
  for (const corrections of [true, "true", "history"]) {
    const all = ["000000730 41.1", "000000730 41.15", "000000731 41.2", "000000732 41.25"];
    assertEquals(await rows({ ...both, corrections }), all);
  }
  assertEquals(await rows({ ...both, corrections: "only" }), ["000000730 41.15"]);
  assertEquals(await rows({ ...both, onDateTime: "2024-03-04" }), ["000000730 41.1"]);
});

Deno.test("POST /ts counts both ends, to the millisecond, and a date alone as the whole day", async () => {
  const { lines } = asker(numbers([
    ["2024-02-29T00:00:00Z", 1],
    ["2024-02-29T23:59:59Z", 2],
    ["2024-02-29T23:59:59.500Z", 3],
    ["2024-03-01T00:00:00Z", 4],
  ]));
  const prices = async (startDate: string | null, endDate: string | null) =>
    (await lines({ startDate, endDate })).slice(1).map((line) => line.split(",")[2]);
  assertEquals(await prices("2024-02-29", "2024-02-29"), ["1", "2", "3"]);
  assertEquals(await prices("2024-02-29T00:00:00", "2024-02-29T23:59:59"), ["1", "2"]);
  assertEquals(await prices("2024-02-29T23:59:59.500", "2024-03-01T00:00"), ["3", "4"]);
  assertEquals(await prices("2024-02-29T23:59:59.501", null), ["4"]);
  assertEquals(await prices(null, "2024-02-28"), []);
});

Deno.test("POST /ts writes local times, of nights that have an hour twice or lack one too", async () => {
  const { lines } = asker(numbers([
    ["2024-03-10T06:30:00Z", 1],
    ["2024-03-10T07:30:00Z", 2],
    ["2024-11-03T05:30:00Z", 3],
    ["2024-11-03T06:30:00Z", 4],
  ]));
  const times = async (members: Record<string, unknown>) => (await lines(members)).map((line) => line.split(",")[1]);
  assertEquals(await times({ timeZone: "America/New_York" }), [
    "Date(America/New_York)",
    "2024-03-10T01:30:00.000",
    "2024-03-10T03:30:00.000",
    "2024-11-03T01:30:00.000",
    "2024-11-03T01:30:00.000",
  ]);
  assertEquals(
    (await times({ timeZone: "Europe/London", dateFormat: "dd.MM.yyyy HH 'o''clock'" }))[1],
    "10.03.2024 06 o'clock",
  );
  const hour = { startDate: "2024-11-03T01:30:00", endDate: "2024-11-03T01:30:00", timeZone: "America/New_York" };
  assertEquals((await lines(hour)).length, 3);
});

Deno.test("POST /ts takes every key of a symbol, and patterns only where it is told", async () => {
  const { post } = createCaller();
  async function count(symbols: Record<string, string>, pattern?: boolean): Promise<number> {
    const keys = [{ symbols, groupName: ORDERS, columns: [], pattern }];
    const answer = await post("/ts", query({ keys }), basic());
    return (await answer.text()).split("\n").length - 2;
  }
  const exact = {
    "Instrument": "GEO-V23",
    "Market": "SPOT",
    "Order Ref": "000012044",
    "Original": "1000",
    "Side": "BID",
  };
  assertEquals(await count(exact), 2);
  assertEquals(await count({ ...exact, "Order Ref": "12044" }), 0);
  assertEquals([await count(GEO, true), await count(GEO, false), await count(GEO)], [4, 0, 0]);
  assertEquals(await count({ ...GEO, Instrument: "*GEO*" }, true), 6);
  assertEquals([await count({ Instrument: "GEO-V23" }), await count({ Instrument: "*" }, true), await count({})], [
    0,
    0,
    0,
  ]);
  assertEquals(await count({ ...GEO, Instrument: "geo*" }, true), 0);
});

Deno.test("POST /ts puts keys, date, values and metadata in this order; metadata only if it is asked for", async () => {
  const { lines, ask } = asker(numbers([["2024-03-04T00:00:00Z", 1]]));
  assertEquals(await lines({ keys: [key({ columns: [] })] }), [
    "Id,Date(UTC),Price,Note(S)",
    "0042,2024-03-04T00:00:00.000,1,",
  ]);
  assertEquals(await lines({ metadata: true }), [
    "Id,Date(UTC),Price,Unit(MD-S)",
    "0042,2024-03-04T00:00:00.000,1,t",
  ]);
  assertEquals((await lines({ keys: [key({ symbols: { Id: "other" } })] })).length, 1);
  const { values } = await (await ask(query({ formatType: "STANDARD", metadata: true }))).json();
  assertEquals(values, [{ "Id": "0042", "Date(UTC)": "2024-03-04T00:00:00.000", "Price": 1, "Unit": "t" }]);
  const { data } = await (await ask(query({ formatType: "PANDAS" }))).json();
  assertEquals(data, { "2024-03-04T00:00:00.000": { "0042_Price": 1 } });
});

Deno.test("POST /ts answers several keys at once, each with its own columns, a row only once", async () => {
  const { lines } = asker({
    ...numbers([]),
    rows: ["a", "b"].map((Id) => ({ symbols: { Id }, date: "2024-03-04T00:00:00Z", values: { Price: 1, Note: "n" } })),
  });
  const keys = [key({ symbols: { Id: "a" } }), key({ symbols: { Id: "*" }, pattern: true, columns: ["Note"] })];
  assertEquals(await lines({ keys }), [
    "Id,Date(UTC),Price,Note(S)",
    "a,2024-03-04T00:00:00.000,1,n",
    "b,2024-03-04T00:00:00.000,,n",
  ]);
});

Deno.test("POST /ts quotes cells as RFC 4180 has it", async () => {
  const { ask } = asker({
    ...numbers([]),
    rows: [{
      symbols: { Id: 'a "b", c' },
      date: "2024-03-04T00:00:00Z",
      values: { Price: "1e-7", Note: "two\nlines" },
    }],
  });
  const text = await (await ask(query({ keys: [key({ symbols: { Id: 'a "b", c' }, columns: [] })] }))).text();
  assertEquals(text, 'Id,Date(UTC),Price,Note(S)\n"a ""b"", c",2024-03-04T00:00:00.000,1e-7,"two\nlines"\n');
});

Deno.test("POST /ts answers 400 to a body that is wrong, 404 to a group without time series", async () => {
  const { ask } = asker(numbers([["2024-03-04T00:00:00Z", 1]]));
  const wrong: Record<string, unknown>[] = [
    { keys: undefined },
    { groupName: "G" },
    ...[[], {}, "G", null, [1], [key({ symbols: [] })], [key({ symbols: { Id: 42 } })], [key({ columns: undefined })]]
      .map((keys) => ({ keys })),
    ...[[key({ groupName: "" })], [key({ columns: ["Nope"] })], [key({ pattern: "true" })]].map((keys) => ({ keys })),
    ...["2024-13-01", "2024-02-30", "yesterday", "2024-03-04T12:00:00Z", "2024-03-04 12:00", "2024-03-04T25:00", 7, ""]
      .flatMap((time) => [{ startDate: time }, { endDate: time }, { onDateTime: time }]),
    { startDate: "2024-03-05", endDate: "2024-03-04" },
    { startDate: undefined },
    { endDate: undefined },
    ...[undefined, "CSV", "ncsv", "constructor"].map((formatType) => ({ formatType })),
    ...["yes", 1, [true], "toString"].map((corrections) => ({ corrections })),
    ...["Mars/Base", "EST5", "+02:00", "", 1].map((timeZone) => ({ timeZone })),
    ...["QQ", "yyyy'", 1].map((dateFormat) => ({ dateFormat })),
    { delta: "true" },
    { metadata: "true" },
    { range: "AFTER" },
    { order: "asc" },
  ];
  for (const members of wrong) {
    const answer = await ask(query(members));
    assertEquals([answer.status, typeof (await answer.json()).message], [400, "string"], JSON.stringify(members));
  }
  const form = { groupName: "G", startDate: null, endDate: null, formatType: "NCSV" };
  for (const members of [{ timeZone: "UTC" }, { columns: [] }, { metadata: true }]) {
    assertEquals((await ask({ ...form, ...members })).status, 400);
  }
  assertEquals((await ask(form)).status, 200);
  for (const body of [query({ keys: [key({ groupName: "Nope" })] }), { ...form, groupName: "Nope" }]) {
    assertEquals((await ask(body)).status, 404);
  }
});

Deno.test("POST /ts takes JSON only, under its own content type unless as printed, 1 MiB at most", async () => {
  const send = async (asPrinted: boolean, body: string, type: string) => {
    const { emulator } = createCaller({ asPrinted });
    const headers = { "authorization": basic(), "content-type": type };
    const answer = await emulator.fetch("https://api.data.xpansiv.com/ts", { method: "POST", headers, body });
    await answer.body?.cancel();
    return answer.status;
  };
  const body = JSON.stringify({ groupName: ORDERS, startDate: null, endDate: null, formatType: "NCSV" });
  const form = "application/x-www-form-urlencoded";
  assertEquals(await send(false, body, "application/json; charset=utf-8"), 200);
  assertEquals([await send(false, body, form), await send(true, body, form)], [400, 200]);
  assertEquals([await send(false, "", "application/json"), await send(false, "[]", "application/json")], [400, 400]);
  assertEquals(await send(false, body + " ".repeat(1024 * 1024), "application/json"), 413);
});

Deno.test("POST /ts answers CSV whatever Accept says, as downloads do", async () => {
  const { emulator } = createCaller();
  for (const accept of ["text/csv", "application/json", "text/csv, application/json;q=0.9, */*;q=0.5"]) {
    const answer = await emulator.fetch("https://api.data.xpansiv.com/ts", {
      method: "POST",
      headers: { "authorization": basic(), "content-type": "application/json", accept },
      body: JSON.stringify({ groupName: ORDERS, startDate: null, endDate: null, formatType: "NCSV" }),
    });
    await answer.body?.cancel();
    assertEquals([answer.status, answer.headers.get("content-type")], [200, "text/csv; charset=utf-8"]);
  }
});

Deno.test("emulator.addSeries() adds later rows and corrections, which count from the clock's time", async () => {
  const { emulator, clock, lines } = asker(numbers([["2024-03-04T00:00:00Z", 1, "2024-03-04T00:00:00Z"]]));
  clock.ms = Date.UTC(2024, 2, 6, 12);
  const { rows, ...group } = numbers([["2024-03-04T00:00:00Z", 2], ["2024-03-05T00:00:00Z", 3]]);
  emulator.addSeries({ ...group, rows: rows.map(({ inserted: _, ...row }) => row) });
  assertEquals((await lines()).map((line) => line.split(",").at(-1)), ["Price", "2", "3"]);
  assertEquals((await lines({ onDateTime: "2024-03-06T11:59:59" })).length, 2);
  const today = { delta: true, startDate: "2024-03-06", endDate: "2024-03-06", corrections: "only" };
  assertEquals((await lines(today)).map((line) => line.split(",").at(-1)), ["Price", "2"]);

  const row = rows[0]!;
  const wrong: [Partial<EmulatorSeries> & Record<string, unknown>, string][] = [
    [{ groupName: "" }, "groupName"],
    [{ keys: ["Other"], rows: [] }, "other keys or columns"],
    [{ columns: ["Price"], rows: [] }, "other keys or columns"],
    [{ groupName: "H", columns: ["Price", "Price(S)"] }, "same name"],
    [{ groupName: "H", columns: ["Date"] }, "same name"],
    [{ groupName: "H", columns: [""] }, "no name"],
    [{ rows: undefined }, "rows must be a list"],
    [{ rows: [{ ...row, symbols: {} }] }, "symbols"],
    [{ rows: [{ ...row, values: JSON.parse("null") }] }, "must be objects"],
    [{ rows: [{ ...row, symbols: { Id: "0042", More: "x" } }] }, "symbols"],
    [{ rows: [{ ...row, values: { "Note(S)": "x" } }] }, "Note(S), which is not"],
    [{ rows: [{ ...row, date: "2024-03-04T00:00:00" }] }, "offset"],
    [{ rows: [{ ...row, inserted: "2024-13-04T00:00:00Z" }] }, "offset"],
  ];
  for (const [members, why] of wrong) {
    assertThrows(() => emulator.addSeries({ ...numbers([]), ...members } as EmulatorSeries), TypeError, why);
  }
  assertEquals((await lines()).length, 3);
});

Deno.test("createEmulator() with series alone has no sample, and makes their groups", async () => {
  const { get } = createCaller({ series: [numbers([])] });
  const { items } = await (await get("/file/group?withSymbol=true", basic())).json();
  assertEquals(items.map(({ name }: { name: string }) => name), ["G"]);
  assertEquals((await (await get("/file/search", basic())).json()).totalSize, 0);
});
