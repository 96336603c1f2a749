import { assert, assertEquals, assertMatch } from "@std/assert";
import fc from "fast-check";
import { type ChartPoint, drawChart } from "./chart.ts";

/** The part of the drawing right of the axis, row by row. */
function areaOf(drawing: string): string[] {
  return drawing.split("\n").filter((line) => /[┤│]/.test(line)).map((line) => line.replace(/^.*?[┤│]/, ""));
}

/** The numbers at the axis, from the top. */
function labelsOf(drawing: string): string[] {
  return [...drawing.matchAll(/^ *(\S+)┤/gm)].map(([, label]) => label!);
}

Deno.test("drawChart() draws nothing without a value", () => {
  assertEquals(drawChart([], 80), undefined);
  assertEquals(drawChart([[1, NaN], [2, NaN]], 80), undefined);
});

Deno.test("drawChart() draws one point", () => {
  const drawing = drawChart([[1, 4.15]], 80)!;
  assertEquals(labelsOf(drawing), ["4.15"]);
  assertEquals(areaOf(drawing).join("").match(/━/g)?.length, 1);
});

Deno.test("drawChart() goes on at a value until the next one, in any order of points", () => {
  const points: ChartPoint[] = [[2, 4.2], [1, 4.15], [3, 4.15]];
  const drawing = drawChart(points, 40)!;
  const [top, bottom] = [areaOf(drawing)[0]!, areaOf(drawing).at(-1)!];
  assertEquals(labelsOf(drawing), ["4.2", "4.175", "4.15"]);
  assertMatch(top, /^ +┏━{10,}┓$/);
  assertMatch(bottom, /^━{10,}┛ +┗━$/);
  assertEquals(drawChart(points.toSorted(([one], [other]) => one - other), 40), drawing);
});

Deno.test("drawChart() goes on at the last value of a column", () => {
  const falling = areaOf(drawChart([[0, 9], [1, 1], [1_000, 1]], 40)!);
  const rising = areaOf(drawChart([[0, 1], [1, 9], [1_000, 9]], 40)!);
  assertMatch(falling.at(-1)!, /━{20}/);
  assertMatch(rising[0]!, /━{20}/);
});

Deno.test("drawChart() leaves a gap where a value is missing", () => {
  const drawing = drawChart([[1, 1], [2, 1], [3, NaN], [4, 2], [5, 2]], 45)!;
  const columns = areaOf(drawing).flatMap((line) => [...line].flatMap((one, at) => one === " " ? [] : [at]));
  const used = [...new Set(columns)].sort((one, other) => one - other);
  const gaps = used.flatMap((column, index) => index > 0 && column - used[index - 1]! > 1 ? [column] : []);
  assertEquals(gaps.length, 1);
});

Deno.test("drawChart() draws the same value all the time in few rows", () => {
  const drawing = drawChart([[1, -5], [2, -5]], 80)!;
  assertEquals([labelsOf(drawing), areaOf(drawing).length], [["-5"], 3]);
});

Deno.test("drawChart() draws 10,000 points in 80 columns, with their lowest and highest", () => {
  const points = Array.from({ length: 10_000 }, (_, minute): ChartPoint => {
    const value = minute === 7_777 ? 9.25 : minute === 1_234 ? 0.5 : 4 + Math.sin(minute / 700);
    return [minute * 60_000, minute % 100 === 0 ? NaN : value];
  });
  const drawing = drawChart(points, 80)!;
  const lines = drawing.split("\n");
  assertEquals([labelsOf(drawing)[0], labelsOf(drawing).at(-1)], ["9.25", "0.5"]);
  assert(lines.every((line) => [...line].length <= 80), drawing);
  assert(lines.length < 15, drawing);
  assert(lines.some((line) => [...line].length > 70), drawing);
});

Deno.test("drawChart() draws what is between the first value and the last over its whole width", () => {
  const known: ChartPoint[] = [[8, 1], [9, NaN], [10, 2]];
  assertEquals(drawChart([[1, NaN], ...known, [99, NaN]], 80), drawChart(known, 80));
});

Deno.test("drawChart() has whole labels at its axis, which say what their rows say, whatever the values", () => {
  const values = fc.oneof(
    fc.array(fc.double({ noNaN: true, noDefaultInfinity: true }), { minLength: 1, maxLength: 5 }),
    fc.array(fc.integer({ min: -100_000, max: 100_000 }).map((cents) => cents / 100), { minLength: 1, maxLength: 5 }),
    fc.array(fc.integer({ min: 0, max: 30 }).map((more) => 673 + more), { minLength: 1, maxLength: 5 }),
    fc.array(fc.integer({ min: 0, max: 9 }).map((more) => 1e9 + more / 1e5), { minLength: 1, maxLength: 5 }),
    fc.constantFrom([10, 11], [-2, -1], [1e-7, 123456789012], [1.7e308, -1.7e308], [5e-324, 0], [0.1, 0.1 + 2 ** -54]),
  );
  const property = fc.property(values, fc.constantFrom(1, 40, 80, 200), (values, width) => {
    const drawing = drawChart(values.map((value, time) => [time, value]), width)!;
    const [lowest, highest] = [Math.min(...values), Math.max(...values)];
    const rows = drawing.split("\n").filter((line) => /[┤│]/.test(line)).toReversed();
    const labels = rows.flatMap((line, row) => {
      const share = row / (rows.length - 1);
      const label = /^ *(\S+)┤/.exec(line)?.[1];
      return label === undefined ? [] : [[Number(label), lowest * (1 - share) + highest * share]];
    });
    assertEquals([labels[0]![0], labels.at(-1)![0]], [lowest + 0, highest + 0]);
    for (const [label, value] of labels.slice(1, -1)) {
      assert(Math.abs(label! - value!) <= 1e-14 * Math.max(Math.abs(lowest), Math.abs(highest)), drawing);
    }
    assert(new Set(rows.map((line) => line.search(/[┤│]/))).size === 1, drawing);
    assert(Math.max(...drawing.split("\n").map(({ length }) => length)) <= Math.max(width, 50), drawing);
  });
  fc.assert(property, { numRuns: 300 });
});
