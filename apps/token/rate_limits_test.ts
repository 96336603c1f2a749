import { assertEquals, assertMatch } from "@std/assert";
import { parseClientFile } from "./clients.ts";
import { formatHash, hashSecret } from "./client_hash.ts";
import { FAILURES } from "./rate_limits.ts";
import { CLIENT, type TestApp, testApp } from "./testing/test_app.ts";

const WRONG = `Basic ${btoa("client:wrong")}`;
const FORM = { grant_type: "client_credentials" };

async function ask(app: TestApp, authorization: string, address = "1.2.3.4"): Promise<Response> {
  const headers = { authorization, "x-test-address": address };
  const answer = await app.request("/token", { method: "POST", headers, body: new URLSearchParams(FORM) });
  await answer.body?.cancel();
  return answer;
}

Deno.test("rateLimits() tells a client what is left by the RateLimit headers, draft 10", async () => {
  const app = testApp({ mode: "gateway", rate: 3 });
  app.advance(20_500);
  const answers = [await ask(app, CLIENT), await ask(app, CLIENT), await ask(app, CLIENT), await ask(app, CLIENT)];

  assertEquals(answers.map(({ status, headers }) => [status, headers.get("ratelimit"), headers.get("retry-after")]), [
    [200, '"client";r=2;t=40', null],
    [200, '"client";r=1;t=40', null],
    [200, '"client";r=0;t=40', null],
    [429, '"client";r=0;t=40', "40"],
  ]);
  for (const { headers } of answers) assertEquals(headers.get("ratelimit-policy"), '"client";q=3;w=60');
  app.advance(40_000);
  assertEquals((await ask(app, CLIENT)).status, 200);
});

Deno.test("rateLimits() goes by the client's own rate where it has one", async () => {
  const clients = parseClientFile(
    JSON.stringify({ clients: [{ id: "client", hashes: [formatHash(hashSecret("secret"))], rate: 1 }] }),
  );
  const app = testApp({ rate: 100, clients: () => clients });

  assertEquals([(await ask(app, CLIENT)).status, (await ask(app, CLIENT)).status], [200, 429]);
});

Deno.test("rateLimits() refuses an address after its failures, before it looks at a secret, and no other address", async () => {
  const app = testApp({ mode: "gateway" });
  for (let i = 0; i < FAILURES; i++) assertEquals((await ask(app, WRONG)).status, 401);
  for (const authorization of [WRONG, CLIENT]) {
    const answer = await ask(app, authorization);
    assertEquals(answer.status, 429);
    assertMatch(answer.headers.get("retry-after") ?? "", /^60$/);
  }
  const revoke = await app.request("/revoke", { method: "POST", headers: { "x-test-address": "1.2.3.4" } });
  assertEquals(revoke.status, 429);

  assertEquals((await ask(app, CLIENT, "1.2.3.5")).status, 200, "nobody locks the client out by its id");
  app.advance(60_000);
  assertEquals((await ask(app, CLIENT)).status, 200);
});

Deno.test("rateLimits() counts no success and no other error as a failure of the address", async () => {
  const app = testApp({ mode: "gateway" });
  for (let i = 0; i < 2 * FAILURES; i++) {
    const bad = await app.request("/token", { method: "POST", headers: { authorization: CLIENT } });
    assertEquals(bad.status, 400);
    await bad.body?.cancel();
    assertEquals((await ask(app, CLIENT, "address")).status, 200);
  }
});
