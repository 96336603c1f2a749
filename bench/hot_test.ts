import { assertEquals } from "@std/assert";
import { ratiosOf } from "./hot.ts";
import { interleave } from "./interleaved.ts";
import { median, showSpread } from "./median.ts";

Deno.test("interleave() goes backwards every other round, and leaves the rounds that warm up out of the results", async () => {
  const ran: string[] = [];
  const results = await interleave(2, [..."abc"].map((name) => () => ran.push(name)), 1);
  assertEquals(ran.join(""), "cbaabccba");
  assertEquals(results, [[4, 9], [5, 8], [6, 7]]);
});

Deno.test("ratiosOf() divides what the measured work adds by what the yardstick adds", () => {
  assertEquals(ratiosOf([10, 20], [16, 23], [22, 30]), [6 / 12, 3 / 10]);
});

Deno.test("median() and showSpread() take the middle of numbers in any order", () => {
  assertEquals([median([9, 1, 5]), median([10, 9, 1, 4]), median([2])], [5, 6.5, 2]);
  assertEquals([showSpread([3, 1, 10]), showSpread([0.5, 0.25], 2), showSpread([7, 7])], [
    "3 (1–10)",
    "0.38 (0.25–0.50)",
    "7",
  ]);
});
