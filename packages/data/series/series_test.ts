import { assert, assertEquals, assertRejects } from "@std/assert";
import { DataError, type SeriesQuery } from "@xsignals/data";
import { emulated, ORDERS, prices } from "./emulated_test.ts";

const GEO = { group: ORDERS, symbols: { Instrument: "GEO-V23" } };

Deno.test("series() asks for one column of one instrument: keys are completed, dates are whole days in the zone", async () => {
  const { data, sent, bodies } = emulated();
  const query = { ...GEO, columns: ["Price"], from: "2024-03-04", to: "2024-03-05", timeZone: "America/New_York" };
  const table = await data.series(query);

  assertEquals(table.timeZone, "America/New_York");
  assertEquals(table.columns.map(({ role }) => role).join(), "key,key,key,key,key,date,value");
  const rows = await Array.fromAsync(table);
  assertEquals(rows.map((row) => [row["Order Ref"], row["Date(America/New_York)"], row.Price]), [
    ["000012044", "2024-03-04T16:00:00.000", 4.15],
    ["000012044", "2024-03-05T16:00:00.000", 4.2],
    ["000012051", "2024-03-04T16:00:00.000", 4.25],
    ["000012051", "2024-03-05T16:00:00.000", 4.3],
  ]);
  assertEquals(sent.map(({ path }) => path), ["/ts/symbol/search", "/ts"]);
  assertEquals(sent[1]!.headers.get("accept"), "text/csv, application/json;q=0.9, */*;q=0.5");
  const symbols = { Instrument: "GEO-V23", Market: "*", "Order Ref": "*", Original: "*", Side: "*" };
  assertEquals(bodies(), [{
    keys: [{ symbols, groupName: ORDERS, columns: ["Price"], pattern: true }],
    startDate: "2024-03-04T00:00:00",
    endDate: "2024-03-05T23:59:59",
    formatType: "NCSV",
    timeZone: "America/New_York",
  }]);
});

Deno.test("series() sends UTC, all columns and no dates unless it is told otherwise", async () => {
  const { data, bodies } = emulated({ series: [prices([["2024-03-04T00:00:00", 1]])] });
  const [row] = await Array.fromAsync(await data.series({ group: "G", symbols: { Id: "0042" } }));

  assertEquals(row, { Id: "0042", "Date(UTC)": "2024-03-04T00:00:00.000", Price: 1 });
  const key = { symbols: { Id: "0042" }, groupName: "G", columns: [], pattern: false };
  assertEquals(bodies(), [{ keys: [key], startDate: null, endDate: null, formatType: "NCSV", timeZone: "UTC" }]);
});

Deno.test("series() sends corrections, asOf and metadata as they are given", async () => {
  const rows = [["2024-03-04T00:00:00", 1], ["2024-03-04T00:00:00", 2, "2024-03-05T00:00:00"]] as const;
  const { data, bodies } = emulated({ series: [prices(rows)] });
  const read = async (query: Partial<SeriesQuery>) =>
    (await Array.fromAsync(await data.series({ group: "G", symbols: {}, ...query }))).map((
      { Price, Unit },
    ) => [Price, Unit]);

  assertEquals(await read({}), [[2, undefined]]);
  assertEquals(await read({ asOf: "2024-03-04", metadata: true }), [[1, "t"]]);
  assertEquals(await read({ corrections: true }), [[1, undefined], [2, undefined]]);
  assertEquals(await read({ corrections: "only" }), [[2, undefined]]);
  const options = bodies().map((body) => [Object(body).corrections, Object(body).onDateTime]);
  assertEquals(options.slice(1), [[undefined, "2024-03-04T23:59:59"], [true, undefined], ["only", undefined]]);
});

Deno.test("series() reads the table in every form of the server", async () => {
  const rows = [["2024-03-04T00:00:00", null], ["2024-03-05T00:00:00", "-0.50"]] as const;
  for (const csvForm of ["lf", "crlf", "bom"]) {
    for (const emptyCell of ["empty", "NaN"]) {
      for (const tsDates of ["millis", "seconds"]) {
        const { data } = emulated({ series: [prices(rows)], assumptions: { csvForm, emptyCell, tsDates } });
        const read = await Array.fromAsync(await data.series({ group: "G", symbols: {} }));
        assertEquals(read.map(({ Price }) => Price), [emptyCell === "NaN" ? NaN : null, -0.5]);
      }
    }
  }
});

Deno.test("series() takes several symbols, wildcards, and {} for all", async () => {
  for (const partialKeys of ["none", "match"]) {
    const { data, bodies } = emulated({ assumptions: { partialKeys } });
    const refs = async (symbols: SeriesQuery["symbols"]) => {
      const table = await data.series({
        group: ORDERS,
        symbols,
        from: "2024-03-04",
        to: "2024-03-04",
        columns: ["Quantity"],
      });
      return (await Array.fromAsync(table)).map((row) => row["Order Ref"]);
    };
    assertEquals(await refs({}), ["000012044", "000012051", "000012060"]);
    assertEquals(await refs({ "Order Ref": "00001205*" }), ["000012051"]);
    assertEquals(await refs([{ Side: "ASK" }, { Instrument: "NGEO-V21" }, { Side: "ASK" }]), [
      "000012051",
      "000012060",
    ]);
    assertEquals(Object(bodies()[2]).keys.length, 2);
  }
});

Deno.test("series() asks for each set of keys that the series of a group have", async () => {
  const symbols = [{ Id: "1", Market: "A" }, { Id: "1", Region: "B" }, { Region: "C" }, { Market: "D", Id: "2" }];
  const items = symbols.map((symbols) => ({ symbols, groupName: "G" }));
  items.push({ symbols: { Other: "1" }, groupName: "GG" } as never);
  const { data, bodies } = emulated({}, {
    answer: (path) => path === "/ts" ? new Response("Id,Date,P\n") : Response.json({ items }),
  });
  await (await data.series({ group: "G", symbols: { Id: "1" } }))[Symbol.asyncDispose]();
  assertEquals(Object(bodies()[0]).keys.map(Object).map(({ symbols }: { symbols: unknown }) => symbols), [
    { Id: "1", Market: "*" },
    { Id: "1", Region: "*" },
  ]);
  const error = await assertRejects(
    () => data.series({ group: "G", symbols: { Market: "A", Region: "B" } }),
    DataError,
  );
  assertEquals(error.code, "bad_symbol");
});

Deno.test("series() refuses a key that the group does not have, and names those that it has", async () => {
  const { data, sent } = emulated();
  const error = await assertRejects(() => data.series({ group: ORDERS, symbols: { Instrumnt: "GEO" } }), DataError);

  assertEquals([error.code, error.retryable, sent.length], ["bad_symbol", false, 1]);
  assertEquals(
    error.message,
    `Cannot query the series of ${ORDERS}: it has no key Instrumnt, its keys are Instrument, Market, Order Ref, Original, Side`,
  );
});

Deno.test("series() names the columns that a group has when the server refuses one, and asks nothing more", async () => {
  const { data, sent } = emulated();
  const query = { group: ORDERS, symbols: {}, columns: ["Price", "Pri\u202ece"] };
  const error = await assertRejects(() => data.series(query), DataError);
  assertEquals([error.code, error.status, error.retryable, sent.length], ["bad_symbol", 400, false, 2]);
  assertEquals(
    error.message,
    `Cannot query the series of ${ORDERS}: it has no column Pri\\u{202e}ce, its columns are Balance, Ccy, Country, Date In, Price, Project Type, Quantity, Type, Vintage`,
  );

  for (const columns of [undefined, null, [7], "Price"]) { // of a server that tells none, the server's own word counts
    const items = [{ symbols: { Id: "1" }, groupName: "G", ...(columns !== undefined && { columns }) }];
    const { data } = emulated({}, {
      answer: (path) => path === "/ts" ? new Response("", { status: 400 }) : Response.json({ items }),
    });
    const refused = await assertRejects(() => data.series({ group: "G", symbols: {}, columns: ["Price"] }), DataError);
    assertEquals(refused.code, "http_error", JSON.stringify(columns));
  }
});

Deno.test("series() tells a group that does not exist from one that has no series", async () => {
  const { data, emulator } = emulated();
  const code = async (group: string, symbols: Record<string, string>) =>
    (await assertRejects(() => data.series({ group, symbols }), DataError)).code;

  assertEquals(await code("Nope", {}), "not_found");
  assertEquals(await code("Nope", { Instrument: "GEO" }), "not_found");
  assertEquals(await code("Market Notes", {}), "bad_symbol");
  assertEquals(emulator.count("queryTimeSeries"), 0);
});

Deno.test("series() of a group that cannot be searched for needs all keys", async () => {
  const series = { ...prices([["2024-03-04T00:00:00", 1]]), groupName: "R&D = *" };
  const { data } = emulated({ series: [series] });

  assertEquals((await Array.fromAsync(await data.series({ group: "R&D = *", symbols: { Id: "0042" } }))).length, 1);
  const error = await assertRejects(() => data.series({ group: "R&D = *", symbols: {} }), DataError);
  assertEquals(error.code, "bad_symbol");
});

Deno.test("series() refuses wrong options before anything is sent, and names them", async () => {
  const { data, sent } = emulated();
  const wrong: readonly (readonly [option: string, query: Record<string, unknown>, word?: string])[] = [
    ["from", { from: new Date() }, "timeZone"],
    ["from", { from: "2024-13-01" }, "2024-03-01"],
    ["from", { from: "2023-02-29" }],
    ["from", { from: "yesterday" }],
    ["from", { from: 20240301 }],
    ["from", { from: "2024-03-01 12:00:00" }],
    ["from", { from: "2024-03-01T12:00:00Z" }, "timeZone"],
    ["to", { to: "2024-03-01T12:00:00+01:00" }, "timeZone"],
    ["to", { to: "2024-03-01T12:00:00[Europe/Warsaw]" }, "timeZone"],
    ["asOf", { asOf: null }],
    ["from", { from: "2024-03-02", to: "2024-03-01" }, "after to"],
    ["from", { from: "2024-03-01T00:00:00.001", to: "2024-03-01T00:00:00" }, "after to"],
    ["timeZone", { timeZone: "EST5" }, "America/New_York"],
    ["timeZone", { timeZone: "Mars/Base" }],
    ["timeZone", { timeZone: "+01:00" }],
    ["timeZone", { timeZone: 1 }],
    ["group", { group: "" }],
    ["symbols", { symbols: undefined }, "{} for all"],
    ["symbols", { symbols: [] }],
    ["symbols", { symbols: "Instrument=GEO" }],
    ["symbols", { symbols: { Instrument: "" } }],
    ["symbols", { symbols: [{ Instrument: 5 }] }],
    ["columns", { columns: [] }],
    ["columns", { columns: "Price" }],
    ["corrections", { corrections: "yes" }],
    ["metadata", { metadata: 1 }],
    ["pieces", { pieces: "week", from: "2024-03-01", to: "2024-03-02" }],
    ["pieces", { pieces: "month", from: "2024-03-01" }],
    ["nextPageToken", { pieces: "month", from: "2024-03-01", to: "2024-03-02", nextPageToken: "a" }],
    ["signal", { signal: {} }],
    ["timezone", { timezone: "UTC" }],
  ];
  for (const [option, query, word = ""] of wrong) {
    const error = await assertRejects(() => data.series({ ...GEO, ...query }), TypeError, option);
    assert(error.message.includes(word), error.message);
    assert(error.message.startsWith("Cannot query the series: "), error.message);
  }
  await assertRejects(() => data.series(undefined as never), TypeError);
  assertEquals(sent.length, 0);
});

Deno.test("series() takes the dates and local times of Temporal", async () => {
  const plain = (text: string) => ({ calendarId: "iso8601", toString: () => text });
  const { Temporal } = globalThis as unknown as { Temporal?: Record<string, { from(text: string): never }> };
  const times = [[plain("2024-03-04"), plain("2024-03-04T12:30:00.5")]] as [never, never][];
  if (Temporal) {
    times.push([Temporal.PlainDate!.from("2024-03-04"), Temporal.PlainDateTime!.from("2024-03-04T12:30:00.5")]);
    const { data } = emulated();
    for (const name of ["Instant", "ZonedDateTime"]) {
      const from = Temporal[name]!.from("2024-03-04T12:00:00Z[UTC]");
      await assertRejects(() => data.series({ ...GEO, from }), TypeError, "from");
    }
  }
  for (const [from, to] of times) {
    const { data, bodies } = emulated();
    await (await data.series({ ...GEO, from, to }))[Symbol.asyncDispose]();
    assertEquals([Object(bodies()[0]).startDate, Object(bodies()[0]).endDate], [
      "2024-03-04T00:00:00",
      "2024-03-04T12:30:00.5",
    ]);
  }
});

Deno.test("deltas() sends the body of the vendor's page, and gives what was inserted", async () => {
  const { data, sent, bodies } = emulated();
  const group = "CBL_Trades Compliance";
  const read = async (corrections?: boolean) => {
    const options = corrections === undefined ? {} : { corrections };
    const table = await data.deltas({ group, from: "2024-03-04", to: "2024-03-05", ...options });
    return (await Array.fromAsync(table)).map((row) => [row["Order Ref"], row.Price]);
  };
  const newest = [["000000730", 41.15], ["000000731", 41.2], ["000000732", 41.25]];
  assertEquals(await read(), newest);
  assertEquals(await read(true), [["000000730", 41.1], ...newest]);
  assertEquals(sent.map(({ path }) => path), ["/ts", "/ts"]);
  assertEquals(bodies()[1], {
    groupName: group,
    delta: true,
    corrections: true,
    range: "BETWEEN",
    startDate: "2024-03-04T00:00:00",
    endDate: "2024-03-05T23:59:59",
    formatType: "NCSV",
  });
  assertEquals(
    (await assertRejects(() => data.deltas({ group: "Nope", from: "2024-03-04", to: "2024-03-05" }), DataError)).code,
    "not_found",
  );
});

Deno.test("deltas() refuses wrong options before anything is sent", async () => {
  const { data, sent } = emulated();
  const right = { group: ORDERS, from: "2024-03-04", to: "2024-03-05" };
  for (
    const [option, query] of [
      ["from", { from: undefined }],
      ["to", { to: undefined }],
      ["from", { from: "2024-03-06" }],
      ["timeZone", { timeZone: "UTC" }],
      ["group", { group: undefined }],
      ["corrections", { corrections: 1 }],
    ] as const
  ) await assertRejects(() => data.deltas({ ...right, ...query } as never), TypeError, option);
  assertEquals(sent.length, 0);
});
