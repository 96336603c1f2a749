import { assertEquals } from "@std/assert";

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

async function textsOfTests(folder: URL): Promise<string[]> {
  const texts: string[] = [];
  for await (const { name, isDirectory } of Deno.readDir(folder)) {
    const url = new URL(isDirectory ? `${name}/` : name, folder);
    if (isDirectory && name !== "node_modules") texts.push(...await textsOfTests(url));
    // The examples below are no tests.
    else if (name.endsWith("_test.ts") && url.href !== import.meta.url) texts.push(await Deno.readTextFile(url));
  }
  return texts;
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

const folders = ["packages/", "apps/", "tests/", "bench/", "scripts/"].map((name) =>
  new URL(`../../${name}`, import.meta.url)
);
const texts = (await Promise.all(folders.map(textsOfTests))).flat();

for (const [words, kept] of Object.entries(KEPT)) {
  Deno.test(`every ${words} that concerns this project has a test named with its number`, () => {
    const named = new Set(texts.flatMap((text) => numbersIn(text, words)));
    assertEquals([...named].sort((one, other) => one - other), kept);
  });
}
