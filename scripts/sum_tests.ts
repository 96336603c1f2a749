/**
 * Adds up the closing lines of several `deno test` runs.
 *
 *   deno run scripts/sum_tests.ts < report
 *
 * Prints `N passed, N failed`; exits with 1 when a test failed or none ran.
 */

/** The tests that passed and failed, by the closing lines in a report. */
export function sumTests(report: string): { passed: number; failed: number } {
  // deno-lint-ignore no-control-regex -- the escape codes of colours
  const plain = report.replace(/\x1b\[[0-9;]*m/g, "");
  let passed = 0;
  let failed = 0;
  for (const line of plain.matchAll(/^.*\b(?:ok|FAILED) \| (\d+) passed(?: \(\d+ steps?\))? \| (\d+) failed/gm)) {
    passed += Number(line[1]);
    failed += Number(line[2]);
  }
  return { passed, failed };
}

if (import.meta.main) {
  const { passed, failed } = sumTests(await new Response(Deno.stdin.readable).text());
  console.log(`${passed} passed, ${failed} failed`);
  if (failed > 0 || passed === 0) Deno.exit(1);
}
