import { assertEquals, assertRejects } from "@std/assert";
import { playScenario, type ScenarioName, SCENARIOS } from "./scenarios.ts";
import { refreshTokens } from "./subject.ts";
import { serveUpstream, surroundings } from "./upstream.ts";

/** Plays with what needs no package of npm. */
async function counts(file: string, name: ScenarioName): Promise<unknown> {
  const { logins, refreshes, spent, failed, lost, apiCalls } = await playScenario(
    { file, name: file, packages: [] },
    SCENARIOS[name],
  );
  return { logins, refreshes, spent, failed, lost, apiCalls };
}

Deno.test("playScenario() counts what real processes ask of both servers, failed calls and lost logins", async () => {
  const well = { logins: 1, spent: 0, failed: 0, lost: 0 };
  assertEquals(await counts("handwritten", "expiries"), { ...well, refreshes: 2, apiCalls: 2_001 });
  assertEquals(await counts("handwritten", "revoked"), { ...well, refreshes: 1, apiCalls: 401 });
  assertEquals(await counts("bare", "refused"), { ...well, refreshes: 0, failed: 100, lost: 1, apiCalls: 101 });
  assertEquals(
    await counts("bare", "processes"),
    { logins: 8, refreshes: 0, spent: 0, failed: 1_200, lost: 8, apiCalls: 1_600 },
  );
});

Deno.test("serveUpstream() takes a refresh token once, and counts the second time", async () => {
  const upstream = serveUpstream();
  const given = surroundings(upstream.origin);
  const first = await given.logIn();
  const second = await refreshTokens(given, first.refreshToken);
  await assertRejects(() => refreshTokens(given, first.refreshToken), Error, "the server answered 401");
  await refreshTokens(given, second.refreshToken);
  assertEquals(upstream.counts(), { tokenCalls: 4, logins: 1, spent: 1, apiCalls: 0 });
  await upstream.stop();
});
