/**
 * One process of one subject: its argument says which, and each line of its standard input what to do.
 *
 * @module
 */
import { installMovableDate } from "./movable_date.ts";
import type { Caller, Open } from "./subject.ts";
import { surroundingsAt } from "./surroundings.ts";
import type { Order, Report, WorkerTask } from "./worker_task.ts";

async function callOnce(caller: Caller, url: string): Promise<string | undefined> {
  try {
    const answer = await caller(url);
    if (answer instanceof Response && !answer.bodyUsed) await answer.body?.cancel();
    return answer.status === 200 ? undefined : `status ${answer.status}`;
  } catch (error) {
    return String(error).split("\n")[0]?.slice(0, 120);
  }
}

async function callAll(caller: Caller, url: string, callers: number, turns: number): Promise<Report> {
  const failures: string[] = [];
  async function call(): Promise<void> {
    for (let turn = 0; turn < turns; turn++) {
      const failure = await callOnce(caller, url);
      if (failure !== undefined) failures.push(failure);
    }
  }
  const start = performance.now();
  await Promise.all(Array.from({ length: callers }, call));
  const [firstFailure] = failures;
  const ms = performance.now() - start;
  return { failed: failures.length, ms, ...(firstFailure === undefined ? {} : { firstFailure }) };
}

function say(report: Report): void {
  console.log(JSON.stringify(report));
}

async function main({ file, origin, sharedFile }: WorkerTask): Promise<void> {
  const date = installMovableDate();
  const { open }: { open: Open } = await import(new URL(`npm/subjects/${file}.ts`, import.meta.url).href);
  const caller = await open(surroundingsAt(origin, sharedFile));
  say({ failed: 0, ms: 0 });
  let text = "";
  for await (const chunk of Deno.stdin.readable.pipeThrough(new TextDecoderStream())) {
    const lines = (text + chunk).split("\n");
    text = lines.pop() ?? "";
    for (const line of lines) {
      const order: Order = JSON.parse(line);
      if (order.do === "call") say(await callAll(caller, `${origin}/api/thing`, order.callers, order.turns));
      else {
        date.advance(order.ms);
        say({ failed: 0, ms: 0 });
      }
    }
  }
  Deno.exit(); // a library's timers would hold it
}

if (import.meta.main) await main(JSON.parse(Deno.args[0] ?? ""));
