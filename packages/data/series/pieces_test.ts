import { assert, assertEquals, assertRejects } from "@std/assert";
import { DataError, type Row, type SeriesQuery } from "@xsignals/data";
import { readNcsv } from "@xsignals/data/ncsv";
import fc from "fast-check";
import { emulated, prices } from "./emulated_test.ts";
import { periodsOf } from "./periods.ts";

const YEAR = { group: "G", symbols: {}, from: "2024-01-31", to: "2024-12-31", pieces: "month" } as const;

/** The days and times of the periods, without what is the usual. */
function cut(from: string, to: string, size: "day" | "month" | "year"): string[] {
  return periodsOf({ from, to }, size).map(({ from, to }) => `${from} ${to}`.replaceAll("T00:00:00", ""));
}

Deno.test("series() cuts a period at the beginnings of months, years and days", () => {
  const [first, last] = ["2024-01-31T12:00:00", "2024-03-01T23:59:59"];
  assertEquals(cut(first, last, "month"), [
    "2024-01-31T12:00:00 2024-02-01",
    "2024-02-01 2024-03-01",
    "2024-03-01 2024-03-01T23:59:59",
  ]);
  assertEquals(cut("2024-02-28T00:00:00", "2024-03-01T00:00:00", "day"), [
    "2024-02-28 2024-02-29",
    "2024-02-29 2024-03-01",
  ]);
  assertEquals(cut("2023-12-31T00:00:00", "2025-01-01T00:00:01", "year"), [
    "2023-12-31 2024-01-01",
    "2024-01-01 2025-01-01",
    "2025-01-01 2025-01-01T00:00:01",
  ]);
  assertEquals(cut("2024-02-29T01:00:00.500", "2024-02-29T02:00:00", "month"), [
    "2024-02-29T01:00:00.500 2024-02-29T02:00:00",
  ]);
  assertEquals(cut("2024-03-01T00:00:00", "2024-03-01T00:00:00", "month"), ["2024-03-01 2024-03-01"]);
});

Deno.test("series() in pieces gives every row once, those on a boundary too", async () => {
  const times = [
    "01-31T00:00:00",
    "02-01T00:00:00",
    "02-29T23:59:59.999",
    "03-01T00:00:00",
    "03-01T00:00:00.001",
    "12-31T23:59:59",
  ];
  const { data, sent, bodies } = emulated({ series: [prices(times.map((time, index) => [`2024-${time}`, index]))] });
  const table = await data.series(YEAR);

  assertEquals(bodies().length, 1); // the others are asked for while the table is read
  assertEquals((await Array.fromAsync(table)).map(({ Price }) => Price), [0, 1, 2, 3, 4, 5]);
  assertEquals([bodies().length, sent.length], [12, 13]);
  const dates = bodies().map((body) => [Object(body).startDate, Object(body).endDate]);
  assertEquals(dates[0], ["2024-01-31T00:00:00", "2024-02-01T00:00:00"]);
  assertEquals(dates.at(-1), ["2024-12-01T00:00:00", "2024-12-31T23:59:59"]);
});

Deno.test("series() in pieces gives what one request gives, equal rows included", async () => {
  const time = fc.constantFrom(
    "02-01T00:00:00",
    "02-01T00:00:00.001",
    "02-15T12:00:00",
    "03-01T00:00:00",
    "04-01T00:00:00",
  );
  const row = fc.tuple(time.map((time) => `2024-${time}`), fc.constantFrom(1, 2));
  await fc.assert(
    fc.asyncProperty(fc.array(row, { minLength: 1, maxLength: 12 }), async (rows) => {
      const { data } = emulated({ series: [prices(rows)] });
      const read = async (query: Partial<SeriesQuery>) =>
        (await Array.fromAsync(await data.series({ ...YEAR, to: "2024-04-15", corrections: true, ...query })))
          .map((row) => JSON.stringify(row)).sort();
      assertEquals(await read({}), await read({ pieces: undefined }));
    }),
    { numRuns: 20 },
  );
});

Deno.test("series() delivers the pieces before one that fails, and the error names that one", async () => {
  const rows = [["2024-01-31T00:00:00", 1], ["2024-02-29T00:00:00", 2], ["2024-03-31T00:00:00", 3]] as const;
  const header = "Id,Date(UTC),Price\n";
  const faults: readonly (readonly [code: string, answer: () => Response])[] = [
    ["http_error", () => new Response(null, { status: 500 })],
    ["bad_ncsv", () => new Response(`${header}0042,2024-03-31T00:00:00,x\n`)],
    ["bad_ncsv", () => new Response(`${header}0042,31.3.2024,1\n`)],
    ["bad_ncsv", () => new Response("")],
    ["bad_response", () => new Response("Id,Date(UTC),Price,New\n")],
    ["bad_response", () => new Response("Id,Date(Europe/Warsaw),Price\n")],
    ["truncated", () => new Response(header, { headers: { nextPageToken: "more" } })],
  ];
  for (const [code, answer] of faults) {
    const { data } = emulated({ series: [prices(rows)] }, {
      answer: (path, count) => path === "/ts" && count === 3 ? answer() : undefined,
    });
    const read: Row[] = [];
    const error = await assertRejects(async () => {
      for await (const row of await data.series(YEAR)) read.push(row);
    }, DataError);
    assertEquals([error.code, read.map(({ Price }) => Price)], [code, [1, 2]]);
    const piece = "Cannot query the series of G from 2024-03-01T00:00:00 to 2024-04-01T00:00:00, piece 3 of 12: ";
    assert(error.message.startsWith(piece), error.message);
  }
});

Deno.test("series() in pieces refuses a first piece that has no dates or another zone", async () => {
  for (const header of ["Id(S),Unit(MD-S)\n", "Id,Date(Europe/Warsaw),Price\n"]) {
    const { data } = emulated({ series: [prices([["2024-01-31T00:00:00", 1]])] }, {
      answer: (path) => path === "/ts" ? new Response(header) : undefined,
    });
    assertEquals((await assertRejects(() => data.series(YEAR), DataError)).code, "bad_response");
  }
});

Deno.test("series() in pieces asks for no more of them than are read", async () => {
  const { data, bodies } = emulated({ series: [prices([["2024-01-31T00:00:00", 1], ["2024-02-29T00:00:00", 2]])] });
  for await (const { Price } of await data.series(YEAR)) if (Price === 2) break;
  assertEquals(bodies().length, 2);

  const closed = await data.series(YEAR);
  await assertRejects(
    async () => {
      for await (const _ of closed) await closed[Symbol.asyncDispose]();
    },
    TypeError,
    "closed",
  );
  assertEquals(bodies().length, 4); // the piece that was on its way is dropped
});

Deno.test("series() in pieces writes one table as its body", async () => {
  const notes = ["#1", 'a "b", c\nd', "", " "];
  const { data } = emulated({ series: [prices([["2024-01-01T00:00:00", 1]])] }, {
    answer(path, count) {
      const [note] = notes.splice(0, 1);
      const line = `"#${count}",2024-0${count}-01T00:00:00,"${note?.replaceAll('"', '""')}"\n`;
      if (path === "/ts") return new Response(`\uFEFFId,Date(UTC),Note(S)\r\n${note === undefined ? "" : line}`);
      notes.unshift(note!);
    },
  });
  const expected = notes.map((Note, index) => ({
    Id: `#${index + 1}`,
    "Date(UTC)": `2024-0${index + 1}-01T00:00:00`,
    Note,
  }));
  const { body } = await data.series({ ...YEAR, from: "2024-01-01" });
  assertEquals(await Array.fromAsync(await readNcsv(body)), expected);
});
