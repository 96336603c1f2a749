/** Runs one check and counts it. `what` must hold; what `run` throws makes it a failed check, and the judge goes on. */
export type Check = (what: string, run: () => unknown) => Promise<void>;

/** A judge holds a part of the project against software that others wrote. */
export interface Judge {
  /** How the report and the command's argument name it. */
  readonly name: string;
  /** Runs its checks in turn; throws only if it could not start. What it gives to `atEnd` is called when it is done. */
  judge(check: Check, atEnd: (end: () => unknown) => void): Promise<void>;
}

/** What a judge found. */
export interface Verdict {
  /** How many checks hold. */
  readonly passed: number;
  /** How many do not. A judge that could not go on is among them, and so is one that checked nothing. */
  readonly failed: number;
  /** It as lines: the number of checks, and each that failed with its reason. */
  readonly lines: readonly string[];
}

/** A judge that takes longer, in ms, hangs. */
const DEADLINE = 120_000;

/** Runs a judge to its end, whatever happens in it. */
export async function runJudge({ name, judge }: Judge, deadline = DEADLINE): Promise<Verdict> {
  let passed = 0;
  const failures: string[] = [];
  async function check(what: string, run: () => unknown): Promise<void> {
    try {
      await run();
      passed++;
    } catch (error) {
      failures.push(`  ${what}: ${reasonOf(error).trim().replaceAll("\n", "\n    ")}`);
    }
  }

  const { promise: late, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new Error(`It took longer than ${deadline / 1000} s`)), deadline);
  await check("the judge runs to its end", async () => {
    await using stack = new AsyncDisposableStack();
    await Promise.race([judge(check, (end) => stack.defer(async () => void await end())), late]);
    if (passed + failures.length === 0) throw new Error("It checked nothing");
    passed--; // the end itself is no check
  });
  clearTimeout(timer);
  const failed = failures.length;
  return { passed, failed, lines: [`${name}: ${passed + failed} checks, ${failed} failed`, ...failures] };
}

/** The message with those of its causes: "fetch failed" alone says nothing. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const reason = error.message || error.name;
  return error.cause === undefined ? reason : `${reason} (${reasonOf(error.cause)})`;
}
