import { aheadOf } from "./ahead.ts";
import type { Outcome } from "./play_scenario.ts";
import { markdownTable } from "./markdown_table.ts";
import { readmeTable } from "./readme_table.ts";
import type { CallKind, Results, ServerResults, SubjectResults } from "./results.ts";
import { type ScenarioName, SCENARIOS } from "./scenarios.ts";
import { showSpread, spreadOf } from "./spread.ts";

const CALL_KINDS: Readonly<Record<CallKind, string>> = {
  stub: "transport stubbed",
  single: "over loopback, one at a time",
  parallel: "over loopback, 32 at a time",
};

/** Everything that was measured, as a page in Markdown. */
export function report(results: Results): string {
  const { subjects, servers } = results;
  const sections = [
    "# Numbers beside peers",
    describeRun(results),
    "A number is the median of its rounds, in brackets their range; a number alone was the same in every round.",
  ];
  if (subjects.length > 0) {
    sections.push(
      "## In short",
      readmeTable(subjects),
      "## Calls to the token server, failed calls, lost logins",
      "The upstream's refresh tokens rotate: one works once, its second use is refused with 401. Lost: logins beyond " +
        "the first, and sessions that could not renew their token when everything was well again.",
      ...Object.keys(SCENARIOS).flatMap((name) => outcomeSection(name as ScenarioName, subjects)),
      "## Added time per call, token valid",
      "A batch of the bare call runs right beside every batch of a subject; what is added is taken from such a pair.",
      ...Object.keys(CALL_KINDS).flatMap((kind) => timeSection(kind as CallKind, subjects)),
      "## Size and start-up",
      "Bundle: what a program that uses it carries, minified and gzipped. Start: what loading it adds to a program.",
      weightTable(subjects),
      "## Where another does better",
      aheadOf("xsignals", subjects).join("\n") || "Nowhere.",
    );
  }
  if (servers.length > 0) {
    sections.push(
      "## Token endpoint, client credentials",
      "Load by wrk, 32 connections. Processor time is the server's, for each request; it moves less than requests a " +
        "second on a machine whose cores are shared with wrk. The gateway signs a token of its own. It also counts each " +
        "client's rate, compares a hash of the secret and writes a log line, which the others do not. The token app hands " +
        "out the account's token.",
      serverTable(servers),
    );
  }
  return `${sections.join("\n\n")}\n`;
}

function describeRun({ date, machine, isQuick, seconds }: Results): string {
  const { cores, memory, os, deno, node } = machine;
  return `Measured on ${date} by \`deno task bench:peers${isQuick ? " --quick" : ""}\` in ${
    (seconds / 60).toFixed(0)
  } min, ` +
    `on ${cores} cores and ${memory} GiB of memory, ${os}, with Deno ${deno} and Node ${node}. The versions of the ` +
    "others are in `npm/package.json`. Every client runs under Deno, set up as its own documentation says, by its file " +
    "in `npm/subjects/`.";
}

function outcomeSection(name: ScenarioName, subjects: readonly SubjectResults[]): string[] {
  const rows = subjects.map(({ name: subject, outcomes }) => {
    const rounds = outcomes[name];
    const of = (read: (outcome: Outcome) => number) => showSpread(spreadOf(rounds.map(read)));
    return [
      subject,
      of(({ logins }) => logins),
      of(({ refreshes }) => refreshes),
      of(({ spent }) => spent),
      of(({ failed }) => failed),
      of(({ lost }) => lost),
      of(({ apiCalls }) => apiCalls),
      of(({ ms }) => ms),
      rounds.find(({ firstFailure }) => firstFailure !== undefined)?.firstFailure?.replaceAll("|", "\\|") ?? "",
    ];
  });
  const head = ["", "logins", "refreshes", "with a spent token", "failed", "lost", "API calls", "ms", "first failure"];
  return [`### ${SCENARIOS[name].title}`, markdownTable([head, ...rows])];
}

function timeSection(kind: CallKind, subjects: readonly SubjectResults[]): string[] {
  const rows = subjects.map(({ name, callTimes }) => {
    const { own, bare } = callTimes[kind];
    const beside = (compare: (own: number, bare: number) => number, digits: number) =>
      showSpread(spreadOf(own.map((time, round) => compare(time, bare[round]!))), digits);
    return [
      name,
      showSpread(spreadOf(own.map((time) => time / 1000)), 2),
      beside((time, base) => (time - base) / 1000, 2),
      beside((time, base) => time / base, 2),
    ];
  });
  return [`### ${CALL_KINDS[kind]}`, markdownTable([["", "µs a call", "added, µs", "in bare calls"], ...rows])];
}

function weightTable(subjects: readonly SubjectResults[]): string {
  const [bare] = subjects;
  const rows = subjects.filter(({ variantOf }) => variantOf === undefined).map(({ name, weight, starts }) => [
    name,
    ((weight.gzip - bare!.weight.gzip) / 1000).toFixed(1),
    String(weight.packages ?? 0),
    ((weight.bytes ?? 0) / 1e6).toFixed(2),
    showSpread(spreadOf(starts.map((time, round) => time - bare!.starts[round]!)), 0),
  ]);
  return markdownTable([["", "bundle, kB", "packages", "installed, MB", "start adds, ms"], ...rows]);
}

function serverTable(servers: readonly ServerResults[]): string {
  const [bare] = servers;
  const rows = servers.map(({ name, runtime, token, loads }) => [
    name,
    runtime,
    token,
    showSpread(spreadOf(loads.map(({ perSecond }) => perSecond))),
    showSpread(spreadOf(loads.map(({ perSecond }, round) => perSecond / bare!.loads[round]!.perSecond)), 2),
    showSpread(spreadOf(loads.map(({ p99Ms }) => p99Ms)), 1),
    showSpread(spreadOf(loads.map(({ cpuMs }) => cpuMs * 1000))),
    showSpread(spreadOf(loads.map(({ cpuMs }, round) => cpuMs / bare!.loads[round]!.cpuMs)), 1),
    showSpread(spreadOf(loads.map(({ failures }) => failures))),
  ]);
  const head = ["", "runtime", "token", "requests/s", "of bare", "p99, ms", "CPU, µs", "in bare's", "failed"];
  return markdownTable([head, ...rows]);
}
