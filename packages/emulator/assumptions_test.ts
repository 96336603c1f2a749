import { assertEquals, assertNotEquals } from "@std/assert";
import { decodeJwt } from "jose";
import type { Assumptions } from "./assumptions.ts";
import { API, basic, type Caller, createCaller } from "./caller_test.ts";
import type { EmulatorOptions } from "./options.ts";

function assume(assumptions: Partial<Assumptions>, more: EmulatorOptions = {}): Caller {
  return createCaller({ assumptions, ...more });
}

/** The refresh token of an answer. */
async function next(answer: Promise<Response>): Promise<string> {
  return (await (await answer).json()).refreshToken;
}

Deno.test("createEmulator() with rotation off keeps the refresh token", async () => {
  const { login, refresh, oauth, status } = assume({ rotation: "off", auth0Rotation: "off" });
  const { refreshToken } = await login();
  assertEquals(await next(refresh(refreshToken)), refreshToken);
  assertEquals(await status(refresh(refreshToken)), 200);
  const sso = await (await oauth({ scope: "offline_access" })).json();
  const renewed = await (await oauth({ grant_type: "refresh_token", refresh_token: sso.refresh_token })).json();
  assertEquals([typeof renewed.access_token, renewed.refresh_token], ["string", undefined]);
});

Deno.test("createEmulator() with rotation family ends the session of a spent token, and no other", async () => {
  const { login, refresh, status } = assume({ rotation: "family" });
  const [one, other] = [await login(), await login()];
  const newest = await next(refresh(one.refreshToken));
  assertEquals(await status(refresh(one.refreshToken)), 401);
  assertEquals(await status(refresh(newest)), 401);
  assertEquals(await status(refresh(other.refreshToken)), 200);
});

Deno.test("createEmulator() with rotation overlap accepts the token before the newest once more for a while; an older one ends the session", async () => {
  const { login, refresh, status, clock } = assume({ rotation: "overlap", overlap: 5_000 });
  const first = (await login()).refreshToken;
  const lost = await next(refresh(first));
  clock.ms += 5_000;
  const second = await next(refresh(first));
  assertNotEquals(second, lost);
  const third = await next(refresh(second));
  assertEquals(await status(refresh(first)), 401);
  assertEquals(await status(refresh(third)), 401);

  const late = (await login()).refreshToken;
  await next(refresh(late));
  clock.ms += 5_001;
  assertEquals(await status(refresh(late)), 401);
});

Deno.test("createEmulator() treats a credential on /auth/refresh as refreshAuthorization says", async () => {
  const expected: Record<Assumptions["refreshAuthorization"], [none: number, good: number, expired: number]> = {
    ignored: [200, 200, 200],
    checked: [200, 200, 401],
    required: [401, 200, 401],
    refused: [200, 401, 401],
  };
  for (const [refreshAuthorization, statuses] of Object.entries(expected)) {
    const { login, refresh, status, clock } = createCaller({ assumptions: { refreshAuthorization } });
    const old = await login();
    clock.ms += 3_600_000;
    const found = [];
    for (const authorization of [undefined, "good", `Bearer ${old.token}`]) {
      const { token, refreshToken } = await login();
      found.push(await status(refresh(refreshToken, authorization === "good" ? `Bearer ${token}` : authorization)));
    }
    assertEquals(found, statuses, refreshAuthorization);
  }
});

Deno.test("createEmulator() with opaque accessTokens issues strings that expire and can be revoked", async () => {
  const { login, oauth, get, status, clock, emulator } = assume({ accessTokens: "opaque" });
  const { token } = await login();
  const sso = await (await oauth()).json();
  const userinfo = await (await oauth({ audience: "" })).json();
  assertEquals([token, sso.access_token].map((one) => one.split(".").length), [1, 1]);
  assertEquals(await status(get("/file/group", `Bearer ${token}`)), 200);
  assertEquals(await status(get("/file/group", `Bearer ${sso.access_token}`)), 200);
  assertEquals(await status(get("/file/group", `Bearer ${userinfo.access_token}`)), 401);
  assertEquals(await status(get("/file/group", "Bearer x")), 401);
  clock.ms += 3_600_000;
  assertEquals(await status(get("/file/group", `Bearer ${token}`)), 401);
  emulator.revokeAccessTokens();
  assertEquals(await status(get("/file/group", `Bearer ${sso.access_token}`)), 401);
});

Deno.test("createEmulator() with every value of tokenTimes lets the JWT expire", async () => {
  const members = { both: [true, true], no_exp: [true, false], no_iat: [false, true], none: [false, false] } as const;
  for (const [tokenTimes, expected] of Object.entries(members)) {
    const { login, get, status, clock } = createCaller({ assumptions: { tokenTimes } });
    const { token } = await login();
    const { iat, exp } = decodeJwt(token);
    assertEquals([iat !== undefined, exp !== undefined], [...expected], tokenTimes);
    assertEquals(await status(get("/file/group", `Bearer ${token}`)), 200);
    clock.ms += 3_600_000;
    assertEquals(await status(get("/file/group", `Bearer ${token}`)), 401);
  }
});

Deno.test("createEmulator() shifts Date, iat and the log by clockSkew", async () => {
  for (const clockSkew of [3_600_000, -3_600_000]) {
    const { get, clock, emulator } = assume({ clockSkew });
    const answer = await get("/auth/login", basic());
    assertEquals(Date.parse(answer.headers.get("date")!), clock.ms + clockSkew);
    assertEquals(decodeJwt((await answer.json()).token).iat, (clock.ms + clockSkew) / 1000);
    assertEquals(emulator.log[0]?.time, clock.ms + clockSkew);
  }
});

Deno.test("createEmulator() with sessions one ends the session before at a login of the same user and server", async () => {
  const { login, oauth, refresh, get, status } = assume({ sessions: "one" }, {
    users: { login: "password", other: "x" },
  });
  const [first, other, sso] = [await login(), await login("other", "x"), await (await oauth()).json()];
  const second = await login();
  assertEquals(await status(get("/file/group", `Bearer ${first.token}`)), 401);
  assertEquals(await status(refresh(first.refreshToken)), 401);
  for (const token of [second.token, other.token, sso.access_token]) {
    assertEquals(await status(get("/file/group", `Bearer ${token}`)), 200);
  }
});

Deno.test("createEmulator() with charset latin-1 decodes Basic byte by byte", async () => {
  const { get, status } = assume({ charset: "latin-1" }, { users: { login: "pässword" } });
  assertEquals(await status(get("/auth/login", `Basic ${btoa("login:pässword")}`)), 200);
  assertEquals(await status(get("/auth/login", basic("login", "pässword"))), 401);
  assertEquals(await status(get("/file/group", `Basic ${btoa("login:pässword")}`)), 200);
  const utf8 = createCaller({ users: { login: "pässword" } });
  assertEquals(await utf8.status(utf8.get("/auth/login", `Basic ${btoa("login:pässword")}`)), 401);
});

Deno.test("createEmulator() with expiredToken 403 answers 403 to an expired token only", async () => {
  const { login, get, status, clock } = assume({ expiredToken: 403 });
  const { token } = await login();
  clock.ms += 3_600_000;
  assertEquals(await status(get("/file/group", `Bearer ${token}`)), 403);
  assertEquals(await status(get("/file/group", "Bearer x")), 401);
});

Deno.test("createEmulator() with logout dies revokes the access tokens of the session, and no others", async () => {
  const { login, logout, refresh, get, status } = assume({ logout: "dies" });
  const [pair, other] = [await login(), await login()];
  const renewed = await (await refresh(pair.refreshToken)).json();
  assertEquals(await status(logout(renewed)), 200);
  for (const token of [pair.token, renewed.token]) {
    assertEquals(await status(get("/file/group", `Bearer ${token}`)), 401);
  }
  assertEquals(await status(get("/file/group", `Bearer ${other.token}`)), 200);
});

Deno.test("createEmulator() answers a logout as logoutAnswer says", async () => {
  const expected = { empty: [200, ""], json: [200, '{"message":"Logged out"}'], no_content: [204, ""] } as const;
  for (const [logoutAnswer, found] of Object.entries(expected)) {
    const { login, logout } = createCaller({ assumptions: { logoutAnswer } });
    const answer = await logout(await login());
    assertEquals([answer.status, await answer.text()], [...found]);
  }
});

Deno.test("createEmulator() with passwordChange die revokes the account's tokens of the API, not Auth0's", async () => {
  const { login, post, oauth, refresh, get, status } = assume({ passwordChange: "die" });
  const pair = await login();
  const sso = await (await oauth()).json();
  assertEquals(await status(post("/auth/changePassword", { password: "next" }, `Bearer ${pair.token}`)), 200);
  assertEquals(await status(get("/file/group", `Bearer ${pair.token}`)), 401);
  assertEquals(await status(refresh(pair.refreshToken)), 401);
  assertEquals(await status(get("/file/group", `Bearer ${sso.access_token}`)), 200);
});

Deno.test("createEmulator() with lockoutAfter locks the account at both servers until its password is set", async () => {
  const { get, oauth, login, status, emulator } = assume({ lockoutAfter: 3 });
  const { token } = await login();
  for (let count = 0; count < 2; count++) assertEquals(await status(get("/auth/login", basic("login", "x"))), 401);
  await login();
  for (let count = 0; count < 2; count++) assertEquals(await status(get("/file/group", basic("login", "x"))), 401);
  assertEquals(await status(oauth({ password: "x" })), 403);
  assertEquals(await status(get("/auth/login", basic())), 429);
  const locked = await oauth();
  assertEquals([locked.status, (await locked.json()).error], [429, "too_many_attempts"]);
  assertEquals(await status(get("/file/group", `Bearer ${token}`)), 200);
  emulator.setPassword("login", "next");
  await login("login", "next");
});

Deno.test("createEmulator() with unknownPath 307 redirects to another site, except from the root; Auth0's paths stay a violation", async () => {
  const { get, emulator, status } = assume({ unknownPath: 307 });
  for (const authorization of [undefined, basic()]) {
    const answer = await get("/nothing", authorization);
    assertEquals([answer.status, answer.headers.get("location")], [307, "https://www.xpansiv.com/home"]);
  }
  assertEquals(await status(get("/", basic())), 404);
  assertEquals(await status(get("/oauth/token")), 307);
  assertEquals(emulator.count({ violation: "auth0_path_on_api" }), 1);
  const followed = await emulator.fetch(`${API}/nothing`, { headers: { authorization: basic() } }).catch((error) =>
    error
  );
  assertEquals([followed instanceof TypeError, emulator.log.at(-1)?.credential], [true, "none"]);
});

Deno.test("createEmulator() answers errors in the form of errorBody", async () => {
  const expected: Record<Assumptions["errorBody"], [type: string | null, body: string]> = {
    json: ["application/json", '{"message":"A credential is needed"}'],
    text: ["text/plain;charset=UTF-8", "A credential is needed"],
    html: ["text/html; charset=utf-8", "<html><body><h1>A credential is needed</h1></body></html>"],
    empty: [null, ""],
  };
  for (const [errorBody, found] of Object.entries(expected)) {
    const { get } = createCaller({ assumptions: { errorBody } });
    const answer = await get("/");
    assertEquals([answer.status, answer.headers.has("www-authenticate")], [401, true]);
    assertEquals([answer.headers.get("content-type"), await answer.text()], found);
  }
});

Deno.test("createEmulator() treats a scope as the assumption scope says", async () => {
  const expected: Record<Assumptions["scope"], (string | undefined)[]> = {
    granted: [undefined, "openid", ""],
    echoed: [undefined, "openid", "SCOPE"],
    known: [undefined, "openid", "invalid_scope"],
    refused: [undefined, "invalid_scope", "invalid_scope"],
    literal: ["invalid_scope", "invalid_scope", ""],
  };
  for (const [scope, outcomes] of Object.entries(expected)) {
    const { oauth } = createCaller({ assumptions: { scope } });
    const found = [];
    for (const asked of ["", "openid", "SCOPE"]) {
      const answer = await (await oauth({ scope: asked })).json();
      found.push(answer.error ?? answer.scope);
    }
    assertEquals(found, outcomes, scope);
  }
});

Deno.test("createEmulator() with offlineAccess missing omits the refresh token silently", async () => {
  const { oauth } = assume({ offlineAccess: "missing" });
  const answer = await (await oauth({ scope: "offline_access" })).json();
  assertEquals([typeof answer.access_token, answer.refresh_token], ["string", undefined]);
});

Deno.test("createEmulator() accepts client credentials only as clientAuthentication says", async () => {
  const expected: Record<Assumptions["clientAuthentication"], [post: number, basic: number]> = {
    any: [200, 200],
    post: [200, 401],
    basic: [401, 200],
  };
  for (const [clientAuthentication, statuses] of Object.entries(expected)) {
    const { oauth, status } = createCaller({ assumptions: { clientAuthentication } });
    const found = [await status(oauth()), await status(oauth({}, { authorization: basic("client", "secret") }))];
    assertEquals(found, statuses, clientAuthentication);
  }
});

Deno.test("createEmulator() with auth0Errors specified has the codes and statuses of Auth0's OpenAPI file and pages", async () => {
  const { oauth, emulator } = assume({ auth0Errors: "specified" }, {
    users: { login: "password", second: { password: "x", mfa: true } },
  });
  const outcome = async (parameters: Record<string, string>, authorization?: string) => {
    const answer = await oauth(parameters, authorization === undefined ? {} : { authorization });
    const wantsBasic = authorization !== undefined && answer.status === 401;
    assertEquals(answer.headers.get("www-authenticate"), wantsBasic ? 'Basic realm="auth0"' : null);
    return [answer.status, (await answer.json()).error];
  };
  assertEquals(await outcome({ password: "x" }), [401, "invalid_user_password"]);
  assertEquals(await outcome({ client_secret: "x" }), [401, "invalid_client"]);
  assertEquals(await outcome({}, basic("client", "x")), [401, "invalid_client"]);
  assertEquals(await outcome({ username: "second", password: "x" }), [401, "mfa_required"]);
  assertEquals(await outcome({ grant_type: "refresh_token", refresh_token: "x" }), [401, "invalid_grant"]);
  emulator.block("login");
  assertEquals(await outcome({}), [401, "unauthorized"]);
});

Deno.test("createEmulator() answers mfa_required with an mfa_token to a user with mfa", async () => {
  const { oauth } = createCaller({ users: { login: { password: "password", mfa: true } } });
  const { error, mfa_token } = await (await oauth()).json();
  assertEquals([error, typeof mfa_token], ["mfa_required", "string"]);
});

Deno.test("createEmulator() with fileList files and fileLink 307 uses the other name and the other status", async () => {
  const { get } = assume({ fileList: "files", fileLink: 307 });
  const page = await (await get("/file/search?size=1", basic())).json();
  assertEquals(Object.keys(page), ["from", "totalSize", "files"]);
  const answer = await get(`/file/${page.files[0].fid}`, basic());
  assertEquals([answer.status, new URL(answer.headers.get("location")!).hostname], [
    307,
    "datalake-xpansivprod-ng.s3.amazonaws.com",
  ]);
  await answer.body?.cancel();
});
