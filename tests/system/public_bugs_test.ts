import { assertEquals } from "@std/assert";

/** The publicly reported faults that this project keeps a test of, by the numbers that its tests name them by. */
// deno-fmt-ignore
const KEPT = [
  1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 15, 16, 17, 18, 19, 20, 21, 22, 23,
  24, 25, 26, 27, 28, 31, 33, 34, 41, 44, 46, 48, 53, 54, 55, 56,
];

/** The numbers that the names of tests in a text end with, as in `(public bug 2)` and `(public bugs 2, 56)`. */
function numbersIn(text: string): number[] {
  const names = text.matchAll(/(?:Deno\.test|testEachPlace)\(\s*(["'`])(.+?)\1/g);
  return [...names].flatMap(([, , name = ""]) => {
    const [, numbers = ""] = /\(public bugs? ([\d, ]+)\)$/.exec(name) ?? [];
    return numbers.split(",").filter((number) => number !== "").map(Number);
  });
}

async function* testsIn(folder: URL): AsyncGenerator<URL> {
  for await (const { name, isDirectory } of Deno.readDir(folder)) {
    if (isDirectory && name !== "node_modules") yield* testsIn(new URL(`${name}/`, folder));
    else if (name.endsWith("_test.ts")) yield new URL(name, folder);
  }
}

Deno.test("numbersIn() reads the names of tests and nothing else", () => {
  const text = [
    'Deno.test("a (public bug 2)", () => {});',
    "Deno.test(`${name} b (public bugs 3, 56)`, async () => {});",
    'Deno.test(\n  "c (public bug 4)",\n  () => {},\n);',
    'Deno.test("d (5)", () => {}); // (public bug 6)',
    'const x = "(public bug 7)";',
  ].join("\n");
  assertEquals(numbersIn(text), [2, 3, 56, 4]);
});

Deno.test("every publicly reported fault that concerns this project has a test named with its number", async () => {
  const named = new Set<number>();
  for (const folder of ["packages/", "apps/", "tests/", "bench/", "scripts/"]) {
    for await (const file of testsIn(new URL(`../../${folder}`, import.meta.url))) {
      if (file.href === import.meta.url) continue; // the examples above are no tests
      for (const number of numbersIn(await Deno.readTextFile(file))) named.add(number);
    }
  }
  assertEquals(KEPT.filter((number) => !named.has(number)), [], "no test");
  assertEquals([...named].filter((number) => !KEPT.includes(number)), [], "no such fault");
});
