import { assert, assertEquals } from "@std/assert";
import { unjudgedRuns } from "./test_lines.ts";

const ROOT = new URL("../../", import.meta.url);

async function testLine(folder: string): Promise<string> {
  const { scripts } = JSON.parse(await Deno.readTextFile(new URL(`${folder}/package.json`, ROOT)));
  return scripts.test;
}

Deno.test("unjudgedRuns() finds each run without the judge", () => {
  const judged = "deno test --preload=../../tests/answers/preload.ts -A";
  assertEquals(unjudgedRuns(judged), []);
  assertEquals(unjudgedRuns(`deno test --doc && ${judged} && deno test -A b`), ["deno test --doc", "deno test -A b"]);
  assertEquals(unjudgedRuns("deno test --preload=../../tests/answers/preload.tsx a"), [
    "deno test --preload=../../tests/answers/preload.tsx a",
  ]);
});

Deno.test("the tests that are tasks are judged", async () => {
  const { tasks } = JSON.parse(await Deno.readTextFile(new URL("deno.json", ROOT)));
  for (const name of ["test:postgres", "test:processes", "test:runtimes", "test:jsr"]) {
    assert(tasks[name].command.includes("deno test"), name);
    assertEquals(unjudgedRuns(tasks[name].command), [], name);
  }
});

Deno.test("the tests of every member are judged", async () => {
  const { workspace } = JSON.parse(await Deno.readTextFile(new URL("deno.json", ROOT)));
  for (const folder of [".", ...workspace]) {
    const line = await testLine(folder);
    assert(line.includes("deno test"), folder);
    assertEquals(unjudgedRuns(line), [], folder);
  }
});
