import { assertEquals } from "@std/assert";
import { createPace, type Pace } from "./pace.ts";

/** How many downloads may run: takes every place, and gives all of them back. */
async function placesOf(pace: Pace): Promise<number> {
  const stop = new AbortController();
  const asked = Array.from({ length: 10 }, () => pace.place(stop.signal));
  stop.abort();
  const given = (await Promise.allSettled(asked)).flatMap((one) => one.status === "fulfilled" ? [one.value] : []);
  for (const release of given) release();
  return given.length;
}

Deno.test("createPace() halves the downloads once for a pause, and lets one more run each minute", async () => {
  let now = 0;
  const pace = createPace(8, { now: () => now });
  const look = async () => [pace.pauseLeft(), await placesOf(pace)];
  assertEquals(await look(), [0, 8]);
  pace.pause(10_000);
  assertEquals(await look(), [10_000, 4]);
  pace.pause(1_000); // of a call that was on its way then
  assertEquals(await look(), [10_000, 4]);
  now = 10_000;
  pace.pause(1_000);
  assertEquals(await look(), [1_000, 2]);
  now += 59_999;
  assertEquals(await look(), [0, 2]);
  now += 1;
  assertEquals(await look(), [0, 3]);
  now += 3_600_000;
  assertEquals(await look(), [0, 8]);
  for (let times = 0; times < 5; times++, now += 1) pace.pause(1);
  assertEquals(await placesOf(pace), 1);
});

Deno.test("createPace() takes a place back once, and gives it to the one who has waited longest", async () => {
  const pace = createPace(1, { now: () => 0 });
  const release = await pace.place();
  const order: string[] = [];
  const [first, second] = ["first", "second"].map(async (name) => {
    const leave = await pace.place();
    order.push(name);
    return leave;
  });
  release();
  release();
  const leave = await first!;
  assertEquals(order, ["first"]);
  leave();
  (await second!)();
  assertEquals([order, await placesOf(pace)], [["first", "second"], 1]);
});
