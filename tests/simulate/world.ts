import { type createSession, type InitialTokens, memoryStore } from "@xsignals/session";
import type { Call } from "./call.ts";
import type { Contexts } from "./context.ts";
import { createFacts, type Facts } from "./facts.ts";
import type { Process, SharedStore } from "./process.ts";
import { rulesOfSending } from "./rules.ts";
import type { Scenario } from "./scenario.ts";
import { CLIENT, createServer, PASSWORD, type Server } from "./server.ts";
import type { Stage } from "./stage.ts";
import type { Tally } from "./tally.ts";
import { createWire, type Wire } from "./wire.ts";

/** Everything that takes part in a run. */
export interface World {
  readonly scenario: Scenario;
  /** Makes the sessions. */
  readonly createSession: typeof createSession;
  readonly stage: Stage;
  readonly contexts: Contexts;
  readonly facts: Facts;
  readonly server: Server;
  readonly wire: Wire;
  /** Every process that there was, oldest first. */
  readonly processes: Process[];
  /** The newest process of each session. */
  readonly slots: Process[];
  /** The tokens that a person gave to each session; none where it has credentials only. */
  readonly seeds: InitialTokens[];
  readonly calls: Call[];
  /** Every password that there ever was, oldest first. */
  readonly passwords: string[];
  /** The password as the secret manager has it. */
  readonly vault: { password: string };
  readonly tally: Tally;
  /** A new number from 0 to 1, the same ones in each run of the scenario. */
  random(): number;
  newStore(): SharedStore;
}

/** Makes the world of a scenario; nothing has started in it. */
export function createWorld(given: Pick<World, "scenario" | "createSession" | "stage" | "contexts" | "tally">): World {
  const { scenario, stage, contexts } = given;
  const facts = createFacts();
  facts.secret(PASSWORD, "P0");
  facts.secret(CLIENT.secret, "the client's secret");
  const server = createServer(scenario, stage, facts);
  const onSend = rulesOfSending(facts, contexts, stage.fail);
  let stores = 0;
  let state = scenario.jitter >>> 0;
  return {
    ...given,
    facts,
    server,
    wire: createWire(stage, contexts, facts, server, onSend),
    processes: [],
    slots: [],
    seeds: [],
    calls: [],
    passwords: [PASSWORD],
    vault: { password: PASSWORD },
    random() {
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
      return state / 2 ** 32;
    },
    newStore: () => ({
      name: `store ${stores++}`,
      inner: memoryStore(),
      failingReads: 0,
      failingWrites: 0,
      writesAnyway: false,
    }),
  };
}
