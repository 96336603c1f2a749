import { assertEquals } from "@std/assert";
import { median } from "./median.ts";

Deno.test("median() is the one in the middle, or the mean of two", () => {
  assertEquals([median([9, 1, 5]), median([10, 9, 1, 4]), median([2])], [5, 6.5, 2]);
});

Deno.test("median() leaves the numbers in their order", () => {
  const numbers = [3, 1, 2];
  median(numbers);
  assertEquals(numbers, [3, 1, 2]);
});
