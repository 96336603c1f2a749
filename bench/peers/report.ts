import { median, showSpread } from "../median.ts";
import type { CallKind, ServerResults, SubjectResults } from "./measure.ts";
import { type Outcome, type ScenarioName, SCENARIOS } from "./scenarios.ts";

/** Everything that one run measured, as it is kept in `report/peers.json`. */
export interface Results {
  /** The day, as `2026-01-31`. */
  readonly date: string;
  /** What the numbers were taken on; the memory is in GiB. */
  readonly machine: Readonly<Record<"os" | "deno" | "node", string> & Record<"cores" | "memory", number>>;
  /** Whether it was a short look. */
  readonly isQuick: boolean;
  readonly seconds: number;
  readonly subjects: readonly SubjectResults[];
  readonly servers: readonly ServerResults[];
}

/** The head of a column, and a cell of it. */
type Column<T> = readonly [head: string, show: (one: T, bare: T) => string];

/** What was measured, a number for each round. */
type Reading = (subject: SubjectResults, bare: SubjectResults) => readonly number[];

const SCENARIO_NAMES = Object.keys(SCENARIOS) as ScenarioName[];

const CALL_KINDS: Readonly<Record<CallKind, string>> = {
  stub: "transport stubbed",
  single: "over loopback, one at a time",
  parallel: "over loopback, 32 at a time",
};

const KINDS = Object.keys(CALL_KINDS) as CallKind[];

const added = (kind: CallKind): Reading => ({ callTimes: { [kind]: times } }) =>
  times.own.map((time, round) => (time - times.bare[round]!) / 1000);
const bundle: Reading = ({ weight }, bare) => [(weight.gzip - bare.weight.gzip) / 1000];
const startAdds: Reading = ({ starts }, bare) => starts.map((time, round) => time - bare.starts[round]!);
const seen = (name: ScenarioName, read: (outcome: Outcome) => number): Reading => ({ outcomes }) =>
  outcomes[name].map(read);
const tokenCalls = ({ logins, refreshes }: Outcome) => logins + refreshes;

/** A table in Markdown, whose columns but the first are aligned to the right. */
function table<T>(ones: readonly T[], columns: readonly Column<T>[]): string {
  const heads = columns.map(([head]) => head);
  const rules = columns.map((_, column) => column === 0 ? "---" : "---:");
  const rows = ones.map((one) => columns.map(([, show]) => show(one, ones[0]!)));
  return [heads, rules, ...rows].map((cells) => `| ${cells.join(" | ")} |`).join("\n");
}

const NAME: Column<{ readonly name: string }> = ["", ({ name }) => name];

/** Everything that was measured, as a page in Markdown. */
export function report({ date, machine, isQuick, seconds, subjects, servers }: Results): string {
  const { cores, memory, os, deno, node } = machine;
  const sections = [
    "# Numbers beside peers",
    `Measured on ${date} by \`deno task bench:peers${isQuick ? " --quick" : ""}\` in ${
      (seconds / 60).toFixed(0)
    } min, ` +
    `on ${cores} cores and ${memory} GiB of memory, ${os}, with Deno ${deno} and Node ${node}. The versions of the ` +
    "others are in `npm/package.json`. Every client runs under Deno, set up as its own documentation says, by its file " +
    "in `npm/subjects/`.",
    "A number is the median of its rounds, in brackets their range; a number alone was the same in every round.",
  ];
  if (subjects.length > 0) {
    sections.push(
      "## In short",
      shortTable(subjects),
      "The first four columns have calls to the token server / calls of the API that failed, of 2,000, 200, 100 and " +
        "1,600; the first login counts only in the fourth, where each process that shares nothing has one. Logins lost: " +
        "in all four.",
      "## Calls to the token server, failed calls, lost logins",
      "The upstream's refresh tokens rotate: one works once, its second use is refused with 401. Lost: logins beyond " +
        "the first, and sessions that could not renew their token when everything was well again.",
      ...SCENARIO_NAMES.flatMap((name) => [`### ${SCENARIOS[name].title}`, outcomeTable(name, subjects)]),
      "## Added time per call, token valid",
      "A batch of the bare call runs right beside every batch of a subject; what is added is taken from such a pair.",
      ...KINDS.flatMap((kind) => [`### ${CALL_KINDS[kind]}`, timeTable(kind, subjects)]),
      "## Size and start-up",
      "Bundle: what a program that uses it carries, minified and gzipped. Start: what loading it adds to a program.",
      table(subjects.filter(({ variantOf }) => variantOf === undefined), [
        NAME,
        ["bundle, kB", (one, bare) => showSpread(bundle(one, bare), 1)],
        ["packages", ({ weight }) => String(weight.packages)],
        ["installed, MB", ({ weight }) => (weight.bytes / 1e6).toFixed(2)],
        ["start adds, ms", (one, bare) => showSpread(startAdds(one, bare))],
      ]),
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
      table(servers, [
        NAME,
        ["runtime", ({ runtime }) => runtime],
        ["token", ({ token }) => token],
        ["requests/s", ({ loads }) => showSpread(loads.map(({ perSecond }) => perSecond))],
        [
          "of bare",
          ({ loads }, bare) => showSpread(loads.map((load, at) => load.perSecond / bare.loads[at]!.perSecond), 2),
        ],
        ["p99, ms", ({ loads }) => showSpread(loads.map(({ p99Ms }) => p99Ms), 1)],
        ["CPU, µs", ({ loads }) => showSpread(loads.map(({ cpuMs }) => cpuMs * 1000))],
        ["in bare's", ({ loads }, bare) => showSpread(loads.map((load, at) => load.cpuMs / bare.loads[at]!.cpuMs), 1)],
        ["failed", ({ loads }) => showSpread(loads.map(({ failures }) => failures))],
      ]),
    );
  }
  return `${sections.join("\n\n")}\n`;
}

function outcomeTable(name: ScenarioName, subjects: readonly SubjectResults[]): string {
  const column = (
    head: string,
    read: (outcome: Outcome) => number,
  ): Column<SubjectResults> => [head, (one, bare) => showSpread(seen(name, read)(one, bare))];
  return table(subjects, [
    NAME,
    column("logins", ({ logins }) => logins),
    column("refreshes", ({ refreshes }) => refreshes),
    column("with a spent token", ({ spent }) => spent),
    column("failed", ({ failed }) => failed),
    column("lost", ({ lost }) => lost),
    column("API calls", ({ apiCalls }) => apiCalls),
    column("ms", ({ ms }) => ms),
    ["first failure", ({ outcomes }) => {
      return outcomes[name].find(({ firstFailure }) => firstFailure)?.firstFailure?.replaceAll("|", "\\|") ?? "";
    }],
  ]);
}

function timeTable(kind: CallKind, subjects: readonly SubjectResults[]): string {
  return table(subjects, [
    NAME,
    ["µs a call", ({ callTimes }) => showSpread(callTimes[kind].own.map((time) => time / 1000), 2)],
    ["added, µs", (one, bare) => showSpread(added(kind)(one, bare), 2)],
    [
      "in bare calls",
      ({ callTimes: { [kind]: times } }) => showSpread(times.own.map((time, round) => time / times.bare[round]!), 2),
    ],
  ]);
}

/** The short table, for the README: medians, and of each library the setting in which the fewest calls failed. */
export function shortTable(subjects: readonly SubjectResults[]): string {
  const [bare] = subjects;
  const calls = (head: string, name: ScenarioName): Column<SubjectResults> => [head, (one) => {
    const first = name === "processes" ? 0 : 1;
    const middle = (read: (outcome: Outcome) => number) => median(one.outcomes[name].map(read)).toLocaleString("en");
    return `${middle((outcome) => tokenCalls(outcome) - first)} / ${middle(({ failed }) => failed)}`;
  }];
  const adds = (
    head: string,
    unit: string,
    digits: number,
    read: Reading,
  ): Column<SubjectResults> => [
    head,
    (one) => one === bare ? "–" : `${median(read(one, bare!)).toFixed(digits)}${unit}`,
  ];
  return table(bestSettings(subjects), [
    NAME,
    calls("2 × 1,000 callers at expiry", "expiries"),
    calls("200 with a revoked token", "revoked"),
    calls("API refuses all", "refused"),
    calls("8 processes, 3 expiries", "processes"),
    ["logins lost", ({ outcomes }) => {
      const rounds = outcomes.expiries.map((_, round) => SCENARIO_NAMES.map((name) => outcomes[name][round]!.lost));
      return median(rounds.map((lost) => lost.reduce((sum, one) => sum + one))).toLocaleString("en");
    }],
    adds("adds to a call", " µs", 1, added("stub")),
    adds("over loopback", " µs", 0, added("single")),
    adds("gzip", " kB", 1, bundle),
    adds("packages", "", 0, ({ weight }) => [weight.packages]),
    adds("start", " ms", 0, startAdds),
  ]);
}

/** Of each library the setting in which the fewest calls failed, then the one with the fewest refreshes. */
function bestSettings(subjects: readonly SubjectResults[]): SubjectResults[] {
  const total = ({ outcomes }: SubjectResults, read: (outcome: Outcome) => number) =>
    Object.values(outcomes).flat().reduce((sum, outcome) => sum + read(outcome), 0);
  const settings = Map.groupBy(subjects, ({ file, variantOf }) => variantOf ?? file);
  return [...settings.values()].map((all) =>
    all.toSorted((one, other) =>
      total(one, ({ failed }) => failed) - total(other, ({ failed }) => failed) ||
      total(one, ({ refreshes }) => refreshes) - total(other, ({ refreshes }) => refreshes)
    )[0]!
  );
}

/**
 * Where another library does better than the session: one line for each metric.
 *
 * Better is a median below every value of the session's own, so that noise alone makes nobody better.
 */
export function aheadOf(file: string, subjects: readonly SubjectResults[]): string[] {
  const [bare, ...others] = subjects;
  const ours = others.find((subject) => subject.file === file);
  if (!bare || !ours) return [];
  const metrics: (readonly [title: string, digits: number, read: Reading])[] = [
    ...SCENARIO_NAMES.flatMap((name) =>
      [
        [`calls to the token server (${name})`, 0, seen(name, tokenCalls)],
        [`failed calls (${name})`, 0, seen(name, ({ failed }) => failed)],
        [`lost logins (${name})`, 0, seen(name, ({ lost }) => lost)],
      ] as const
    ),
    ...KINDS.map((kind) => [`added time per call, µs (${kind})`, 2, added(kind)] as const),
    ["bundle, kB", 1, bundle],
    ["packages", 0, ({ weight }) => [weight.packages]],
    ["start, ms", 0, startAdds],
  ];
  return metrics.flatMap(([title, digits, read]) => {
    const own = read(ours, bare);
    const better = others.map((subject) => ({ name: subject.name, value: median(read(subject, bare)) }))
      .filter(({ value }) => value < Math.min(...own));
    if (better.length === 0) return [];
    const list = better.map(({ name, value }) => `${name} ${value.toFixed(digits)}`).join("; ");
    return [`- **${title}**: ${ours.name} ${median(own).toFixed(digits)}; ${list}.`];
  });
}
