/**
 * Takes the time of a call with a valid token, of all subjects in one process; its argument says how.
 *
 * Each batch of a subject has one of the bare call right beside it, since a machine is faster and slower by the second,
 * and every other round goes backwards.
 *
 * @module
 */
import type { CallTimes, CallTimeTask } from "./call_time_task.ts";
import type { Caller, Open } from "./subject.ts";
import { stubSurroundings, surroundingsAt } from "./surroundings.ts";

/** Ns for each call, of so many, `parallel` of them at a time. */
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
  const url = `${origin ?? "http://127.0.0.1:9"}/api/thing`;
  const subjects = [];
  for (const file of files) {
    const { open }: { open: Open } = await import(new URL(`npm/subjects/${file}.ts`, import.meta.url).href);
    const caller = await open(origin === undefined ? stubSurroundings() : surroundingsAt(origin));
    let calls = 200;
    for (let turn = 0; turn < 4; turn++) { // warms up, and finds how many calls fill a turn
      calls = Math.max(64, Math.round(turnMs * 1e6 / await timeBatch(caller, url, calls, parallel)));
    }
    subjects.push({ caller, calls, own: [] as number[], bare: [] as number[] });
  }
  const [first] = subjects;
  for (let round = 0; round < rounds; round++) {
    for (const { caller, calls, own, bare } of round % 2 === 0 ? subjects : subjects.toReversed()) {
      const pair = [{ caller, times: own }, { caller: first!.caller, times: bare }];
      for (const one of round % 2 === 0 ? pair : pair.reverse()) {
        one.times.push(await timeBatch(one.caller, url, calls, parallel));
      }
    }
  }
  return subjects.map(({ own, bare }) => ({ own, bare }));
}

if (import.meta.main) {
  console.log(`\n${JSON.stringify(await takeTimes(JSON.parse(Deno.args[0] ?? "")))}`);
  Deno.exit(); // a library's timers would hold it
}
