import { assertEquals } from "@std/assert";
import { parseClientLine } from "./clients.ts";
import { CLIENT, clientLine, testApp } from "./testing/test_app.ts";

const OTHER = `Basic ${btoa("other:secret")}`;

function setUp() {
  const clients = parseClientLine(`${clientLine("client", "secret")} ${clientLine("other", "secret")}`);
  const app = testApp({ mode: "gateway", clients: () => clients });
  const revoke = (form: Record<string, string>, authorization = CLIENT) =>
    app.request("/revoke", { method: "POST", headers: { authorization }, body: new URLSearchParams(form) });
  return { app, revoke };
}

Deno.test("revokeRoute() ends a token of the client's own, and answers 200 without a body", async () => {
  const { app, revoke } = setUp();
  const [token, another] = [await app.token(), await app.token()];
  for (const hint of [undefined, "access_token", "refresh_token", "unknown"]) {
    const answer = await revoke({ token, ...(hint ? { token_type_hint: hint } : {}) });
    assertEquals([answer.status, await answer.text()], [200, ""]);
    assertEquals(answer.headers.get("cache-control"), "no-store");
  }
  const statuses = [
    (await app.call("/api/file/group", token)).status,
    (await app.call("/api/file/group", another)).status,
  ];

  assertEquals(statuses, [401, 200]);
});

Deno.test("revokeRoute() answers 200 to what is no token, or one no more (RFC 7009, 2.2)", async () => {
  const { app, revoke } = setUp();
  const token = await app.token();
  assertEquals((await revoke({ token: "opaque" })).status, 200);
  app.advance(900_000);
  assertEquals((await revoke({ token })).status, 200);
});

Deno.test("revokeRoute() refuses another client's token, which goes on to work", async () => {
  const { app, revoke } = setUp();
  const token = await app.token();
  const answer = await revoke({ token }, OTHER);

  assertEquals([answer.status, (await answer.json()).error], [400, "invalid_request"]);
  assertEquals((await app.call("/api/file/group", token)).status, 200);
});

Deno.test("revokeRoute() wants the client to authenticate, and a token", async () => {
  const { app, revoke } = setUp();
  const token = await app.token();
  const wrong = await revoke({ token }, `Basic ${btoa("client:wrong")}`);
  assertEquals([wrong.status, (await wrong.json()).error], [401, "invalid_client"]);
  for (const name of ["other", "token"]) {
    const answer = await revoke({ [name]: "" });
    assertEquals([answer.status, (await answer.json()).error], [400, "invalid_request"]);
  }
  const inAddress = await app.request(`/revoke?token=${token}`, {
    method: "POST",
    headers: { authorization: CLIENT },
    body: new URLSearchParams({ token }),
  });
  assertEquals(inAddress.status, 400);
  assertEquals((await app.request("/revoke")).headers.get("allow"), "POST");
  assertEquals((await app.call("/api/file/group", token)).status, 200);
});

Deno.test("revokeRoute() is not there in passthrough: an upstream token cannot be taken back", async () => {
  const answer = await testApp().request("/revoke", { method: "POST", headers: { authorization: CLIENT } });
  assertEquals([answer.status, (await answer.json()).error], [404, "invalid_request"]);
});
