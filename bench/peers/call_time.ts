/** Takes the time of a call with a valid token, of all subjects in one process; its argument says how. */
import { interleave } from "../interleaved.ts";
import type { Entry } from "./catalogue.ts";
import { type Caller, openSubject } from "./subject.ts";
import { surroundings } from "./upstream.ts";

/** How long a batch of calls takes, in ms. */
const TURN_MS = 50;

export interface CallTimeTask {
  /** The first is what the others are compared with. */
  readonly subjects: readonly Entry[];
  /** The upstream; absent: a stub. */
  readonly origin?: string;
  readonly rounds: number;
}

/** Ns for each call, in each round: the subject's own, and that of the first subject right beside it. */
export interface CallTimes {
  readonly own: readonly number[];
  readonly bare: readonly number[];
}

async function timeBatch(caller: Caller, url: string, calls: number): Promise<number> {
  const start = performance.now();
  for (let call = 0; call < calls; call++) {
    const answer = await caller(url);
    if (answer.status !== 200) throw new Error(`Cannot take the time: status ${answer.status}`);
    // The stub's one answer has no body, and a library may have read it.
    if (answer instanceof Response && answer.body && !answer.bodyUsed) await answer.arrayBuffer();
  }
  return (performance.now() - start) * 1e6 / calls;
}

async function takeTimes({ subjects, origin, rounds }: CallTimeTask): Promise<CallTimes[]> {
  const given = surroundings(origin);
  const url = `${given.origin}/api/thing`;
  const callers: Caller[] = [];
  const batches: (() => Promise<number>)[] = [];
  for (const [index, subject] of subjects.entries()) {
    const caller = await openSubject(subject, given);
    callers.push(caller);
    let calls = 200;
    for (let turn = 0; turn < 4; turn++) { // warms up, and finds how many calls fill a turn
      calls = Math.max(64, Math.round(TURN_MS * 1e6 / await timeBatch(caller, url, calls)));
    }
    // A bare call right beside it, since a machine is faster and slower by the second.
    batches.push(...[index, 0].map((which) => () => timeBatch(callers[which]!, url, calls)));
  }
  const times = await interleave(rounds, batches);
  return subjects.map((_, index) => ({ own: times[2 * index]!, bare: times[2 * index + 1]! }));
}

if (import.meta.main) {
  console.log(`\n${JSON.stringify(await takeTimes(JSON.parse(Deno.args[0] ?? "")))}`);
  Deno.exit(); // a library's timers would hold it
}
