import { createSession } from "@xsignals/session";
import fc from "fast-check";
import { act } from "./act.ts";
import { traceContexts } from "./context.ts";
import { deterministicCrypto } from "./deterministic_crypto.ts";
import { endWell } from "./ending.ts";
import { newStore } from "./process.ts";
import { type Scenario, scenarios } from "./scenario.ts";
import { createStage, Violation } from "./stage.ts";
import { startProcess } from "./start.ts";
import { count, createWorld, type Tally, type World } from "./world.ts";

/**
 * Runs a scenario, and checks every rule.
 *
 * @param make Makes the sessions; one that makes broken ones shows whether their fault is found.
 */
export async function run(scenario: Scenario, make: typeof createSession = createSession) {
  using _crypto = deterministicCrypto();
  using contexts = traceContexts();
  const unhandled: unknown[] = [];
  const onRejection = (event: PromiseRejectionEvent) => {
    event.preventDefault();
    unhandled.push(event.reason);
  };
  globalThis.addEventListener("unhandledrejection", onRejection);
  // A scheduler that fast-check hands to a property goes on where it was when the property is tried again with a smaller
  // scenario: the failure would not be found again by its path.
  const [scheduler] = fc.sample(fc.scheduler(), { seed: scenario.order, numRuns: 1 });
  const world = createWorld(scenario, make, createStage(scheduler!), contexts);
  const { stage: { trace }, tally } = world;
  let violation: Violation | undefined;
  try {
    await play(world);
    if (unhandled.length > 0) throw new Violation("every rejection is handled", Deno.inspect(unhandled[0]));
    summarize(world);
  } catch (error) {
    violation = error instanceof Violation ? error : new Violation("a run ends", Deno.inspect(error));
  } finally {
    globalThis.removeEventListener("unhandledrejection", onRejection);
  }
  return { trace, tally, violation };
}

async function play(world: World): Promise<void> {
  const { scenario: { strategy, store, sessions, steps }, stage, slots, seeds, server } = world;
  const shared = store === "shared" ? newStore("the store") : undefined;
  for (const _ of strategy.endsWith("tokens") ? sessions : []) {
    seeds.push(shared && seeds[0] || await server.logIn());
  }
  for (const [slot, session] of sessions.entries()) {
    slots.push(startProcess(world, shared ?? newStore(`store of s${slot}`), seeds[slot], session));
  }
  for (const step of steps) {
    await act(world, step);
    await stage.settle();
    await stage.deliver(step.then);
  }
  await endWell(world);
}

function summarize({ facts, processes, stage, tally }: World): void {
  count(tally, "days simulated", Math.round(stage.clock.monotonic() / 86_400_000));
  for (const { events, dead } of processes) {
    count(tally, `processes: ${dead ? "killed or closed" : "alive"}`);
    for (const { type } of events) count(tally, `events: ${type}`);
  }
  for (const { operation, got, received, issued } of facts.exchanges) {
    count(tally, `answers: ${operation}: ${got}${issued && !received ? ", and its tokens never arrived" : ""}`);
  }
}

/** Which runs to make; with the path of a failure as fast-check names it, only that one. */
export interface BatchOptions {
  readonly runs: number;
  readonly seed: number;
  readonly path?: string;
}

/** Makes many runs; stops at the first that breaks a rule, and makes it smaller: the failure has it in words. */
export async function runBatch({ runs, seed, path }: BatchOptions) {
  const tally: Tally = new Map();
  let trace: readonly string[] = [];
  const property = fc.asyncProperty(scenarios, async (scenario) => {
    const outcome = await run(scenario);
    if (!outcome.violation) return addTo(tally, outcome.tally);
    trace = outcome.trace;
    throw outcome.violation;
  });
  const replay = path === undefined ? {} : { path, endOnFailure: true };
  const found = await fc.check(property, { numRuns: runs, seed, ...replay });
  if (!found.counterexample) return { runs: found.numRuns, tally };
  const { steps, ...world } = found.counterexample[0];
  const failure = [
    `${found.errorInstance}\n\nThe smallest history that was found:`,
    JSON.stringify(world, null, 2),
    ...steps.map((step, number) => `${number}. ${JSON.stringify(step)}`),
    "\nWhat happened (in seconds; A: access tokens, R: refresh tokens, P: passwords):",
    ...trace,
    `\nAgain: deno task simulate --seed ${seed} --path ${found.counterexamplePath}`,
  ].join("\n");
  return { runs: found.numRuns, tally, failure };
}

export function addTo(tally: Tally, other: Tally): void {
  for (const [what, times] of other) count(tally, what, times);
}
