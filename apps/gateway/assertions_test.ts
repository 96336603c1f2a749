import { assertEquals, assertMatch, assertRejects } from "@std/assert";
import type { FetchLike } from "@xsignals/session";
import { type Clients, parseClientFile } from "./clients.ts";
import { issuerKeys } from "./issuer_keys.ts";
import { makeAlerts } from "./log.ts";
import { clientLine, type TestApp, testApp, type TestAppOptions } from "./testing/test_app.ts";
import { type Keys, makeKeys, serveIssuer, sign, type TestIssuer } from "./testing/test_issuer.ts";
import { UpstreamUnavailable } from "./upstream.ts";

const GATEWAY = "https://gateway.example";
const NOW = Date.UTC(2030, 0, 1) / 1000;
const KEYS = await makeKeys("1");
const OTHER = await makeKeys("2");
const GRANT = "urn:ietf:params:oauth:grant-type:jwt-bearer";
const SUBJECT = "deployment:org/app/production";

/** Clients as the file has them. */
function clientsOf(...clients: object[]): Clients {
  return parseClientFile(JSON.stringify({ clients }));
}

const WITH_SECRET = { id: "client", hashes: [clientLine("client", "secret").split(":")[1]] };

/** The entry of the tests' app. */
function entryOf({ origin }: TestIssuer): object {
  return { id: "edge", assertion: { issuer: origin, subject: SUBJECT, claims: { app: "1", level: 1 } } };
}

/** What a good assertion says. */
function claimsOf({ origin }: TestIssuer): Record<string, unknown> {
  return { iss: origin, sub: SUBJECT, aud: GATEWAY, iat: NOW, nbf: NOW - 60, exp: NOW + 300, app: "1", level: 1 };
}

/** The gateway, and an issuer that it trusts. */
function setUp(options: TestAppOptions = {}, issuer = serveIssuer([KEYS])) {
  const app = testApp({
    issuer: GATEWAY,
    clients: () => clientsOf(entryOf(issuer), WITH_SECRET),
    issuers: { cooldownMs: 0 },
    ...options,
  });
  return { app, issuer, good: () => sign(KEYS, claimsOf(issuer)), [Symbol.asyncDispose]: issuer[Symbol.asyncDispose] };
}

async function post(app: TestApp, form: Record<string, string>, headers: HeadersInit = {}): Promise<Response> {
  return await app.request("/token", { method: "POST", headers, body: new URLSearchParams(form) });
}

/** Sends the assertion; the status, the error, and the log's reason. */
async function told(app: TestApp, assertion: string): Promise<string> {
  const answer = await post(app, { grant_type: GRANT, assertion });
  const { error = "" } = await answer.json();
  const { reason = "" } = Object(app.log.at(-1));
  return [answer.status, error, reason].filter((word) => word !== "").join(" ");
}

/** The text of an assertion made by hand, signed or not. */
function made(header: unknown, claims: unknown, signature = "c2ln"): string {
  const part = (one: unknown) => btoa(typeof one === "string" ? one : JSON.stringify(one)).replace(/=+$/, "");
  return [header, claims].map(part).join(".").replaceAll("+", "-").replaceAll("/", "_") + `.${signature}`;
}

Deno.test("assertionChecker() takes an assertion of a platform, and the token is the client's", async () => {
  await using place = setUp({ audit: true });
  const { app, issuer } = place;
  const answer = await post(app, { grant_type: GRANT, assertion: await place.good() });
  const { access_token, scope, expires_in } = await answer.json();
  assertEquals([answer.status, scope, expires_in], [200, "files:read", 900]);
  assertEquals((await (await app.call("/api/file/group", access_token)).json()).totalSize, 3);
  assertEquals(issuer.asked, ["/.well-known/openid-configuration", "/jwks"]);
  const [line, call] = app.log.map((entry) => Object(entry));
  assertEquals([line.client, line.subject, line.path], ["edge", SUBJECT, "/token"]);
  assertEquals(line.token, call.token); // which subject got the token that took what
});

type Case = [what: string, make: (issuer: TestIssuer) => string | Promise<string>, told: string];

/** An assertion that is good but for these claims, and this header. */
const but = (claims: object, header?: object, keys: Keys = KEYS) => (issuer: TestIssuer) =>
  sign(keys, { ...claimsOf(issuer), ...claims }, header);

const HOSTILE: readonly Case[] = [
  ["nothing changed", but({}), "200"],
  ["an audience in a list of one", but({ aud: [GATEWAY] }), "200"],
  ["clocks that differ by 59 s", but({ iat: NOW + 59, nbf: NOW + 59 }), "200"],
  ["expired 59 s ago", but({ iat: NOW - 359, exp: NOW - 59 }), "200"],
  ["no text of a JWT", () => "hunter2", "401 invalid_grant not_a_jwt"],
  [
    "no signature",
    (issuer) => made({ alg: "ES256", kid: "1" }, claimsOf(issuer), ""),
    "401 invalid_grant wrong_signature",
  ],
  ["alg none", (issuer) => made({ alg: "none" }, claimsOf(issuer), ""), "401 invalid_grant algorithm"],
  ["alg nOnE, with a signature", (issuer) => made({ alg: "nOnE" }, claimsOf(issuer)), "401 invalid_grant algorithm"],
  ["HS256 with the public key as the secret", hs256, "401 invalid_grant algorithm"],
  [
    "an algorithm that is not on the list",
    async (issuer) => await sign(await makeKeys("1", "ES384"), claimsOf(issuer)),
    "401 invalid_grant algorithm",
  ],
  [
    "another algorithm than the key's",
    (issuer) => made({ alg: "RS256", kid: "1" }, claimsOf(issuer)),
    "401 invalid_grant no_key",
  ],
  ["a kid that the issuer does not have", but({}, { kid: "9" }), "401 invalid_grant no_key"],
  ["a kid that is a path", but({}, { kid: "../../etc/passwd" }), "401 invalid_grant no_key"],
  ["signed by another key of the same kid", but({}, { kid: "1" }, OTHER), "401 invalid_grant wrong_signature"],
  ["a jku of its own", but({}, { jku: "http://127.0.0.1:1/jwks", kid: "2" }, OTHER), "401 invalid_grant no_key"],
  ["an x5u of its own", but({}, { x5u: "http://127.0.0.1:1/x5u", kid: "2" }, OTHER), "401 invalid_grant no_key"],
  ["its own key embedded as jwk", but({}, { jwk: OTHER.jwk, kid: "1" }, OTHER), "401 invalid_grant wrong_signature"],
  [
    "a critical header",
    (issuer) => made({ alg: "ES256", kid: "1", crit: ["exp"], exp: 1 }, claimsOf(issuer)),
    "401 invalid_grant critical_header",
  ],
  ["the claims changed after signing", async (issuer) => {
    const [head, , signature] = (await sign(KEYS, claimsOf(issuer))).split(".");
    return `${head}.${made({}, { ...claimsOf(issuer), exp: NOW + 301 }).split(".")[1]}.${signature}`;
  }, "401 invalid_grant wrong_signature"],
  ["an issuer that is in no entry", but({ iss: "http://127.0.0.1:1" }), "401 invalid_grant issuer_unknown"],
  [
    "the issuer with a slash at its end",
    (issuer) => but({ iss: `${issuer.origin}/` })(issuer),
    "401 invalid_grant issuer_unknown",
  ],
  ["no issuer", but({ iss: undefined }), "401 invalid_grant issuer_unknown"],
  ["another audience", but({ aud: "https://other.example" }), "401 invalid_grant wrong_audience"],
  ["the token endpoint as its audience", but({ aud: `${GATEWAY}/token` }), "401 invalid_grant wrong_audience"],
  [
    "two audiences, one of them ours",
    but({ aud: [GATEWAY, "https://other.example"] }),
    "401 invalid_grant wrong_audience",
  ],
  ["our audience twice", but({ aud: [GATEWAY, GATEWAY] }), "401 invalid_grant wrong_audience"],
  ["no audience", but({ aud: undefined }), "401 invalid_grant wrong_audience"],
  ["an empty list of audiences", but({ aud: [] }), "401 invalid_grant wrong_audience"],
  ["another subject", but({ sub: `${SUBJECT}x` }), "401 invalid_grant no_entry"],
  ["the subject in other letters", but({ sub: SUBJECT.toUpperCase() }), "401 invalid_grant no_entry"],
  ["a subject that is a list", but({ sub: [SUBJECT] }), "401 invalid_grant no_subject"],
  ["no subject", but({ sub: undefined }), "401 invalid_grant no_subject"],
  ["a claim with another value", but({ app: "2" }), "401 invalid_grant no_entry"],
  ["a number in place of a text", but({ app: 1 }), "401 invalid_grant no_entry"],
  ["a text in place of a number", but({ level: "1" }), "401 invalid_grant no_entry"],
  ["true in place of a number", but({ level: true }), "401 invalid_grant no_entry"],
  ["a claim left out", but({ app: undefined }), "401 invalid_grant no_entry"],
  ["expired 60 s ago", but({ iat: NOW - 300, exp: NOW - 60 }), "401 invalid_grant expired"],
  ["issued 61 s from now", but({ iat: NOW + 61 }), "401 invalid_grant not_yet_valid"],
  ["valid 61 s from now", but({ nbf: NOW + 61 }), "401 invalid_grant not_yet_valid"],
  ["a life of ten years", but({ exp: NOW + 315_360_000 }), "401 invalid_grant lives_too_long"],
  ["a life of a second over an hour", but({ exp: NOW + 3_601 }), "401 invalid_grant lives_too_long"],
  ["an end before its beginning", but({ iat: NOW + 10, exp: NOW + 5 }), "401 invalid_grant lives_too_long"],
  ["no exp", but({ exp: undefined }), "401 invalid_grant times_missing"],
  ["no iat", but({ iat: undefined }), "401 invalid_grant times_missing"],
  [
    "an exp that is text",
    (issuer) => made({ alg: "ES256", kid: "1" }, { ...claimsOf(issuer), exp: `${NOW + 300}` }),
    "401 invalid_grant times_missing",
  ],
  [
    "a claim twice",
    (issuer) => made({ alg: "ES256", kid: "1" }, JSON.stringify(claimsOf(issuer)).replace("{", '{"sub":"x",')),
    "401 invalid_grant member_twice",
  ],
  [
    "a claim twice, once escaped",
    (issuer) => made({ alg: "ES256", kid: "1" }, JSON.stringify(claimsOf(issuer)).replace("{", '{"s\\u0075b":"x",')),
    "401 invalid_grant member_twice",
  ],
  [
    "a header's member twice",
    (issuer) => made('{"alg":"none","alg":"ES256"}', claimsOf(issuer)),
    "401 invalid_grant member_twice",
  ],
  ["claims that are a list", () => made({ alg: "ES256" }, []), "401 invalid_grant not_a_jwt"],
  [
    "claims that are not UTF-8",
    () => `${made({ alg: "ES256" }, {}).split(".")[0]}._w.c2ln`,
    "401 invalid_grant not_a_jwt",
  ],
  ["an encrypted one, of five parts", () => "e30.e30.e30.e30.e30", "401 invalid_grant not_a_jwt"],
  ["a huge one", but({ more: "x".repeat(8_192) }), "413 invalid_request"],
];

async function hs256(issuer: TestIssuer): Promise<string> {
  const key = new TextEncoder().encode(JSON.stringify(KEYS.jwk));
  const secret = await crypto.subtle.importKey("raw", key, { name: "HMAC", hash: "SHA-256" }, false, ["sign"]);
  const [head, body] = made({ alg: "HS256", kid: "1" }, claimsOf(issuer)).split(".");
  const bytes = new Uint8Array(await crypto.subtle.sign("HMAC", secret, new TextEncoder().encode(`${head}.${body}`)));
  return `${head}.${body}.${bytes.toBase64({ alphabet: "base64url", omitPadding: true })}`;
}

for (const [what, make, expected] of HOSTILE) {
  Deno.test(`assertionChecker() of ${what}: ${expected}`, async () => {
    await using place = setUp();
    assertEquals(await told(place.app, await make(place.issuer)), expected);
    // What is wrong without a look at the signature costs no key, and the issuer is not asked.
    assertEquals(place.issuer.asked.length > 0, /^200|no_key|wrong_signature/.test(expected));
  });
}

type Spoiled = [what: string, spoil: (issuer: TestIssuer) => TestIssuer["spoil"], reason: RegExp];

/** An issuer whose discovery document has these members. */
const saying = (members: (issuer: TestIssuer) => object) => (issuer: TestIssuer) => (path: string) =>
  path === "/jwks"
    ? undefined
    : Response.json({ issuer: issuer.origin, jwks_uri: `${issuer.origin}/jwks`, ...members(issuer) });
const withKeys = (body: BodyInit) => () => (path: string) => path === "/jwks" ? new Response(body) : undefined;
const untilAborted = (signal: AbortSignal) =>
  new Promise<Response>((resolve) => signal.addEventListener("abort", () => resolve(new Response())));
const endless = () => new ReadableStream({ pull: (controller) => controller.enqueue(new Uint8Array(65_536).fill(32)) });

const ISSUERS: readonly Spoiled[] = [
  ["is slow", () => (_, { signal }) => untilAborted(signal), /cannot be asked \(TimeoutError\)$/],
  ["never ends", () => () => new Response(endless()), /answered with a document that is too long$/],
  ["never ends its keys", () => (path) => path === "/jwks" ? new Response(endless()) : undefined, /that is too long$/],
  ["redirects", (issuer) => () => Response.redirect(`${issuer.origin}/elsewhere`), /answered with status 302$/],
  [
    "redirects its keys",
    (issuer) => (path) => path === "/jwks" ? Response.redirect(`${issuer.origin}/x`) : undefined,
    /answered with status 302$/,
  ],
  [
    "says it is another",
    saying(() => ({ issuer: "https://accounts.example" })),
    /names another issuer in its discovery document$/,
  ],
  ["says it is itself with a slash", saying(({ origin }) => ({ issuer: `${origin}/` })), /names another issuer/],
  [
    "has its keys at plain http",
    saying(() => ({ jwks_uri: "http://192.0.2.1/jwks" })),
    /names keys that are not at an https address$/,
  ],
  [
    "has its keys in a file",
    saying(() => ({ jwks_uri: "file:///etc/passwd" })),
    /names keys that are not at an https address$/,
  ],
  ["has no keys", saying(() => ({ jwks_uri: undefined })), /names keys that are not at an https address$/],
  ["fails", () => () => new Response(null, { status: 500 }), /answered with status 500$/],
  ["answers with a page", () => () => new Response("<html>"), /cannot be asked \(SyntaxError\)$/],
  ["has something else than keys", withKeys('{"keys":7}'), /cannot be asked \(ERR_JWKS_INVALID\)$/],
];

for (const [what, spoil, reason] of ISSUERS) {
  Deno.test(`issuerKeys() of an issuer that ${what}: 503, ${String(reason).slice(1, -2)}`, async () => {
    await using place = setUp({ issuers: { deadlineMs: what === "is slow" ? 100 : 5_000 } });
    const { app, issuer } = place;
    issuer.spoil = spoil(issuer)!;
    const assertion = await place.good();
    for (let call = 0; call < 2; call++) {
      const answer = await post(app, { grant_type: GRANT, assertion });
      assertEquals([answer.status, (await answer.json()).error], [503, "temporarily_unavailable"]);
      assertEquals(answer.headers.get("retry-after"), "10");
      assertMatch(Object(app.log.at(-1)).reason, reason);
    }
    assertEquals(issuer.asked.filter((path) => path !== "/jwks").length, 1); // it is left alone for a while
    const alerts = app.log.filter(({ event }) => event === "alert").map((entry) => Object(entry).message);
    assertEquals(alerts.length, 1);
    assertMatch(alerts[0], /^Cannot use the keys of http:.*: it .* Its clients get 503 until it is mended$/);
    assertEquals((await app.ask()).status, 200); // a client with a secret notices nothing
    delete issuer.spoil;
    app.advance(10_000);
    assertEquals(await told(app, assertion), "200");
  });
}

Deno.test("issuerKeys() leaves https for nobody: not for keys, not by a redirect, not for another issuer", async () => {
  const issuer = "https://issuer.example/id/7";
  const asked: string[] = [];
  let document: object = { issuer, jwks_uri: "http://127.0.0.1:1/jwks" };
  const fetch: FetchLike = (input, init) => {
    asked.push(`${input} ${init?.redirect}`);
    return Promise.resolve(Response.json(document));
  };
  let time = 0;
  const alerts = makeAlerts(() => {}, () => time);
  const { find } = issuerKeys({ fetch, now: () => time, alerts })(issuer);
  const why = async () => (await assertRejects(async () => await find({ alg: "ES256" }), UpstreamUnavailable)).reason;
  assertEquals(await why(), "issuer issuer.example/id/7 names keys that are not at an https address");
  assertEquals(asked, [`${issuer}/.well-known/openid-configuration manual`]);
  time += 10_000;
  document = { issuer: "https://issuer.example", jwks_uri: "https://issuer.example/jwks" };
  assertEquals(await why(), "issuer issuer.example/id/7 names another issuer in its discovery document");
});

Deno.test("assertionChecker() forgets a verified assertion when it expires, or its client does", async () => {
  const issuer = serveIssuer([KEYS]);
  const clients = () => clientsOf({ ...entryOf(issuer), expires: "2030-01-01T00:00:50Z" });
  await using place = setUp({ clients }, issuer);
  const { app } = place;
  const assertion = await but({ iat: NOW - 329, exp: NOW - 29 })(issuer);
  const good = await place.good();
  for (const one of [good, good, assertion]) assertEquals(await told(app, one), "200");
  app.advance(31_000);
  assertEquals([await told(app, assertion), await told(app, good)], ["401 invalid_grant expired", "200"]);
  app.advance(19_000);
  assertEquals(await told(app, good), "401 invalid_grant issuer_unknown");
});

Deno.test("issuerKeys() asks an issuer once for all who wait", async () => {
  await using place = setUp();
  const { app, issuer } = place;
  const assertions = await Promise.all(Array.from({ length: 20 }, (_, i) => but({ jti: `${i}` })(issuer)));
  assertEquals(new Set(await Promise.all(assertions.map((one) => told(app, one)))), new Set(["200"]));
  assertEquals(issuer.asked, ["/.well-known/openid-configuration", "/jwks"]);
});

Deno.test("issuerKeys() follows an issuer that rotates its keys, and one that returns to an old key", async () => {
  await using place = setUp();
  const { app, issuer } = place;
  const [byOld, byNew] = await Promise.all([KEYS, OTHER].map((keys) => but({}, {}, keys)(issuer)));
  assertEquals(await told(app, byOld!), "200");
  assertEquals(await told(app, byNew!), "401 invalid_grant no_key");
  issuer.keys = [KEYS, OTHER];
  assertEquals([await told(app, byNew!), await told(app, byOld!)], ["200", "200"]);
  issuer.keys = [OTHER];
  assertEquals(await told(app, byOld!), "200"); // it is known, and nobody has looked
  assertEquals(await told(app, await but({}, { kid: "9" })(issuer)), "401 invalid_grant no_key"); // somebody has
  assertEquals(await told(app, byOld!), "401 invalid_grant no_key"); // forgotten with the keys
  issuer.keys = [KEYS];
  assertEquals([await told(app, byOld!), await told(app, byNew!)], ["200", "401 invalid_grant no_key"]);
  issuer.keys = [{ ...OTHER, jwk: { ...OTHER.jwk, kid: "1" } }]; // another key by the same name
  assertEquals(await told(app, await but({ jti: "x" }, { kid: "1" }, OTHER)(issuer)), "200");
});

Deno.test("issuerKeys() is not made to ask again and again by names of keys that are not there", async () => {
  await using place = setUp({ issuers: {} });
  const { app, issuer } = place;
  for (let kid = 0; kid < 20; kid++) {
    assertEquals(await told(app, await but({}, { kid: `no ${kid}` })(issuer)), "401 invalid_grant no_key");
  }
  assertEquals(issuer.asked.length, 2);
});

Deno.test("assertionChecker() knows a verified assertion for a minute, until it expires, and while nothing has changed", async () => {
  let clients: object[] = [];
  await using issuer = serveIssuer([KEYS]);
  clients = [entryOf(issuer)];
  await using place = setUp({ clients: () => clientsOf(...clients), issuers: { cooldownMs: 1e9 } }, issuer);
  const { app } = place;
  const assertion = await place.good();
  assertEquals([await told(app, assertion), await told(app, assertion)], ["200", "200"]);
  const good = { app: "1", level: 1 };
  const cases: [object[], string][] = [
    [
      [{ id: "edge", assertion: { issuer: issuer.origin, subject: SUBJECT, claims: { app: "2" } } }],
      "401 invalid_grant no_entry",
    ],
    [[{ id: "edge", assertion: { issuer: issuer.origin, subject: SUBJECT, claims: good, maxLife: 300 } }], "200"],
    [[{ ...entryOf(issuer), expires: "2029-01-01T00:00:00Z" }], "401 invalid_grant issuer_unknown"],
    [
      [entryOf(issuer), { id: "b", assertion: { issuer: issuer.origin, claims: good } }],
      "401 invalid_grant two_entries: edge, b",
    ],
    [
      [{ id: "other", assertion: { issuer: "https://other.example", subject: "x" } }],
      "401 invalid_grant issuer_unknown",
    ],
  ];
  for (const [changed, expected] of cases) {
    clients = [entryOf(issuer)];
    app.advance(30_000);
    const known = await but({ iat: app.log.length + NOW, exp: NOW + 300 })(issuer);
    assertEquals(await told(app, known), "200");
    clients = changed;
    app.advance(30_000);
    assertEquals(await told(app, known), expected, JSON.stringify(changed));
  }
});

Deno.test("assertionChecker() forgets a token's client with its entry: the token ends too", async () => {
  await using issuer = serveIssuer([KEYS]);
  let clients = [entryOf(issuer), { id: "other", assertion: { issuer: issuer.origin, subject: "x" } }];
  await using place = setUp({ clients: () => clientsOf(...clients) }, issuer);
  const answer = await post(place.app, { grant_type: GRANT, assertion: await place.good() });
  const { access_token } = await answer.json();
  assertEquals((await place.app.call("/api/file/group", access_token)).status, 200);
  clients = clients.slice(1);
  place.app.advance(30_000);
  assertEquals((await place.app.call("/api/file/group", access_token)).status, 401);
});

Deno.test("assertionChecker() takes an assertion of a client's own key as its authentication, and no platform's (RFC 7523, 2.2)", async () => {
  await using issuer = serveIssuer([KEYS]);
  const [own, next] = await Promise.all([makeKeys("a", "EdDSA"), makeKeys("b", "RS256")]);
  const clients = () => clientsOf({ id: "batch", jwks: { keys: [own.jwk, next.jwk] } }, entryOf(issuer));
  await using place = setUp({ clients }, issuer);
  const claims = { iss: "batch", sub: "batch", aud: GATEWAY, iat: NOW, exp: NOW + 60 };
  const type = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
  const ask = async (client_assertion: string, more: Record<string, string> = {}) => {
    const form = { grant_type: "client_credentials", client_assertion_type: type, client_assertion, ...more };
    const answer = await post(place.app, form);
    const { error = "", error_description = "" } = await answer.json();
    return `${answer.status} ${error} ${Object(place.app.log.at(-1)).reason ?? error_description.slice(0, 40)}`.trim();
  };
  for (const keys of [own, next]) assertEquals(await ask(await sign(keys, claims)), "200");
  const good = await sign(own, claims);
  assertEquals(await ask(good, { client_id: "batch" }), "200");
  assertEquals(await ask(good, { client_id: "edge" }), "400 invalid_request Cannot authenticate the client: client_i");
  assertEquals(await ask(good, { client_secret: "x" }), "400 invalid_request Cannot authenticate the client: it says");
  assertEquals(
    await ask(good, { client_assertion_type: "x" }),
    "400 invalid_request Cannot authenticate the client: client_a",
  );
  assertEquals(await ask(await sign(own, { ...claims, sub: "edge" })), "401 invalid_client no_entry");
  assertEquals(await ask(await sign(own, { ...claims, aud: `${GATEWAY}/token` })), "401 invalid_client wrong_audience");
  assertEquals(await ask(await sign(next, claims, { kid: "a", alg: "RS256" })), "401 invalid_client no_key");
  assertEquals(await ask(await place.good()), "401 invalid_client issuer_unknown");
  assertEquals(await told(place.app, good), "401 invalid_grant issuer_unknown");
  assertEquals(issuer.asked, []);
  const { access_token } = await (await post(place.app, {
    grant_type: "client_credentials",
    client_assertion_type: type,
    client_assertion: good,
  })).json();
  const revoke = new URLSearchParams({ token: access_token, client_assertion_type: type, client_assertion: good });
  assertEquals((await place.app.request("/revoke", { method: "POST", body: revoke })).status, 200);
  assertEquals((await place.app.call("/api/file/group", access_token)).status, 401);
});

Deno.test("authenticate() takes an assertion with no other way beside it, and only where the gateway knows its own address", async () => {
  await using place = setUp();
  const { app } = place;
  const form = { grant_type: GRANT, assertion: await place.good() };
  const status = async (form: Record<string, string>, headers?: HeadersInit) => (await post(app, form, headers)).status;
  assertEquals(await status({ ...form, client_id: "edge" }), 200);
  assertEquals(await status({ ...form, client_id: "other" }), 400);
  assertEquals(await status({ ...form, client_secret: "x" }), 400);
  assertEquals(await status({ ...form, client_assertion: "x" }), 400);
  assertEquals(await status(form, { authorization: `Basic ${btoa("edge:x")}` }), 400);
  assertEquals(await status({ grant_type: GRANT }), 400);
  assertEquals(await status({ ...form, scope: "series:read" }), 400);
  assertEquals(await status({ grant_type: "client_credentials", assertion: form.assertion }), 401);
  assertEquals(await status({ grant_type: "client_credentials", client_id: "edge", client_secret: "" }), 401);
  const answer = await post(testApp(), form);
  assertEquals([answer.status, (await answer.json()).error], [401, "invalid_client"]);
});

Deno.test("assertionChecker() looks at no signature of an address that failed too often, and goes on for others", async () => {
  await using place = setUp();
  const { app, issuer } = place;
  const ask = async (assertion: string, address: string) =>
    (await post(app, { grant_type: GRANT, assertion }, { "x-test-address": address })).status;
  const good = await place.good();
  for (let call = 0; call < 2; call++) assertEquals(await ask(good, "a"), 200); // by the first one the keys were fetched
  for (let failure = 0; failure < 30; failure++) assertEquals(await ask(await but({ sub: "x" })(issuer), "a"), 401);
  issuer.asked.length = 0;
  assertEquals(await ask(await but({ jti: "new" }, { kid: "9" })(issuer), "a"), 429);
  assertEquals(issuer.asked, []);
  assertEquals(await ask(good, "a"), 200); // what was verified needs no signature
  assertEquals(await ask(await but({ jti: "new" })(issuer), "b"), 200);
  app.advance(60_000);
  assertEquals(await ask(await but({ jti: "new" })(issuer), "a"), 200);
});
