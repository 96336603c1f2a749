import { assertEquals } from "@std/assert";
import { sourceFiles } from "../../scripts/source_files.ts";

/** Faults that were reported publicly, of other programs, and that this project keeps a test of each. */
// deno-fmt-ignore
const KEPT = [
  1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 15, 16, 17, 18, 19, 20, 21, 22, 23,
  24, 25, 26, 27, 28, 31, 33, 34, 41, 44, 46, 48, 53, 54, 55, 56,
];

Deno.test("every public bug that concerns this project has a test named with its number", async () => {
  const named = new Set<number>();
  // At the end of a name, as in "(public bugs 2, 56; found 120)".
  for (const path of (await sourceFiles()).filter((path) => path.endsWith("_test.ts"))) {
    const text = await Deno.readTextFile(new URL(`../../${path}`, import.meta.url));
    for (const [, numbers = ""] of text.matchAll(/\((?:[^()]*; )?public bugs? ([\d, ]+)(?:; [^()]*)?\)["'`]/g)) {
      for (const number of numbers.split(", ")) named.add(Number(number));
    }
  }
  assertEquals([...named].sort((one, other) => one - other), KEPT);
});
