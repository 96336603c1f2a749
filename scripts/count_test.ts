import { assertEquals } from "@std/assert";
import { checkLimits, countFolders } from "./count.ts";

Deno.test("countFolders() includes the tests in the lines, and shows them beside", () => {
  const rows = countFolders([["apps/a/main.ts", 10], ["apps/a/main_test.ts", 5], ["packages/s/wire/deep/x.ts", 7]]);
  assertEquals(rows.map((row) => row.trim().split(/\s{2,}/)), [
    ["folder", "files", "lines test files test lines"],
    ["apps/a", "2", "15", "1", "5"],
    ["packages/s/wire", "1", "7", "0", "0"],
    ["all", "3", "22", "1", "5"],
  ]);
});

Deno.test("checkLimits() fails above a limit of files or of lines, and counts no test", () => {
  const broken = (files: [string, number][]) => checkLimits(files).filter((line) => line.startsWith("FAIL"));
  assertEquals(broken([["apps/token/main.ts", 60], ["apps/token/main_test.ts", 999]]), []);
  const token = "FAIL token app (no tests):";
  assertEquals(broken([["apps/token/main.ts", 61]]), [`${token} 1 of 1 files, 61 of 60 lines`]);
  assertEquals(broken([["apps/token/main.ts", 1], ["apps/token/b.ts", 1]]), [`${token} 2 of 1 files, 2 of 60 lines`]);
  assertEquals(broken([["packages/session/stores/kv.ts", 3_401]]), []);
});
