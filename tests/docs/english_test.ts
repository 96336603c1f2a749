/** Sentences that read slowly: "is no X" for "is not an X". CONTRIBUTING.md says how the project writes. */
import { assert, assertEquals } from "@std/assert";
import { sourceFiles } from "../../scripts/source_files.ts";

const SLOW = /(?<!\bthere )\b(?:is|are|was|were) (?:no|none)\b(?! (?:longer|more)\b)/gi;

/** What is read: pages, and the code of the folders whose sentences were all mended. */
const READ =
  /^[A-Z]+\.md$|^(docs|apps|bench|scripts|spec|packages\/(cli|client|data|emulator)|tests\/(command|docs|probe))\/(?!gen\/).*\.(ts|md|yaml)$/;

/** Each such sentence, with its file and line. */
function slowIn(path: string, text: string): string[] {
  return [...text.matchAll(SLOW)].map(({ index, 0: words }) => {
    return `${path}:${text.slice(0, index).split("\n").length}: ${words}`;
  });
}

Deno.test("pages, messages, comments and test names say what a thing is not, in plain words (found 189)", async () => {
  const itself = import.meta.url.slice(import.meta.url.lastIndexOf("/tests/") + 1);
  const paths = (await sourceFiles()).filter((path) => READ.test(path) && path !== itself);
  assert(paths.length > 150, `${paths.length} files`);
  const slow = await Promise.all(paths.map(async (path) => {
    return slowIn(path, await Deno.readTextFile(new URL(`../../${path}`, import.meta.url)));
  }));
  assertEquals(slow.flat(), []);
});

Deno.test("slowIn() finds the sentence and its line, and leaves what reads well", () => {
  assertEquals(slowIn("a.ts", "a\nThe body is no JSON; a path that is none."), ["a.ts:2: is no", "a.ts:2: is none"]);
  assertEquals(slowIn("a.ts", "There is no file, it is no longer there, and it is not a file."), []);
});
