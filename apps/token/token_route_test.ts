import { assertEquals, assertFalse } from "@std/assert";
import { clientCredentials, createSession } from "@xsignals/session";
import { CLIENT, testApp } from "./testing/test_app.ts";

const GRANT = { grant_type: "client_credentials" };

Deno.test("tokenRoute() answers as RFC 6749, 5.1, without a refresh token", async () => {
  const answer = await testApp().ask();
  const body = await answer.json();

  assertEquals(answer.status, 200);
  assertEquals(answer.headers.get("content-type"), "application/json");
  assertEquals(answer.headers.get("cache-control"), "no-store");
  assertEquals(answer.headers.get("pragma"), "no-cache");
  assertEquals(Object.keys(body), ["access_token", "token_type", "expires_in"]);
});

Deno.test("tokenRoute() takes the client's credentials in the body as well", async () => {
  const app = testApp();
  const body = new URLSearchParams({ ...GRANT, client_id: "client", client_secret: "secret" });

  assertEquals((await app.request("/token", { method: "POST", body })).status, 200);
});

Deno.test("tokenRoute() takes empty and unknown parameters", async () => {
  const app = testApp();

  assertEquals((await app.ask({ ...GRANT, scope: "", client_id: "", audience: "x" })).status, 200);
});

Deno.test("tokenRoute() refuses what it cannot grant, and asks the upstream for nothing", async () => {
  const app = testApp();
  const cases: [Record<string, string>, string][] = [
    [{}, "invalid_request"],
    [{ grant_type: "" }, "invalid_request"],
    [{ grant_type: "password" }, "unsupported_grant_type"],
    [{ grant_type: "refresh_token", refresh_token: "x" }, "unsupported_grant_type"],
    [{ grant_type: "Client_Credentials" }, "unsupported_grant_type"],
    [{ ...GRANT, scope: "read" }, "invalid_scope"],
    [{ ...GRANT, scope: " " }, "invalid_scope"],
  ];
  for (const [form, error] of cases) {
    const answer = await app.ask(form);
    assertEquals([answer.status, (await answer.json()).error], [400, error], JSON.stringify(form));
  }
  assertEquals(app.emulator.log, []);
});

Deno.test("tokenRoute() authenticates before it says what it grants, and challenges", async () => {
  const app = testApp();
  const answer = await app.request("/token", { method: "POST", body: new URLSearchParams({ grant_type: "password" }) });

  assertEquals([answer.status, (await answer.json()).error], [401, "invalid_client"]);
  assertEquals(answer.headers.get("www-authenticate"), 'Basic realm="token", charset="UTF-8"');
  assertEquals(answer.headers.get("cache-control"), "no-store");
  assertEquals(app.emulator.log, []);
});

Deno.test("tokenRoute() refuses a body over the limit that comes in chunks without a length", async () => {
  const app = testApp();
  const body = ReadableStream.from(Array.from({ length: 20 }, () => new Uint8Array(1_024)));
  const headers = { authorization: CLIENT, "content-type": "application/x-www-form-urlencoded" };
  const answer = await app.request("/token", { method: "POST", headers, body });

  assertEquals([answer.status, (await answer.json()).error], [413, "invalid_request"]);
});

Deno.test("tokenRoute() lets the log know the client only once it is authenticated", async () => {
  const app = testApp();
  await app.ask();
  const headers = { authorization: `Basic ${btoa("client:swordfish")}` };
  await app.request("/token", { method: "POST", headers, body: new URLSearchParams(GRANT) });

  assertEquals(app.log.map((entry) => "client" in entry ? entry.client : undefined), ["client", undefined]);
  assertFalse(JSON.stringify(app.log).includes("swordfish"));
});

Deno.test("tokenRoute() feeds a session of our own, which calls the API with the token", async () => {
  const app = testApp();
  const session = createSession({
    strategy: clientCredentials({
      tokenUrl: "https://tokens.example/token",
      clientId: "client",
      clientSecret: "secret",
    }),
    tokenFetch: (input, init) => app.request(new URL(String(input)).pathname, init),
    fetch: app.emulator.fetch,
  });
  const response = await session.fetch("/file/group?size=1");

  assertEquals(response.status, 200);
  await response.body?.cancel();
});
