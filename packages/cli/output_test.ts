import { assert, assertEquals, assertMatch } from "@std/assert";
import { createOutput } from "./output.ts";
import { jsonLine, printable, printableLines, wrapped } from "./printable.ts";
import fc from "fast-check";
import { createSink, ENV, openStage } from "./stage_test.ts";

/** What a terminal would act upon: ESC, OSC 52, C1, CR, a bell, direction, a line separator, half a pair. */
const EVIL = "\x1b[31mred\x1b]52;c;eA==\x07\x9b2J\x85\r\n\t\u202egpj\u2066\u200e\ufeff\u2028\ud800!";

/** Whether nothing in a text acts upon a terminal. */
function isHarmless(text: string): boolean {
  return !/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u.test(text.replaceAll("\n", ""));
}

async function printed(form: "json" | "csv" | "table" | undefined, rows: readonly object[], terminal?: number) {
  const sink = createSink(terminal);
  const columns = Object.keys(rows[0] ?? { a: 1 }).map((name) => ({ name }));
  await createOutput(sink, form).rows(columns, rows as Record<string, unknown>[]);
  return sink.text();
}

Deno.test("rows() prints a table on a terminal, and JSON lines elsewhere", async () => {
  assertEquals(await printed(undefined, [{ a: "x" }], 80), "A\nx\n");
  assertEquals(await printed(undefined, [{ a: "x" }, { a: 1 }]), '{"a":"x"}\n{"a":1}\n');
  assertEquals([await printed("table", []), await printed("json", []), await printed("csv", [])], ["", "", "a\n"]);
});

Deno.test("rows() quotes CSV, and keeps the bytes of cells in a pipe", async () => {
  const rows = [{ a: 'x "y", z', b: "1\n2", c: null }, { a: "\x1b", b: "0001234567", c: [1] }];
  assertEquals(await printed("csv", rows), 'a,b,c\n"x ""y"", z","1\n2",\n\x1b,0001234567,[1]\n');
});

Deno.test("rows() lets nothing through to a terminal that acts upon it, in any form", async () => {
  for (const form of ["json", "csv", "table"] as const) {
    const text = await printed(form, [{ a: EVIL, [EVIL]: EVIL }], 80);
    assert(isHarmless(text), form);
    assertMatch(text, form === "json" ? /\\u001b\[31mred/ : /\\u\{1b\}\[31mred/, form);
  }
  assertEquals(isHarmless(await printed("table", [{ a: EVIL }])), true); // it may be shown by a pager
  assertEquals(JSON.parse(await printed("json", [{ a: EVIL }])).a, EVIL);
});

Deno.test("rows() wraps the last column of a table that is too wide for the terminal, and no other", async () => {
  const rows = [{ id: "8a7c2f0e-5d0b", text: "the quick brown fox jumps over the lazy dog" }];
  assertEquals(
    await printed("table", rows, 40),
    "ID             TEXT\n8a7c2f0e-5d0b  the quick brown fox jumps\n               over the lazy dog\n",
  );
  assertEquals((await printed("table", rows)).split("\n").length, 3); // a pipe has no width
});

Deno.test("rows() gives a terminal that is too narrow for the table a block for each row", async () => {
  const rows = [{ id: "8a7c2f0e-5d0b", text: "the quick\x1b brown fox" }, { id: "1", text: "" }];
  const [id, text] = ["ID    ", "TEXT  "];
  assertEquals(
    await printed("table", rows, 20),
    `${id}8a7c2f0e-5d0b\n${text}the quick\\u{1b} brown fox\n\n${id}1\nTEXT\n`,
  );
  const many = Array.from({ length: 1_001 }, () => rows[0]!);
  const blocks = (await printed("table", many, 20)).split("\n\n");
  assertEquals([blocks.length, new Set(blocks.map((block) => block.trimEnd())).size], [1_001, 1]);
});

Deno.test("rows() counts wide characters as a terminal does", async () => {
  assertEquals(await printed("table", [{ a: "日本", b: 1 }, { a: "abcd", b: 2 }]), "A     B\n日本  1\nabcd  2\n");
  const wide = [{ a: "x", b: `${"日".repeat(30)} end` }];
  assertEquals(await printed("table", wide, 40), `A  B\nx  ${"日".repeat(18)}\n   ${"日".repeat(12)} end\n`);
});

Deno.test("rows() holds a part of a long table, and gives all of it", async () => {
  const rows = Array.from({ length: 2_500 }, (_, index) => ({ a: index, b: "x".repeat(index % 7) }));
  const lines = (await printed("table", rows)).trimEnd().split("\n");
  assertEquals([lines.length, lines[0], lines[1], lines[2_500]?.split(" ")[0]], [2_501, "A    B", "0", "2499"]);
});

Deno.test("value() and bytes() show a terminal what a pipe gets as it is", async () => {
  for (const terminal of [80, undefined]) {
    const sink = createSink(terminal);
    const out = createOutput(sink, undefined);
    await out.bytes(new Blob(["ž\x1b[2J", new Uint8Array([0xc5]), new Uint8Array([0xbe]), "\r\n\tx"]).stream());
    assertEquals(sink.text(), terminal ? "ž\\u{1b}[2Jž\\r\n\tx\n" : "ž\x1b[2Jž\r\n\tx");
  }
  const cut = createSink(80);
  await createOutput(cut, undefined).bytes(new Blob(["a", new Uint8Array([0xc5])]).stream());
  assertEquals(cut.text(), "a\ufffd\n");
  const [terminal, pipe] = [createSink(80), createSink()];
  for (const sink of [terminal, pipe]) await createOutput(sink, undefined).value({}, EVIL.toWellFormed());
  assert(isHarmless(terminal.text().replaceAll("\t", "")));
  assertEquals(pipe.text(), `${EVIL.toWellFormed()}\n`);
});

Deno.test("printable() and jsonLine() leave ordinary text alone", () => {
  const text = "Zażółć gęślą jaźń – 日本 😀 \u00a0 e\u0301";
  assertEquals([printable(text), printableLines(text), jsonLine(text)], [text, text, JSON.stringify(text)]);
});

Deno.test("wrapped() breaks between words, and a command only if it fits in no line", () => {
  const text =
    "✗ login       not logged in at 127.0.0.1:8787: run xsignals login --base-url http://127.0.0.1:8787; or not";
  assertEquals(wrapped(text, createSink(80), 14).split("\n"), [
    "✗ login       not logged in at 127.0.0.1:8787: run",
    "              xsignals login --base-url http://127.0.0.1:8787; or not",
  ]);
  assertEquals(wrapped(text, createSink(50)).split("\n"), [
    "✗ login       not logged in at 127.0.0.1:8787: run",
    "xsignals login --base-url http://127.0.0.1:8787;",
    "or not",
  ]);
  assertEquals([wrapped(text, createSink()), wrapped(text, { ...createSink(), isTerminal: true })], [text, text]);
  const parts = fc.array(fc.constantFrom("a", "; ", " ", "\n", "xsignals sync", "four", "a".repeat(30)));
  fc.assert(
    fc.property(parts, fc.integer({ min: 1, max: 60 }), fc.integer({ min: 0, max: 20 }), (parts, width, indent) => {
      const text = parts.join("");
      const lines = wrapped(text, createSink(width), indent);
      assertEquals(lines.match(/\S+/g), text.match(/\S+/g));
      for (const line of lines.split("\n")) assert(line.length <= width || /^\s*\S+$/.test(line), lines);
    }),
  );
});

Deno.test("xsignals prints names and errors of others as visible escapes, on both outputs", async () => {
  const name = `G${EVIL.replaceAll(/[=\ud800]/g, "")}`; // a search cannot carry these two
  const groups = [{ name, description: EVIL.replace("\ud800", ""), access: "R" }];
  const files = [{ fid: "f1", fileName: name, groupName: name, content: "x" }, {
    fid: "f2",
    fileName: name,
    groupName: name,
    content: "y",
  }];
  await using stage = await openStage({ groups, files });
  stage.emulator.faults.add({ operation: "downloadFile", status: 403, body: JSON.stringify({ message: EVIL }) });
  const outcomes = [
    await stage.run(["groups"], { terminal: 80 }),
    await stage.run(["groups", "--table"]),
    await stage.run(["files", name], { terminal: 80 }),
    await stage.run(["files", `${name}nope`], { terminal: 80 }),
    await stage.run(["sync", name, "DIR/out", "--quiet"], { terminal: 80 }),
    await stage.run(["newest", name, "-d", "DIR/new", "--quiet"], { terminal: 80 }),
    await stage.run(["status"], { terminal: 80, env: { ...ENV, XSIGNALS_USERNAME: "\u202elogin" } }),
  ];
  assertEquals(outcomes.map(({ code }) => code), [0, 0, 0, 3, 5, 0, 0]);
  for (const { stdout, stderr } of outcomes) assert(isHarmless(stdout + stderr), stdout + stderr);
});
