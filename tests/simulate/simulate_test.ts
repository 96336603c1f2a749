import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { run, runBatch } from "./run.ts";
import { scenarios } from "./scenario.ts";

Deno.test("createSession() breaks no rule in 500 random histories", async () => {
  const { runs, failure } = await runBatch({ runs: 500, seed: 1 }); // other seeds: deno task simulate
  assertEquals(failure, undefined, failure);
  assertEquals(runs, 500);
});

Deno.test("run() shows the same history again", async () => {
  for (const scenario of fc.sample(scenarios, { numRuns: 20, seed: 1 })) {
    assertEquals((await run(scenario)).trace, (await run(scenario)).trace);
  }
});
