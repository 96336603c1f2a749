import { assertEquals } from "@std/assert";
import { closingLine, linesOf } from "./report.ts";
import type { Verdict } from "./run_judge.ts";
import { sumTests } from "../../scripts/sum_tests.ts";

const good: Verdict = { name: "curl", passed: 14, failures: [] };
const bad: Verdict = { name: "prism", passed: 2, failures: [{ what: "login", reason: "Violation\nof the spec\n" }] };

Deno.test("linesOf() tells a judge's checks in one line, and each failure with its reason", () => {
  assertEquals(linesOf(good), ["curl: 14 checks, 0 failed"]);
  assertEquals(linesOf(bad), ["prism: 3 checks, 1 failed", "  login: Violation\n    of the spec"]);
});

Deno.test("closingLine() is a line as deno test writes it", () => {
  assertEquals(closingLine([good], 1_499), "ok | 14 passed | 0 failed (1s)");
  assertEquals(closingLine([good, bad], 20_000), "FAILED | 16 passed | 1 failed (20s)");
  assertEquals(sumTests(closingLine([good, bad], 20_000)), { passed: 16, failed: 1 });
});
