import { assertEquals } from "@std/assert";
import { testApp } from "./testing/test_app.ts";

const PATHS = ["/.well-known/oauth-authorization-server", "/.well-known/openid-configuration"];
const ISSUER = "https://tokens.example";

Deno.test("metadata() is the same at both well-known paths, by the configured issuer whatever Host says", async () => {
  const app = testApp({ mode: "gateway", issuer: ISSUER });
  for (const path of PATHS) {
    const headers = { "host": "evil.example", "x-forwarded-host": "evil.example", "forwarded": "host=evil.example" };
    const answer = await app.request(`https://evil.example${path}`, { headers });
    assertEquals(await answer.json(), {
      issuer: ISSUER,
      token_endpoint: `${ISSUER}/token`,
      token_endpoint_auth_methods_supported: ["client_secret_basic", "client_secret_post"],
      grant_types_supported: ["client_credentials"],
      response_types_supported: [],
      scopes_supported: ["files:read"],
      revocation_endpoint: `${ISSUER}/revoke`,
      revocation_endpoint_auth_methods_supported: ["client_secret_basic", "client_secret_post"],
    });
  }
});

Deno.test("metadata() names no revocation and no scope in passthrough, which has none", async () => {
  const answer = await testApp({ issuer: ISSUER }).request(PATHS[0]!);
  assertEquals(Object.keys(await answer.json()), [
    "issuer",
    "token_endpoint",
    "token_endpoint_auth_methods_supported",
    "grant_types_supported",
    "response_types_supported",
  ]);
});

Deno.test("metadata() is not there without an issuer: it is never guessed from a request", async () => {
  for (const path of PATHS) assertEquals((await testApp({ mode: "gateway" }).request(path)).status, 404);
});
