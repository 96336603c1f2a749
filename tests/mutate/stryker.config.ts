import { tmpdir } from "node:os";
import { join } from "node:path";

/** Stryker's settings; the tests that a mutant meets are chosen in `run_tests.ts`. */
export default {
  mutate: [
    "packages/session/{renewal,shared,wire,request,strategies}/*.ts",
    "!packages/session/**/*_test.ts",
  ],
  testRunner: "command",
  commandRunner: { command: "deno run -A tests/mutate/run_tests.ts" },
  plugins: [],
  coverageAnalysis: "off",
  disableTypeChecks: false,
  concurrency: 2,
  // A machine that others use too must not pass for a mutant that never ends: that would count as killed.
  timeoutMS: 15_000,
  timeoutFactor: 0.5,
  thresholds: { high: 95, low: 90, break: 90 },
  reporters: ["clear-text", "json", "progress-append-only"],
  clearTextReporter: { allowColor: false, logTests: false, reportTests: false },
  jsonReporter: { fileName: "report/mutation.json" },
  tempDirName: join(tmpdir(), "xsignals-mutate"),
  symlinkNodeModules: false,
  allowEmpty: false,
  ignorePatterns: [".turbo", "coverage", "report", "dist"],
} as const;
