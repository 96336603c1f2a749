import { assertEquals, assertStringIncludes } from "@std/assert";
import { aheadOf } from "./ahead.ts";
import type { Outcome } from "./play_scenario.ts";
import { readmeTable } from "./readme_table.ts";
import { report } from "./report.ts";
import type { SubjectResults } from "./results.ts";

/** Results of two rounds, the same in each scenario. */
function subject(
  file: string,
  values: { refreshes: number; failed: number; ns: number; gzip: number },
): SubjectResults {
  const outcome: Outcome = { logins: 1, spent: 0, lost: 0, apiCalls: 10, ms: 5, ...values };
  const times = { own: [values.ns, values.ns + 200], bare: [1_000, 1_000] };
  return {
    file,
    name: file,
    callTimes: { stub: times, single: times, parallel: times },
    outcomes: {
      expiries: [outcome, { ...outcome, refreshes: values.refreshes + 2 }],
      revoked: [outcome, outcome],
      refused: [outcome, outcome],
      processes: [outcome, outcome],
    },
    weight: { gzip: values.gzip, packages: 1, bytes: 2e6 },
    starts: [30, 32],
  };
}

const BARE = subject("bare", { refreshes: 0, failed: 0, ns: 1_000, gzip: 100 });
const OURS = subject("ours", { refreshes: 2, failed: 0, ns: 2_000, gzip: 15_100 });
const PEER = subject("peer", { refreshes: 4, failed: 7, ns: 9_000, gzip: 4_100 });
const SETTING = { ...subject("setting", { refreshes: 9, failed: 3, ns: 5_000, gzip: 4_100 }), variantOf: "peer" };

Deno.test("readmeTable() has of each library the setting in which the fewest calls failed", () => {
  const rows = readmeTable([BARE, OURS, PEER, SETTING]).split("\n").slice(2, 5).map((row) => row.split(" | "));
  assertEquals(rows.map(([name]) => name), ["| bare", "| ours", "| setting"]);
  assertEquals(rows[0]!.slice(6), ["–", "–", "–", "–", "– |"]);
  assertEquals(rows[1]!.slice(1, 5), ["3 / 0", "2 / 0", "2 / 0", "3 / 0"]);
  assertEquals(rows[2]!.slice(6), ["4.1 µs", "4 µs", "4.0 kB", "1", "0 ms |"]);
});

Deno.test("aheadOf() tells where a peer's median is below all of the subject's own, and where not nothing", () => {
  const lines = aheadOf("ours", [BARE, OURS, PEER]);
  assertEquals(lines.length, 1);
  assertStringIncludes(lines[0]!, "**bundle, kB**: ours 15.0; peer 4.0.");
  assertEquals(aheadOf("ours", [BARE, OURS]), []);
});

Deno.test("report() has the day, the machine and the command, medians and ranges", () => {
  const machine = { cores: 2, memory: 24, os: "linux 6, x86_64", deno: "2.9.6", node: "20.20.2" };
  const load = { perSecond: 5_000, p99Ms: 3.21, cpuMs: 0.1, failures: 0 };
  const page = report({
    date: "2026-01-31",
    machine,
    isQuick: false,
    seconds: 540,
    subjects: [BARE, OURS],
    servers: [
      { name: "hono", runtime: "Deno", token: "constant", loads: [{ ...load, perSecond: 10_000 }] },
      { name: "app", runtime: "Deno", token: "JWT", loads: [load] },
    ],
  });
  assertStringIncludes(page, "Measured on 2026-01-31 by `deno task bench:peers` in 9 min, on 2 cores and 24 GiB");
  assertStringIncludes(page, "| ours | 1 | 3 (2–4) | 0 | 0 | 0 | 10 | 5 |  |");
  assertStringIncludes(page, "| ours | 2.10 (2.00–2.20) | 1.10 (1.00–1.20) | 2.10 (2.00–2.20) |");
  assertStringIncludes(page, "| app | Deno | JWT | 5000 | 0.50 | 3.2 | 100 | 1.0 | 0 |");
});
