import type { Judge } from "./judge.ts";

/** What a judge found. */
export interface Verdict {
  readonly name: string;
  /** How many checks hold. */
  readonly passed: number;
  /** What does not hold. A judge that could not go on is among it, and so is one that checked nothing. */
  readonly failures: readonly Failure[];
}

/** What does not hold, and why. */
export interface Failure {
  readonly what: string;
  readonly reason: string;
}

/** A judge that takes longer, in ms, hangs. */
const DEADLINE = 120_000;

/** Runs a judge to its end, whatever happens in it. */
export async function runJudge(judge: Judge, deadline = DEADLINE): Promise<Verdict> {
  let passed = 0;
  const failures: Failure[] = [];

  async function check(what: string, run: () => void | Promise<void>): Promise<void> {
    try {
      await run();
      passed++;
    } catch (error) {
      failures.push({ what, reason: reasonOf(error) });
    }
  }

  try {
    await within(deadline, judge.judge(check));
    if (passed + failures.length === 0) throw new Error("It checked nothing");
  } catch (error) {
    failures.push({ what: "the judge runs to its end", reason: reasonOf(error) });
  }
  return { name: judge.name, passed, failures: [...failures] };
}

async function within(ms: number, work: Promise<void>): Promise<void> {
  const { promise, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new Error(`It took longer than ${ms / 1000} s`)), ms);
  try {
    await Promise.race([work, promise]);
  } finally {
    clearTimeout(timer);
  }
}

/** The message with those of its causes: "fetch failed" alone says nothing. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const reason = error.message || error.name;
  return error.cause === undefined ? reason : `${reason} (${reasonOf(error.cause)})`;
}
