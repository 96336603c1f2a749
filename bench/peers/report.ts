import type { Load } from "../gateway/wrk.ts";
import { median, showSpread } from "../median.ts";
import type { CallTimes } from "./call_time.ts";
import type { Entry } from "./catalogue.ts";
import type { Weight } from "./packages.ts";
import { type Outcome, type ScenarioName, SCENARIOS } from "./scenarios.ts";
import type { TokenServer } from "./token_servers.ts";

/** Where the time of a call is taken. */
type CallKind = "stub" | "loopback";

/** What was measured of one subject; each list has a value for each round. */
export interface SubjectResults extends Pick<Entry, "file" | "name" | "setting"> {
  readonly callTimes: Readonly<Record<CallKind, CallTimes>>;
  readonly outcomes: Readonly<Record<ScenarioName, readonly Outcome[]>>;
  readonly weight: Weight;
  /** How long a program takes that loads it, in ms. */
  readonly starts: readonly number[];
}

export interface ServerResults extends Pick<TokenServer, "name" | "runtime" | "token"> {
  readonly loads: readonly Load[];
}

export interface Results {
  /** What the numbers were taken with. */
  readonly run: Readonly<Record<string, string>>;
  readonly subjects: readonly SubjectResults[];
  readonly servers: readonly ServerResults[];
}

/** The head of a column, and a cell of it. */
type Column<T> = readonly [head: string, show: (one: T, bare: T) => string];

/** What was measured, a number for each round. */
type Reading = (subject: SubjectResults, bare: SubjectResults) => readonly number[];

const SCENARIO_NAMES = Object.keys(SCENARIOS) as ScenarioName[];

const OUTCOMES = {
  ...{ logins: "logins", refreshes: "refreshes", spent: "with a spent token", failed: "failed", lost: "lost" },
  ...{ apiCalls: "API calls", ms: "ms" },
};

const added = (kind: CallKind): Reading => ({ callTimes: { [kind]: times } }) =>
  times.own.map((time, round) => (time - times.bare[round]!) / 1000);
const bundle: Reading = ({ weight }, bare) => [(weight.gzip - bare.weight.gzip) / 1000];
const packages: Reading = ({ weight }) => [weight.packages];
const startAdds: Reading = ({ starts }, bare) => starts.map((time, round) => time - bare.starts[round]!);
const seen = (name: ScenarioName, key: keyof typeof OUTCOMES): Reading => ({ outcomes }) =>
  outcomes[name].map((outcome) => outcome[key]);
const tokenCalls = (name: ScenarioName): Reading => ({ outcomes }) =>
  outcomes[name].map(({ logins, refreshes }) => logins + refreshes);

/** The tables of the page, each with the heading above it. */
export function tablesOf({ run, subjects, servers }: Results): Map<string, string> {
  const tables = new Map([[
    "Numbers beside peers",
    table([run], Object.keys(run).map((name) => [name, () => run[name]!])),
  ]]);
  if (subjects.length > 0) {
    tables.set("In short", shortTable(subjects));
    for (const name of SCENARIO_NAMES) tables.set(SCENARIOS[name].title, outcomeTable(name, subjects));
    tables.set("transport stubbed", timeTable("stub", subjects));
    tables.set("over loopback, one at a time", timeTable("loopback", subjects));
    tables.set("Size and start-up", weightTable(subjects.filter(({ setting }) => setting === undefined)));
  }
  if (servers.length > 0) tables.set("Token endpoint, client credentials", serverTable(servers));
  return tables;
}

/** The page with these tables in place of those below the same headings. */
export function replaceTables(page: string, tables: ReadonlyMap<string, string>): string {
  return page.split(/^(?=#)/m).map((section) => {
    const table = tables.get(/^#+ (.*)/.exec(section)?.[1] ?? "");
    return table === undefined ? section : section.replace(/(?:^\|.*\n)+/m, () => `${table}\n`);
  }).join("");
}

/** A table in Markdown, whose columns but the first are aligned to the right. */
function table<T>(ones: readonly T[], columns: readonly Column<T>[]): string {
  const heads = columns.map(([head]) => head);
  const rules = columns.map((_, column) => column === 0 ? "---" : "---:");
  const rows = ones.map((one) => columns.map(([, show]) => show(one, ones[0]!).replaceAll("|", "\\|")));
  return [heads, rules, ...rows].map((cells) => `| ${cells.join(" | ")} |`).join("\n");
}

const NAME: Column<{ readonly name: string }> = ["", ({ name }) => name];

function outcomeTable(name: ScenarioName, subjects: readonly SubjectResults[]): string {
  const columns = Object.entries(OUTCOMES).map(([key, head]): Column<SubjectResults> => {
    return [head, (one, bare) => showSpread(seen(name, key as keyof typeof OUTCOMES)(one, bare))];
  });
  const failure = ({ firstFailure }: Outcome) => firstFailure ?? "";
  return table(subjects, [
    NAME,
    ...columns,
    ["first failure", ({ outcomes }) => outcomes[name].map(failure).find((text) => text !== "") ?? ""],
  ]);
}

function timeTable(kind: CallKind, subjects: readonly SubjectResults[]): string {
  const inBare = ({ own, bare }: SubjectResults["callTimes"]["stub"]) => own.map((time, round) => time / bare[round]!);
  return table(subjects, [
    NAME,
    ["µs a call", ({ callTimes }) => showSpread(callTimes[kind].own.map((time) => time / 1000), 2)],
    ["added, µs", (one, bare) => showSpread(added(kind)(one, bare), 2)],
    ["in bare calls", ({ callTimes }) => showSpread(inBare(callTimes[kind]), 2)],
  ]);
}

function weightTable(subjects: readonly SubjectResults[]): string {
  return table(subjects, [
    NAME,
    ["bundle, kB", (one, bare) => showSpread(bundle(one, bare), 1)],
    ["packages", (one, bare) => showSpread(packages(one, bare))],
    ["installed, MB", ({ weight }) => (weight.bytes / 1e6).toFixed(2)],
    ["start adds, ms", (one, bare) => showSpread(startAdds(one, bare))],
  ]);
}

function serverTable(servers: readonly ServerResults[]): string {
  const [bare] = servers;
  const column = (head: string, digits: number, read: (load: Load, bare: Load) => number): Column<ServerResults> => {
    return [head, ({ loads }) => showSpread(loads.map((load, round) => read(load, bare!.loads[round]!)), digits)];
  };
  return table(servers, [
    NAME,
    ["runtime", ({ runtime }) => runtime],
    ["token", ({ token }) => token],
    column("requests/s", 0, ({ perSecond }) => perSecond),
    column("of bare", 2, ({ perSecond }, bare) => perSecond / bare.perSecond),
    column("p99, ms", 1, ({ p99Ms }) => p99Ms),
    column("CPU, µs", 0, ({ cpuMs }) => cpuMs * 1000),
    column("in bare's", 1, ({ cpuMs }, bare) => cpuMs / bare.cpuMs),
    column("failed", 0, ({ failures }) => failures),
  ]);
}

/** The short table: medians, and of each library the setting in which the fewest calls failed, then with the fewest refreshes. */
function shortTable(subjects: readonly SubjectResults[]): string {
  const [bare] = subjects;
  const total = (subject: SubjectResults, key: keyof typeof OUTCOMES) =>
    sum(SCENARIO_NAMES.flatMap((name) => seen(name, key)(subject, subject)));
  const best = [...Map.groupBy(subjects, ({ file }) => file).values()].map((settings) => {
    return settings.toSorted((one, other) =>
      total(one, "failed") - total(other, "failed") || total(one, "refreshes") - total(other, "refreshes")
    )[0]!;
  });
  const middle = (reading: readonly number[], less = 0) => (median(reading) - less).toLocaleString("en");
  const calls = (head: string, name: ScenarioName): Column<SubjectResults> => [head, (one) => {
    const first = name === "processes" ? 0 : 1;
    return `${middle(tokenCalls(name)(one, one), first)} / ${middle(seen(name, "failed")(one, one))}`;
  }];
  const adds = (head: string, unit: string, digits: number, read: Reading): Column<SubjectResults> => {
    return [head, (one) => one === bare ? "–" : `${median(read(one, bare!)).toFixed(digits)}${unit}`];
  };
  return table(best, [
    NAME,
    calls("2 × 1,000 callers at expiry", "expiries"),
    calls("200 with a revoked token", "revoked"),
    calls("API refuses all", "refused"),
    calls("8 processes, 3 expiries", "processes"),
    ["logins lost", ({ outcomes }) => {
      return middle(
        outcomes.expiries.map((_, round) => sum(SCENARIO_NAMES.map((name) => outcomes[name][round]!.lost))),
      );
    }],
    adds("adds to a call", " µs", 1, added("stub")),
    adds("over loopback", " µs", 0, added("loopback")),
    adds("gzip", " kB", 1, bundle),
    adds("packages", "", 0, packages),
    adds("start", " ms", 0, startAdds),
  ]);
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
