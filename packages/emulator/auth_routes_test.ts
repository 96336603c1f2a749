import { assertEquals, assertMatch, assertNotEquals } from "@std/assert";
import { decodeJwt, decodeProtectedHeader } from "jose";
import { API, basic, createCaller } from "./caller_test.ts";
import { BODY_LIMIT } from "./body.ts";

Deno.test("GET /auth/login answers the documented pair, with a JWT of an hour", async () => {
  const { get, clock } = createCaller();
  const answer = await get("/auth/login", basic());
  assertEquals(answer.status, 200);
  assertEquals(answer.headers.get("content-type"), "application/json");
  assertEquals(answer.headers.get("cache-control"), "no-store");
  assertEquals(answer.headers.get("date"), new Date(clock.ms).toUTCString());
  const { token, refreshToken, ...rest } = await answer.json();
  assertEquals(rest, {});
  assertMatch(refreshToken, /^[\w-]{43}$/);
  assertEquals(decodeProtectedHeader(token).alg, "HS256");
  const { iss, sub, aud, iat, exp, jti } = decodeJwt(token);
  assertEquals({ iss, sub, aud }, { iss: API, sub: "login", aud: "xsignals" });
  assertEquals([iat, exp], [clock.ms / 1000, clock.ms / 1000 + 3600]);
  assertMatch(jti!, /^[\w-]{43}$/);
});

Deno.test("GET /auth/login rejects everything but the right Basic", async () => {
  const { get, login, emulator } = createCaller({
    users: { login: "password", "zażółć": "a:b:пароль😀é" },
    apiKeys: { key: "login" },
  });
  const { token } = await login("zażółć", "a:b:пароль😀é");
  const wrong = [
    undefined,
    basic("login", "Password"),
    basic("nobody", "password"),
    basic("__proto__", "password"),
    "Basic",
    "Basic !!!",
    `Basic ${btoa("nocolon")}`,
    `Basic ${btoa("\xff\xfe:x")}`,
    `${basic()}, ${basic()}`,
    `Bearer ${token}`,
    "ApiKey key",
    "Digest username=login",
  ];
  for (const authorization of wrong) {
    const answer = await get("/auth/login", authorization);
    assertEquals(answer.status, 401, authorization);
    assertMatch(answer.headers.get("www-authenticate")!, /^Basic realm="xsignals"/);
    assertEquals(typeof (await answer.json()).message, "string");
  }
  assertEquals(emulator.count({ operation: "authLogin", status: 200 }), 1);
});

Deno.test("GET /auth/login notes a violation if the password has its own header", async () => {
  const { get, emulator, status } = createCaller();
  assertEquals(await status(get("/auth/login", undefined, { userName: "login", password: "password" })), 401);
  assertEquals(emulator.log[0]?.violation, "credential_in_header");
});

Deno.test("POST /auth/refresh spends the token: one of several callers at once wins", async () => {
  const { login, refresh, emulator } = createCaller();
  const { refreshToken } = await login();
  const answers = await Promise.all([refresh(refreshToken), refresh(refreshToken), refresh(refreshToken)]);
  assertEquals(answers.map(({ status }) => status).sort(), [200, 401, 401]);
  assertEquals(emulator.count({ violation: "spent_refresh_token" }), 2);
  const next = await answers.find(({ ok }) => ok)!.json();
  assertNotEquals(next.refreshToken, refreshToken);
  assertEquals((await refresh(next.refreshToken)).status, 200);
});

Deno.test("POST /auth/refresh rejects a token that is unknown, expired or revoked", async () => {
  const { login, refresh, status, clock, emulator } = createCaller({ refreshTokenLifetime: 10_000 });
  assertEquals(await status(refresh("unknown")), 401);
  const first = await login();
  clock.ms += 9_999;
  const second = await (await refresh(first.refreshToken)).json();
  clock.ms += 9_999;
  const third = await (await refresh(second.refreshToken)).json();
  clock.ms += 10_000;
  assertEquals(await status(refresh(third.refreshToken)), 401);
  const other = await login();
  emulator.revokeRefreshTokens("login");
  assertEquals(await status(refresh(other.refreshToken)), 401);
});

Deno.test("POST /auth/logout ends the refresh token and keeps the access token", async () => {
  const { login, logout, refresh, get, status, emulator } = createCaller();
  const pair = await login();
  assertEquals((await logout(pair)).status, 200);
  assertEquals(await status(refresh(pair.refreshToken)), 401);
  assertEquals(emulator.count({ violation: "spent_refresh_token" }), 0);
  assertEquals(await status(get("/", `Bearer ${pair.token}`)), 404);
  assertEquals(await status(logout(pair)), 401);
});

Deno.test("POST /auth/logout rejects another user's refresh token, Basic, and an expired access token", async () => {
  const { login, logout, refresh, post, status, clock } = createCaller({ users: { login: "password", other: "x" } });
  const pair = await login();
  const other = await login("other", "x");
  assertEquals(await status(logout({ token: other.token, refreshToken: pair.refreshToken })), 401);
  assertEquals(await status(post("/auth/logout", { refreshToken: pair.refreshToken }, basic())), 401);
  assertEquals(await status(post("/auth/logout", { refreshToken: pair.refreshToken })), 401);
  clock.ms += 3_600_000;
  assertEquals(await status(logout(pair)), 401);
  assertEquals(await status(refresh(pair.refreshToken)), 200);
});

Deno.test("POST /auth/changePassword changes Basic and login at once, but not tokens and Auth0", async () => {
  const { login, post, get, refresh, oauth, status } = createCaller();
  const pair = await login();
  assertEquals(await status(post("/auth/changePassword", { password: "next" }, `Bearer ${pair.token}`)), 200);
  assertEquals(await status(get("/auth/login", basic())), 401);
  assertEquals(await status(get("/", basic("login", "password"))), 401);
  assertEquals(await status(get("/", basic("login", "next"))), 404);
  assertEquals(await status(get("/", `Bearer ${pair.token}`)), 404);
  assertEquals(await status(refresh(pair.refreshToken)), 200);
  assertEquals(await status(oauth()), 200);
  assertEquals(await status(post("/auth/changePassword", { password: "last" }, basic("login", "next"))), 200);
  await login("login", "last");
});

Deno.test("POST /auth/changePassword rejects a request without a credential and an account without a password", async () => {
  const { get, post, oauth, status } = createCaller({ users: { login: { password: "password", ssoOnly: true } } });
  assertEquals(await status(post("/auth/changePassword", { password: "next" })), 401);
  const { access_token } = await (await oauth()).json();
  assertEquals(await status(post("/auth/changePassword", { password: "next" }, `Bearer ${access_token}`)), 403);
  assertEquals(await status(get("/auth/login", basic())), 401);
});

Deno.test("POST /auth/* answers 400 to a malformed body and changes nothing", async () => {
  const { emulator, login, refresh, status } = createCaller();
  const pair = await login();
  const json = "application/json";
  const bodies: [type: string | null, body: BodyInit, status?: number][] = [
    [json, ""],
    [json, "no json"],
    [json, "null"],
    [json, "1"],
    [json, '"text"'],
    [json, "[]"],
    [json, "{}"],
    [json, '{"refreshToken":null,"password":null}'],
    [json, '{"refreshToken":"","password":""}'],
    [json, '{"refreshToken":7,"password":7}'],
    [json, '{"refreshToken":["x"],"password":{}}'],
    [json, '{"__proto__":{"refreshToken":"x","password":"x"}}'],
    [json, '{"constructor":{"prototype":{"refreshToken":"x"}}}'],
    [json, `${"[".repeat(200_000)}${"]".repeat(200_000)}`],
    [json, `{"refreshToken":${"[".repeat(200_000)}${"]".repeat(200_000)},"password":{"a":1}}`],
    [json, new Uint8Array([0x7b, 0x22, 0xff, 0x22, 0x7d])],
    [json, new Uint8Array([0x22, 0xe2, 0x82])],
    [json, "x".repeat(BODY_LIMIT + 1), 413],
    ["application/x-www-form-urlencoded", JSON.stringify({ refreshToken: pair.refreshToken, password: "next" })],
    ["text/plain", JSON.stringify({ refreshToken: pair.refreshToken, password: "next" })],
    ["", JSON.stringify({ refreshToken: pair.refreshToken, password: "next" })],
  ];
  for (const path of ["/auth/refresh", "/auth/logout", "/auth/changePassword"]) {
    for (const [type, body, expected = 400] of bodies) {
      const headers = { authorization: `Bearer ${pair.token}`, ...(type === null ? {} : { "content-type": type }) };
      const answer = await emulator.fetch(API + path, { method: "POST", headers, body });
      assertEquals(answer.status, expected, `${path} ${type} ${String(body).slice(0, 40)}`);
      assertEquals(typeof (await answer.json()).message, "string");
    }
  }
  assertEquals(await status(refresh(pair.refreshToken)), 200);
  await login();
});

Deno.test("POST /auth/refresh accepts a JSON type with parameters, and types that end in +json", async () => {
  const { emulator, login } = createCaller();
  let { refreshToken } = await login();
  for (const type of ["application/json; charset=utf-8", "APPLICATION/JSON", "application/vnd.x+json;v=1"]) {
    const body = JSON.stringify({ refreshToken });
    const answer = await emulator.fetch(`${API}/auth/refresh`, {
      method: "POST",
      headers: { "content-type": type },
      body,
    });
    assertEquals(answer.status, 200, type);
    ({ refreshToken } = await answer.json());
  }
});

Deno.test("POST /auth/refresh accepts JSON under curl's form type with asPrinted", async () => {
  const { emulator, login } = createCaller({ asPrinted: true });
  const { refreshToken } = await login();
  const send = (body: string, type = "application/x-www-form-urlencoded") =>
    emulator.fetch(`${API}/auth/refresh`, { method: "POST", headers: { "content-type": type }, body });
  assertEquals((await send(`refreshToken=${refreshToken}`)).status, 400);
  assertEquals((await send(JSON.stringify({ refreshToken }), "text/plain")).status, 400);
  assertEquals((await send(JSON.stringify({ refreshToken }))).status, 200);
});

Deno.test("POST /auth/refresh answers 413 and does not read a large body to its end", async () => {
  const { emulator } = createCaller();
  let pulled = 0;
  let cancelled = false;
  const body = new ReadableStream<Uint8Array>({
    pull(controller) {
      pulled++;
      controller.enqueue(new Uint8Array(64 * 1024).fill(0x20));
    },
    cancel() {
      cancelled = true;
    },
  });
  const headers = { "content-type": "application/json" };
  const answer = await emulator.fetch(`${API}/auth/refresh`, { method: "POST", headers, body, redirect: "manual" });
  assertEquals(answer.status, 413);
  await answer.body?.cancel();
  assertEquals([cancelled, pulled < 20], [true, true]);

  pulled = 0;
  const said = { ...headers, "content-length": String(BODY_LIMIT + 1) };
  const unread = new ReadableStream({ pull: () => void pulled++ }, { highWaterMark: 0 });
  const request = new Request(`${API}/auth/refresh`, { method: "POST", headers: said, body: unread });
  assertEquals([(await emulator.handle("api", request)).status, pulled], [413, 0]);
});
