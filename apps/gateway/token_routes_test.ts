import { assertEquals, assertFalse } from "@std/assert";
import { formatHash, hashSecret, parseClientFile, parseClientLine } from "./clients.ts";
import { CLIENT, clientLine, testApp } from "./testing/test_app.ts";

const GRANT = { grant_type: "client_credentials" };

Deno.test("tokenRoute() answers as RFC 6749, 5.1, without a refresh token", async () => {
  const answer = await testApp().ask();
  const body = await answer.json();

  assertEquals(answer.status, 200);
  assertEquals(answer.headers.get("content-type"), "application/json");
  assertEquals(answer.headers.get("cache-control"), "no-store");
  assertEquals(answer.headers.get("pragma"), "no-cache");
  assertEquals(Object.keys(body), ["access_token", "token_type", "expires_in", "scope"]);
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

Deno.test("tokenRoute() grants the scopes that the client has, or some of them, and files alone to a client without", async () => {
  const hashes = [formatHash(hashSecret("secret"))];
  const file = { clients: [{ id: "client", hashes, scopes: ["series:read", "files:read"] }] };
  const app = testApp({ clients: () => parseClientFile(JSON.stringify(file)) });
  const scope = async (asked: string, at = app) => (await (await at.ask({ ...GRANT, scope: asked })).json()).scope;

  assertEquals(await scope(""), "series:read files:read");
  assertEquals(await scope("series:read"), "series:read");
  assertEquals(await scope("files:read series:read files:read"), "series:read files:read");
  assertEquals(await scope("files:read none"), undefined);
  assertEquals([await scope("", testApp()), await scope("series:read", testApp())], ["files:read", undefined]);
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

Deno.test("tokenRoute() asks the upstream for nothing", async () => {
  const app = testApp();
  await app.token();

  assertEquals(app.emulator.log, []);
});

const OTHER = `Basic ${btoa("other:secret")}`;

function setUp() {
  const clients = parseClientLine(`${clientLine("client", "secret")} ${clientLine("other", "secret")}`);
  const app = testApp({ clients: () => clients });
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

Deno.test("revokeRoute() answers 200 to a text that is not a token, or not any more (RFC 7009, 2.2)", async () => {
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

const PATHS = ["/.well-known/oauth-authorization-server", "/.well-known/openid-configuration"];
const ISSUER = "https://tokens.example";

Deno.test("metadata() is the same at both well-known paths, by the configured issuer whatever Host says", async () => {
  const app = testApp({ issuer: ISSUER });
  for (const path of PATHS) {
    const headers = { "host": "evil.example", "x-forwarded-host": "evil.example", "forwarded": "host=evil.example" };
    const answer = await app.request(`https://evil.example${path}`, { headers });
    assertEquals(await answer.json(), {
      issuer: ISSUER,
      token_endpoint: `${ISSUER}/token`,
      token_endpoint_auth_methods_supported: ["client_secret_basic", "client_secret_post", "private_key_jwt"],
      token_endpoint_auth_signing_alg_values_supported: ["RS256", "PS256", "ES256", "EdDSA", "Ed25519"],
      grant_types_supported: ["client_credentials", "urn:ietf:params:oauth:grant-type:jwt-bearer"],
      response_types_supported: [],
      scopes_supported: ["files:read", "series:read"],
      revocation_endpoint: `${ISSUER}/revoke`,
      revocation_endpoint_auth_methods_supported: ["client_secret_basic", "client_secret_post", "private_key_jwt"],
      revocation_endpoint_auth_signing_alg_values_supported: ["RS256", "PS256", "ES256", "EdDSA", "Ed25519"],
    });
  }
});

Deno.test("metadata() is not there without an issuer: it is never guessed from a request", async () => {
  for (const path of PATHS) assertEquals((await testApp().request(path)).status, 404);
});
