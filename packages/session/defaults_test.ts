import { assertEquals } from "@std/assert";
import contributing from "../../CONTRIBUTING.md" with { type: "text" };
import { DEFAULT_LIMITS } from "./options.ts";

Deno.test("DEFAULT_LIMITS are the ones that CONTRIBUTING.md has under Defaults", () => {
  const [, section = ""] = /^## Defaults\n(.*?)^## /ms.exec(contributing) ?? [];
  const rows = [...section.matchAll(/^\| `(\w+)` +\| (\d+) +\|/gm)];
  assertEquals(Object.fromEntries(rows.map(([, name, value]) => [name, Number(value)])), { ...DEFAULT_LIMITS });
});
