/**
 * Thousands of isolates that share one login, in simulated time: what they ask of the servers and of the store.
 *
 *   deno task isolates [--isolates 10000] [--lifetimes 3]
 *
 * Prints the table of the session's README, for lifetimes of 5 min, 1 h and 24 h.
 */
import { parseArgs } from "node:util";
import { type Result, simulate } from "./simulation.ts";

const MINUTE = 60_000;
const LIFETIMES = [["5 min", 5 * MINUTE], ["1 h", 60 * MINUTE], ["24 h", 24 * 60 * MINUTE]] as const;

/** Medians that were measured with Deno KV in a file; the notice is that of `watch()`. */
const STORE = { read: 0.09, write: 0.2, notice: 4 };
const TOKEN_CALL = 300;

function most(counts: ReadonlyMap<number, number>): number {
  return Math.max(0, ...counts.keys());
}

function mean(counts: ReadonlyMap<number, number>): string {
  let [sum, number] = [0, 0];
  for (const [reads, times] of counts) {
    sum += reads * times;
    number += times;
  }
  return (sum / Math.max(1, number)).toFixed(2);
}

function row(
  name: string,
  isolates: number,
  { calls, logins, refreshes, first, later }: Result,
  rechecked: Result,
): string {
  const cells = [
    name,
    isolates.toLocaleString("en"),
    calls.toLocaleString("en"),
    logins,
    refreshes,
    `${mean(first)} (${most(first)})`,
    `${mean(later)} (${most(later)})`,
    mean(rechecked.later),
  ];
  return `| ${cells.join(" | ")} |`;
}

if (import.meta.main) {
  const { values } = parseArgs({
    args: Deno.args,
    options: { isolates: { type: "string" }, lifetimes: { type: "string" } },
  });
  const isolates = Number(values.isolates ?? 10_000);
  const lifetimes = Number(values.lifetimes ?? 3);
  if (!Number.isSafeInteger(isolates) || isolates < 1 || !(lifetimes > 0)) {
    console.error("usage: deno task isolates [--isolates N] [--lifetimes N]");
    Deno.exit(2);
  }
  console.log("| lifetime | isolates | calls | logins | refreshes | reads: first | reads: renewed | with rechecks |");
  console.log("| --- | --- | --- | --- | --- | --- | --- | --- |");
  for (const [name, lifetime] of LIFETIMES) {
    for (const many of [Math.ceil(isolates / 100), isolates]) {
      const setting = {
        isolates: many,
        lifetime,
        lifetimes,
        callsPerLifetime: 20,
        startWithin: 10_000,
        tokenCall: TOKEN_CALL,
        store: STORE,
      };
      const result = await simulate({ ...setting, recheckMs: lifetime });
      console.log(row(name, many, result, await simulate(setting)));
      if (result.failures > 0) console.log(`${result.failures} calls failed`);
    }
  }
}
