import type { Choose } from "./moves.ts";

/**
 * Runs something once for every way in which its choices can be made: the first time none of them happens.
 *
 * @param run Given what it asks; returns `false` to stop.
 */
export async function everyWay(run: (choose: Choose, made: readonly boolean[]) => Promise<boolean>): Promise<void> {
  let script: readonly boolean[] = [];
  for (;;) {
    const made: boolean[] = [];
    const choose = () => {
      const chosen = script[made.length] ?? false;
      made.push(chosen);
      return chosen;
    };
    if (!(await run(choose, made))) return;
    const last = made.lastIndexOf(false);
    if (last === -1) return;
    script = [...made.slice(0, last), true];
  }
}
