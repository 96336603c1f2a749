/**
 * Makes batches of runs in a process of its own: each runs on one core, and replaces parts of `crypto`.
 *
 *   deno run -A tests/simulate/worker.ts '[{ "runs": 100, "seed": 1 }]'
 *
 * Prints the result of each as one line of JSON.
 */
import { type BatchOptions, runBatch } from "./batch.ts";

if (import.meta.main) {
  const batches: readonly BatchOptions[] = JSON.parse(Deno.args[0] ?? "[]");
  for (const batch of batches) {
    const result = await runBatch(batch);
    console.log(JSON.stringify({ ...result, tally: [...result.tally] }));
    if (result.failure) break;
  }
}
