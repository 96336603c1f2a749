import { assertEquals, assertMatch, assertNotEquals } from "@std/assert";
import { createEmulator } from "@xsignals/emulator";
import { clientCredentials, createSession } from "@xsignals/session";
import { fakeClock } from "@xsignals/session/testing";
import { needing } from "@xsignals/tests/has_program";
import * as oauth from "oauth4webapi";
import * as openid from "openid-client";
import { ClientCredentials } from "simple-oauth2";
import { assemble } from "./assemble.ts";
import { readConfig } from "./config.ts";
import { clientLine } from "./testing/test_app.ts";

/** As `deno task gateway:client` makes it, with characters that form encoding changes. */
const secret = "T-G3V9_wYb7xkZ2m-4QnR8sUcE1hJ6dLfA0iPoXvK5g";

/** The app on loopback, knowing its own address: a client gets that, its id and its secret. */
async function serveApp(): Promise<AsyncDisposable & { readonly origin: string; readonly renewals: () => number }> {
  const emulator = createEmulator({ users: { login: "password" } });
  const { promise: handler, resolve } = Promise.withResolvers<Deno.ServeHandler>();
  const server = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen() {} },
    async (request, info) => (await handler)(request, info),
  );
  const origin = `http://127.0.0.1:${server.addr.port}`;
  const env = new Map(Object.entries({
    XSIGNALS_USERNAME: "login",
    XSIGNALS_PASSWORD: "password",
    GATEWAY_CLIENTS: clientLine("notebook", secret),
    GATEWAY_ISSUER: origin,
  }));
  const world = {
    env,
    log() {},
    readFile: () => Promise.reject(),
    socketAddress: () => "127.0.0.1",
    fetch: emulator.fetch,
  };
  const { app } = await assemble(readConfig(env), world);
  let renewals = 0;
  resolve((request) => {
    if (new URL(request.url).pathname === "/token") renewals++;
    return app.fetch(request);
  });
  return { origin, renewals: () => renewals, [Symbol.asyncDispose]: () => server.shutdown() };
}

async function assertGetsFile(origin: string, token: string): Promise<void> {
  const answer = await fetch(`${origin}/api/file/group`, { headers: { authorization: `Bearer ${token}` } });
  assertEquals([answer.status, (await answer.json()).totalSize], [200, 3]);
}

Deno.test({
  name: "openid-client configures itself by discovery, gets a token and a file, and revokes the token",
  sanitizeResources: false, // it leaves the body of the revocation's answer unread
  async fn() {
    await using app = await serveApp();
    for (const algorithm of ["oidc", "oauth2"] as const) {
      for (const authentication of [openid.ClientSecretBasic(secret), openid.ClientSecretPost(secret)]) {
        const options = { algorithm, execute: [openid.allowInsecureRequests] };
        const config = await openid.discovery(new URL(app.origin), "notebook", secret, authentication, options);
        const tokens = await openid.clientCredentialsGrant(config);
        assertEquals([tokens.token_type, tokens.expires_in, tokens.refresh_token], ["bearer", 900, undefined]);
        const file = await openid.fetchProtectedResource(
          config,
          tokens.access_token,
          new URL(`${app.origin}/api/file/group`),
          "GET",
        );
        assertEquals((await file.json()).totalSize, 3);
        await openid.tokenRevocation(config, tokens.access_token);
        const refused = await fetch(`${app.origin}/api/file/group`, {
          headers: { authorization: `Bearer ${tokens.access_token}` },
        });
        assertEquals([refused.status, (await refused.json()).error], [401, "invalid_token"]);
      }
    }
  },
});

Deno.test("oauth4webapi takes the metadata for conformant, and gets a token and a file", async () => {
  await using app = await serveApp();
  const insecure = { [oauth.allowInsecureRequests]: true };
  const issuer = new URL(app.origin);
  const discovery = await oauth.discoveryRequest(issuer, { algorithm: "oauth2", ...insecure });
  const server = await oauth.processDiscoveryResponse(issuer, discovery);
  const client = { client_id: "notebook" };
  const ask = (password: string, scope: string) =>
    oauth.clientCredentialsGrantRequest(server, client, oauth.ClientSecretBasic(password), { scope }, insecure);
  const tokens = await oauth.processClientCredentialsResponse(server, client, await ask(secret, "files:read"));
  assertEquals(tokens.scope, "files:read");
  await assertGetsFile(app.origin, tokens.access_token);

  for (
    const [password, scope, code] of [["wrong", "files:read", "invalid_client"], [
      secret,
      "all",
      "invalid_scope",
    ]] as const
  ) {
    const response = await ask(password, scope);
    const error = await oauth.processClientCredentialsResponse(server, client, response).catch((thrown) => thrown);
    await response.body?.cancel();
    const cause = Array.isArray(error.cause) ? error.cause[0].parameters.realm : error.error;
    assertEquals(cause, code === "invalid_client" ? "token" : code);
  }
});

Deno.test("simple-oauth2 gets a token and a file by its defaults", async () => {
  await using app = await serveApp();
  const client = new ClientCredentials({ client: { id: "notebook", secret }, auth: { tokenHost: app.origin } });
  const { token, expired } = await client.getToken({});
  assertEquals([token.token_type, expired], ["Bearer", client.createToken(token).expired]);
  await assertGetsFile(app.origin, String(token.access_token));
});

Deno.test(needing(["curl"], "curl -u gets a token and a file"), async () => {
  await using app = await serveApp();
  async function curl(...args: string[]): Promise<string> {
    const { code, stdout, stderr } = await new Deno.Command("curl", { args: ["-sS", "--fail", ...args] }).output();
    assertEquals([code, new TextDecoder().decode(stderr)], [0, ""]);
    return new TextDecoder().decode(stdout);
  }
  const answer = await curl("-u", `notebook:${secret}`, "-d", "grant_type=client_credentials", `${app.origin}/token`);
  const { access_token } = JSON.parse(answer);
  const file = await curl("-H", `authorization: Bearer ${access_token}`, `${app.origin}/api/file/group?size=1`);
  assertMatch(file, /"totalSize":3/);
});

Deno.test("clientCredentials() of @xsignals/session gets a token and files, and renews", async () => {
  await using app = await serveApp();
  const clock = fakeClock(Date.now());
  const session = createSession({
    strategy: clientCredentials({ tokenUrl: `${app.origin}/token`, clientId: "notebook", clientSecret: secret }),
    baseUrl: `${app.origin}/api`,
    clock,
  });
  const first = await session.token();
  assertEquals((await (await session.fetch("/file/group")).json()).totalSize, 3);
  assertEquals(app.renewals(), 1);
  await clock.advance(900_000);
  assertEquals((await (await session.fetch("/file/group")).json()).totalSize, 3);
  assertEquals(app.renewals(), 2);
  assertNotEquals((await session.token()).value, first.value);
});
