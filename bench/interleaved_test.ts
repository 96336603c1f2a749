import { assertEquals, assertThrows } from "@std/assert";
import { compare, syncBatch } from "./interleaved.ts";

/** A batch that takes these times in turn, in ms; it notes that it ran. */
function batch(name: string, times: number[], ran: string[] = []) {
  let next = 0;
  return () => {
    ran.push(name);
    return times[next++ % times.length]!;
  };
}

Deno.test("compare() divides what is added by the yardstick, with or without the floor in it", async () => {
  const common = { rounds: 8, floor: batch("floor", [10]), measured: batch("measured", [16]) };
  const alone = await compare({ ...common, yardstick: batch("yardstick", [20]), yardstickHasFloor: false });
  assertEquals(alone.ratio, 6 / 20);
  const onTop = await compare({ ...common, yardstick: batch("yardstick", [22]), yardstickHasFloor: true });
  assertEquals(onTop.ratio, 6 / 12);
});

Deno.test("compare() takes the median of the rounds, which one that was disturbed does not move", async () => {
  const times = [1e6, 1e6, 1e6, 11, 12, 13, 14, 1e6]; // the first three warm up
  const { ratio, low, high } = await compare({
    rounds: 5,
    floor: batch("floor", [10]),
    measured: batch("measured", times),
    yardstick: batch("yardstick", [1]),
    yardstickHasFloor: false,
  });
  assertEquals([ratio, low, high], [3, 2, 4]);
});

Deno.test("compare() turns the order round every other time", async () => {
  const ran: string[] = [];
  await compare({
    rounds: 1,
    floor: batch("f", [1], ran),
    measured: batch("m", [2], ran),
    yardstick: batch("y", [3], ran),
    yardstickHasFloor: false,
  });
  assertEquals(ran.join(""), "ymffmyymffmy");
});

Deno.test("syncBatch() does the work so many times, and refuses work that could be left out", () => {
  let done = 0;
  const time = syncBatch(7, () => ++done)();
  assertEquals([done, Number(time) >= 0], [7, true]);
  assertThrows(() => syncBatch(1, () => undefined)(), TypeError, "no result");
});
