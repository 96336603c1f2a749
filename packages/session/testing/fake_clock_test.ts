import { assertEquals, assertRejects } from "@std/assert";
import { fakeClock } from "./fake_clock.ts";

Deno.test("fakeClock() stands still until it is moved", async () => {
  const clock = fakeClock(1_000);
  await clock.advance(0);
  assertEquals([clock.now(), clock.monotonic()], [1_000, 0]);
  await clock.advance(250);
  assertEquals([clock.now(), clock.monotonic()], [1_250, 250]);
});

Deno.test("advance() wakes sleepers in the order of their time, each at its own time, equal ones as they came", async () => {
  const clock = fakeClock();
  const woken: string[] = [];
  for (const [name, ms] of [["c", 30], ["a", 10], ["b1", 20], ["b2", 20], ["late", 31]] as const) {
    clock.sleep(ms).then(() => woken.push(`${name}@${clock.monotonic()}`));
  }
  await clock.advance(30);
  assertEquals(woken, ["a@10", "b1@20", "b2@20", "c@30"]);
  assertEquals(clock.sleeping(), 1);
  await clock.advance(1);
  assertEquals(woken.at(-1), "late@31");
});

Deno.test("advance() lets the work of a woken one run, with the sleeps that it begins", async () => {
  const clock = fakeClock();
  const seen: number[] = [];
  (async () => {
    for (let times = 0; times < 4; times++) {
      await clock.sleep(10);
      for (let steps = 0; steps < 50; steps++) await Promise.resolve();
      seen.push(clock.monotonic());
    }
  })();
  await clock.advance(35);
  assertEquals(seen, [10, 20, 30]);
  await clock.advance(5);
  assertEquals(seen, [10, 20, 30, 40]);
});

Deno.test("sleep() of nothing, or less, is over at the next advance", async () => {
  const clock = fakeClock();
  const over = Promise.all([clock.sleep(0), clock.sleep(-5)]);
  await clock.advance(0);
  await over;
  assertEquals(clock.monotonic(), 0);
});

Deno.test("sleep() ends with the signal's reason, and leaves nothing behind", async () => {
  const clock = fakeClock();
  const controller = new AbortController();
  const slept = clock.sleep(1_000, controller.signal);
  controller.abort(new RangeError("enough"));
  await assertRejects(() => slept, RangeError, "enough");
  await assertRejects(() => clock.sleep(1, controller.signal), RangeError, "enough");
  assertEquals(clock.sleeping(), 0);
});

Deno.test("skewed() shows other numbers and goes with the same time", async () => {
  const clock = fakeClock(0);
  const other = clock.skewed(-3_600_000, 77);
  assertEquals([other.now(), other.monotonic()], [-3_600_000, 77]);
  const slept = other.sleep(5);
  await clock.advance(5);
  await slept;
  assertEquals([other.now(), other.monotonic()], [-3_599_995, 82]);
});
