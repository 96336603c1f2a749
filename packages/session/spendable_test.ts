import { assertEquals } from "@std/assert";
import { mayRepeat, spendable } from "./spendable.ts";
import { fakeClock } from "./testing/fake_clock.ts";
import { fakeIo } from "./testing/fake_io.ts";

const HOUR = 3_600_000;

Deno.test("mayRepeat() allows one repeat, within the overlap", async () => {
  const clock = fakeClock();
  const io = fakeIo(clock, { limits: { overlapMs: 1000 } });
  const spending = { hash: "h", at: clock.now() };
  assertEquals([mayRepeat(io, spending), mayRepeat(io, { ...spending, repeated: true })], [true, false]);
  await clock.advance(999);
  assertEquals(mayRepeat(io, spending), true);
  await clock.advance(1);
  assertEquals(mayRepeat(io, spending), false);
});

Deno.test("spendable() takes no other clock's word for it that a mark is young", async () => {
  for (const overlapMs of [0, 1000]) {
    const clock = fakeClock();
    const record = { identity: "me" };
    const ahead = await spendable(fakeIo(clock.skewed(HOUR)), record, "r");
    if (!("spending" in ahead)) throw new Error("the first one may send it");
    const behind = fakeIo(clock, { limits: { overlapMs } });
    assertEquals(await spendable(behind, { ...record, spending: ahead.spending }, "r"), {
      why: "refresh: outcome unknown",
    });
  }
});
