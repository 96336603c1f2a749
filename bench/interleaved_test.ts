import { assertEquals } from "@std/assert";
import { interleave } from "./interleaved.ts";

Deno.test("interleave() goes backwards every other round, and leaves the rounds that warm up out of the results", async () => {
  const ran: string[] = [];
  const results = await interleave(2, [..."abc"].map((name) => () => ran.push(name)), 1);
  assertEquals(ran.join(""), "cbaabccba");
  assertEquals(results, [[4, 9], [5, 8], [6, 7]]);
});
