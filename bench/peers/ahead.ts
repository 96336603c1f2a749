import { median } from "../median.ts";
import type { Results, SubjectResults } from "./results.ts";

/** Something that is measured, of which less is better. */
interface Metric<T> {
  readonly title: string;
  /** Why another can have less; as it was found by measuring parts. */
  readonly why: string;
  /** Decimals. */
  readonly digits: number;
  /** Its values, one for each round. */
  of(measured: T, bare: T): readonly number[];
}

const NO_ANSWER = "They get no other token when the API refuses one, so each call fails until the token expires. " +
  "The session tries one other token, once.";

const SUBJECT_METRICS: readonly Metric<SubjectResults>[] = [
  ...(["expiries", "revoked", "refused", "processes"] as const).flatMap((name): Metric<SubjectResults>[] => [
    {
      title: `calls to the token server (${name})`,
      why: NO_ANSWER,
      digits: 0,
      of: ({ outcomes }) => outcomes[name].map(({ logins, refreshes }) => logins + refreshes),
    },
    {
      title: `failed calls (${name})`,
      why: "",
      digits: 0,
      of: ({ outcomes }) => outcomes[name].map(({ failed }) => failed),
    },
    {
      title: `lost logins (${name})`,
      why: "",
      digits: 0,
      of: ({ outcomes }) => outcomes[name].map(({ lost }) => lost),
    },
  ]),
  ...(["stub", "single", "parallel"] as const).map((kind): Metric<SubjectResults> => ({
    title: `added time per call, µs (${kind})`,
    why: "",
    digits: 2,
    of: ({ callTimes }) => callTimes[kind].own.map((time, round) => (time - callTimes[kind].bare[round]!) / 1000),
  })),
  {
    title: "bundle, kB",
    why:
      "Of the session's, a quarter is token calls and the checks of their answers, a fifth the record that processes " +
      "share with its lease, a fifth when to renew and for whom, a sixth requests and what is sent again, the rest " +
      "options, limits, errors and what differs between runtimes. The smaller ones share nothing between processes.",
    digits: 1,
    of: ({ weight }, bare) => [(weight.gzip - bare.weight.gzip) / 1000],
  },
  {
    title: "packages",
    why: "Code of one's own is no package.",
    digits: 0,
    of: ({ weight }) => [weight.packages ?? 0],
  },
  {
    title: "start, ms",
    why: "The session is some forty modules, each of which is looked up; bundled, its start adds half a millisecond.",
    digits: 0,
    of: ({ starts }, bare) => starts.map((time, round) => time - bare.starts[round]!),
  },
];

/**
 * Where another library does better than the session, and why: one line for each metric.
 *
 * Better is a median below every value of the session's own, so that noise alone makes nobody better.
 *
 * @param subjects What was measured; the first is the bare call, which is no library and is left out.
 */
export function aheadOf(file: string, subjects: Results["subjects"]): string[] {
  const [bare, ...others] = subjects;
  const ours = others.find((subject) => subject.file === file);
  if (!bare || !ours) return [];
  return SUBJECT_METRICS.flatMap(({ title, why, digits, of }) => {
    const own = of(ours, bare);
    const better = others.map((subject) => ({ name: subject.name, value: median(of(subject, bare)) }))
      .filter(({ value }) => value < Math.min(...own));
    if (better.length === 0) return [];
    const list = better.map(({ name, value }) => `${name} ${value.toFixed(digits)}`).join("; ");
    return [`- **${title}**: ${ours.name} ${median(own).toFixed(digits)}; ${list}. ${why}`.trimEnd()];
  });
}
