import { assertEquals } from "@std/assert";
import { playScenario } from "./play_scenario.ts";
import { type ScenarioName, SCENARIOS } from "./scenarios.ts";

/** What needs no package of npm. */
const BARE = { file: "bare", name: "bare", packages: [] };
const HANDWRITTEN = { file: "handwritten", name: "by hand", packages: [] };

async function counts(entry: typeof BARE, name: ScenarioName): Promise<unknown> {
  const { logins, refreshes, spent, failed, lost, apiCalls } = await playScenario(entry, SCENARIOS[name]);
  return { logins, refreshes, spent, failed, lost, apiCalls };
}

Deno.test("playScenario() counts what a real process asks of both servers", async () => {
  assertEquals(
    await counts(HANDWRITTEN, "expiries"),
    { logins: 1, refreshes: 2, spent: 0, failed: 0, lost: 0, apiCalls: 2_001 },
  );
  assertEquals(
    await counts(HANDWRITTEN, "revoked"),
    { logins: 1, refreshes: 1, spent: 0, failed: 0, lost: 0, apiCalls: 401 },
  );
});

Deno.test("playScenario() counts failed calls, and logins that nothing renews", async () => {
  assertEquals(
    await counts(BARE, "processes"),
    { logins: 8, refreshes: 0, spent: 0, failed: 1_200, lost: 8, apiCalls: 1_600 },
  );
});
