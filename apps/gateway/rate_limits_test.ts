import { assertEquals } from "@std/assert";
import { formatHash, hashSecret, parseClientFile } from "./clients.ts";
import { callerAddress, FAILURES } from "./rate_limits.ts";
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
  const app = testApp({ rate: 3 });
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

Deno.test("rateLimits() refuses an address's failures after so many, and a right secret never (found 148)", async () => {
  const app = testApp();
  for (let i = 0; i < FAILURES; i++) assertEquals((await ask(app, WRONG)).status, 401);
  const answer = await ask(app, WRONG);
  assertEquals([answer.status, answer.headers.get("retry-after")], [429, "60"]);
  const body = new URLSearchParams({ token: "x" });
  const headers = { "authorization": WRONG, "x-test-address": "1.2.3.4" };
  assertEquals((await app.request("/revoke", { method: "POST", headers, body })).status, 429);
  assertEquals((await ask(app, CLIENT)).status, 200, "all callers behind a proxy may have one address");
  assertEquals((await ask(app, WRONG, "1.2.3.5")).status, 401);
  app.advance(60_000);
  assertEquals((await ask(app, WRONG)).status, 401);
});

Deno.test("rateLimits() counts no success and no other error as a failure of the address", async () => {
  const app = testApp();
  for (let i = 0; i < 2 * FAILURES; i++) {
    const bad = await app.request("/token", { method: "POST", headers: { authorization: CLIENT } });
    assertEquals(bad.status, 400);
    await bad.body?.cancel();
    assertEquals((await ask(app, CLIENT, "address")).status, 200);
  }
});

Deno.test("callerAddress() is the connection's where no proxy is in front, whatever the header says", () => {
  assertEquals(callerAddress("192.0.2.1", null, 0), "192.0.2.1");
  assertEquals(callerAddress("192.0.2.1", "198.51.100.7", 0), "192.0.2.1");
  assertEquals(callerAddress(undefined, "198.51.100.7", 0), "unknown");
});

Deno.test("callerAddress() is the one that the outermost of our proxies saw", () => {
  const forged = "203.0.113.1, 203.0.113.2";
  assertEquals(callerAddress("10.0.0.1", `${forged}, 198.51.100.7`, 1), "198.51.100.7");
  assertEquals(callerAddress("10.0.0.1", `${forged},198.51.100.7,10.0.0.2`, 2), "198.51.100.7");
  assertEquals(callerAddress("10.0.0.1", "198.51.100.7", 2), "198.51.100.7");
  assertEquals(callerAddress("10.0.0.1", null, 1), "unknown");
  assertEquals(callerAddress("10.0.0.1", "not an address", 1), "unknown");
});

Deno.test("callerAddress() takes IPv6 by the first 64 bits, in every spelling", () => {
  for (
    const text of [
      "2001:db8:1:2:3:4:5:6",
      "2001:DB8:1:2::",
      "2001:db8:1:2::9",
      "[2001:db8:1:2::9]:443",
      "[2001:db8:1:2::9]",
    ]
      .concat("2001:0db8:0001:0002:ffff:ffff:ffff:ffff", "2001:db8:1:2::1.2.3.4", "2001:db8:1:2::9%eth0")
  ) assertEquals(callerAddress(text, null, 0), "2001:db8:1:2::/64", text);
  assertEquals(callerAddress("2001:db8:1:3::9", null, 0), "2001:db8:1:3::/64");
  assertEquals(callerAddress("::1", null, 0), "::/64");
  assertEquals(callerAddress("2001:db8::", null, 0), "2001:db8::/64");
  assertEquals(callerAddress("fe80::1", null, 0), "fe80::/64");
});

Deno.test("callerAddress() takes an IPv4 address as it is, with a port or mapped into IPv6 too", () => {
  for (const text of ["192.0.2.1", "192.0.2.1:8080", "::ffff:192.0.2.1", "::FFFF:c000:201", "[::ffff:192.0.2.1]:80"]) {
    assertEquals(callerAddress(text, null, 0), "192.0.2.1", text);
  }
});
