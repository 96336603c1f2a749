import { median } from "../median.ts";

/** What several measurements of one thing came to. */
export interface Spread {
  readonly median: number;
  readonly min: number;
  readonly max: number;
}

/** The median of the numbers, and their range. */
export function spreadOf(numbers: readonly number[]): Spread {
  return { median: median(numbers), min: Math.min(...numbers), max: Math.max(...numbers) };
}

/** The median with the range behind it; one number where they do not differ. */
export function showSpread({ median, min, max }: Spread, digits = 0): string {
  const [middle, low, high] = [median, min, max].map((number) => number.toFixed(digits));
  return low === high ? low! : `${middle} (${low}–${high})`;
}
