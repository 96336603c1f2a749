import { assertEquals } from "@std/assert";
import { sumTests } from "./sum_tests.ts";

Deno.test("sumTests() adds up the closing lines of several runs, through turbo's prefixes and colours", () => {
  const report = [
    "@xsignals/client:test: running 20 tests from ./connect_test.ts",
    "@xsignals/client:test: \x1b[0m\x1b[32mok\x1b[0m | 20 passed | 0 failed \x1b[38;5;245m(29ms)\x1b[0m",
    "@xsignals/session:test: FAILED | 100 passed (3 steps) | 2 failed | 1 ignored (2s)",
    "ok | 7 passed | 0 failed (1ms)",
    'a test that prints "ok | many passed"',
  ].join("\n");
  assertEquals([sumTests(report), sumTests("")], [{ passed: 127, failed: 2 }, { passed: 0, failed: 0 }]);
});
