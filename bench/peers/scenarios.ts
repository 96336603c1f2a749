import { setTimeout as pause } from "node:timers/promises";
import { startProgram } from "../../tests/gateway/program.ts";
import type { Entry } from "./catalogue.ts";
import { peerArguments } from "./packages.ts";
import { serveUpstream } from "./upstream.ts";
import type { Order, Report, WorkerTask } from "./worker.ts";

/** Expires every token for the sessions and the upstream, makes tokens worthless before, or calls. */
type Step = "expire" | "revoke" | "refuse" | readonly [callers: number, turns: number];

/** What is done to the sessions of a subject, of which each process has one. */
interface Scenario {
  readonly title: string;
  readonly processes: number;
  readonly steps: readonly Step[];
}

export type ScenarioName = "expiries" | "revoked" | "refused" | "processes";

export const SCENARIOS: Readonly<Record<ScenarioName, Scenario>> = {
  expiries: {
    title: "Two expiries: 1,000 callers at a time with an expired token, and 1,000 again after the next one expired",
    processes: 1,
    steps: [[1, 1], "expire", [1_000, 1], "expire", [1_000, 1]],
  },
  revoked: {
    title: "Revoked: 200 callers at a time, all of them refused with a token that has not expired",
    processes: 1,
    steps: [[1, 1], "revoke", [200, 1]],
  },
  refused: {
    title: "An API that refuses everything, fresh tokens too: 20 callers at a time, each 5 times in turn",
    processes: 1,
    steps: [[1, 1], "refuse", [20, 5]],
  },
  processes: {
    title:
      "Eight processes of one account over three expiries: 5 callers in each, 10 times in turn, before and after each",
    processes: 8,
    steps: [[5, 10], "expire", [5, 10], "expire", [5, 10], "expire", [5, 10]],
  },
};

export interface Outcome {
  readonly logins: number;
  readonly refreshes: number;
  /** Refreshes with a token that had been spent before. */
  readonly spent: number;
  /** Calls of the API that were not answered with 200. */
  readonly failed: number;
  /** Logins beyond the first, and sessions that could not go on with theirs when everything was well again. */
  readonly lost: number;
  readonly apiCalls: number;
  readonly ms: number;
  readonly firstFailure?: string;
}

/** Two lifetimes of an access token, in ms. */
const LATER = 2 * 3_600_000;

/** What a call in the background may take to arrive, in ms. */
const SETTLING = 200;

/** The longest that an order may take, in ms. */
const LONGEST = 60_000;

/** Plays a scenario with a subject's sessions, against an upstream of its own. */
export async function playScenario(entry: Entry, { processes, steps }: Scenario): Promise<Outcome> {
  await using stack = new AsyncDisposableStack();
  const upstream = serveUpstream();
  stack.defer(() => upstream.stop());
  const folder = await Deno.makeTempDir();
  stack.defer(() => Deno.remove(folder, { recursive: true }));
  const shared = processes > 1 ? entry.shared : undefined;
  const task: WorkerTask = {
    file: shared ?? entry.file,
    ...(entry.setting === undefined ? {} : { setting: entry.setting }),
    origin: upstream.origin,
    ...(shared === undefined ? {} : { sharedFile: `${folder}/session` }),
  };
  const start = () => startProgram(Deno.execPath(), { args: peerArguments("worker.ts", task) });
  const workers = (await Promise.all(Array.from({ length: processes }, start))).map((worker) => stack.use(worker));

  async function order(order: Order): Promise<Report> {
    const reports: Report[] = await Promise.all(workers.map(async ({ origin }) => {
      const request = { method: "POST", body: JSON.stringify(order), signal: AbortSignal.timeout(LONGEST) };
      return await (await fetch(origin, request)).json();
    }));
    return { failures: reports.flatMap(({ failures }) => failures), ms: Math.max(...reports.map(({ ms }) => ms)) };
  }

  async function expire(): Promise<void> {
    upstream.advance(LATER);
    await order({ advance: LATER });
  }

  const failures: string[] = [];
  let ms = 0;
  for (const step of steps) {
    if (step === "expire") await expire();
    else if (step === "revoke") upstream.revoke();
    else if (step === "refuse") upstream.refuseAll(true);
    else {
      const [callers, turns] = step;
      const report = await order({ callers, turns });
      failures.push(...report.failures);
      ms += report.ms;
    }
  }
  upstream.refuseAll(false);
  await pause(SETTLING);
  const { tokenCalls, logins, spent, apiCalls } = upstream.counts();

  // What is left of the logins shows when the tokens have expired once more.
  await expire();
  const dead = await order({ callers: 1, turns: 1 });
  const again = upstream.counts().logins - (shared === undefined ? processes : 1);
  return {
    ...{ logins, refreshes: tokenCalls - logins, spent, apiCalls, ms },
    failed: failures.length,
    lost: again + dead.failures.length,
    ...(failures[0] === undefined ? {} : { firstFailure: failures[0] }),
  };
}
