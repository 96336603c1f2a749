import { assert, assertEquals, assertNotEquals } from "@std/assert";
import { idOnDisk, nameOnDisk } from "./names.ts";

const FID = "8a7c2f0e-5d0b-4d9c-9c1e-3f6b1f0a2d11";

function nameOf(fileName: string, more: { fid?: string; arrivalTime?: string; names?: "id" | "arrival" } = {}): string {
  const { fid = FID, arrivalTime, names } = more;
  return nameOnDisk({ fid, fileName, groupName: "Group", ...(arrivalTime && { arrivalTime }) }, names);
}

Deno.test("nameOnDisk() puts the id before the ending", () => {
  assertEquals(nameOf("orders.csv"), `orders_${FID}.csv`);
  assertEquals(nameOf("orders.tar.gz"), `orders.tar_${FID}.gz`);
  assertEquals(nameOf("README"), `README_${FID}`);
  assertEquals(nameOf("Orders Active (1).csv"), `Orders Active (1)_${FID}.csv`);
});

Deno.test("nameOnDisk() puts the arrival first if names sort by it", () => {
  const [names, arrivalTime] = ["arrival", "2024-03-05T18:00:00"] as const;
  assertEquals(nameOf("a.csv", { names, arrivalTime }), `2024-03-05T18_00_00_a_${FID}.csv`);
  assertEquals(nameOf("a.csv", { names, arrivalTime: "../x" }), `_x_a_${FID}.csv`);
  assertEquals(nameOf("a.csv", { names }), `a_${FID}.csv`);
});

Deno.test("nameOnDisk() takes hostile names apart, each another file", () => {
  const hostile = [
    "../../evil.csv",
    "a/b\\c:*?.csv",
    "CON",
    "con.tar.gz",
    "LPT¹.csv",
    ".",
    "..",
    "",
    " . ",
    "a\u202egpj.exe",
    "a\n\x00\x1b[31mb.csv",
    "\ud83d.csv",
    "ž".repeat(300),
    `${"😀".repeat(100)}.csv`,
    `x.${"y".repeat(300)}`,
    "-rf",
    "~",
    "$(reboot).csv",
  ];
  const found = hostile.map((name, index) => nameOf(name, { fid: `f${index}` }));
  for (const name of found) {
    // deno-lint-ignore no-control-regex -- control characters are what must not be there
    assert(!/[/\\:*?"<>|\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\ufffd]|^[. ]|[. ]$/.test(name), name);
    assert(!/^(con|lpt¹)(\.|$)/i.test(name), name);
    assert(name.isWellFormed() && new TextEncoder().encode(name).byteLength <= 200, name);
  }
  assertEquals(new Set(found.map((name) => name.toLowerCase())).size, hostile.length);
  assertEquals(found[0], "_.._evil_f0.csv");
  assertEquals(found[1], "a_b_c____f1.csv");
  assertEquals(found[3], "con_.tar_f3.gz");
});

Deno.test("nameOnDisk() cuts at the stem to 200 bytes, between characters", () => {
  assertEquals(nameOf("ž".repeat(300), { fid: "f" }), `${"ž".repeat(98)}_f`);
  assertEquals(nameOf(`${"😀".repeat(100)}.csv`, { fid: "f" }), `${"😀".repeat(48)}_f.csv`);
  assertEquals(nameOf("e\u0301.csv", { fid: "f" }), "é_f.csv");
});

Deno.test("idOnDisk() keeps plain ids, makes others safe, and never makes two the same", () => {
  assertEquals(idOnDisk(FID), FID);
  const odd = ["a/b", "a:b", "a\\b", "../x", "..", "", "a.b", "é", "x".repeat(101), `${"x".repeat(101)}y`, "\ud800"];
  const found = odd.map(idOnDisk);
  for (const id of found) assert(/^[\w-]{1,100}$/.test(id), id);
  assertEquals(new Set(found).size, odd.length);
  assertNotEquals(nameOnDisk({ fid: "AB", fileName: "a", groupName: "" }, "id", true).toLowerCase(), "a_ab");
});
