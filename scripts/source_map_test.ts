import { assertEquals } from "@std/assert";
import { bytesBySource } from "./source_map.ts";

Deno.test("bytesBySource() counts the bytes from each source, over lines, and none from nowhere", () => {
  // Line 1: 0 to 3 from a, 3 to 5 from b, 5 to 7 from nowhere. Line 2: 1 to 5 from a, again 5 to its end.
  const text = "aaabb--\n-aałaa";
  const mappings = "AAAA,GCAA,E;CDAA,IAAA";
  assertEquals([...bytesBySource(text, { sources: ["a", "b"], mappings })], [["a", 3 + 6], ["b", 2]]);
});

Deno.test("bytesBySource() reads numbers of more than one digit", () => {
  const text = `${"x".repeat(100)}yy`;
  assertEquals([...bytesBySource(text, { sources: ["x", "y"], mappings: "AAAA,oGCAA" })], [["x", 100], ["y", 2]]);
});

Deno.test("bytesBySource() of no mappings is empty", () => {
  assertEquals(bytesBySource("text", { sources: ["a"], mappings: "" }).size, 0);
});
