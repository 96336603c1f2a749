import { assertEquals } from "@std/assert";
import { compareChecks } from "./checks_file.ts";

Deno.test("compareChecks() finds in the tree what the spec says", async () => {
  assertEquals(await compareChecks(), 0);
});
