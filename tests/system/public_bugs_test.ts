import { assertEquals } from "@std/assert";
import { sourceFiles } from "../../scripts/source_files.ts";

/** Faults that this project keeps a test of each, by the words that a test's name has before their numbers. */
const KEPT: Record<string, readonly number[]> = {
  // Reported publicly, of other programs.
  // deno-fmt-ignore
  "public bug": [
    1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 15, 16, 17, 18, 19, 20, 21, 22, 23,
    24, 25, 26, 27, 28, 31, 33, 34, 41, 44, 46, 48, 53, 54, 55, 56,
  ],
};

/** The numbers after the words at the end of the names of a file's tests, as in `(public bugs 2, 56; found 120)`. */
function numbersIn(text: string, words: string): number[] {
  const ends = new RegExp(String.raw`\((?:[^()]*; )?${words}s? ([\d, ]+)(?:; [^()]*)?\)["'\x60]`, "g");
  return [...text.matchAll(ends)].flatMap(([, numbers = ""]) => numbers.split(", ").map(Number));
}

Deno.test("numbersIn() reads the ends of names and nothing else", () => {
  const text = [
    'Deno.test("a (public bug 2)", () => {});',
    "Deno.test(`${name} b (public bugs 3, 56; found 7)`, async () => {});",
    'Deno.test({ ...needing(["x"], "c (public bug 4)"), fn() {} });',
    'Deno.test("d (5)", () => {}); // (public bug 6)',
  ].join("\n");
  assertEquals([numbersIn(text, "public bug"), numbersIn(text, "found")], [[2, 3, 56, 4], [7]]);
});

// The examples above are no tests.
const tests = (await sourceFiles()).filter((path) => path.endsWith("_test.ts") && !import.meta.url.endsWith(path));
const texts = tests.map((path) => Deno.readTextFileSync(new URL(`../../${path}`, import.meta.url)));

for (const [words, kept] of Object.entries(KEPT)) {
  Deno.test(`every ${words} that concerns this project has a test named with its number`, () => {
    const named = new Set(texts.flatMap((text) => numbersIn(text, words)));
    assertEquals([...named].sort((one, other) => one - other), kept);
  });
}
