/**
 * Counts the files and lines of code that people wrote, by folder, and fails above the limits.
 *
 *   deno task count
 */
import { isTest, sourceFiles } from "./source_files.ts";

/** A part of the code and its limits. */
interface Limit {
  readonly name: string;
  readonly holds: (path: string) => boolean;
  readonly files?: number;
  readonly lines?: number;
}

const shipped = (pattern: RegExp) => (path: string) => pattern.test(path) && !isTest(path);

const OF_DATA = /^(tests\/(assumptions|duckdb|files|sync)\/|bench\/data\/|tests\/runtimes\/program\/data)/;

const OF_COMMAND = /^tests\/(probe\/|command\/|system\/doctor_)/;

const LIMITS: readonly Limit[] = [
  {
    name: "session core (no stores, testing, tests)",
    holds: shipped(/^packages\/session\/(?!stores\/|testing\/)/),
    files: 31,
    lines: 3_552,
  },
  { name: "emulator (no tests)", holds: shipped(/^packages\/emulator\//), files: 42 },
  { name: "command (no tests)", holds: shipped(/^packages\/cli\//), files: 60, lines: 4_600 },
  { name: "gateway (no testing, tests)", holds: shipped(/^apps\/gateway\/(?!testing\/)/), files: 32, lines: 3_186 },
  { name: "token app (no tests)", holds: shipped(/^apps\/token\//), files: 1, lines: 60 },
  {
    name: "tests, bench and scripts (without those of data and command)",
    holds: (path) => /^(tests|bench|scripts)\//.test(path) && !OF_DATA.test(path) && !OF_COMMAND.test(path),
    lines: 13_795,
  },
  { name: "judges and benches of data", holds: (path) => OF_DATA.test(path), lines: 1_200 },
  { name: "judges of the command", holds: (path) => OF_COMMAND.test(path), lines: 1_000 },
];

type Files = readonly (readonly [path: string, lines: number])[];

const sum = (files: Files) => files.reduce((all, [, lines]) => all + lines, 0);

/** Each limit, and how much of it is used, a line of text for each; `FAIL` where it is more than all of it. */
export function checkLimits(files: Files): string[] {
  return LIMITS.map(({ name, holds, files: maxFiles = Infinity, lines: maxLines = Infinity }) => {
    const inside = files.filter(([path]) => holds(path));
    const lines = sum(inside);
    const verdict = inside.length > maxFiles || lines > maxLines ? "FAIL" : "ok";
    const of = (used: number, most: number, unit: string) => most === Infinity ? [] : [`${used} of ${most} ${unit}`];
    const used = [...of(inside.length, maxFiles, "files"), ...of(lines, maxLines, "lines")].join(", ");
    return `${verdict.padEnd(4)} ${name}: ${used}`;
  });
}

if (import.meta.main) {
  const paths = (await sourceFiles()).filter((path) => /\.[cm]?[jt]sx?$/.test(path)).sort();
  const files = await Promise.all(paths.map(async (path) => {
    return [path, (await Deno.readTextFile(path)).split("\n").length - 1] as const;
  }));
  const limits = checkLimits(files);
  const folders = Map.groupBy(files, ([path]) => path.replace(/\/[^/]*$/, "").split("/").slice(0, 3).join("/"));
  const rows = [...folders, ["all", files] as const].map(([folder, inside]) => [
    folder,
    { files: inside.length, lines: sum(inside) },
  ]);
  console.table(Object.fromEntries(rows));
  for (const line of limits) console.log(line);
  if (limits.some((line) => line.startsWith("FAIL"))) Deno.exit(1);
}
