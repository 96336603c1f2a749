import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { scenarios } from "./arbitraries.ts";
import { runBatch } from "./batch.ts";
import { describeFailure } from "./report.ts";
import { run } from "./run.ts";

Deno.test("createSession() breaks no rule in 500 random histories", async () => {
  const result = await runBatch({ runs: 500, seed: Math.floor(Math.random() * 1_000_000_000) });
  assert(!result.failure, describeFailure(result));
  assertEquals(result.runs, 500);
});

Deno.test("run() shows the same history again", async () => {
  for (const scenario of fc.sample(scenarios, { numRuns: 20, seed: 1 })) {
    assertEquals((await run(scenario)).trace, (await run(scenario)).trace);
  }
});
