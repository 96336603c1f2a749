import { assertEquals, assertMatch, assertNotEquals } from "@std/assert";
import { createLocalJWKSet, decodeJwt, jwtVerify } from "jose";
import { AUTH0, basic, createCaller, PASSWORD_REALM } from "./caller_test.ts";

const OFFLINE = { scope: "offline_access" };

async function outcome(answer: Promise<Response>): Promise<[number, string, string]> {
  const { error, error_description } = await (await answer).json();
  return [(await answer).status, error, error_description];
}

Deno.test("POST /oauth/token answers a password-realm grant with a token that the published key verifies", async () => {
  for (const auth0Algorithm of ["RS256", "ES256"] as const) {
    const { emulator: { fetch }, oauth, clock } = createCaller({ auth0Algorithm });
    const answer = await oauth();
    assertEquals(answer.status, 200);
    assertEquals(answer.headers.get("cache-control"), "no-store");
    const { access_token, ...rest } = await answer.json();
    assertEquals(rest, { token_type: "Bearer", expires_in: 86_400 });
    const metadata = await (await fetch(`${AUTH0}/.well-known/openid-configuration`)).json();
    assertEquals(metadata.issuer, `${AUTH0}/`);
    assertEquals(metadata.token_endpoint, `${AUTH0}/oauth/token`);
    const keys = createLocalJWKSet(await (await fetch(metadata.jwks_uri)).json());
    const { payload } = await jwtVerify(access_token, keys, {
      issuer: metadata.issuer,
      audience: "https://xpansiv/platform",
      algorithms: [auth0Algorithm],
      currentDate: new Date(clock.ms),
    });
    assertEquals([payload.sub, payload.azp, payload.exp! - payload.iat!], ["auth0|login", "client", 86_400]);
  }
});

Deno.test("GET /.well-known/oauth-authorization-server has the metadata too, for clients that know only OAuth", async () => {
  const { emulator } = createCaller();
  const [oauth, openid] = await Promise.all(
    ["oauth-authorization-server", "openid-configuration"].map((name) =>
      emulator.fetch(`${AUTH0}/.well-known/${name}`)
    ),
  );
  assertEquals([oauth!.status, await oauth!.json()], [200, await openid!.json()]);
  assertEquals(emulator.count("openidConfiguration"), 2);
});

Deno.test("GET /.well-known/jwks.json publishes only public members, and no secret key", async () => {
  const { emulator: { fetch }, oauth } = createCaller({ auth0Algorithm: "HS256" });
  await (await oauth()).body?.cancel();
  assertEquals(await (await fetch(`${AUTH0}/.well-known/jwks.json`)).json(), { keys: [] });
  const pair = createCaller({ auth0Algorithm: "ES256" }).emulator;
  const { keys } = await (await pair.fetch(`${AUTH0}/.well-known/jwks.json`)).json();
  assertEquals(Object.keys(keys[0]).sort(), ["alg", "crv", "kid", "kty", "use", "x", "y"]);
});

Deno.test("POST /oauth/token accepts JSON, and Basic with a form-encoded client", async () => {
  const { emulator: { fetch }, oauth, status } = createCaller({ clients: { client: "secret", "a:b c": "d%+é" } });
  const body = JSON.stringify({
    grant_type: PASSWORD_REALM,
    username: "login",
    password: "password",
    realm: "Username-Password-Authentication",
    client_id: "client",
    client_secret: "secret",
  });
  const headers = { "content-type": "application/json" };
  assertEquals(await status(fetch(`${AUTH0}/oauth/token`, { method: "POST", headers, body })), 200);
  const encoded = basic("a%3Ab+c", "d%25%2B%C3%A9");
  assertEquals(await status(oauth({}, { authorization: encoded })), 200);
  assertEquals(await status(oauth({ client_id: "a:b c" }, { authorization: encoded })), 200);
});

Deno.test("POST /oauth/token gives a refresh token only for offline_access", async () => {
  const { oauth } = createCaller();
  const asked = await (await oauth({ scope: "openid offline_access SCOPE" })).json();
  assertEquals([typeof asked.refresh_token, typeof asked.id_token, asked.scope], [
    "string",
    "string",
    "openid offline_access",
  ]);
  assertEquals(decodeJwt(asked.access_token).aud, ["https://xpansiv/platform", `${AUTH0}/userinfo`]);
  assertEquals(decodeJwt(asked.id_token).aud, "client");
  const unknown = await (await oauth({ scope: "SCOPE" })).json();
  assertEquals([unknown.refresh_token, unknown.id_token, unknown.scope], [undefined, undefined, ""]);
  const none = await (await oauth()).json();
  assertEquals([none.refresh_token, none.id_token, none.scope], [undefined, undefined, undefined]);
});

Deno.test("POST /oauth/token answers errors in the words of Auth0", async () => {
  const { oauth, emulator } = createCaller({
    users: { login: "password", second: { password: "x", mfa: true } },
    clients: { client: "secret", open: null },
  });
  const wrong: [Record<string, string>, number, string, string?][] = [
    [{ password: "wrong" }, 403, "invalid_grant", "Wrong email or password."],
    [{ username: "nobody" }, 403, "invalid_grant", "Wrong email or password."],
    [{ username: "second", password: "x" }, 403, "mfa_required", "Multifactor authentication required"],
    [{ client_secret: "wrong" }, 401, "access_denied", "Unauthorized"],
    [{ client_secret: "" }, 401, "access_denied", "Unauthorized"],
    [{ client_id: "nobody" }, 401, "access_denied", "Unauthorized"],
    [{ client_id: "open" }, 401, "access_denied", "Unauthorized"],
    [{ audience: "https://other" }, 403, "access_denied", "Service not found: https://other"],
    [
      { grant_type: "client_credentials" },
      403,
      "unauthorized_client",
      "Grant type 'client_credentials' not allowed for the client.",
    ],
    [{ grant_type: "toString" }, 400, "unsupported_grant_type"],
    [{ grant_type: "refresh_token", refresh_token: "x" }, 403, "invalid_grant", "Unknown or invalid refresh token."],
    [{ grant_type: "refresh_token" }, 400, "invalid_request"],
    [{ username: "" }, 400, "invalid_request"],
    [{ password: "" }, 400, "invalid_request"],
    [{ realm: "" }, 400, "invalid_request"],
    [{ realm: "other" }, 400, "invalid_request"],
    [{ client_id: "" }, 400, "invalid_request"],
  ];
  for (const [parameters, status, error, description] of wrong) {
    const found = await outcome(oauth(parameters));
    assertEquals(found.slice(0, 2), [status, error], JSON.stringify(parameters));
    if (description !== undefined) assertEquals(found[2], description);
  }
  assertEquals((await oauth({ client_id: "open", client_secret: "" })).status, 200);
  assertEquals(emulator.count({ operation: "oauthToken", status: 200 }), 1);
});

Deno.test("POST /oauth/token answers 400 to two client authentications and to a doubled parameter", async () => {
  const { emulator: { fetch, log }, oauth } = createCaller();
  const both = oauth({ client_secret: "secret" }, { authorization: basic("client", "secret") });
  assertEquals((await outcome(both)).slice(0, 2), [400, "invalid_request"]);
  assertEquals(log[0]?.violation, "several_credentials");
  const other = oauth({ client_id: "other" }, { authorization: basic("client", "secret") });
  assertEquals((await outcome(other)).slice(0, 2), [400, "invalid_request"]);
  const form = "grant_type=refresh_token&refresh_token=a&refresh_token=b&client_id=client&client_secret=secret";
  const headers = { "content-type": "application/x-www-form-urlencoded" };
  const doubled = fetch(`${AUTH0}/oauth/token`, { method: "POST", headers, body: form });
  assertEquals((await outcome(doubled)).slice(0, 2), [400, "invalid_request"]);
  for (const authorization of ["Bearer x", "Basic !", basic("%", "secret")]) {
    assertMatch(String((await outcome(oauth({}, { authorization })))[0]), /^40[01]$/);
  }
});

Deno.test("POST /oauth/token answers 400 to a malformed body and 413 to a large one", async () => {
  const { emulator: { fetch } } = createCaller();
  const bodies: [type: string, body: BodyInit, status?: number][] = [
    ["application/json", "{"],
    ["application/json", "[]"],
    ["application/json", "null"],
    ["application/json", '{"grant_type":1}'],
    ["application/json", '{"grant_type":"refresh_token","client_id":["client"]}'],
    [
      "application/json",
      `{"grant_type":"refresh_token","client_id":"client","client_secret":"secret","refresh_token":{}}`,
    ],
    ["application/x-www-form-urlencoded", ""],
    ["application/x-www-form-urlencoded", '{"grant_type":"refresh_token"}'],
    ["application/x-www-form-urlencoded", new Uint8Array([0xff])],
    ["application/x-www-form-urlencoded", "a=".repeat(600_000), 413],
    ["text/plain", "grant_type=refresh_token"],
  ];
  for (const [type, body, status = 400] of bodies) {
    const answer = fetch(`${AUTH0}/oauth/token`, { method: "POST", headers: { "content-type": type }, body });
    assertEquals((await outcome(answer)).slice(0, 2), [status, "invalid_request"], String(body).slice(0, 50));
  }
});

Deno.test("POST /oauth/token accepts JSON under curl's form type with asPrinted; /oauth/revoke does not", async () => {
  const { emulator: { fetch }, oauth, status } = createCaller({ asPrinted: true });
  const headers = { "content-type": "application/x-www-form-urlencoded" };
  const body = JSON.stringify({
    grant_type: "refresh_token",
    refresh_token: "x",
    client_id: "client",
    client_secret: "secret",
  });
  assertEquals(await status(fetch(`${AUTH0}/oauth/token`, { method: "POST", headers, body: ` ${body}` })), 403);
  assertEquals(await status(oauth()), 200);
  assertEquals(await status(fetch(`${AUTH0}/oauth/revoke`, { method: "POST", headers, body })), 400);
});

Deno.test("POST /oauth/token rotates refresh tokens; a spent one ends the session", async () => {
  const { oauth, emulator, clock, status } = createCaller();
  const refresh = (refresh_token: string) => oauth({ grant_type: "refresh_token", refresh_token });
  const first = await (await oauth(OFFLINE)).json();
  const second = await (await refresh(first.refresh_token)).json();
  assertEquals(Object.keys(second).sort(), ["access_token", "expires_in", "refresh_token", "scope", "token_type"]);
  assertNotEquals(second.refresh_token, first.refresh_token);
  assertEquals((await outcome(refresh(first.refresh_token)))[0], 403);
  assertEquals((await outcome(refresh(second.refresh_token)))[1], "invalid_grant");
  assertEquals(emulator.count({ violation: "spent_refresh_token" }), 1);

  const other = await (await oauth(OFFLINE)).json();
  clock.ms += 29 * 86_400_000;
  const late = await (await refresh(other.refresh_token)).json();
  clock.ms += 86_400_000;
  assertEquals(await status(refresh(late.refresh_token)), 403);
});

Deno.test("POST /oauth/token rejects a refresh token of another client and of the API, and spends neither", async () => {
  const { oauth, login, refresh, status, emulator } = createCaller({ clients: { client: "secret", other: "x" } });
  const { refresh_token } = await (await oauth(OFFLINE)).json();
  const pair = await login();
  const grant_type = "refresh_token";
  assertEquals(await status(oauth({ grant_type, refresh_token, client_id: "other", client_secret: "x" })), 403);
  assertEquals(await status(oauth({ grant_type, refresh_token: pair.refreshToken })), 403);
  assertEquals(await status(refresh(refresh_token)), 401);
  assertEquals(emulator.count({ violation: "foreign_token" }), 2);
  assertEquals(await status(oauth({ grant_type, refresh_token })), 200);
  assertEquals(await status(refresh(pair.refreshToken)), 200);
});

Deno.test("POST /oauth/revoke ends the session of a refresh token, answers 200 to a dead one, and keeps the access token", async () => {
  const { emulator: { fetch }, oauth, get, status } = createCaller({ clients: { client: "secret", other: "x" } });
  const { access_token, refresh_token } = await (await oauth(OFFLINE)).json();
  const revoke = (parameters: Record<string, string>) =>
    status(fetch(`${AUTH0}/oauth/revoke`, {
      method: "POST",
      body: new URLSearchParams({ client_id: "client", client_secret: "secret", ...parameters }),
    }));
  assertEquals(await revoke({ token: refresh_token, client_secret: "wrong" }), 401);
  assertEquals(await revoke({ token: "" }), 400);
  assertEquals(await revoke({ token: refresh_token, client_id: "other", client_secret: "x" }), 200);
  const next = await (await oauth({ grant_type: "refresh_token", refresh_token })).json();
  assertEquals(await revoke({ token: next.refresh_token }), 200);
  assertEquals(await revoke({ token: next.refresh_token }), 200);
  assertEquals(await status(oauth({ grant_type: "refresh_token", refresh_token: next.refresh_token })), 403);
  assertEquals(await status(get("/file/group", `Bearer ${access_token}`)), 200);
});

Deno.test("POST /auth/logout rejects tokens of Auth0", async () => {
  const { oauth, post, status, login, emulator } = createCaller();
  const { access_token, refresh_token } = await (await oauth(OFFLINE)).json();
  const { token } = await login();
  assertEquals(await status(post("/auth/logout", { refreshToken: refresh_token }, `Bearer ${access_token}`)), 401);
  assertEquals(await status(post("/auth/logout", { refreshToken: refresh_token }, `Bearer ${token}`)), 401);
  assertEquals(emulator.count({ violation: "foreign_token" }), 2);
});

Deno.test("setPassword() can change the password of one server", async () => {
  const { oauth, login, status, emulator } = createCaller({
    users: { login: { password: "native", auth0Password: "sso" } },
  });
  await login("login", "native");
  assertEquals(await status(oauth({ password: "native" })), 403);
  assertEquals(await status(oauth({ password: "sso" })), 200);
  emulator.setPassword("login", "a", "auth0");
  assertEquals(await status(oauth({ password: "a" })), 200);
  await login("login", "native");
  emulator.setPassword("login", "b");
  assertEquals(await status(oauth({ password: "b" })), 200);
  await login("login", "b");
});

Deno.test("createAuth0() answers 404 to other paths, and notes a violation if they are the API's", async () => {
  const { emulator: { fetch, log } } = createCaller();
  assertEquals((await outcome(fetch(`${AUTH0}/userinfo`))).slice(0, 2), [404, "not_found"]);
  assertEquals((await outcome(fetch(`${AUTH0}/auth/login`)))[0], 404);
  assertEquals((await outcome(fetch(`${AUTH0}/oauth/token`)))[0], 405);
  assertEquals(log.map(({ violation }) => violation), [undefined, "api_path_on_auth0", undefined]);
});
