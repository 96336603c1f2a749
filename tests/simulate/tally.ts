/** How often each thing happened. */
export type Tally = Map<string, number>;

/** Counts one more. */
export function count(tally: Tally, what: string, times = 1): void {
  tally.set(what, (tally.get(what) ?? 0) + times);
}

/** Adds the other's counts. */
export function add(tally: Tally, other: Iterable<readonly [string, number]>): void {
  for (const [what, times] of other) count(tally, what, times);
}
