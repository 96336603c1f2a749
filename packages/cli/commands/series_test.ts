import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { createEmulator } from "@xsignals/emulator";
import { ORDERS } from "../stage_test.ts";
import { SWITCHED, TRADES, tried, words } from "./tried_test.ts";

const C10 = `series '${ORDERS}' -s 'Instrument=GEO-V23' -c Price --from 2024-03-04 --to 2024-03-05 ` +
  "--time-zone America/New_York";
const ROWS = [
  "GEO-V23,SPOT,000012044,1000,BID,2024-03-04T16:00:00.000,4.15",
  "GEO-V23,SPOT,000012044,1000,BID,2024-03-05T16:00:00.000,4.20",
  "GEO-V23,SPOT,000012051,2500,ASK,2024-03-04T16:00:00.000,4.25",
  "GEO-V23,SPOT,000012051,2500,ASK,2024-03-05T16:00:00.000,4.30",
];

for (const [how, assumptions] of [["", {}], [", other assumptions", SWITCHED]] as const) {
  Deno.test(`series prints CSV, and asks with all keys (C10${how})`, async () => {
    const { code, out, err, operations, queries } = await tried(words(`${C10} --csv`), {
      emulator: createEmulator({ assumptions }),
    });
    assertEquals([code, err], [0, ""]);
    const header = "Instrument,Market,Order Ref,Original,Side,Date(America/New_York),Price";
    assertEquals(out, `${[header, ...ROWS].join("\n")}\n`);
    assertEquals(operations, ["authLogin", "searchSymbols", "queryTimeSeries"]);
    const [key] = queries[0]!.keys as { symbols: Record<string, string> }[];
    assertEquals(key!.symbols, { Instrument: "GEO-V23", Market: "*", "Order Ref": "*", Original: "*", Side: "*" });
  });

  Deno.test(`series prints JSON: keys are text, prices are numbers (C11${how})`, async () => {
    const { code, out } = await tried(words(`${C10} --json`), { emulator: createEmulator({ assumptions }) });
    const [first, ...others] = out.trimEnd().split("\n");
    assertEquals([code, others.length], [0, 3]);
    assertStringIncludes(first!, `"Order Ref":"000012044"`);
    assertStringIncludes(first!, `"Price":4.15`);
  });
}

Deno.test("series prints JSON in a pipe and a table on a terminal, and with -o - the server's bytes", async () => {
  assertEquals((await tried(words(C10))).out.split("\n").length, 5);
  const { out } = await tried(words(C10), { terminal: 120 });
  assertMatch(out, /^Instrument +Market +Order Ref +Original +Side +Date\(America\/New_York\) +Price\n/);
  assertMatch(out, / 4\.20\n/);
  const { out: bytes } = await tried([...words(C10), "-o", "-"]);
  assertEquals(bytes.split("\n").slice(1), [...ROWS, ""]);
});

Deno.test("series takes several values of a key, several columns and the other flags", async () => {
  const flags = "-s Instrument=GEO-V23 -s Instrument=NGEO-V21 -s Side=BID -c Price -c Quantity --corrections " +
    "--as-of 2024-03-06 --to 2024-03-05T12:00";
  const { code, queries: [query] } = await tried(words(`series '${ORDERS}' ${flags}`));
  assertEquals(code, 0);
  const { keys, ...rest } = query as { keys: { symbols: Record<string, string>; columns: string[] }[] };
  assertEquals(keys.map(({ symbols }) => [symbols.Instrument, symbols.Side]), [["GEO-V23", "BID"], [
    "NGEO-V21",
    "BID",
  ]]);
  assertEquals(keys[0]!.columns, ["Price", "Quantity"]);
  assertEquals(rest as Record<string, unknown>, {
    startDate: null,
    endDate: "2024-03-05T12:00:00",
    formatType: "NCSV",
    timeZone: "UTC",
    corrections: true,
    onDateTime: "2024-03-06T23:59:59",
  });
});

/** Command lines that are wrong, and what the message says; nothing is sent. */
const WRONG: Readonly<Record<string, RegExp>> = {
  "series": /^Cannot use GROUP: it is missing; xsignals series --help/,
  "series G": /^Cannot use -s: it is missing; name the series, such as -s Instrument=GEO/,
  "series G -s Instrument": /^Cannot use -s: it must be NAME=VALUE, such as -s Instrument=GEO/,
  "series G -s =GEO": /^Cannot use -s: it must be NAME=VALUE/,
  "series G -s Instrument=": /^Cannot use -s: it must be NAME=VALUE/,
  "series G -s a=b -c ''": /^Cannot use -c: it must be the name of a column/,
  "series '' -s a=b": /^Cannot use GROUP: it must be a non-empty string/,
  "series G -s a=b --from 2024-13-01": /^Cannot use --from: it must be a date such as 2024-03-01/,
  "series G -s a=b --from yesterday": /^Cannot use --from: it must be a date such as 2024-03-01/,
  "series G -s a=b --to 2024-02-30": /^Cannot use --to: it must be a date such as 2024-03-01/,
  "series G -s a=b --as-of now": /^Cannot use --as-of: it must be a date such as 2024-03-01/,
  "series G -s a=b --from 2024-03-01T12:00:00Z": /^Cannot use --from: it must have no Z.*use --time-zone$/,
  "series G -s a=b --to 2024-03-01T12:00:00+01:00": /^Cannot use --to: it must have no Z.*use --time-zone$/,
  "series G -s a=b --from 2024-03-02 --to 2024-03-01": /^Cannot use --from: it must not be after --to$/,
  "series G -s a=b --time-zone EST5": /^Cannot use --time-zone: there is no such zone; write one such as UTC/,
  "series G -s a=b --time-zone Mars/Base": /^Cannot use --time-zone: there is no such zone/,
  "series G -s a=b --chart --json": /^Cannot use --chart with --json: /,
  "series G -s a=b --chart -o x.csv": /^Cannot use --chart with -o: /,
  "series G -s a=b -o x.csv --csv": /^Cannot use --csv with -o: /,
  "series G -s a=b -o - --json": /^Cannot use --json with -o: /,
  "series G -s a=b -o ''": /^Cannot use -o: it must be the path of a file/,
  "series G -s a=b --overwrite": /^Cannot use --overwrite: it goes with -o FILE$/,
  "series G -s a=b --pieces day": /^Cannot use --pieces: there is no such flag/,
  "series G H -s a=b": /^Cannot use the arguments: there are too many/,
  "deltas G --to 2024-03-01": /^Cannot use --from: it is missing/,
  "deltas G --from 2024-03-01": /^Cannot use --to: it is missing/,
  "deltas G --from 2024-03-01T00:00:00Z --to 2024-03-01": /^Cannot use --from: .*the zone is the account's$/,
  "deltas G --from 2024-03-02 --to 2024-03-01": /^Cannot use --from: it must not be after --to$/,
  "deltas G --from 2024-03-01 --to 2024-03-01 --time-zone UTC": /^Cannot use --time-zone: there is no such flag/,
  "symbols": /^Cannot use GROUP: it is missing/,
  "symbols G ''": /^Cannot use TEXT: it must not be empty/,
  "symbols '' GEO": /^Cannot use GROUP: it must be a non-empty string/,
  "doctor now": /^Cannot use the arguments: there are too many/,
  "doctor --csv": /^Cannot use --csv: /,
  "doctor --timeout 0": /^Cannot use --timeout: it must be a number of seconds above 0/,
};

Deno.test("series, deltas, symbols and doctor refuse wrong flags before anything is sent (6.2)", async () => {
  const emulator = createEmulator();
  for (const [line, message] of Object.entries(WRONG)) {
    const { code, out, err, operations } = await tried(words(line), { emulator });
    const text = line.includes("--json") ? JSON.parse(err).error.message : err.trimEnd();
    assertEquals([code, out, operations], [2, "", []], `${line}: ${err}`);
    assertMatch(text, message, line);
  }
});

Deno.test("series, deltas and symbols tell of keys and groups that do not exist (6.2)", async () => {
  const wrongKey = await tried(words(`series '${ORDERS}' -s Instrumnt=GEO`));
  assertEquals(wrongKey.code, 1);
  assertStringIncludes(wrongKey.err, "it has no key Instrumnt, its keys are Instrument, Market, Order Ref");
  const json = await tried(words(`series '${ORDERS}' -s Instrumnt=GEO --json`));
  assertEquals([json.out, JSON.parse(json.err).error.code], ["", "bad_symbol"]);
  for (const line of ["series Nope -s a=b", "deltas Nope --from 2024-03-05 --to 2024-03-05", "symbols Nope"]) {
    const { code, out, err } = await tried(words(line));
    assertEquals([code, out], [3, ""], line);
    assertMatch(err, /^no such group: Nope/, line);
  }
});

/** What `/ts` may answer, what the command says, and its exit code; in each form of output. */
const ANSWERS: readonly (readonly [body: string, code: number, message: RegExp, type?: string])[] = [
  ["", 1, /Cannot query the series of .*(empty|header)/i],
  ["Id,Date(UTC),Price\n", 0, /^0 rows$/],
  ["Id,Date(UTC),Price\na,2024-03-04,abc\n", 1, /line 2 of the table.*column Price: .*abc.* is not a number/],
  [`Id,Date(UTC),Price\n"a\nb",2024-03-04,1\nc,2024-03-04,x\n`, 1, /line 4 of the table.*column Price: .*x.* is not a/],
  ["Id,Date(UTC),Date(UTC)\n", 1, /two date columns/],
  ["Id,Date(UTC),Price\na,2024-03-04\n", 1, /line 2/],
  [`Id,Date(UTC),Price\na,2024-03-04,"1\n`, 1, /Cannot query the series/],
  ["<html>busy</html>", 1, /HTML instead of a table/, "text/html"],
];

Deno.test("series refuses a table that is not one, whatever the form of output (6.2)", async () => {
  const emulator = createEmulator();
  for (const form of ["--json", "--csv", "--table", "--chart"]) {
    for (const [body, code, message, type = "text/csv"] of ANSWERS) {
      emulator.faults.add({ operation: "queryTimeSeries", status: 200, body, headers: { "content-type": type } });
      const { code: exit, err } = await tried(words(`series '${ORDERS}' -s 'Instrument=*' ${form}`), { emulator });
      assertEquals(exit, code, `${form} ${body} ${err}`);
      if (code !== 0 && form === "--json") {
        assertMatch(JSON.parse(err).error.code, type === "text/csv" ? /^bad_ncsv$/ : /^bad_response$/, body);
      } else if (code === 0 && form === "--chart") assertMatch(err, /nothing to draw: 0 rows/);
      else assertMatch(err.trimEnd(), message, form);
    }
  }
});

Deno.test("series gives a table that the server cut off as an error, never as a shorter one", async () => {
  for (const flags of ["--json", "--csv", "--chart", "-o -"]) {
    const emulator = createEmulator({ assumptions: { tsCap: 2 } });
    const { code, out, err } = await tried(words(`${C10} ${flags}`), { emulator });
    assertEquals([code, out], [1, ""], flags);
    assertMatch(err, /the server has more rows than it gives at once.*ask for a shorter period/);
  }
});

Deno.test("series keeps cells as they are in CSV, and their values in JSON (6.3, 14)", async () => {
  const cells = ["007", "", "NaN", "1e-7", "-0", "5000.00"];
  const body = `Id,Date(UTC),Price\n${cells.map((cell) => `00a,2024-03-04,${cell}\n`).join("")}`;
  const answers = () => {
    const emulator = createEmulator();
    emulator.faults.add({ operation: "queryTimeSeries", status: 200, body, headers: { "content-type": "text/csv" } });
    return { emulator };
  };
  const line = words(`series '${ORDERS}' -s 'Instrument=*'`);
  assertEquals((await tried([...line, "--csv"], answers())).out, body);
  const { out } = await tried([...line, "--json"], answers());
  const prices = out.trimEnd().split("\n").map((text) => JSON.parse(text).Price);
  assertEquals(prices, [7, null, null, 1e-7, 0, 5000]);
});

Deno.test("series shows what a terminal would act upon as visible escapes (5.3.1)", async () => {
  const evil = "\x1b]52;c;AAAA\x07\x9b31m\u202E";
  const body = `Id,Date(UTC),Note(S)\n${evil},2024-03-04,x${evil}\n`;
  const emulator = createEmulator();
  for (const flags of [["--table"], ["--csv"], ["--json"], ["-o", "-"]]) {
    emulator.faults.add({ operation: "queryTimeSeries", status: 200, body, headers: { "content-type": "text/csv" } });
    const { code, out } = await tried([...words(`series '${ORDERS}' -s 'Instrument=*'`), ...flags], {
      emulator,
      terminal: 80,
    });
    assertEquals(code, 0);
    // deno-lint-ignore no-control-regex -- control characters are what is looked for
    assert(!/[\x00-\x09\x0b-\x1f\x7f-\x9f\u202E]/.test(out), JSON.stringify(out));
    assertMatch(out, /52;c;AAAA/);
  }
});

Deno.test("series --chart draws each series, five at most, and tells of the others", async () => {
  const rows = Array.from({ length: 8 }, (_, serial) =>
    [4, 5].map((day) => ({
      symbols: { Id: `S${serial}` },
      date: `2024-03-0${day}T00:00:00Z`,
      values: { Price: serial + day },
    }))).flat();
  const series = [{ groupName: "G", keys: ["Id"], columns: ["Price"], rows }];
  const { code, out, err } = await tried(words("series G -s Id=* --chart"), {
    emulator: createEmulator({ series }),
    terminal: 80,
  });
  assertEquals([code, err], [0, "3 more are not drawn: choose by -s and -c\n"]);
  assertEquals(out.match(/^Price S\d$/gm), ["Price S0", "Price S1", "Price S2", "Price S3", "Price S4"]);
  assertEquals(out.match(/^Date\(UTC\): 2024-03-04T00:00:00.000 to 2024-03-05T00:00:00.000$/gm)?.length, 5);
  assert(out.split("\n").every((line) => line.length <= 80));
});

Deno.test("series --chart names the times of the first value and the last, in whatever order rows come", async () => {
  const emulator = createEmulator();
  const rows = "a,2024-03-05,1\na,2024-03-07,\na,2024-03-04,2\na,2024-03-01,\na,2024-03-06,3\na,2024-03-05,4\n";
  const body = `Id,Date(UTC),Price\n${rows}${["b", "c", "d", "e", "f"].map((id) => `${id},2024-03-01,\n`).join("")}`;
  emulator.faults.add({ operation: "queryTimeSeries", status: 200, body, headers: { "content-type": "text/csv" } });
  const { out, err } = await tried(words(`series '${ORDERS}' -s 'Instrument=*' --chart`), { emulator });
  assertMatch(out, /^Date\(UTC\): 2024-03-04 to 2024-03-06\n\nPrice b\nno values\n\nPrice c\n/m);
  assertEquals(err, "1 more is not drawn: choose by -s and -c\n");
});

Deno.test("deltas saves what the server sent, and prints the path (C12)", async () => {
  for (const assumptions of [{}, SWITCHED]) {
    const folder = await Deno.makeTempDir();
    const emulator = createEmulator({ assumptions });
    const sent: string[] = [];
    const path = `${folder}/d.csv`;
    const line = [...words(`deltas '${TRADES}' --from 2024-03-05 --to 2024-03-05 -o`), path];
    const trial = {
      emulator,
      async fetch(input: string | URL | Request, init?: RequestInit) {
        const response = await emulator.fetch(input, init);
        if (String(input).endsWith("/ts")) sent.push(await response.clone().text());
        return response;
      },
    };
    const { code, out, err, operations, queries } = await tried(line, trial);
    assertEquals([code, out, err], [0, `${path}\n`, ""]);
    assertEquals(operations, ["authLogin", "queryTimeSeries"]);
    assertEquals([queries[0]!.delta, queries[0]!.groupName], [true, TRADES]);
    assertEquals([await Deno.readTextFile(path)], sent);

    const again = await tried(line, trial);
    assertEquals([again.code, again.out], [1, ""]);
    assertMatch(again.err, /is there already; move it away, or use --overwrite/);
    assertEquals((await tried([...line, "--overwrite", "--json"], trial)).out, `${JSON.stringify({ path })}\n`);
    const folderAsFile = await tried([...line.slice(0, -1), folder], trial);
    assertEquals([folderAsFile.code, folderAsFile.out], [1, ""]);
    assertEquals([...Deno.readDirSync(folder)].map(({ name }) => name), ["d.csv"]);
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("deltas prints rows, corrections included", async () => {
  const day = `deltas '${TRADES}' --from 2024-03-05 --to 2024-03-05`;
  const { out } = await tried(words(`${day} --corrections --csv`));
  assertMatch(out, /^Instrument,Market,Order Ref,Date\(America\/New_York\),Ccy,Price,Quantity,TimeZone\n/);
  assertEquals(out.trimEnd().split("\n").length, 4);
});

Deno.test("symbols prints keys as -s takes them, and values in JSON", async () => {
  const { code, out } = await tried(words(`symbols '${ORDERS}' NGEO --json`));
  assertEquals(code, 0);
  const { symbols, columns, ...others } = JSON.parse(out);
  assertEquals([symbols["Order Ref"], columns.includes("Price"), others], ["000012060", true, {}]);
  const table = await tried(words(`symbols '${ORDERS}' NGEO`), { terminal: 300 });
  assertStringIncludes(table.out, "-s Instrument=NGEO-V21 -s Market=SPOT -s 'Order Ref=000012060'");
  const none = await tried(words(`symbols '${ORDERS}' nothing-has-this`));
  assertEquals([none.code, none.out, none.err], [0, "", "0 symbols\n"]);
});

Deno.test("series leaves no file where it cannot save, and symbols refuses what is not a list (6.2)", async () => {
  const emulator = createEmulator();
  for (
    const [path, code] of [["/", "unsafe_target"], ["/dev/full", "unsafe_target"], ["/proc/x/y.csv", "\\w+"]] as const
  ) {
    const { code: exit, out, err } = await tried([...words(C10), "--json", "-o", path], { emulator });
    assertEquals([exit, out], [1, ""], err);
    assertMatch(JSON.parse(err).error.code, new RegExp(`^${code}$`));
  }
  emulator.faults.add({
    operation: "searchSymbols",
    status: 200,
    body: "<html>",
    headers: { "content-type": "text/html" },
  });
  const html = await tried(words(`symbols '${ORDERS}' --json`), { emulator });
  assertEquals([html.code, html.out, JSON.parse(html.err).error.code], [1, "", "bad_response"]);
});

Deno.test("series ends quietly if nobody reads any more, and with 130 if the user interrupts", async () => {
  for (const flags of ["--json", "--csv", "-o -", "--chart"]) {
    const { code, err } = await tried(words(`${C10} ${flags}`), { reads: 0 });
    assertEquals([code, err], [0, ""], flags);
  }
  const emulator = createEmulator();
  const user = new AbortController();
  emulator.faults.add({
    operation: "queryTimeSeries",
    stage: "after",
    respond: (_, answer) => {
      user.abort(new DOMException("", "AbortError"));
      return answer!;
    },
  });
  const folder = await Deno.makeTempDir();
  const { code, out } = await tried([...words(C10), "-o", `${folder}/x.csv`], { emulator, signal: user.signal });
  assertEquals([code, out, [...Deno.readDirSync(folder)]], [130, "", []]);
  await Deno.remove(folder);
});
