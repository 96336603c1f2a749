import { assertEquals } from "@std/assert";
import { replaceTables, type SubjectResults, tablesOf } from "./report.ts";
import { type Outcome, SCENARIOS } from "./scenarios.ts";

/** Results of two rounds, the same in each scenario. */
function subject(file: string, refreshes: number, failed: number, ns: number, gzip: number): SubjectResults {
  const outcome: Outcome = { logins: 1, refreshes, spent: 0, failed, lost: 0, apiCalls: 10, ms: 5 };
  const [same, times] = [[outcome, outcome], { own: [ns, ns + 200], bare: [1_000, 1_000] }];
  return {
    file,
    name: file,
    callTimes: { stub: times, loopback: times },
    outcomes: {
      expiries: [outcome, { ...outcome, refreshes: refreshes + 2, lost: 4 }],
      ...{ revoked: same, refused: same, processes: same },
    },
    weight: { gzip, packages: 1, bytes: 2e6 },
    starts: [30, 32],
  };
}

const BARE = subject("bare", 0, 0, 1_000, 100);
const OURS = subject("xsignals", 2, 0, 2_000, 15_100);
const PEER = subject("peer", 4, 7, 9_000, 4_100);
const SETTING = { ...subject("peer", 9, 3, 5_000, 4_100), name: "setting", setting: "setting" };

Deno.test("tablesOf() has medians and ranges and the best setting of each library", () => {
  const load = { perSecond: 5_000, p99Ms: 3.21, cpuMs: 0.1, longestMs: 9, failures: 0 };
  const common = { runtime: "Deno", token: "JWT" } as const;
  const servers = [
    { ...common, name: "hono", loads: [{ ...load, perSecond: 10_000 }] },
    { ...common, name: "app", loads: [load] },
  ];
  const tables = tablesOf({ run: { cores: "2" }, subjects: [BARE, OURS, PEER, SETTING], servers });
  const rows = (title: string) => tables.get(title)?.split("\n").slice(2);
  assertEquals(rows("Numbers beside peers"), ["| 2 |"]);
  assertEquals(rows("In short"), [
    "| bare | 1 / 0 | 0 / 0 | 0 / 0 | 1 / 0 | 2 | – | – | – | – | – |",
    "| xsignals | 3 / 0 | 2 / 0 | 2 / 0 | 3 / 0 | 2 | 1.1 µs | 1 µs | 15.0 kB | 1 | 0 ms |",
    "| setting | 10 / 3 | 9 / 3 | 9 / 3 | 10 / 3 | 2 | 4.1 µs | 4 µs | 4.0 kB | 1 | 0 ms |",
  ]);
  assertEquals(rows(SCENARIOS.expiries.title)?.[1], "| xsignals | 1 | 3 (2–4) | 0 | 0 | 2 (0–4) | 10 | 5 |  |");
  const times = "| xsignals | 2.10 (2.00–2.20) | 1.10 (1.00–1.20) | 2.10 (2.00–2.20) |";
  assertEquals(rows("over loopback, one at a time")?.[1], times);
  assertEquals(rows("Size and start-up")?.[1], "| xsignals | 15.0 | 1 | 2.00 | 0 |");
  assertEquals(
    rows("Token endpoint, client credentials")?.[1],
    "| app | Deno | JWT | 5000 | 0.50 | 3.2 | 100 | 1.0 | 0 |",
  );
});

Deno.test("replaceTables() finds every table of the page, and leaves the words around it", async () => {
  const page = await Deno.readTextFile(new URL("results.md", import.meta.url));
  const titles = tablesOf({
    run: {},
    subjects: [BARE, OURS],
    servers: [{ ...OURS, runtime: "Deno", token: "", loads: [] }],
  });
  const tables = new Map([...titles.keys()].map((title) => [title, `| new: ${title} |`]));
  const lines = replaceTables(page, tables).split("\n").filter((line) => line.startsWith("|"));
  assertEquals(lines, [...tables.values()]);
  assertEquals(
    replaceTables("# A\n\nwords\n\n| a |\n| - |\n\nmore", new Map([["A", "| b |"]])),
    "# A\n\nwords\n\n| b |\n\nmore",
  );
});
