/** What others wrote, against the gateway: an issuer that rotates its keys, and clients that send assertions. */
import { assertEquals } from "@std/assert";
import { assertion, createSession } from "@xsignals/session";
import { calculateJwkThumbprint, exportJWK, generateKeyPair, importJWK, type JWK } from "jose";
import { HttpServer } from "oauth2-mock-server";
import type { RequestListener } from "node:http";
import * as oauth from "oauth4webapi";
import * as openid from "openid-client";
import { parseClientFile } from "./clients.ts";
import { testApp } from "./testing/test_app.ts";

const GRANT = "urn:ietf:params:oauth:grant-type:jwt-bearer";

/** The gateway on loopback, which knows its own address, with these clients. */
function serveGateway(clients: readonly object[]) {
  const options = { hostname: "127.0.0.1", port: 0, onListen() {} };
  const server = Deno.serve(options, (request): Promise<Response> => app.request(request.url, request));
  const issuer = `http://127.0.0.1:${server.addr.port}`;
  const read = () => parseClientFile(JSON.stringify({ clients }));
  const app = testApp({ issuer, clients: read, issuers: { cooldownMs: 0 } });
  app.advance(Date.now() - app.now());
  return { origin: issuer, log: app.log, [Symbol.asyncDispose]: () => server.shutdown() };
}

async function makeKey(alg: string): Promise<JWK> {
  const jwk = await exportJWK((await generateKeyPair(alg, { extractable: true })).privateKey);
  return { ...jwk, alg, use: "sig", kid: await calculateJwkThumbprint(jwk) };
}

/** npm `oidc-provider` on loopback, whose tokens are JWTs for whom the client names; its keys can be changed. */
async function serveProvider() {
  const { info, warn } = console;
  console.info = console.warn = () => {}; // it tells about production, and about Deno
  const { default: Provider } = await import("oidc-provider");
  let callback: RequestListener = () => {};
  const server = new HttpServer((request, response) => callback(request, response));
  await server.start(0, "127.0.0.1");
  const origin = `http://127.0.0.1:${server.address().port}`;
  const client = { client_id: "app", client_secret: "secret", grant_types: ["client_credentials"] };
  const use = (keys: readonly JWK[]) => {
    const provider = new Provider(origin, {
      clients: [{ ...client, redirect_uris: [], response_types: [] }],
      jwks: { keys },
      ttl: { ClientCredentials: 300 },
      features: {
        clientCredentials: { enabled: true },
        devInteractions: { enabled: false },
        resourceIndicators: {
          enabled: true,
          getResourceServerInfo: (_: unknown, audience: string) => ({
            audience,
            scope: "",
            accessTokenTTL: 300,
            accessTokenFormat: "jwt",
            jwt: { sign: { alg: keys[0]!.alg } },
          }),
        },
      },
    });
    callback = provider.callback();
  };
  /** What a platform does for its programs. */
  const getIdToken = async (resource: string) => {
    const answer = await fetch(`${origin}/token`, {
      method: "POST",
      headers: { authorization: `Basic ${btoa("app:secret")}` },
      body: new URLSearchParams({ grant_type: "client_credentials", resource }),
    });
    return (await answer.json()).access_token;
  };
  const stop = async () => {
    Object.assign(console, { info, warn });
    await server.stop();
  };
  return { origin, use, getIdToken, [Symbol.asyncDispose]: stop };
}

Deno.test("assertion() goes on with tokens of npm oidc-provider while that changes its keys", async () => {
  await using provider = await serveProvider();
  const trust = { issuer: provider.origin, subject: "app", claims: { client_id: "app" } };
  await using gateway = serveGateway([{ id: "edge", assertion: trust }]);
  const [first, second] = await Promise.all([makeKey("RS256"), makeKey("ES256")]);
  const get = async () => {
    const session = createSession({
      baseUrl: `${gateway.origin}/api`,
      strategy: assertion({
        tokenUrl: `${gateway.origin}/token`,
        assertion: () => provider.getIdToken(gateway.origin),
      }),
    });
    return (await (await session.fetch("/file/group")).json()).totalSize;
  };
  for (const keys of [[first], [first, second], [second, first]]) {
    provider.use(keys);
    assertEquals(await get(), 3);
  }
});

Deno.test({
  name: "openid-client sends a platform's assertion by its generic grant, and its own by PrivateKeyJwt",
  sanitizeResources: false, // it leaves the body of the revocation's answer unread
  async fn() {
    await using provider = await serveProvider();
    provider.use([await makeKey("RS256")]);
    const key = await makeKey("ES256");
    const { kty, crv, x, y, kid } = key;
    await using gateway = serveGateway([
      { id: "edge", assertion: { issuer: provider.origin, subject: "app" } },
      { id: "batch", jwks: { keys: [{ kty, crv, x, y, kid }] } },
    ]);
    const open = (id: string, authentication: openid.ClientAuth) =>
      openid.discovery(new URL(gateway.origin), id, undefined, authentication, {
        algorithm: "oauth2",
        execute: [openid.allowInsecureRequests],
      });
    const edge = await open("edge", openid.None());
    const given = { assertion: await provider.getIdToken(gateway.origin) };
    const tokens = await openid.genericGrantRequest(edge, GRANT, given);
    assertEquals([tokens.token_type, tokens.expires_in], ["bearer", 900]);
    const files = new URL(`${gateway.origin}/api/file/group`);
    const answer = await openid.fetchProtectedResource(edge, tokens.access_token, files, "GET");
    assertEquals((await answer.json()).totalSize, 3);

    const privateKey = await importJWK(key, "ES256") as CryptoKey;
    const batch = await open("batch", openid.PrivateKeyJwt({ key: privateKey, kid: kid! }));
    const own = await openid.clientCredentialsGrant(batch);
    assertEquals(own.scope, "files:read");
    await openid.tokenRevocation(batch, own.access_token);
    const refused = await fetch(files, { headers: { authorization: `Bearer ${own.access_token}` } });
    assertEquals([refused.status, (await refused.json()).error], [401, "invalid_token"]);
  },
});

Deno.test("oauth4webapi sends a platform's assertion by its generic grant, and its own by PrivateKeyJwt", async () => {
  await using provider = await serveProvider();
  provider.use([await makeKey("RS256")]);
  const key = await makeKey("EdDSA");
  const { kty, crv, x, kid } = key;
  await using gateway = serveGateway([
    { id: "edge", assertion: { issuer: provider.origin, subject: "app" } },
    { id: "batch", jwks: { keys: [{ kty, crv, x, kid }] } },
  ]);
  const insecure = { [oauth.allowInsecureRequests]: true };
  const url = new URL(gateway.origin);
  const discovery = await oauth.discoveryRequest(url, { algorithm: "oauth2", ...insecure });
  const server = await oauth.processDiscoveryResponse(url, discovery);
  const edge = { client_id: "edge" };
  const form = new URLSearchParams({ assertion: await provider.getIdToken(gateway.origin) });
  const answer = await oauth.genericTokenEndpointRequest(server, edge, oauth.None(), GRANT, form, insecure);
  assertEquals((await oauth.processGenericTokenEndpointResponse(server, edge, answer)).scope, "files:read");

  const batch = { client_id: "batch" };
  const authentication = oauth.PrivateKeyJwt({ key: await importJWK(key, "EdDSA") as CryptoKey, kid: kid! });
  const own = await oauth.clientCredentialsGrantRequest(server, batch, authentication, {}, insecure);
  assertEquals((await oauth.processClientCredentialsResponse(server, batch, own)).scope, "files:read");
});
