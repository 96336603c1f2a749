import type { BatchResult } from "./batch.ts";
import type { Tally } from "./tally.ts";

/** The counts as a table, by what comes before the colon. */
export function table(tally: Tally): string {
  const sections = new Map<string, string[]>();
  for (const [name, times] of [...tally].sort(([a], [b]) => a < b ? -1 : 1)) {
    const [section = "", what = ""] = name.split(/: (.*)/s);
    const lines = sections.get(section) ?? [];
    lines.push(`${String(times).padStart(9)}  ${what}`);
    sections.set(section, lines);
  }
  return [...sections].map(([section, lines]) => `${section}\n${lines.join("\n")}`).join("\n\n");
}

/** A history that broke a rule: what was given, what happened, and how to see it again. */
export function describeFailure({ seed, failure }: BatchResult): string {
  if (!failure) return "";
  const { steps, ...world } = failure.scenario;
  return [
    `Broken: ${failure.rule}`,
    "",
    "The smallest history that was found:",
    JSON.stringify(world, null, 2),
    ...steps.map((step, number) => `${number}. ${JSON.stringify(step)}`),
    "",
    "What happened (in seconds; A: access tokens, R: refresh tokens, P: passwords):",
    ...failure.trace,
    "",
    `Again: deno task simulate --seed ${seed} --path ${failure.path}`,
  ].join("\n");
}
