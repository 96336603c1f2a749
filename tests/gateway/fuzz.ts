/**
 * Bad requests for the program of the gateway, over real connections: every answer must be one that is documented.
 *
 *   deno task gateway:fuzz [--requests 50000] [--seed 1]
 *   deno task gateway:fuzz --seed 1 --first 1234 --requests 1     one request again, as a failure names it
 *
 * Prints how often each status was answered; exits with 1 when an answer was wrong, a secret came to light, the valid
 * client was not served or the app's memory grew by more than 32 MiB in the second half. Linux only.
 */
import { parseArgs } from "node:util";
import { fuzz } from "./fuzz_run.ts";

const MAX_GROWTH = 32 * 2 ** 20;

/** A program that has just started grows anyway: its memory is judged from so many requests on. */
const MIN_REQUESTS = 20_000;

const USAGE = "usage: deno task gateway:fuzz [--requests N] [--seed N] [--first N]";

function table(counts: ReadonlyMap<number, number>): string {
  return [...counts].sort(([a], [b]) => a - b).map(([status, count]) => `${status}: ${count}`).join(", ") || "none";
}

if (import.meta.main) {
  const { values } = parseArgs({
    args: Deno.args,
    options: {
      requests: { type: "string", default: "50000" },
      seed: { type: "string", default: "1" },
      first: { type: "string", default: "0" },
    },
  });
  const [requests = 0, seed = 0, first = 0] = [values.requests, values.seed, values.first].map(Number);
  if (!(requests >= 1 && seed >= 0 && first >= 0)) {
    console.error(USAGE);
    Deno.exit(2);
  }
  const { app, http, none, served, memory, faults } = await fuzz({ requests, seed, first });
  const mib = (bytes: number) => (bytes / 2 ** 20).toFixed(0);
  console.log(`seed ${seed}, ${requests} requests`);
  console.log(`the app answered                ${table(app)}`);
  console.log(`the HTTP server below answered  ${table(http)}`);
  console.log(`no answer                       ${none.cut} that we cut off, ${none.reset} reset while we sent`);
  console.log(`the valid client was served     ${served} times`);
  console.log(`memory                          ${memory.map(mib).join(", ")} MiB, a tenth of the requests apart`);
  for (const line of faults.slice(0, 20)) console.log(`FAIL ${line}`);
  const hasGrown = requests >= MIN_REQUESTS && (memory.at(-1) ?? 0) - (memory[4] ?? 0) > MAX_GROWTH;
  if (hasGrown) console.log(`FAIL the memory grew in the second half by more than ${mib(MAX_GROWTH)} MiB`);
  if (faults.length > 0 || hasGrown) Deno.exitCode = 1;
}
