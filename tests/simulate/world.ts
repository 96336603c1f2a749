import type { createSession, InitialTokens } from "@xsignals/session";
import { seededRandom } from "../seeded_random.ts";
import type { Contexts } from "./context.ts";
import { createFacts } from "./facts.ts";
import type { Call, Process } from "./process.ts";
import { rulesOfSending } from "./rules.ts";
import type { Scenario } from "./scenario.ts";
import { CLIENT, createServer, PASSWORD } from "./server.ts";
import type { Stage } from "./stage.ts";
import { createWire } from "./wire.ts";

export type Tally = Map<string, number>;

export function count(tally: Tally, what: string, times = 1): void {
  tally.set(what, (tally.get(what) ?? 0) + times);
}

export type World = ReturnType<typeof createWorld>;

/** Makes the world of a scenario; nothing has started in it. */
export function createWorld(scenario: Scenario, make: typeof createSession, stage: Stage, contexts: Contexts) {
  const facts = createFacts();
  facts.secrets.set(PASSWORD, "P0").set(CLIENT.secret, "the client's secret");
  const server = createServer(scenario, stage, facts);
  return {
    scenario,
    createSession: make,
    stage,
    contexts,
    facts,
    server,
    wire: createWire(stage, contexts, facts, server, rulesOfSending(facts, contexts, stage.fail)),
    processes: [] as Process[],
    /** The newest process of each session. */
    slots: [] as Process[],
    /** The tokens that a person gave to each session; none where it has credentials only. */
    seeds: [] as InitialTokens[],
    calls: [] as Call[],
    passwords: [PASSWORD],
    /** The password as the secret manager has it. */
    vault: { password: PASSWORD },
    tally: new Map() as Tally,
    /** A new number from 0 to 1, the same ones in each run of the scenario. */
    random: seededRandom(scenario.jitter).next,
  };
}
