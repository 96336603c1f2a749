import fc from "fast-check";
import { scenarios } from "./arbitraries.ts";
import { type Outcome, run } from "./run.ts";
import type { Scenario } from "./scenario.ts";
import { add, type Tally } from "./tally.ts";

/** Which runs to make. */
export interface BatchOptions {
  readonly runs: number;
  readonly seed: number;
  /** Where fast-check found a failure: only that one is made. */
  readonly path?: string;
}

/** What came of them. */
export interface BatchResult {
  readonly runs: number;
  readonly seed: number;
  readonly tally: Tally;
  /** The smallest history that broke a rule. */
  readonly failure?: {
    readonly path: string;
    readonly rule: string;
    readonly scenario: Scenario;
    readonly trace: readonly string[];
  };
}

/** Makes many runs; stops at the first that breaks a rule, and makes it smaller. */
export async function runBatch({ runs, seed, path }: BatchOptions): Promise<BatchResult> {
  const tally: Tally = new Map();
  let broken: { outcome: Outcome; scenario: Scenario } | undefined;
  const property = fc.asyncProperty(scenarios, async (scenario) => {
    const outcome = await run(scenario);
    if (!outcome.violation) return add(tally, outcome.tally);
    broken = { outcome, scenario };
    throw outcome.violation;
  });
  const details = await fc.check(property, {
    numRuns: runs,
    seed,
    ...(path === undefined ? {} : { path, endOnFailure: true }),
  });
  const result = { runs: details.numRuns, seed, tally };
  if (!details.failed || !broken) return result;
  const { outcome: { violation, trace }, scenario } = broken;
  return {
    ...result,
    failure: { path: details.counterexamplePath ?? "", rule: violation?.message ?? "", scenario, trace },
  };
}
