import { runCommand } from "../../tests/runtimes/command.ts";
import type { Load } from "../gateway/wrk.ts";
import { interleave } from "../interleaved.ts";
import type { CallTimes, CallTimeTask } from "./call_time.ts";
import type { Entry } from "./catalogue.ts";
import { installPeers, peerArguments, timeStarts, weigh, type Weight } from "./packages.ts";
import { type Outcome, playScenario, type ScenarioName, SCENARIOS } from "./scenarios.ts";
import { loadServers, type TokenServer } from "./token_servers.ts";
import { serveUpstream } from "./upstream.ts";

/** Where the time of a call is taken: with a stub, over loopback one at a time, and several at a time. */
export type CallKind = "stub" | "single" | "parallel";

/** What was measured of one subject; each list has a value for each round. */
export interface SubjectResults extends Omit<Entry, "packages"> {
  readonly callTimes: Readonly<Record<CallKind, CallTimes>>;
  readonly outcomes: Readonly<Record<ScenarioName, readonly Outcome[]>>;
  readonly weight: Weight;
  /** How long a program takes that loads it, in ms. */
  readonly starts: readonly number[];
}

/** What was measured of one token endpoint. */
export interface ServerResults extends Pick<TokenServer, "name" | "runtime" | "token"> {
  readonly loads: readonly Load[];
}

/** How many calls are under way at a time where several are. */
const PARALLEL = 32;

/** What the tables of the project are made with: some ten minutes on two cores. Times are in ms, loads in s. */
export const FULL = {
  rounds: 3,
  timeRounds: 21,
  stubMs: 25,
  loopbackMs: 60,
  starts: 15,
  warmSeconds: 2,
  loadSeconds: 5,
};

/** A short look, too short for anything but counts. */
export const QUICK = { ...FULL, rounds: 1, timeRounds: 5, starts: 3, loadSeconds: 1 };

/** Installs the peers, and measures subjects, the first of which is the bare call, and token endpoints. */
export async function measure(
  subjects: readonly Entry[],
  servers: readonly TokenServer[],
  settings: typeof FULL,
  tell: (what: string) => void,
): Promise<{ readonly subjects: SubjectResults[]; readonly servers: ServerResults[] }> {
  tell("npm ci");
  await installPeers();
  const measured = subjects.length === 0 ? [] : await measureSubjects(subjects, settings, tell);
  if (servers.length > 0) tell("token endpoints");
  const { rounds, warmSeconds, loadSeconds } = settings;
  const loads = await loadServers(servers, rounds, warmSeconds, loadSeconds);
  return {
    subjects: measured,
    servers: servers.map(({ name, runtime, token }, index) => ({ name, runtime, token, loads: loads[index]! })),
  };
}

async function measureSubjects(
  subjects: readonly Entry[],
  settings: typeof FULL,
  tell: (what: string) => void,
): Promise<SubjectResults[]> {
  tell("bundles and packages");
  const weights = (await interleave(1, subjects.map((subject) => () => weigh(subject)))).flat();
  const files = subjects.map(({ file }) => file);
  tell("start-up");
  const starts = await timeStarts(files, settings.starts);
  tell("time of a call");
  const times = await takeCallTimes(files, settings);
  tell("scenarios");
  const names = Object.keys(SCENARIOS) as ScenarioName[];
  const plays = subjects.flatMap((subject) => names.map((name) => () => playScenario(subject, SCENARIOS[name])));
  const outcomes = await interleave(settings.rounds, plays);
  return subjects.map(({ packages: _, ...entry }, index) => {
    const own = names.map((name, at) => [name, outcomes[index * names.length + at]!]);
    return {
      ...entry,
      callTimes: { stub: times.stub[index]!, single: times.single[index]!, parallel: times.parallel[index]! },
      outcomes: Object.fromEntries(own) as SubjectResults["outcomes"],
      weight: weights[index]!,
      starts: starts[index]!,
    };
  });
}

async function takeCallTimes(
  files: readonly string[],
  { timeRounds: rounds, stubMs, loopbackMs }: typeof FULL,
): Promise<Record<CallKind, CallTimes[]>> {
  const { origin, stop } = serveUpstream();
  async function take(task: Omit<CallTimeTask, "files" | "rounds">): Promise<CallTimes[]> {
    const all: CallTimeTask = { ...task, files, rounds };
    const printed = await runCommand([Deno.execPath(), ...peerArguments("call_time.ts", all)]);
    return JSON.parse(printed.trim().split("\n").at(-1)!); // a library may print too
  }
  const times = {
    stub: await take({ parallel: 1, turnMs: stubMs }),
    single: await take({ parallel: 1, turnMs: loopbackMs, origin }),
    parallel: await take({ parallel: PARALLEL, turnMs: loopbackMs, origin }),
  };
  await stop();
  return times;
}
