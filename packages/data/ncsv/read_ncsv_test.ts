import { assert, assertEquals, assertRejects, assertStrictEquals, assertThrows } from "@std/assert";
import { DataError, readNcsv, type Row, type Table } from "@xsignals/data/ncsv";

const utf8 = new TextEncoder();

/** A stream of the bytes, in chunks of one size, and whether it was cancelled. */
function streamOf(content: string | Uint8Array, size = 65_536) {
  const bytes = typeof content === "string" ? utf8.encode(content) : content;
  let at = 0;
  const state = { isCancelled: false, given: () => at };
  const stream = new ReadableStream<Uint8Array>({
    pull(controller) {
      if (at >= bytes.length) return controller.close();
      controller.enqueue(bytes.slice(at, at += size));
    },
    cancel() {
      state.isCancelled = true;
    },
  }, { highWaterMark: 0 });
  return { stream, state };
}

const read = (content: string | Uint8Array, size?: number): Promise<Table> => readNcsv(streamOf(content, size).stream);

async function rowsOf(content: string | Uint8Array, size?: number): Promise<Row[]> {
  return await Array.fromAsync(await read(content, size));
}

/** The error of a table, its line and its column, and how many rows came before it. */
async function faultOf(content: string | Uint8Array, size?: number) {
  let rows = 0;
  const error = await assertRejects(async () => {
    for await (const _ of await read(content, size)) rows++;
  }, DataError);
  assert(error.message.startsWith("Cannot read the table: "), error.message);
  return [error.code, error.line, error.column, rows];
}

Deno.test("readNcsv() tells each column's name, role and type, and the date's zone", async () => {
  const header =
    "Instrument,Order Ref(S),Date(America/New_York),Price,Type(S),Date In(S),Odd(X),Unit (USD),TimeZone(MD-S),Size(MD-DB)";
  await using table = await read(`${header}\n`);

  assertEquals(table.timeZone, "America/New_York");
  assertEquals(table.columns.map(({ name, mark, role, type }) => [name, mark, role, type]), [
    ["Instrument", undefined, "key", "text"],
    ["Order Ref", "S", "key", "text"],
    ["Date(America/New_York)", undefined, "date", "date"],
    ["Price", undefined, "value", "number"],
    ["Type", "S", "value", "text"],
    ["Date In", "S", "value", "text"],
    ["Odd", "X", "value", "unknown"],
    ["Unit", "USD", "value", "unknown"],
    ["TimeZone", "MD-S", "metadata", "text"],
    ["Size", "MD-DB", "metadata", "text"],
  ]);
  assertEquals(table.columns.map(({ header }) => header).join(), header);
});

Deno.test("readNcsv() finds the date by Date or DateTime, with or without a zone, and no other column", async () => {
  for (
    const [header, name, timeZone] of [
      ["A,Date,B", "Date", undefined],
      ["A,DateTime,B", "DateTime", undefined],
      ["A,DateTime(UTC),B", "DateTime(UTC)", "UTC"],
      ["A,Date In(S),Date(UTC),B", "Date(UTC)", "UTC"],
      ["A,Date(S),Date(MD-S),Dated,B", undefined, undefined],
    ] as const
  ) {
    await using table = await read(header);
    assertEquals(table.columns.find(({ role }) => role === "date")?.name, name, header);
    assertEquals([table.timeZone, Object.hasOwn(table, "timeZone")], [timeZone, timeZone !== undefined], header);
    assertEquals(table.columns.at(-1)!.type, name ? "number" : "text", header); // without a date all are keys
  }
});

Deno.test("readNcsv() leaves texts as they are, and reads numbers strictly", async () => {
  const [row] = await rowsOf(
    "Order Ref,Original,Date(UTC),Empty,NaN,Small,Minus,Whole,Point,Note(S),Nothing(S),Odd(X),Zone(MD-I)\n" +
      "000012044,-0,2024-03-05T18:00:00.000,,NaN,1e-7,-0,9007199254740992,5000.00, 1 ,,0x10,007\n",
  );

  assertEquals(row, {
    "Order Ref": "000012044",
    Original: "-0",
    "Date(UTC)": "2024-03-05T18:00:00.000",
    Empty: null,
    NaN: NaN,
    Small: 1e-7,
    Minus: -0,
    Whole: 9007199254740992,
    Point: 5000,
    Note: " 1 ",
    Nothing: "",
    Odd: "0x10",
    Zone: "007",
  });
  assert(Object.is(row!.Minus, -0));
});

Deno.test("readNcsv() refuses a cell that is not a number, or would not be the same number", async () => {
  const good = [
    "100000000000000000000",
    "0.30000000000000004",
    "1.00000000000000000000",
    "-12.5E+3",
    "+5",
    ".5",
    "5.",
    "0e9",
  ];
  for (const cell of good) {
    assertEquals((await rowsOf(`Date,P\n2024-01-01,${cell}\n`))[0]!.P, Number(cell), cell);
  }
  const bad = ["abc", " ", "1 ", "1,5", "0x10", "1_000", "Infinity", "nan", "null", "-", ".", "e5", "1e", "--1", "１"];
  const lossy = [
    "12345678901234567890",
    "9007199254740993",
    "9007199254740993.0",
    "0.12345678901234567890",
    "1e999",
    "1e-999",
  ];
  for (const cell of [...bad, ...lossy]) {
    assertEquals(await faultOf(`Date,P\n2024-01-01,1\n2024-01-02,"${cell}"\n`), ["bad_ncsv", 3, "P", 1], cell);
    const text = await Array.fromAsync((await read(`Date,P\n2024-01-02,"${cell}"\n`)).batches());
    assertEquals(text, [[["2024-01-02", cell]]]);
  }
});

Deno.test("readNcsv() passes over byte order mark, CRLF, comments, blank lines, and needs no last line end", async () => {
  const plain = '# 1 "of\nA,Date,B(S)\nx,2024-01-01,#1\n\n#y,2024-01-02,\n"#z",2024-01-03,"a\n#b"';
  const expected = [
    { A: "x", Date: "2024-01-01", B: "#1" },
    { A: "#z", Date: "2024-01-03", B: "a\n#b" },
  ];
  for (const text of [plain, `${plain}\n`, `${plain}\n\n`, `\uFEFF${plain}`]) {
    for (const size of [1, 2, 3, 1000]) assertEquals(await rowsOf(text, size), expected);
  }
  for (const size of [1, 2, 3, 1000]) {
    assertEquals((await rowsOf(plain.replace("a\n", "a").replaceAll("\n", "\r"), size)).length, 2);
  }
  const crlf = `\uFEFF\n${plain}`.replaceAll("\n", "\r\n");
  for (const size of [1, 2, 3, 1000]) {
    assertEquals(await rowsOf(crlf, size), [expected[0], { ...expected[1], B: "a\r\n#b" }] as Row[]);
  }
});

Deno.test("readNcsv() says where a table is torn, after the rows before it", async () => {
  const start = '# c\n\nA,Date,B(S)\nx,2024-01-01,"1\r\n2\n3"\n# c\ny,2024-01-02,2\n'; // its last row is on line 8
  for (
    const [end, line, column] of [
      ["z,2024-01-03", 9, "B"],
      ["z", 9, "Date"],
      ["z,2024-01-03,1,2\n", 9, 4],
      ['z,"2024-01-03\n\n\n', 9, "Date"],
      ['z,2024-01-03,"1"2\n', 9, "B"],
      ['z,20"24-01-03,1\n', 9, "Date"],
      ['\n#\nz,2024-01-03,"', 11, "B"],
    ] as const
  ) {
    for (const size of [1, 7, 1000]) assertEquals(await faultOf(start + end, size), ["bad_ncsv", line, column, 2], end);
  }
});

Deno.test("readNcsv() refuses a table without a header, and takes one without rows", async () => {
  for (const text of ["", "\n\n", "# only a comment", "\uFEFF"]) {
    assertEquals(await faultOf(text), ["bad_ncsv", 1, undefined, 0]);
  }
  assertEquals(await rowsOf("A,Date,B"), []);
});

Deno.test("readNcsv() refuses two dates and two columns of one name", async () => {
  assertEquals(await faultOf("\nDate,A,Date(UTC)\n"), ["bad_ncsv", 2, "Date(UTC)", 0]);
  assertEquals(await faultOf("A,Date,B,B\n1,2,3,4\n"), ["bad_ncsv", 1, "B", 0]);
  assertEquals(await faultOf("B(S),B,B(S)(S)\n1,2,3\n"), ["bad_ncsv", 1, "B(S)", 0]);
});

Deno.test("readNcsv() keeps the marks where two names would be one without them", async () => {
  assertEquals(await rowsOf("Zone(S),Date,P,Zone(MD-S)\na,2024-01-01,1,b\n"), [
    { "Zone(S)": "a", Date: "2024-01-01", P: 1, "Zone(MD-S)": "b" },
  ]);
});

Deno.test("readNcsv() takes __proto__ for a column like others", async () => {
  const [row] = await rowsOf("__proto__,constructor,Date,toString\na,b,2024-01-01,1\n");

  assertEquals(Object.entries(row!), [["__proto__", "a"], ["constructor", "b"], ["Date", "2024-01-01"], [
    "toString",
    1,
  ]]);
  assertStrictEquals(Object.getPrototypeOf(row), Object.prototype);
  assert(!("a" in {}));
});

Deno.test("readNcsv() refuses what is not UTF-8, but not the replacement character itself", async () => {
  const damaged = (text: string) => Uint8Array.from(text, (char) => char.charCodeAt(0)); // Latin-1
  for (const size of [1, 2, 1000]) {
    assertEquals(await faultOf(damaged("A,Date,B(S)\nx,2024-01-01,\nx,2024-01-02,\xE9t\xE9\n"), size), [
      "bad_ncsv",
      3,
      "B",
      1,
    ]);
    assertEquals(await faultOf(damaged("A,Date,B(S)\nx,2024-01-01,\xE2\x82"), size), ["bad_ncsv", 2, "B", 0]);
    assertEquals(await faultOf(damaged("\xFF\xFEA,Date\n"), size), ["bad_ncsv", 1, 1, 0]);
    assertEquals(await rowsOf("A,Date,B(S)\n\uFFFD,2024-01-01,€\n", size), [{
      A: "\uFFFD",
      Date: "2024-01-01",
      B: "€",
    }]);
  }
});

Deno.test("readNcsv() reads rows, batches or bytes, once", async () => {
  const text = "\uFEFFA,Date,B\r\nx,2024-01-01,007\r\n";
  for (const first of ["rows", "batches", "bytes"]) {
    const table = await read(text, 5);
    if (first === "rows") assertEquals(await Array.fromAsync(table), [{ A: "x", Date: "2024-01-01", B: 7 }]);
    else if (first === "batches") assertEquals(await Array.fromAsync(table.batches()), [[["x", "2024-01-01", "007"]]]);
    else assertEquals(new Uint8Array(await new Response(table.body).arrayBuffer()), utf8.encode(text));

    assertThrows(() => table[Symbol.asyncIterator](), TypeError, "read once");
    assertThrows(() => table.batches(), TypeError, "read once");
    await assertRejects(async () => await new Response(table.body).text(), TypeError);
  }
});

Deno.test("readNcsv() cancels the stream at a break, a disposal, a fault, and a cancelled body", async () => {
  const long = `A,Date,B\n${"x,2024-01-01,1\n".repeat(1000)}`;
  async function cancelled(use: (table: Table) => unknown, text = long): Promise<boolean> {
    const { stream, state } = streamOf(text, 100);
    await use(await readNcsv(stream));
    assert(state.given() < 1000, "it was read to the end");
    return state.isCancelled;
  }

  assert(
    await cancelled(async (table) => {
      for await (const _ of table) break;
    }),
  );
  assert(
    await cancelled(async (table) => {
      for await (const _ of table.batches()) break;
    }),
  );
  assert(await cancelled((table) => table[Symbol.asyncDispose]()));
  assert(await cancelled((table) => table.body.cancel()));
  assert(await cancelled((table) => assertRejects(() => Array.fromAsync(table), DataError), `A,Date\n1\n${long}`));
  const { stream, state } = streamOf(`A,A\n${long}`, 100);
  await assertRejects(() => readNcsv(stream), DataError);
  assert(state.isCancelled);
});

Deno.test("readNcsv() gives no short table as whole when it is closed in the middle", async () => {
  const table = await read(`A,Date,B\n${"x,2024-01-01,1\n".repeat(1000)}`, 100);
  await assertRejects(
    async () => {
      for await (const _ of table) await table[Symbol.asyncDispose]();
    },
    TypeError,
    "closed",
  );
});

Deno.test("readNcsv() passes the stream's own error on", async () => {
  const cut = new Error("cut");
  let chunks = 0;
  const stream = new ReadableStream<Uint8Array>({
    pull: (controller) => chunks++ === 0 ? controller.enqueue(utf8.encode("A,Date\nx,1\n")) : controller.error(cut),
  });
  const table = await readNcsv(stream);
  assertStrictEquals(await assertRejects(() => Array.fromAsync(table)), cut);
});

Deno.test("readNcsv() refuses what is not a stream of bytes", async () => {
  await assertRejects(() => readNcsv("A,Date" as never), TypeError, "ReadableStream");
  await assertRejects(() => readNcsv(ReadableStream.from(["A,Date"]) as never), TypeError, "bytes");
  const { stream } = streamOf("A,Date");
  stream.getReader();
  await assertRejects(() => readNcsv(stream), TypeError);
});

Deno.test("readNcsv() reads 5,000 columns, a cell of 8 MiB, and a row across 1,000 chunks", async () => {
  const wide = Array.from({ length: 5000 }, (_, index) => `C${index}`);
  const [row] = await rowsOf(`Date,${wide}\n2024-01-01,${wide.map((_, index) => index)}\n`, 30);
  assertEquals([Object.keys(row!).length, row!.C4999], [5001, 4999]);

  const cell = "1234567 ".repeat(1_048_576);
  const [big] = await rowsOf(`Date,B(S)\n2024-01-01,${cell}\n`);
  assert(big!.B === cell);

  const text = `a"€\r\n`.repeat(500);
  const [cut] = await rowsOf(`Date,B(S)\r\n2024-01-01,"${text.replaceAll('"', '""')}"\r\n`, 2);
  assertEquals(cut!.B, text);
});

Deno.test("readNcsv() reads one large chunk in batches", async () => {
  const table = await read(`A,Date\n${"x,2024-01-01\n".repeat(100_000)}`, Infinity);
  const sizes = await Array.fromAsync(table.batches(), (rows) => rows.length);
  assertEquals(sizes.reduce((sum, size) => sum + size), 100_000);
  assert(Math.max(...sizes) < 10_000);
});

Deno.test("readNcsv() does not read a whole stream for a quote that is never closed", async () => {
  const chunk = utf8.encode("x".repeat(65_536));
  const start = utf8.encode('A,Date\ny,2024-01-01\n"');
  let chunks = 0;
  const endless = new ReadableStream<Uint8Array>({ pull: (it) => it.enqueue(chunks++ === 0 ? start : chunk) });

  const rows = (await readNcsv(endless))[Symbol.asyncIterator]();
  assertEquals((await rows.next()).done, false);
  const { code, line, message } = await assertRejects(() => rows.next(), DataError);
  assertEquals([code, line], ["bad_ncsv", 3]);
  assert(message.includes("is a quote open?"));
});
