// Numbers over time as a line that a terminal can show.
import plot from "simple-ascii-chart";

/** What is drawn: a time in milliseconds, and the value then; NaN where there is none, which leaves a gap. */
export type ChartPoint = readonly [time: number, value: number];

/** The height of the line, in rows: one of them is the middle; of one that has the same value all the time. */
const HEIGHT = 11;
const FLAT = 3;

/** The narrowest line, in characters. */
const NARROWEST = 20;

/** A point of the line: its column, and its value or the row of that, from below. */
type Mark = [column: number, value: number];

/**
 * Draws a line, from the first point that has a value to the last. It goes on at a value until the next one. Where more
 * points than columns are, each column has its lowest and its highest value.
 *
 * @param points In any order.
 * @param width How many characters the drawing may be wide.
 * @returns The lines, without a line end at the last one; `undefined` if no point has a value.
 */
export function drawChart(points: readonly ChartPoint[], width: number): string | undefined {
  const known = points.filter(isKnown);
  if (known.length === 0) return undefined;
  const [lowest, highest] = rangeOf(known);
  const middle = Number((lowest / 2 + highest / 2).toPrecision(15));
  const top = HEIGHT - 1;
  const labels = new Map([[0, lowest], ...(lowest < highest ? [[top, highest]] as const : [])]);
  if (lowest < middle && middle < highest) labels.set(top / 2, middle);
  const widest = Math.max(...labels.values().map((label) => String(label).length));
  const room = Math.max(NARROWEST, width - widest - 5);
  const part = Number.isFinite(highest - lowest) ? 1 : 2;
  const rowOf = (value: number) => (value / part - lowest / part) / (highest / part - lowest / part || 1) * top;
  const rows = segmentsOf(points, room).map((marks) => marks.map(([column, value]): Mark => [column, rowOf(value)]));
  const drawing = plot(rows, {
    width: room,
    height: lowest === highest ? FLAT : HEIGHT,
    hideXAxisTicks: true,
    customYAxisTicks: [...labels.keys()],
    // of one width: the room left of the axis is that of the points' labels
    formatter: (row) => String(labels.get(row) ?? "").padStart(widest),
  });
  return drawing.split("\n").map((line) => line.trimEnd()).filter((line) => line !== "").join("\n");
}

function isKnown([, value]: ChartPoint): boolean {
  return Number.isFinite(value);
}

function rangeOf(points: readonly ChartPoint[]): [lowest: number, highest: number] {
  let [lowest, highest] = [Infinity, -Infinity];
  for (const [, value] of points) {
    lowest = Math.min(lowest, value);
    highest = Math.max(highest, value);
  }
  return [lowest, highest];
}

/** The line's parts between the gaps, a mark or two for each column. */
function segmentsOf(points: readonly ChartPoint[], width: number): Mark[][] {
  const all = points.toSorted(([one], [other]) => one - other);
  const sorted = all.slice(all.findIndex(isKnown), all.findLastIndex(isKnown) + 1);
  const [first, last] = [sorted[0]![0], sorted.at(-1)![0]];
  const columns = Map.groupBy(sorted, ([time]) => Math.round((time - first) / (last - first || 1) * (width - 1)));
  const segments: Mark[][] = [[]];
  for (const [column, all] of columns) {
    const known = all.filter(isKnown);
    if (known.length === 0) {
      segments.push([]);
      continue;
    }
    const [lowest, highest] = rangeOf(known);
    const isRising = known.findIndex(([, value]) =>
      value === lowest
    ) <= known.findIndex(([, value]) => value === highest);
    const marks: Mark[] = lowest === highest ? [[column, lowest]] : [[column, lowest], [column, highest]];
    segments.at(-1)!.push(...(isRising ? marks : marks.reverse()));
  }
  return segments.filter((segment) => segment.length > 0);
}
