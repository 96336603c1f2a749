import type { Verdict } from "./run_judge.ts";

/** A verdict as lines: how many checks there were, and each that failed with its reason. */
export function linesOf({ name, passed, failures }: Verdict): string[] {
  return [
    `${name}: ${passed + failures.length} checks, ${failures.length} failed`,
    ...failures.map(({ what, reason }) => `  ${what}: ${reason.trim().replaceAll("\n", "\n    ")}`),
  ];
}

/**
 * The last line, written as `deno test` writes its own, so that `sum_tests.ts` can add it up.
 *
 * @param ms How long all of it took.
 */
export function closingLine(verdicts: readonly Verdict[], ms: number): string {
  const passed = verdicts.reduce((sum, verdict) => sum + verdict.passed, 0);
  const failed = verdicts.reduce((sum, { failures }) => sum + failures.length, 0);
  return `${failed === 0 ? "ok" : "FAILED"} | ${passed} passed | ${failed} failed (${Math.round(ms / 1000)}s)`;
}
