import { assertEquals, assertStringIncludes } from "@std/assert";
import type { SubjectResults } from "./measure.ts";
import { aheadOf, report, shortTable } from "./report.ts";
import type { Outcome } from "./scenarios.ts";

/** Results of two rounds, the same in each scenario. */
function subject(file: string, refreshes: number, failed: number, ns: number, gzip: number): SubjectResults {
  const outcome: Outcome = { logins: 1, refreshes, spent: 0, failed, lost: 0, apiCalls: 10, ms: 5 };
  const [same, times] = [[outcome, outcome], { own: [ns, ns + 200], bare: [1_000, 1_000] }];
  return {
    file,
    name: file,
    callTimes: { stub: times, single: times, parallel: times },
    outcomes: {
      expiries: [outcome, { ...outcome, refreshes: refreshes + 2, lost: 4 }],
      ...{ revoked: same, refused: same, processes: same },
    },
    weight: { gzip, packages: 1, bytes: 2e6 },
    starts: [30, 32],
  };
}

const BARE = subject("bare", 0, 0, 1_000, 100);
const OURS = subject("ours", 2, 0, 2_000, 15_100);
const PEER = subject("peer", 4, 7, 9_000, 4_100);
const SETTING = { ...subject("setting", 9, 3, 5_000, 4_100), variantOf: "peer" };

Deno.test("shortTable() has of each library the setting in which the fewest calls failed", () => {
  const rows = shortTable([BARE, OURS, PEER, SETTING]).split("\n").slice(2).map((row) => row.split(" | "));
  assertEquals(rows.map(([name]) => name), ["| bare", "| ours", "| setting"]);
  assertEquals(rows[0]!.slice(6), ["–", "–", "–", "–", "– |"]);
  assertEquals(rows[1]!.slice(1, 6), ["3 / 0", "2 / 0", "2 / 0", "3 / 0", "2"]);
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
  const load = { perSecond: 5_000, p99Ms: 3.21, cpuMs: 0.1, longestMs: 9, failures: 0 };
  const common = { runtime: "Deno", token: "JWT" } as const;
  const servers = [{ ...common, name: "hono", loads: [{ ...load, perSecond: 10_000 }] }, {
    ...common,
    name: "app",
    loads: [load],
  }];
  const page = report({ date: "2026-01-31", machine, isQuick: false, seconds: 540, subjects: [BARE, OURS], servers });
  assertStringIncludes(page, "Measured on 2026-01-31 by `deno task bench:peers` in 9 min, on 2 cores and 24 GiB");
  assertStringIncludes(page, "| ours | 1 | 3 (2–4) | 0 | 0 | 2 (0–4) | 10 | 5 |  |");
  assertStringIncludes(page, "| ours | 2.10 (2.00–2.20) | 1.10 (1.00–1.20) | 2.10 (2.00–2.20) |");
  assertStringIncludes(page, "| ours | 15.0 | 1 | 2.00 | 0 |");
  assertStringIncludes(page, "| app | Deno | JWT | 5000 | 0.50 | 3.2 | 100 | 1.0 | 0 |");
});
