/** Takes the time of a call with a valid token, of all subjects in one process; its argument says how. */
import { interleave } from "../interleaved.ts";
import type { Caller, Open } from "./subject.ts";
import { surroundings } from "./upstream.ts";

export interface CallTimeTask {
  /** Subjects by their files; the first is what the others are compared with. */
  readonly files: readonly string[];
  /** The upstream; absent: a stub. */
  readonly origin?: string;
  readonly parallel: number;
  readonly rounds: number;
  readonly turnMs: number;
}

/** Ns for each call, in each round: the subject's own, and that of the first subject right beside it. */
export interface CallTimes {
  readonly own: readonly number[];
  readonly bare: readonly number[];
}

async function timeBatch(caller: Caller, url: string, calls: number, parallel: number): Promise<number> {
  const turns = Math.ceil(calls / parallel);
  async function call(): Promise<void> {
    for (let turn = 0; turn < turns; turn++) {
      const answer = await caller(url);
      if (answer.status !== 200) throw new Error(`Cannot take the time: status ${answer.status}`);
      // The stub's one answer has no body, and a library may have read it.
      if (answer instanceof Response && answer.body && !answer.bodyUsed) await answer.arrayBuffer();
    }
  }
  const start = performance.now();
  await Promise.all(Array.from({ length: parallel }, call));
  return (performance.now() - start) * 1e6 / (turns * parallel);
}

async function takeTimes({ files, origin, parallel, rounds, turnMs }: CallTimeTask): Promise<CallTimes[]> {
  const given = surroundings(origin);
  const url = `${given.origin}/api/thing`;
  const callers: Caller[] = [];
  const batches: (() => Promise<number>)[] = [];
  for (const [index, file] of files.entries()) {
    const { open }: { open: Open } = await import(new URL(`npm/subjects/${file}.ts`, import.meta.url).href);
    callers.push(await open(given));
    let calls = 200;
    for (let turn = 0; turn < 4; turn++) { // warms up, and finds how many calls fill a turn
      calls = Math.max(64, Math.round(turnMs * 1e6 / await timeBatch(callers[index]!, url, calls, parallel)));
    }
    // A bare call right beside it, since a machine is faster and slower by the second.
    batches.push(...[index, 0].map((which) => () => timeBatch(callers[which]!, url, calls, parallel)));
  }
  const times = await interleave(rounds, batches);
  return files.map((_, index) => ({ own: times[2 * index]!, bare: times[2 * index + 1]! }));
}

if (import.meta.main) {
  console.log(`\n${JSON.stringify(await takeTimes(JSON.parse(Deno.args[0] ?? "")))}`);
  Deno.exit(); // a library's timers would hold it
}
