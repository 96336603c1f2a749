/** Text that starts a run of tests. */
const RUN = /\bdeno test\b(?:(?!&&|\|\||;).)*/g;

const JUDGE = / --preload=(\.\.\/\.\.\/)?tests\/answers\/preload\.ts( |$)/;

/**
 * Finds runs of tests whose emulators would not be judged.
 *
 * @param line A command, maybe of several runs.
 * @returns The runs without a `--preload` of the judge.
 */
export function unjudgedRuns(line: string): string[] {
  const runs = (line.match(RUN) ?? []).map((run) => run.trim());
  return runs.filter((run) => !JUDGE.test(run));
}
