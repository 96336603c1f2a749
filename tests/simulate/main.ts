/**
 * Thousands of random histories of sessions against the emulator, each held to every rule.
 *
 *   deno task simulate [--runs 20000] [--seed 1]
 *   deno task simulate --seed 1 --path 12:3:0     one history again, as a failure names it
 *   deno task simulate --isolates 10000 [--lifetimes 3]
 *
 * Prints the seed and what happened; exits with 1 when a rule was broken, after the smallest such history. With
 * `--isolates` it prints what so many isolates ask of the server and of the store, as the session's README has it.
 */
import { once } from "node:events";
import { parseArgs } from "node:util";
import { Worker } from "node:worker_threads";
import { isolatesTable } from "./isolates.ts";
import { addTo, type BatchOptions, runBatch } from "./run.ts";
import type { Tally } from "./world.ts";

/** So many runs have one seed: the seeds do not depend on how many cores there are. */
const BATCH = 500;

type BatchResult = Awaited<ReturnType<typeof runBatch>>;

/** Makes all runs, on all cores: each worker replaces parts of its own `crypto`. After a failure the others are left. */
async function runAll(runs: number, seed: number): Promise<BatchResult[]> {
  const batches: BatchOptions[] = [];
  for (let left = runs; left > 0; left -= BATCH) {
    batches.push({ runs: Math.min(BATCH, left), seed: seed + batches.length });
  }
  const results: BatchResult[] = [];
  await Promise.all(Array.from({ length: Math.min(navigator.hardwareConcurrency, batches.length) }, async () => {
    const worker = new Worker(new URL("worker.ts", import.meta.url));
    for (let batch = batches.shift(); batch; batch = batches.shift()) {
      worker.postMessage(batch);
      const [result]: BatchResult[] = await once(worker, "message");
      results.push(result!);
      if (result?.failure) batches.length = 0;
    }
    await worker.terminate();
  }));
  return results;
}

if (import.meta.main) {
  const number = { type: "string" } as const;
  const { values } = parseArgs({
    options: { runs: number, seed: number, path: number, isolates: number, lifetimes: number },
  });
  const runs = Number(values.runs ?? 20_000);
  const seed = Number(values.seed ?? Math.floor(Math.random() * 1_000_000_000));
  const isolates = Number(values.isolates ?? 1);
  const lifetimes = Number(values.lifetimes ?? 3);
  const counts = [runs, isolates, lifetimes];
  if (!counts.every((one) => Number.isSafeInteger(one) && one > 0) || !Number.isSafeInteger(seed)) {
    console.error("usage: deno task simulate [--runs N] [--seed N] [--path P] | --isolates N [--lifetimes N]");
    Deno.exit(2);
  }
  if (values.isolates !== undefined) {
    for await (const line of isolatesTable(isolates, lifetimes)) console.log(line);
    Deno.exit();
  }
  const { path } = values;
  const started = performance.now();
  const results = path === undefined ? await runAll(runs, seed) : [await runBatch({ runs, seed, path })];
  const tally: Tally = new Map();
  for (const result of results) addTo(tally, result.tally);
  const made = results.reduce((sum, result) => sum + result.runs, 0);
  for (const [what, times] of [...tally].sort(([a], [b]) => a < b ? -1 : 1)) {
    console.log(`${String(times).padStart(9)}  ${what}`);
  }
  console.log(`\n${made} runs, seed ${seed}, ${((performance.now() - started) / 1000).toFixed(0)} s`);
  const failed = results.find(({ failure }) => failure);
  console.log(failed?.failure ?? "No rule was broken.");
  Deno.exit(failed ? 1 : 0);
}
