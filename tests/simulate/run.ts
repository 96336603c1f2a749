import { createSession } from "@xsignals/session";
import fc, { type Scheduler } from "fast-check";
import { act } from "./act.ts";
import { traceContexts } from "./context.ts";
import { deterministicCrypto } from "./deterministic_crypto.ts";
import { endWell } from "./ending.ts";
import type { Scenario } from "./scenario.ts";
import { getSeeds } from "./seeds.ts";
import { createStage } from "./stage.ts";
import { startProcess } from "./start.ts";
import { summarize } from "./summary.ts";
import type { Tally } from "./tally.ts";
import { Violation } from "./violation.ts";
import { createWorld, type World } from "./world.ts";

/** What a run showed. */
export interface Outcome {
  /** What happened, oldest first. */
  readonly trace: readonly string[];
  readonly tally: Tally;
  /** The rule that was broken. */
  readonly violation?: Violation;
}

/**
 * Runs a scenario, and checks every rule.
 *
 * @param make Makes the sessions; one that makes broken ones shows whether their fault is found.
 */
export async function run(scenario: Scenario, make: typeof createSession = createSession): Promise<Outcome> {
  using _crypto = deterministicCrypto();
  using contexts = traceContexts();
  const unhandled: unknown[] = [];
  const onRejection = (event: PromiseRejectionEvent) => {
    event.preventDefault();
    unhandled.push(event.reason);
  };
  globalThis.addEventListener("unhandledrejection", onRejection);
  const stage = createStage(schedulerOf(scenario));
  const tally: Tally = new Map();
  const world = createWorld({ scenario, createSession: make, stage, contexts, tally });
  try {
    await play(world, unhandled);
    summarize(world);
    return { trace: stage.trace, tally };
  } catch (error) {
    const violation = error instanceof Violation
      ? error
      : new Violation("a run ends", error instanceof Error ? error.stack ?? error.message : String(error));
    return { trace: stage.trace, tally, violation };
  } finally {
    globalThis.removeEventListener("unhandledrejection", onRejection);
  }
}

/**
 * The scheduler of the scenario's order. One that fast-check hands to a property goes on where it was when the property is
 * tried again with a smaller scenario: the failure would not be found again by its path.
 */
function schedulerOf({ order }: Scenario): Scheduler {
  const [scheduler] = fc.sample(fc.scheduler(), { seed: order, numRuns: 1 });
  if (!scheduler) throw new TypeError("Cannot make a scheduler");
  return scheduler;
}

async function play(world: World, unhandled: readonly unknown[]): Promise<void> {
  const { scenario, stage, slots, seeds } = world;
  seeds.push(...await getSeeds(world));
  const shared = world.newStore();
  for (const [slot, session] of scenario.sessions.entries()) {
    const store = scenario.store === "shared" ? shared : world.newStore();
    slots.push(startProcess(world, store, seeds[slot], session));
  }
  for (const step of scenario.steps) {
    await act(world, step);
    await stage.settle();
    await stage.deliver(step.then);
  }
  await endWell(world);
  if (unhandled.length > 0) {
    throw new Violation("every rejection is handled", Deno.inspect(unhandled[0]));
  }
}
