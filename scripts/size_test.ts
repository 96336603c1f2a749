import { assertEquals } from "@std/assert";
import { foreignSources, weightTable } from "./size.ts";

Deno.test("foreignSources() finds what is neither the session's nor the entry", () => {
  const own = ["../../p/packages/session/mod.ts", "/p/packages/session/stores/memory.ts", "/p/scripts/size/login.ts"];
  const foreign = [
    "/p/node_modules/hono/dist/index.js",
    "/p/packages/client/mod.ts",
    "https://jsr.io/@std/assert/1.0.0/mod.ts",
    "/p/scripts/size.ts",
  ];
  assertEquals(foreignSources([...own, ...foreign]), foreign);
});

Deno.test("weightTable() names the heaviest first", () => {
  const bytes = new Map([["../../p/packages/session/a.ts", 5], ["/p/packages/session/stores/b.ts", 700], ["other", 6]]);
  const rows = ["     700  packages/session/stores/b.ts", "       6  other", "       5  packages/session/a.ts"];
  assertEquals(weightTable(bytes), rows.join("\n"));
});
