import { assertEquals } from "@std/assert";
import { sourceFiles } from "../../scripts/source_files.ts";
import { FOUND } from "./found.ts";

/** Faults that were reported publicly, of other programs, and that this project keeps a test of each. */
// deno-fmt-ignore
const REPORTED = [
  1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 15, 16, 17, 18, 19, 20, 21, 22, 23,
  24, 25, 26, 27, 28, 31, 33, 34, 41, 44, 46, 48, 53, 54, 55, 56,
];

/** The numbers at the ends of tests' names, as in "(public bugs 2, 56; found 120)". */
async function numbersNamed(word: RegExp): Promise<number[]> {
  const named = new Set<number>();
  for (const path of (await sourceFiles()).filter((path) => path.endsWith("_test.ts"))) {
    const text = await Deno.readTextFile(new URL(`../../${path}`, import.meta.url));
    for (const [, notes = ""] of text.matchAll(/\(([^()]*)\)["'`]/g)) {
      const numbers = notes.split("; ").find((note) => word.test(note))?.replace(word, "").split(", ") ?? [];
      for (const number of numbers.map(Number).filter(Number.isInteger)) named.add(number);
    }
  }
  return [...named].sort((one, other) => one - other);
}

Deno.test("every fault that was reported or found has a test named with its number", async () => {
  assertEquals(await numbersNamed(/^public bugs? (?=\d)/), REPORTED);
  assertEquals(await numbersNamed(/^found (?=\d)/), FOUND);
});
