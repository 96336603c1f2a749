import { assertEquals, assertRejects } from "@std/assert";
import { memoryStore, type Store } from "@xsignals/session";
import { createSigner, createVerifier } from "fast-jwt";
import { jwtVerify } from "jose";
import { Buffer } from "node:buffer";
import { openClientBook } from "./client_book.ts";
import { hashSecret, parseClientLine, SCOPES } from "./clients.ts";
import { makeAlerts } from "./log.ts";
import { OAuthError } from "./oauth_error.ts";
import { keepRevocations } from "./revocations.ts";
import { clientLine } from "./testing/test_app.ts";
import { type GatewayTokens, gatewayTokens, hs256Signer } from "./tokens.ts";

const KEY = new Uint8Array(32).fill(1);
const START = Date.UTC(2030, 0, 1);

/** Tokens on a clock that the test moves, for clients that it changes. */
function setUp(key = KEY, store: Store = memoryStore()) {
  const world = { time: START, line: `${clientLine("a", "old", "new")} ${clientLine("b", "other")}` };
  const now = () => world.time;
  const read = () => Promise.resolve(parseClientLine(world.line));
  const alerts = makeAlerts(() => {}, now);
  const clients = openClientBook(parseClientLine(world.line), read, now, alerts);
  const tokens = gatewayTokens({
    keys: [key],
    lifetimeMs: 900_000,
    clients,
    revocations: keepRevocations(store, now, alerts),
    now,
  });
  async function issue(id: string, secret: string): Promise<string> {
    const client = await clients.find(id);
    return (await tokens.issue({ client: client!, hash: hashSecret(secret) })).access_token;
  }
  return { world, clients, tokens, issue };
}

async function assertRefused(tokens: GatewayTokens, token: string, what: string, status = 401): Promise<void> {
  const error = await assertRejects(() => tokens.verify(token), OAuthError, undefined, what);
  assertEquals(error.status, status, what);
}

Deno.test("gatewayTokens() makes tokens that say who and how long, and knows them until they expire", async () => {
  const { world, clients, tokens, issue } = setUp();
  const answer = await tokens.issue({ client: (await clients.find("a"))!, hash: hashSecret("old") });

  assertEquals({ ...answer, access_token: "" }, {
    access_token: "",
    token_type: "Bearer",
    expires_in: 900,
    scope: "files:read",
  });
  assertEquals((await tokens.verify(answer.access_token)).id, "a");
  assertEquals((await tokens.verify(await issue("b", "other"))).id, "b");
  world.time += 899_999;
  assertEquals((await tokens.verify(answer.access_token)).id, "a");
  world.time += 1;
  await assertRefused(tokens, answer.access_token, "expired");
});

Deno.test("gatewayTokens() lets a token show no hash of a secret, and no secret", async () => {
  const { issue } = setUp();
  const claims = atob((await issue("a", "old")).split(".")[1]!.replaceAll("-", "+").replaceAll("_", "/"));

  assertEquals(Object.keys(JSON.parse(claims)), ["aud", "sub", "by", "iat", "exp", "jti"]);
  for (const form of ["base64url", "hex"] as const) {
    assertEquals(claims.includes(toText(hashSecret("old"), form).slice(0, 12)), false);
  }
});

function toText(bytes: Uint8Array, form: "base64url" | "hex"): string {
  return form === "hex" ? bytes.toHex() : bytes.toBase64({ alphabet: "base64url" });
}

Deno.test("gatewayTokens() refuses what another key or another algorithm signed, or nobody", async () => {
  const { tokens, issue } = setUp();
  const good = await issue("a", "old");
  const [header = "", payload = "", signature = ""] = good.split(".");
  const claims = JSON.parse(atob(payload.replaceAll("-", "+").replaceAll("_", "/")));
  const { privateKey } = await crypto.subtle.generateKey({ name: "ECDSA", namedCurve: "P-256" }, true, ["sign"]);
  const pem = `-----BEGIN PRIVATE KEY-----\n${
    new Uint8Array(await crypto.subtle.exportKey("pkcs8", privateKey)).toBase64()
  }\n-----END PRIVATE KEY-----`;
  const part = (value: unknown) => btoa(JSON.stringify(value)).replace(/=+$/, "");
  const bad: Record<string, string> = {
    "another key": await setUp(new Uint8Array(32).fill(2)).issue("a", "old"),
    "no algorithm": `${part({ alg: "none", typ: "JWT" })}.${payload}.`,
    "no algorithm, its signature left": `${part({ alg: "none" })}.${payload}.${signature}`,
    "HS384 by the same key": createSigner({ key: Buffer.from(KEY), algorithm: "HS384" })(claims),
    "ES256": createSigner({ key: pem, algorithm: "ES256" })(claims),
    "another audience": createSigner({ key: Buffer.from(KEY), algorithm: "HS256" })({ ...claims, aud: "x" }),
    "no signature": `${header}.${payload}.`,
    "two parts": `${header}.${payload}`,
    "another client": `${header}.${part({ ...claims, sub: "b" })}.${signature}`,
    "later": `${header}.${part({ ...claims, exp: claims.exp + 1 })}.${signature}`,
    "nothing": "",
    "no JWT": "opaque",
  };
  assertEquals((await tokens.verify(good)).id, "a");
  for (const [what, token] of Object.entries(bad)) await assertRefused(tokens, token, what);
});

Deno.test("gatewayTokens() refuses the tokens of a client that was removed, within 60 s", async () => {
  const { world, tokens, issue } = setUp();
  const [a, b] = [await issue("a", "old"), await issue("b", "other")];
  world.line = clientLine("b", "other");
  world.time += 60_000;

  await assertRefused(tokens, a, "removed");
  assertEquals((await tokens.verify(b)).id, "b");
});

Deno.test("gatewayTokens() refuses the tokens of a secret that was taken away, and takes those of the other", async () => {
  const { world, tokens, issue } = setUp();
  const [old, fresh] = [await issue("a", "old"), await issue("a", "new")];
  world.line = clientLine("a", "new");
  world.time += 60_000;

  await assertRefused(tokens, old, "by the old secret");
  assertEquals((await tokens.verify(fresh)).id, "a");
});

Deno.test("gatewayTokens() revokes a client's own token and no other, in every process within 5 s", async () => {
  const store = memoryStore();
  const [here, there] = [setUp(KEY, store), setUp(KEY, store)];
  const [first, second] = [await here.issue("a", "old"), await here.issue("a", "old")];
  const [a, b] = [(await here.clients.find("a"))!, (await here.clients.find("b"))!];
  await there.tokens.verify(first);

  assertEquals(await here.tokens.revoke(first, b), false);
  assertEquals((await here.tokens.verify(first)).id, "a");
  assertEquals(await here.tokens.revoke(first, a), true);
  assertEquals(await here.tokens.revoke(first, a), true);
  assertEquals(await here.tokens.revoke("opaque", a), true);
  await assertRefused(here.tokens, first, "revoked");
  assertEquals((await here.tokens.verify(second)).id, "a");
  there.world.time += 5_000;
  await assertRefused(there.tokens, first, "revoked there");
});

Deno.test("gatewayTokens() answers 503 when nobody can say whether a token was revoked", async () => {
  let isDown = true;
  const store = memoryStore();
  const failing: Store = {
    ...store,
    read: () => isDown ? Promise.reject(new Error("down")) : store.read(),
    write: (data, version) => isDown ? Promise.reject(new Error("down")) : store.write(data, version),
  };
  const { world, clients, tokens, issue } = setUp(KEY, failing);
  const token = await issue("a", "old");

  await assertRefused(tokens, token, "down", 503);
  const client = (await clients.find("a"))!;
  assertEquals((await assertRejects(() => tokens.revoke(token, client), OAuthError)).status, 503);
  assertEquals(await tokens.isGood(token), true); // a download goes on meanwhile
  isDown = false;
  world.time += 1_000; // a store that failed is left alone for a second
  assertEquals((await tokens.verify(token)).id, "a");
  isDown = true;
  world.time += 900_000;
  assertEquals(await tokens.revoke(token, client), true); // it has expired, and the store is not asked
});

Deno.test("hs256Signer() signs what two libraries read", async () => {
  const key = new Uint8Array(32).fill(7);
  const claims = { sub: 'ä\u2028"', iat: 1_800_000_000, exp: 1_900_000_000 };
  const token = hs256Signer(key)(claims);

  assertEquals(createVerifier({ key: Buffer.from(key), algorithms: ["HS256"], ignoreExpiration: true })(token), claims);
  const { payload, protectedHeader } = await jwtVerify(token, key, { currentDate: new Date(1_850_000_000_000) });
  assertEquals([payload, protectedHeader], [claims, { alg: "HS256", typ: "JWT" }]);
});

Deno.test("gatewayTokens() gives a token the scopes that were granted, and takes back what the client may not do any more", async () => {
  let clients = new Map([["a", { id: "a", hashes: [hashSecret("old")], scopes: [...SCOPES] }]]);
  const book = { find: (id: string) => Promise.resolve(clients.get(id)), isCurrent: () => Promise.resolve(true) };
  const now = () => START;
  const revocations = keepRevocations(memoryStore(), now, makeAlerts(() => {}, now));
  const tokens = gatewayTokens({ keys: [KEY], lifetimeMs: 900_000, clients: book, revocations, now });
  const to = { client: clients.get("a")!, hash: hashSecret("old") };
  const both = tokens.issue(to);
  const series = tokens.issue(to, ["series:read"]);
  const files = tokens.issue(to, ["files:read"]);
  const all = async () =>
    await Promise.all([both, series, files].map(async (one) => (await tokens.verify(one.access_token)).scopes));

  assertEquals([both, series, files].map(({ scope }) => scope), [
    "files:read series:read",
    "series:read",
    "files:read",
  ]);
  assertEquals(await all(), [["files:read", "series:read"], ["series:read"], ["files:read"]]);
  clients = new Map([["a", { ...to.client, scopes: ["files:read"] }]]);
  assertEquals(await all(), [["files:read"], [], ["files:read"]]);
});
