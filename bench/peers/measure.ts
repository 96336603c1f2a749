import type { CallTimes, CallTimeTask } from "./call_time_task.ts";
import type { Entry } from "./catalogue.ts";
import { loadServers } from "./load_servers.ts";
import { type Outcome, playScenario } from "./play_scenario.ts";
import { runPeerProgram } from "./peer_program.ts";
import type { CallKind, ServerResults, SubjectResults } from "./results.ts";
import { type ScenarioName, SCENARIOS } from "./scenarios.ts";
import type { Settings } from "./settings.ts";
import { timeStarts } from "./time_starts.ts";
import type { TokenServer } from "./token_servers.ts";
import { serveUpstream } from "./upstream.ts";
import { weigh, type Weight } from "./weigh.ts";

/** How many calls are under way at a time where several are. */
const PARALLEL = 32;

/** Measures subjects, the first of which is the bare call. */
export async function measureSubjects(
  subjects: readonly Entry[],
  settings: Settings,
  tell: (what: string) => void,
): Promise<SubjectResults[]> {
  tell("bundles and packages");
  const weights = await weighAll(subjects);
  const files = subjects.map(({ file }) => file);
  tell("start-up");
  const starts = await timeStarts(files, settings.starts);
  tell("time of a call");
  const times = await takeCallTimes(files, settings);
  const outcomes = await playAll(subjects, settings.rounds, tell);
  return subjects.map(({ file, name, variantOf }, index) => ({
    file,
    name,
    ...(variantOf === undefined ? {} : { variantOf }),
    callTimes: { stub: times.stub[index]!, single: times.single[index]!, parallel: times.parallel[index]! },
    outcomes: outcomes[index]!,
    weight: weights[index]!,
    starts: starts[index]!,
  }));
}

/** Measures token endpoints. */
export async function measureServers(
  servers: readonly TokenServer[],
  settings: Settings,
  tell: (what: string) => void,
): Promise<ServerResults[]> {
  tell("token endpoints");
  const loads = await loadServers(servers, settings);
  return servers.map(({ name, runtime, token }, index) => ({ name, runtime, token, loads: loads[index]! }));
}

async function weighAll(subjects: readonly Entry[]): Promise<Weight[]> {
  const weights: Weight[] = [];
  for (const subject of subjects) weights.push(await weigh(subject));
  return weights;
}

async function takeCallTimes(
  files: readonly string[],
  { timeRounds: rounds, stubMs, loopbackMs }: Settings,
): Promise<Record<CallKind, CallTimes[]>> {
  const upstream = serveUpstream();
  try {
    const take = async (task: Omit<CallTimeTask, "files" | "rounds">) =>
      await runPeerProgram("call_time.ts", { ...task, files, rounds } satisfies CallTimeTask) as CallTimes[];
    return {
      stub: await take({ parallel: 1, turnMs: stubMs }),
      single: await take({ parallel: 1, turnMs: loopbackMs, origin: upstream.origin }),
      parallel: await take({ parallel: PARALLEL, turnMs: loopbackMs, origin: upstream.origin }),
    };
  } finally {
    await upstream.stop();
  }
}

/** Every scenario of every subject, one after the other, and all of it again in the next round. */
async function playAll(
  subjects: readonly Entry[],
  rounds: number,
  tell: (what: string) => void,
): Promise<Record<ScenarioName, Outcome[]>[]> {
  const outcomes = subjects.map((): Record<ScenarioName, Outcome[]> => ({
    expiries: [],
    revoked: [],
    refused: [],
    processes: [],
  }));
  for (let round = 0; round < rounds; round++) {
    tell(`scenarios, round ${round + 1} of ${rounds}`);
    for (const [index, subject] of subjects.entries()) {
      for (const name of Object.keys(SCENARIOS) as ScenarioName[]) {
        outcomes[index]![name].push(await playScenario(subject, SCENARIOS[name]));
      }
    }
  }
  return outcomes;
}
