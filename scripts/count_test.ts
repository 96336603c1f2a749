import { assertEquals } from "@std/assert";
import { checkLimits } from "./count.ts";

Deno.test("checkLimits() fails above a limit of files or of lines, and counts no test", () => {
  const broken = (files: [string, number][]) => checkLimits(files).filter((line) => line.startsWith("FAIL"));
  assertEquals(broken([["apps/token/main.ts", 60], ["apps/token/main_test.ts", 999]]), []);
  const token = "FAIL token app (no tests):";
  assertEquals(broken([["apps/token/main.ts", 61]]), [`${token} 1 of 1 files, 61 of 60 lines`]);
  assertEquals(broken([["apps/token/main.ts", 1], ["apps/token/b.ts", 1]]), [`${token} 2 of 1 files, 2 of 60 lines`]);
  assertEquals(broken([["packages/session/stores/kv.ts", 3_401]]), []);
});
