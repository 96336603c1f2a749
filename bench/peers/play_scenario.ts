import type { Entry } from "./catalogue.ts";
import type { Scenario } from "./scenarios.ts";
import { startWorker } from "./start_worker.ts";
import { serveUpstream } from "./upstream.ts";

/** What one scenario came to. */
export interface Outcome {
  /** Logins, the first ones too. */
  readonly logins: number;
  /** Calls of the token endpoint that were no logins. */
  readonly refreshes: number;
  /** Of these: with a refresh token that had been spent before. */
  readonly spent: number;
  /** Calls of the API that were not answered with 200. */
  readonly failed: number;
  /** Logins beyond the first, and sessions that could not go on with theirs when everything was well again. */
  readonly lost: number;
  /** What the API got, calls sent again too. */
  readonly apiCalls: number;
  /** How long the calls took, in ms. */
  readonly ms: number;
  /** How the first call failed. */
  readonly firstFailure?: string;
}

/** Two lifetimes of an access token, in ms. */
const LATER = 2 * 3_600_000;

/** What a call in the background may take to arrive, in ms. */
const SETTLING = 200;

/** Plays a scenario with a subject's sessions, against an upstream of its own. */
export async function playScenario(entry: Entry, { processes, play }: Scenario): Promise<Outcome> {
  const upstream = serveUpstream();
  const folder = await Deno.makeTempDir();
  const isShared = processes > 1 && entry.shared !== undefined;
  const file = isShared ? entry.shared! : entry.file;
  await using crew = new AsyncDisposableStack();
  crew.defer(async () => {
    await upstream.stop();
    await Deno.remove(folder, { recursive: true });
  });
  const task = { file, origin: upstream.origin, ...(isShared ? { sharedFile: `${folder}/session` } : {}) };
  const workers = await Promise.all(
    Array.from({ length: processes }, async () => crew.use(await startWorker(task))),
  );

  let failed = 0;
  let ms = 0;
  let firstFailure: string | undefined;
  async function expire(): Promise<void> {
    upstream.advance(LATER);
    await Promise.all(workers.map((worker) => worker.order({ do: "advance", ms: LATER })));
  }
  await play({
    ...upstream,
    expire,
    async call(callers, turns) {
      const reports = await Promise.all(workers.map((worker) => worker.order({ do: "call", callers, turns })));
      for (const report of reports) {
        failed += report.failed;
        firstFailure ??= report.firstFailure;
      }
      ms += Math.max(...reports.map((report) => report.ms));
    },
  });
  await new Promise((resolve) => setTimeout(resolve, SETTLING));
  const { tokenCalls, logins, spent, apiCalls } = upstream.counts();

  // What is left of the logins shows when the tokens have expired once more.
  await expire();
  let dead = 0;
  for (const worker of workers) dead += (await worker.order({ do: "call", callers: 1, turns: 1 })).failed;
  const again = upstream.counts().logins - (isShared ? 1 : processes);
  return {
    logins,
    refreshes: tokenCalls - logins,
    spent,
    failed,
    lost: again + dead,
    apiCalls,
    ms,
    ...(firstFailure === undefined ? {} : { firstFailure }),
  };
}
