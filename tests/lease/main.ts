/**
 * An exhaustive check of the lease: the session's own code in three processes that share a record, every order of their
 * steps, one crash each, wall clocks an hour apart, answers before and after the lease has ended.
 *
 *   deno task lease [--pauses 2]
 *
 * Prints the number of states. `--pauses` says how often 10 s may pass while somebody has something to do; a lease is two
 * of them. Exits with 1 when a rule is broken, after the shortest history that leads to it.
 */
import { parseArgs } from "node:util";
import { retell } from "./exact.ts";
import { explore } from "./explore.ts";
import { localStates } from "./local_state.ts";
import { prepare, settings } from "./start.ts";

if (import.meta.main) {
  const { values } = parseArgs({ options: { pauses: { type: "string" } } });
  const pauses = Number(values.pauses ?? 2);
  if (!Number.isSafeInteger(pauses) || pauses < 0) {
    console.error("usage: deno task lease [--pauses N]");
    Deno.exit(2);
  }
  for (const [name, options] of Object.entries(settings({ three: pauses, two: pauses + 2 }))) {
    const started = performance.now();
    const start = await prepare(options);
    const { states, steps, counterExample } = await explore(start, localStates(start.setting));
    const seconds = ((performance.now() - started) / 1000).toFixed(0);
    console.log(`${name}: ${states.toLocaleString("en")} states, ${steps.toLocaleString("en")} steps, ${seconds} s`);
    if (!counterExample) continue;
    console.log(`A rule is broken:\n\n${(await retell(start, counterExample)).join("\n")}`);
    Deno.exit(1);
  }
  console.log("No rule is broken.");
}
