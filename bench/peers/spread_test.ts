import { assertEquals } from "@std/assert";
import { showSpread, spreadOf } from "./spread.ts";

Deno.test("showSpread() shows a median and its range, and what never differs as one number", () => {
  assertEquals(showSpread(spreadOf([3, 1, 10])), "3 (1–10)");
  assertEquals(showSpread(spreadOf([0.5, 0.25]), 2), "0.38 (0.25–0.50)");
  assertEquals(showSpread(spreadOf([7, 7])), "7");
});
