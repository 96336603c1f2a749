/**
 * `deno task bench:peers [--quick] [name…]`: sessions of other libraries, and token endpoints of other servers, beside ours.
 *
 * Prints the tables. A full run also puts them into `results.md`.
 */
import { parseArgs } from "node:util";
import { runCommand } from "../../tests/runtimes/command.ts";
import { hasProgram } from "../../tests/has_program.ts";
import { interleave } from "../interleaved.ts";
import type { CallTimes, CallTimeTask } from "./call_time.ts";
import { choose, type Entry, SUBJECTS } from "./catalogue.ts";
import { installPeers, peerArguments, timeStarts, weigh } from "./packages.ts";
import { replaceTables, type SubjectResults, tablesOf } from "./report.ts";
import { playScenario, type ScenarioName, SCENARIOS } from "./scenarios.ts";
import { loadServers, TOKEN_SERVERS } from "./token_servers.ts";
import { serveUpstream } from "./upstream.ts";

/** What the tables of the project are made with: some ten minutes on two cores. */
const FULL = { rounds: 3, timeRounds: 21, starts: 15, loadSeconds: 5 };

/** A short look, too short for anything but counts. */
const QUICK: typeof FULL = { rounds: 1, timeRounds: 5, starts: 3, loadSeconds: 1 };

function seconds(): number {
  return performance.now() / 1000;
}

function tell(what: string): void {
  console.error(`${seconds().toFixed(0).padStart(4)} s  ${what}`);
}

/** Takes the time of calls with a stub, or over loopback with an upstream. */
async function takeCallTimes(task: CallTimeTask): Promise<CallTimes[]> {
  const printed = await runCommand([Deno.execPath(), ...peerArguments("call_time.ts", task)]);
  return JSON.parse(printed.trim().split("\n").at(-1)!); // a library may print too
}

/** Measures subjects, the first of which is the bare call. */
async function measureSubjects(subjects: readonly Entry[], settings: typeof FULL): Promise<SubjectResults[]> {
  tell("bundles and packages");
  const weights = (await interleave(1, subjects.map((subject) => () => weigh(subject)))).flat();
  tell("start-up");
  const starts = await timeStarts(subjects.map(({ file }) => file), settings.starts);
  tell("time of a call");
  const stub = await takeCallTimes({ subjects, rounds: settings.timeRounds });
  const { origin, stop } = serveUpstream();
  const loopback = await takeCallTimes({ subjects, rounds: settings.timeRounds, origin });
  await stop();
  tell("scenarios");
  const names = Object.keys(SCENARIOS) as ScenarioName[];
  const plays = subjects.flatMap((subject) => names.map((name) => () => playScenario(subject, SCENARIOS[name])));
  const outcomes = await interleave(settings.rounds, plays);
  return subjects.map((entry, index) => {
    const own = names.map((name, at) => [name, outcomes[index * names.length + at]!]);
    return {
      ...entry,
      callTimes: { stub: stub[index]!, loopback: loopback[index]! },
      outcomes: Object.fromEntries(own) as SubjectResults["outcomes"],
      weight: weights[index]!,
      starts: starts[index]!,
    };
  });
}

if (import.meta.main) {
  const { values: { quick: isQuick }, positionals } = parseArgs({
    args: Deno.args,
    options: { quick: { type: "boolean", default: false } },
    allowPositionals: true,
  });
  const names = [...new Set([...SUBJECTS.map(({ file }) => file), ...TOKEN_SERVERS.map(({ id }) => id)])];
  if (positionals.some((name) => !names.includes(name))) {
    console.error(`usage: deno task bench:peers [--quick] [name…]\nnames: ${names.join(", ")}`);
    Deno.exit(2);
  }
  const chosen = choose(SUBJECTS, ({ file }) => file, positionals);
  const chosenServers = choose(TOKEN_SERVERS, ({ id }) => id, positionals);
  if (chosenServers.length > 0 && !hasProgram("wrk")) {
    console.error("Cannot load the token endpoints: PATH has no wrk; install it (on Debian: apt-get install wrk)");
    Deno.exit(1);
  }
  const settings = isQuick ? QUICK : FULL;
  tell("npm ci");
  await installPeers();
  const subjects = chosen.length === 0 ? [] : await measureSubjects(chosen, settings);
  tell("token endpoints");
  const loads = await loadServers(chosenServers, settings.rounds, settings.loadSeconds);
  const servers = chosenServers.map((server, index) => ({ ...server, loads: loads[index]! }));
  tell("done");
  const run = {
    date: new Date().toISOString().slice(0, 10),
    minutes: (seconds() / 60).toFixed(0),
    cores: String(navigator.hardwareConcurrency),
    "memory, GiB": (Deno.systemMemoryInfo().total / 2 ** 30).toFixed(0),
    system: `${Deno.build.os}, ${Deno.build.arch}`,
    Deno: Deno.version.deno,
    Node: (await runCommand(["node", "--version"])).trim().slice(1),
  };
  const tables = tablesOf({ run, subjects, servers });
  for (const [title, table] of tables) console.log(`\n## ${title}\n\n${table}`);
  if (!isQuick && positionals.length === 0) {
    const page = new URL("results.md", import.meta.url);
    await Deno.writeTextFile(page, replaceTables(await Deno.readTextFile(page), tables));
    await runCommand([Deno.execPath(), "fmt", "--quiet", page.pathname]);
  }
}
