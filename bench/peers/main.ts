/**
 * How sessions of other libraries, and token endpoints of other servers, fare beside the project's own.
 *
 *   deno task bench:peers [--quick] [name…]     needs Node with npm, and wrk for the token endpoints; Linux
 *
 * Installs the peers beside this file, takes some ten minutes, prints the tables and writes them to `results.md`, the
 * numbers themselves to `report/peers.json`. With names, or `--quick`, both stay as they are: not everything was measured.
 */
import { parseArgs } from "node:util";
import { hasProgram } from "../../tests/has_program.ts";
import { type Choice, choose, names } from "./choose.ts";
import { installPeers } from "./install_peers.ts";
import { describeMachine } from "./machine.ts";
import { measureServers, measureSubjects } from "./measure.ts";
import { report } from "./report.ts";
import type { Results } from "./results.ts";
import { FULL, QUICK } from "./settings.ts";

async function measure({ subjects, servers }: Choice, isQuick: boolean): Promise<Results> {
  const settings = isQuick ? QUICK : FULL;
  const start = performance.now();
  const tell = (what: string) =>
    console.error(`${((performance.now() - start) / 1000).toFixed(0).padStart(4)} s  ${what}`);
  tell("npm ci");
  await installPeers();
  const measured = {
    subjects: subjects.length === 0 ? [] : await measureSubjects(subjects, settings, tell),
    servers: servers.length === 0 ? [] : await measureServers(servers, settings, tell),
  };
  const seconds = (performance.now() - start) / 1000;
  tell("done");
  const date = new Date().toISOString().slice(0, 10);
  return { date, machine: await describeMachine(), isQuick, seconds, ...measured };
}

async function keep(results: Results): Promise<void> {
  const root = new URL("../../", import.meta.url);
  const page = new URL("results.md", import.meta.url);
  await Deno.mkdir(new URL("report/", root), { recursive: true });
  await Deno.writeTextFile(new URL("report/peers.json", root), `${JSON.stringify(results)}\n`);
  await Deno.writeTextFile(page, report(results));
  await new Deno.Command(Deno.execPath(), { args: ["fmt", "--quiet", page.pathname] }).output();
}

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    args: Deno.args,
    options: { quick: { type: "boolean", default: false } },
    allowPositionals: true,
  });
  const choice = choose(positionals);
  if (!choice) {
    console.error(`usage: deno task bench:peers [--quick] [name…]\nnames: ${names().join(", ")}`);
    Deno.exit(2);
  }
  if (choice.servers.length > 0 && !hasProgram("wrk")) {
    console.error("Cannot load the token endpoints: PATH has no wrk; install it (on Debian: apt-get install wrk)");
    Deno.exit(1);
  }
  const results = await measure(choice, values.quick);
  console.log(report(results));
  if (!values.quick && positionals.length === 0) await keep(results);
}

if (import.meta.main) await main();
