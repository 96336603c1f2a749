import { count } from "./tally.ts";
import type { World } from "./world.ts";

/** Counts what happened in a run. */
export function summarize({ facts, processes, stage, tally, wire }: World): void {
  const did = (what: string, times: number) => count(tally, `what happened: ${what}`, times);
  did("days simulated", Math.round(stage.clock.elapsed() / 86_400_000));
  did("processes", processes.length);
  did("processes killed or closed", processes.filter(({ dead }) => dead).length);
  for (const process of processes) {
    for (const event of process.events) count(tally, `events: ${event.type}`);
  }
  for (const { operation, got, received, issued } of facts.exchanges) {
    did(`${operation} sent`, 1);
    if (operation === "api") continue;
    if (got === "lost") did(`${operation}: no answer`, 1);
    if (got === 429 || got === 503) did(`${operation}: asked to come back later`, 1);
    if (issued && !received) did(`${operation}: tokens made that never arrived`, 1);
  }
  for (const { sends } of facts.refreshTokens) if (sends.length > 1) did("refresh tokens sent more than once", 1);
  did("answers that came when nobody waited any more", wire.dropped());
}
