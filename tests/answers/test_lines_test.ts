import { assert, assertEquals } from "@std/assert";

const read = async (path: string) => JSON.parse(await Deno.readTextFile(new URL(`../../${path}`, import.meta.url)));

/** The runs of tests in a command, and those of them without the preload of the judge. */
function runsIn(command: string): { readonly all: readonly string[]; readonly unjudged: readonly string[] } {
  const all = command.match(/\bdeno test\b[^&|;]*/g) ?? [];
  return { all, unjudged: all.filter((run) => !/ --preload=(\.\.\/\.\.\/)?tests\/answers\/preload\.ts /.test(run)) };
}

Deno.test("the tests of every member are judged", async () => {
  for (const folder of [".", ...(await read("deno.json")).workspace]) {
    const { scripts } = await read(`${folder}/package.json`);
    const { all, unjudged } = runsIn(Object.values(scripts).join(" && "));
    assert(all.length > 0, folder);
    assertEquals(unjudged, [], folder);
  }
});

Deno.test("the tests that are tasks are judged, and the task makes the checks first", async () => {
  const tasks = Object.entries<{ command: string; dependencies?: string[] }>((await read("deno.json")).tasks);
  const judged = tasks.filter(([name]) => /^test|^conformance$/.test(name));
  assertEquals(judged.length, 8);
  for (const [name, { dependencies }] of judged) assertEquals(dependencies, ["answers"], name);
  const unjudged = tasks.filter(([, { command = "" }]) => runsIn(command).unjudged.length > 0);
  assertEquals(unjudged.map(([name]) => name), ["coverage"]); // which only asks how much the tests reach
});
