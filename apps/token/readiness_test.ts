import { assertEquals } from "@std/assert";
import { isReady } from "./readiness.ts";
import { testApp } from "./testing/test_app.ts";

Deno.test("isReady() goes by the last known state", () => {
  assertEquals(isReady({ state: "new" }), true);
  assertEquals(isReady({ state: "active", lastFailure: "unreachable" }), true); // the held token works
  assertEquals(isReady({ state: "expired" }), true);
  assertEquals(isReady({ state: "expired", lastFailure: "unreachable" }), false);
  assertEquals(isReady({ state: "new", lastFailure: "credentials_rejected" }), false);
  assertEquals(isReady({ state: "logged_out" }), false);
});

for (const mode of ["gateway", "passthrough"] as const) {
  Deno.test(`/healthz and /readyz cause no call upstream in 1,000 probes: ${mode}`, async () => {
    const app = testApp({ mode });
    let calls = 0;
    app.intercept(() => (calls++, Promise.reject(new TypeError("down"))));
    const bodies = new Set<string>();
    for (let i = 0; i < 500; i++) {
      for (const path of ["/healthz", "/readyz"]) bodies.add(await (await app.request(path)).text());
      if (i % 10 === 0) app.advance(3_600_000);
    }
    assertEquals(calls, 0);
    assertEquals([...bodies], ['{"status":"ok"}', '{"status":"ready"}']);
  });
}

Deno.test("/readyz answers 503 after the upstream failed, until it works again", async () => {
  const app = testApp();
  app.intercept(() => Promise.reject(new TypeError("down")));
  await app.ask();
  const answer = await app.request("/readyz");
  assertEquals([answer.status, await answer.json()], [503, { status: "not ready" }]);
  assertEquals((await app.request("/healthz")).status, 200);
  app.intercept();
  app.advance(1_000);
  await app.ask();
  assertEquals((await app.request("/readyz")).status, 200);
});
