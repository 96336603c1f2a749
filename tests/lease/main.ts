/**
 * An exhaustive check of the lease: the session's own code in three processes that share a record, every order of their
 * steps, one crash each, wall clocks an hour apart, answers before and after the lease has ended.
 *
 *   deno task lease [--pauses 2]
 *
 * Prints the number of states and of orders, and for each rule of the lease what goes wrong without it. `--pauses` says how
 * often 10 s may pass while somebody has something to do; a lease is two of them. Exits with 1 when a rule is broken, or
 * when one can be left out.
 */
import { parseArgs } from "node:util";
import { explore } from "./explore.ts";
import { LEFT_OUT } from "./left_out.ts";
import { localStates } from "./local_state.ts";
import { retell } from "./retell.ts";
import { type Options, prepare } from "./start.ts";
import { withoutRule } from "./without_rule.ts";

/** Checks the session as it is; resolves with whether every rule held. */
async function check(name: string, options: Options): Promise<boolean> {
  const started = performance.now();
  const start = await prepare(options);
  const { states, steps, schedules, counterExample } = await explore(start, localStates(start.setting));
  const seconds = ((performance.now() - started) / 1000).toFixed(0);
  const found = `${states.toLocaleString("en")} states, ${steps.toLocaleString("en")} steps`;
  if (!counterExample) {
    const orders = Number.isSafeInteger(schedules) ? schedules.toLocaleString("en") : schedules.toExponential(1);
    console.log(`${name}: ${found}, ${orders} orders of them; every rule holds (${seconds} s)`);
    return true;
  }
  console.log(`${name}: a rule is broken after ${found}:\n\n${(await retell(start, counterExample)).join("\n")}\n`);
  return false;
}

if (import.meta.main) {
  const { values } = parseArgs({ args: Deno.args, options: { pauses: { type: "string" } } });
  const pauses = Number(values.pauses ?? 2);
  if (!Number.isSafeInteger(pauses) || pauses < 0) {
    console.error("usage: deno task lease [--pauses N]");
    Deno.exit(2);
  }
  const results = [
    await check("three with credentials", { credentials: true, pauses }),
    await check("three with tokens alone", { credentials: false, pauses }),
    await check("three that begin with no record", { credentials: true, hasRecord: false, pauses }),
    await check("two with credentials, slower", { credentials: true, workers: 2, pauses: pauses + 2 }),
    await check("two with tokens alone, slower", { credentials: false, workers: 2, pauses: pauses + 2 }),
  ];
  for (const leftOut of LEFT_OUT) {
    const { steps, states, lines } = await withoutRule(leftOut);
    results.push(lines !== undefined);
    console.log(
      `\nWithout "${leftOut.rule}": ${lines ? `${steps} steps, the shortest of ${states} states` : "nothing"}`,
    );
    for (const line of lines ?? []) console.log(`  ${line}`);
  }
  Deno.exit(results.every(Boolean) ? 0 : 1);
}
