import { assert } from "@std/assert";
import { CHECKS_FILE, freshChecks } from "./generate.ts";

Deno.test("freshChecks() is what the tree has: else run deno run -A scripts/answers/generate.ts", async () => {
  assert(await freshChecks() === await Deno.readTextFile(CHECKS_FILE));
});
