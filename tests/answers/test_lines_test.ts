import { assert, assertEquals } from "@std/assert";

const read = async (path: string) => JSON.parse(await Deno.readTextFile(new URL(`../../${path}`, import.meta.url)));

/** The runs of tests in a command of which no answers are judged. */
function unjudged(command = ""): string[] {
  const runs = command.match(/\bdeno test\b[^&|;]*/g) ?? [];
  return runs.filter((run) => !/ --preload=(\.\.\/\.\.\/)?tests\/answers\/preload\.ts /.test(run));
}

Deno.test("the tests of every member and those that are tasks are judged, and the tasks make the checks first", async () => {
  const { workspace, tasks } = await read("deno.json");
  const judges: string = (await read("package.json")).scripts["test:judges"];
  for (const folder of [".", ...workspace]) {
    const { scripts = {} } = await read(`${folder}/package.json`);
    const isRun = scripts.test?.includes("deno test") || judges.split(" ").includes(folder.replace("./", ""));
    assert(folder === "." || isRun, folder);
    for (const command of Object.values<string>(scripts)) assertEquals(unjudged(command), [], folder);
  }
  for (const [name, task] of Object.entries<{ command?: string; dependencies?: string[] }>(tasks)) {
    if (name !== "coverage") assertEquals(unjudged(task.command), [], name); // which only asks how much the tests reach
    if (/^test|^conformance$/.test(name)) assertEquals(task.dependencies, ["answers"], name);
  }
});
