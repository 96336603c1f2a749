/**
 * Thousands of random histories of sessions against the emulator, each held to every rule.
 *
 *   deno task simulate [--runs 20000] [--seed 1]
 *   deno task simulate --seed 1 --path 12:3:0     one history again, as a failure names it
 *
 * Prints the seed and what happened; exits with 1 when a rule was broken, after the smallest such history.
 */
import { parseArgs } from "node:util";
import { type BatchOptions, type BatchResult, runBatch } from "./batch.ts";
import { describeFailure, table } from "./report.ts";
import { add, type Tally } from "./tally.ts";

/** So many runs have one seed: the seeds do not depend on how many cores there are. */
const BATCH = 500;

/** Splits the runs into batches, each with the next seed. */
function split(runs: number, seed: number): BatchOptions[] {
  const batches: BatchOptions[] = [];
  for (let left = runs; left > 0; left -= BATCH) {
    batches.push({ runs: Math.min(BATCH, left), seed: seed + batches.length });
  }
  return batches;
}

/** Makes the batches in another process; resolves with the results when all are made, or one failed. */
async function runElsewhere(batches: readonly BatchOptions[], signal: AbortSignal): Promise<BatchResult[]> {
  const worker = new URL("worker.ts", import.meta.url).pathname;
  const command = new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", worker, JSON.stringify(batches)],
    stdout: "piped",
    signal,
  });
  const { success, stdout } = await command.output();
  if (!success && !signal.aborted) throw new Error("Cannot simulate: a worker failed");
  const lines = new TextDecoder().decode(stdout).split("\n").filter((line) => line.endsWith("}"));
  return lines.map((line) => {
    const result = JSON.parse(line);
    return { ...result, tally: new Map(result.tally) };
  });
}

/** Makes all runs, on all cores; after a failure the others are left. */
async function runAll(runs: number, seed: number): Promise<BatchResult[]> {
  const batches = split(runs, seed);
  const workers = Math.min(navigator.hardwareConcurrency, batches.length);
  const stop = new AbortController();
  const results = await Promise.all(Array.from({ length: workers }, async (_, worker) => {
    const own = await runElsewhere(batches.filter((_, number) => number % workers === worker), stop.signal);
    if (own.some(({ failure }) => failure)) stop.abort();
    return own;
  }));
  return results.flat();
}

if (import.meta.main) {
  const { values } = parseArgs({
    args: Deno.args,
    options: { runs: { type: "string" }, seed: { type: "string" }, path: { type: "string" } },
  });
  const runs = Number(values.runs ?? 20_000);
  const seed = Number(values.seed ?? Math.floor(Math.random() * 1_000_000_000));
  if (!Number.isSafeInteger(runs) || runs < 1 || !Number.isSafeInteger(seed)) {
    console.error("usage: deno task simulate [--runs N] [--seed N] [--path P]");
    Deno.exit(2);
  }
  const { path } = values;
  const started = performance.now();
  const results = path === undefined ? await runAll(runs, seed) : [await runBatch({ runs, seed, path })];
  const tally: Tally = new Map();
  for (const result of results) add(tally, result.tally);
  const made = results.reduce((sum, result) => sum + result.runs, 0);
  console.log(`${made} runs, seed ${seed}, ${((performance.now() - started) / 1000).toFixed(0)} s\n\n${table(tally)}`);
  const failed = results.find(({ failure }) => failure);
  if (failed) {
    console.error(`\n${describeFailure(failed)}`);
    Deno.exit(1);
  }
  console.log("\nNo rule was broken.");
}
