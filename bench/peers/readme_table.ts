import { median } from "../median.ts";
import { markdownTable } from "./markdown_table.ts";
import type { Outcome } from "./play_scenario.ts";
import type { SubjectResults } from "./results.ts";
import type { ScenarioName } from "./scenarios.ts";

/**
 * The short table, for the README: medians, and of each library the setting in which the fewest calls failed.
 *
 * @param subjects What was measured; the first is the bare call.
 */
export function readmeTable(subjects: readonly SubjectResults[]): string {
  const [bare] = subjects;
  const head = [
    "",
    "2 × 1,000 callers at expiry",
    "200 with a revoked token",
    "API refuses all",
    "8 processes, 3 expiries",
    "logins lost",
    "adds to a call",
    "over loopback",
    "gzip",
    "packages",
    "start",
  ];
  const rows = bestSettings(subjects).map((subject) => {
    const { name, callTimes, weight, starts } = subject;
    const added = ({ own, bare }: SubjectResults["callTimes"]["stub"], digits: number) =>
      `${(median(own.map((time, round) => time - bare[round]!)) / 1000).toFixed(digits)} µs`;
    return [
      name,
      calls(subject, "expiries"),
      calls(subject, "revoked"),
      calls(subject, "refused"),
      calls(subject, "processes"),
      middle(Object.values(subject.outcomes), ({ lost }) => lost),
      ...(subject === bare ? ["–", "–", "–", "–", "–"] : [
        added(callTimes.stub, 1),
        added(callTimes.single, 0),
        `${((weight.gzip - bare!.weight.gzip) / 1000).toFixed(1)} kB`,
        String(weight.packages ?? 0),
        `${median(starts.map((time, round) => time - bare!.starts[round]!)).toFixed(0)} ms`,
      ]),
    ];
  });
  return [
    markdownTable([head, ...rows]),
    "The first four columns have calls to the token server / calls of the API that failed, of 2,000, 200, 100 and 1,600; " +
    "the first login counts only in the fourth, where each process that shares nothing has one. Logins lost: in all four.",
  ].join("\n\n");
}

/** Calls to the token server, without the first login of one process, and failed calls. */
function calls({ outcomes }: SubjectResults, name: ScenarioName): string {
  const first = name === "processes" ? 0 : 1;
  const tokenCalls = middle([outcomes[name]], ({ logins, refreshes }) => logins - first + refreshes);
  return `${tokenCalls} / ${middle([outcomes[name]], ({ failed }) => failed)}`;
}

/** The median over the rounds, of the sum over scenarios. */
function middle(scenarios: readonly (readonly Outcome[])[], read: (outcome: Outcome) => number): string {
  return thousands(median(scenarios[0]!.map((_, round) => sum(scenarios.map((rounds) => read(rounds[round]!))))));
}

function thousands(number: number): string {
  return number.toLocaleString("en");
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}

/** One setting of each library, in the order of the list: the one that failed fewest calls, then asked fewest times. */
function bestSettings(subjects: readonly SubjectResults[]): SubjectResults[] {
  const best = new Map<string, SubjectResults>();
  for (const subject of subjects) {
    const library = subject.variantOf ?? subject.file;
    const other = best.get(library);
    if (!other || isBetter(subject, other)) best.set(library, subject);
  }
  return [...best.values()];
}

function isBetter(one: SubjectResults, other: SubjectResults): boolean {
  const [failed, otherFailed] = [one, other].map(({ outcomes }) => total(outcomes, ({ failed }) => failed));
  if (failed !== otherFailed) return failed! < otherFailed!;
  const [asked, otherAsked] = [one, other].map(({ outcomes }) => total(outcomes, ({ refreshes }) => refreshes));
  return asked! < otherAsked!;
}

function total(outcomes: SubjectResults["outcomes"], read: (outcome: Outcome) => number): number {
  return sum(Object.values(outcomes).flat().map(read));
}
