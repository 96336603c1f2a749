/**
 * Runs the session's tests and fails when fewer of its lines are covered than the threshold asks for.
 *
 *   deno run --allow-read --allow-run=deno scripts/coverage.ts
 *
 * Deno's own `--coverage-threshold` counts branches too; this counts lines.
 */
const THRESHOLD = 95;
const ROOT = new URL("../packages/session/", import.meta.url).pathname;

/** Lines and covered lines of each file in an lcov report. */
export function readLcov(lcov: string): Map<string, { lines: number; hit: number }> {
  const files = new Map<string, { lines: number; hit: number }>();
  for (const section of lcov.split("end_of_record")) {
    const file = /^SF:(.+)$/m.exec(section)?.[1];
    if (file === undefined) continue;
    const number = (key: string) => Number(new RegExp(`^${key}:(\\d+)$`, "m").exec(section)?.[1] ?? 0);
    files.set(file, { lines: number("LF"), hit: number("LH") });
  }
  return files;
}

/** The share of covered lines, in percent. */
export function lineCoverage(files: Iterable<{ lines: number; hit: number }>): number {
  let lines = 0;
  let hit = 0;
  for (const file of files) {
    lines += file.lines;
    hit += file.hit;
  }
  return lines === 0 ? 0 : 100 * hit / lines;
}

async function deno(...args: string[]): Promise<string> {
  const { code, stdout, stderr } = await new Deno.Command("deno", { args, cwd: ROOT, env: { NO_COLOR: "1" } }).output();
  if (code !== 0) {
    console.error(new TextDecoder().decode(stdout), new TextDecoder().decode(stderr));
    Deno.exit(1);
  }
  return new TextDecoder().decode(stdout);
}

if (import.meta.main) {
  await deno("test", "-A", "--clean", "--coverage=coverage"); // the stores need permissions
  const lcov = await deno("coverage", "--lcov", `--include=^file://${ROOT}`, "coverage");
  const files = readLcov(lcov);
  for (const [file, { lines, hit }] of files) {
    if (hit < lines) console.log(`${file.slice(ROOT.length)}: ${hit} of ${lines} lines`);
  }
  const percent = lineCoverage(files.values());
  console.log(`coverage: ${percent.toFixed(1)} % of session's lines, ${THRESHOLD} % asked for`);
  if (percent < THRESHOLD) Deno.exit(1);
}
