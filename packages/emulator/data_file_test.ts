import { assertEquals, assertThrows } from "@std/assert";
import { madeContent } from "./content.ts";
import { readData, readText } from "./data_file.ts";

const GROUP = { name: "G" };
const FILE = { fileName: "f", groupName: "G", content: "text" };
const ROW = { symbols: { Instrument: "A" }, date: "2024-03-04T21:00:00Z", values: { Price: 1.5 } };
const SERIES = { groupName: "G", keys: ["Instrument"], columns: ["Price"], rows: [ROW] };

Deno.test("readData() reads groups, files and series", () => {
  const group = {
    name: "G",
    description: "",
    access: "RW",
    fields: [{ name: "a", type: "string", defaultValue: null }],
    symbols: true,
    createTime: 0,
  };
  const file = {
    fid: "1",
    fileType: "NCSV",
    fields: { a: [1] },
    arrivalTime: "2024-01-01T00:00:00.5",
    owner: "",
    content: "",
  };
  const data = { groups: [group], files: [{ ...FILE, ...file }], series: [SERIES] };
  assertEquals(readData(JSON.stringify(data)), data);
  assertEquals(readData("{}"), { groups: [], files: [], series: [] });
});

Deno.test("readData() has content made for a file with size", () => {
  const json = JSON.stringify({ groups: [GROUP], files: [{ fileName: "f", groupName: "G", size: 2 ** 35 }] });
  const { content } = readData(json).files[0]!;
  const { size, chunk } = madeContent(2 ** 35);
  assertEquals(typeof content === "object" && "chunk" in content && [content.size, content.chunk(7)], [size, chunk(7)]);
});

Deno.test("readData() throws with the path of what is wrong", () => {
  const wrong: [data: unknown, message: string][] = [
    [[], "it must be a JSON object"],
    [null, "it must be a JSON object"],
    [{ file: [] }, "file is not a member; the members are groups, files, series"],
    [{ "a\nb": 1 }, "a?b is not a member"],
    [JSON.parse('{"__proto__":[]}'), "__proto__ is not a member"],
    [{ groups: {} }, "groups must be a list"],
    [{ groups: ["G"] }, "groups[0] must be an object"],
    [{ groups: [{ name: "" }] }, "groups[0].name must be a non-empty string"],
    [{ groups: [{ ...GROUP, access: "X" }] }, "groups[0].access must be some of R, W and S"],
    [{ groups: [{ ...GROUP, symbols: 1 }] }, "groups[0].symbols must be true or false"],
    [{ groups: [{ ...GROUP, createTime: "2018" }] }, "groups[0].createTime must be a number"],
    [{ groups: [{ ...GROUP, fields: [{ name: "a" }] }] }, "groups[0].fields[0].type is missing"],
    [{ groups: [GROUP, GROUP] }, "groups[1].name is the name of an earlier group"],
    [{ groups: [GROUP], files: [{}] }, "files[0].fileName is missing"],
    [{ groups: [GROUP], files: [FILE, { ...FILE, fileNmae: "f" }] }, "files[1].fileNmae is not a member"],
    [{ groups: [GROUP], files: [{ ...FILE, content: 5 }] }, "files[0].content must be a string"],
    [{ groups: [GROUP], files: [{ ...FILE, fid: 5 }] }, "files[0].fid must be a non-empty string"],
    [{ groups: [GROUP], files: [{ ...FILE, fields: [] }] }, "files[0].fields must be an object"],
    [{ groups: [GROUP], files: [{ ...FILE, arrivalTime: "yesterday" }] }, "files[0].arrivalTime must be a time"],
    [{ groups: [GROUP], files: [{ ...FILE, arrivalTime: "2024-13-01T00:00:00" }] }, "files[0].arrivalTime must be"],
    [{ groups: [GROUP], files: [{ ...FILE, arrivalTime: "2024-01-01T00:00:00Z" }] }, "files[0].arrivalTime must be"],
    [{ groups: [GROUP], files: [{ ...FILE, size: 5 }] }, "files[0] must have either content or size"],
    [{ groups: [GROUP], files: [{ fileName: "f", groupName: "G" }] }, "files[0] must have either content or size"],
    [{ groups: [GROUP], files: [{ fileName: "f", groupName: "G", size: -1 }] }, "files[0].size must be a whole number"],
    [
      { groups: [GROUP], files: ["a", "b", "a"].map((fid) => ({ ...FILE, fid })) },
      "files[2].fid is the id of an earlier file",
    ],
    [{ files: [FILE] }, "files[0].groupName is not the name of one of the groups"],
    [{ groups: [GROUP], files: [FILE, { ...FILE, groupName: "H" }] }, "files[1].groupName is not the name of one"],
    [{ groups: [GROUP], series: [{ ...SERIES, groupName: "H" }] }, "series[0].groupName is not the name of one"],
    [{ groups: [GROUP], series: [{ ...SERIES, rows: [null] }] }, "series[0].rows[0] must be an object"],
    [{ groups: [GROUP], series: [{ ...SERIES, keys: [1] }] }, "series[0].keys[0] must be a non-empty string"],
    [
      { groups: [GROUP], series: [{ ...SERIES, rows: [ROW, { ...ROW, values: { "Price\u202e": true } }] }] },
      'series[0].rows[1].values["Price?"] must be a string, a number or null',
    ],
    [
      { groups: [GROUP], series: [SERIES, { ...SERIES, rows: [{ ...ROW, date: "2024-03-04" }] }] },
      "series[1]: a row's times must have an offset",
    ],
  ];
  for (const [data, message] of wrong) {
    const error = assertThrows(() => readData(JSON.stringify(data)), TypeError, message);
    assertEquals(error.message.includes("\n"), false);
  }
  assertThrows(() => readData('{"SECRET'), TypeError, "it is not JSON");
});

Deno.test("readText() reads UTF-8 of up to 16 MiB, and says only what is wrong with other files", async () => {
  const folder = await Deno.makeTempDir({ prefix: "SECRET" });
  const path = `${folder}/file`;
  const cases: [bytes: Uint8Array, outcome: string][] = [
    [new TextEncoder().encode("\ufeffż"), "ż"],
    [new Uint8Array(), ""],
    [new Uint8Array(16 * 2 ** 20).fill(32), " ".repeat(16 * 2 ** 20)],
    [new Uint8Array(16 * 2 ** 20 + 1).fill(32), "the file is larger than 16 MiB"],
    [Uint8Array.of(0xff), "the file is not UTF-8"],
  ];
  for (const [bytes, outcome] of cases) {
    await Deno.writeFile(path, bytes);
    let found: string;
    try {
      found = readText(path);
    } catch (error) {
      assertEquals(error instanceof TypeError, true);
      found = Object(error).message;
    }
    assertEquals(found === outcome, true, outcome.slice(0, 50));
  }
  await Deno.remove(path);
  const { message } = assertThrows(() => readText(path), TypeError);
  assertEquals(message, "there is no such file");
  assertEquals(assertThrows(() => readText(folder), TypeError).message, "the file cannot be read");
  await Deno.remove(folder);
});
