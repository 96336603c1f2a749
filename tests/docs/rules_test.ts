import { assertEquals, assertRejects } from "@std/assert";
import { anchorsOf, linksOf, readPage, rowsOf } from "./markdown.ts";
import { deadBlocks, deadLinks } from "./rules.ts";
import { prints, runPage } from "./shell.ts";

const HERE = new URL(import.meta.url);

Deno.test("deadBlocks() finds what nobody runs", () => {
  for (const info of ["ts", "sh"]) assertEquals(deadBlocks(readPage("```" + info + "\nx\n```\n")), []);
  assertEquals(deadBlocks(readPage("```sh\nx\n```\nprints\n\n```text\ny\n```\n")), []);
  for (const info of ["", "python", "ts ignore", "typescript", "json"]) {
    assertEquals(deadBlocks(readPage("# A\n\n```" + info + "\nx\n```\n")).length, 1, info);
  }
  assertEquals(deadBlocks(readPage("- a\n\n  ~~~py\n  x\n  ~~~\n")).length, 1);
  assertEquals(deadBlocks(readPage("```ts\nx\n```\n\n```text\ny\n```\n")), ["line 5: no command prints this text"]);
  assertEquals(deadBlocks(readPage("So:\n\n    x\n")).length, 1);
});

Deno.test("readPage() refuses a block without an end", async () => {
  await assertRejects(() => Promise.resolve().then(() => readPage("```ts\nx\n")), Error, "line 1");
});

Deno.test("deadLinks() finds files and anchors that are not there", async () => {
  const links = "[a](rules.ts) [b](../docs/) [c](https://a.example/x) [d](gone.md) [e](../../README.md#two-commands)";
  const more = "[f](../../README.md#gone) `[g](h.md)`\n\n```ts\n// [i](j.md)\n```\n";
  assertEquals(await deadLinks(HERE, readPage(`${links}\n${more}`)), ["gone.md", "../../README.md#gone"]);
});

Deno.test("anchorsOf() makes the anchors that GitHub makes", () => {
  const page = readPage("# The API's answers\n\n## `login_required`\n\n## A, b\n\n## A b\n\n```sh\n# none\n```\n");
  assertEquals(anchorsOf(page), ["the-apis-answers", "login_required", "a-b", "a-b-1"]);
});

Deno.test("rowsOf() leaves out heads and rules, linksOf() code", () => {
  assertEquals(rowsOf(readPage("| a | b |\n| --- | :-: |\n| c |  |\n| d | `e` |\n")), [["c", ""], ["d", "`e`"]]);
  assertEquals(linksOf(readPage("[a](b) `[c](d)` ![e](f)")), ["b", "f"]);
});

Deno.test("prints() takes … for any text, and nothing else", () => {
  assertEquals(prints('{"a":"…","b":[1]}', '{"a":"x\ny","b":[1]}\n'), true);
  assertEquals([prints("a", "ab"), prints("a.", "ab"), prints("… b", "a c")], [false, false, false]);
});

Deno.test("runPage() tells which block failed, or printed something else, and ends what listens", async () => {
  const listens = "```sh\necho Listening on http://127.0.0.1:8787/\nsleep 1000\n```\n\n";
  const page = (code: string) => runPage(readPage(listens + code), [8787]);
  await page("```sh\ntest ! -e a\necho b > a\necho c; cat a\n```\n\n```text\nc\nb\n```\n");
  await assertRejects(() => page("```sh\nfalse\ntrue\n```\n"), Error, "line 6: it ended with 1");
  await assertRejects(() => page("```sh\necho a\n```\n\n```text\nb\n```\n"), Error, "line 10: the command prints");
});
