import { assertEquals } from "@std/assert";
import { DEFAULT_LIMITS } from "./limits.ts";
import contributing from "../../CONTRIBUTING.md" with { type: "text" };

Deno.test("DEFAULT_LIMITS are the ones that CONTRIBUTING.md tells", () => {
  const rows = contributing.matchAll(/^\| `(\w+)` +\| (\d+) +\|/gm);
  assertEquals(Object.fromEntries([...rows].map(([, name, value]) => [name, Number(value)])), { ...DEFAULT_LIMITS });
});
