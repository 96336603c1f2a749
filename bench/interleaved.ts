import { median } from "./median.ts";

/** Runs a batch of work once and resolves with the time it took, in ms. */
export type Batch = () => number | Promise<number>;

/** What {@link compare} compares. */
export interface Comparison {
  readonly rounds: number;
  /** The work that both would do anyway. */
  readonly floor: Batch;
  readonly measured: Batch;
  /** What the measured work is compared with. */
  readonly yardstick: Batch;
  /** Whether the yardstick does the floor's work too. */
  readonly yardstickHasFloor: boolean;
}

/**
 * How much `measured` adds to the floor, in what the yardstick takes: the median of the rounds, and their quartiles.
 *
 * Every round runs each batch once, in an order that turns round every other time; a ratio is formed within a round.
 */
export async function compare(comparison: Comparison): Promise<{ ratio: number; low: number; high: number }> {
  const { rounds, floor, measured, yardstick, yardstickHasFloor } = comparison;
  const ratios: number[] = [];
  for (let round = -3; round < rounds; round++) { // the first few warm up
    const times = new Map<Batch, number>();
    const order = [floor, measured, yardstick];
    for (const batch of round % 2 === 0 ? order : order.reverse()) times.set(batch, await batch());
    const base = times.get(floor)!;
    const unit = times.get(yardstick)! - (yardstickHasFloor ? base : 0);
    if (round >= 0) ratios.push((times.get(measured)! - base) / unit);
  }
  ratios.sort((a, b) => a - b);
  const quarter = Math.floor(ratios.length / 4);
  return { ratio: median(ratios), low: ratios[quarter]!, high: ratios.at(-1 - quarter)! };
}

/** A batch of work that waits for nothing; its results are kept until the end, so that no part of it is left out. */
export function syncBatch(times: number, work: () => unknown): Batch {
  return () => {
    let last: unknown;
    const start = performance.now();
    for (let index = 0; index < times; index++) last = work();
    const time = performance.now() - start;
    if (last === undefined) throw new TypeError("Cannot measure work that has no result");
    return time;
  };
}
