import { assertEquals } from "@std/assert";
import { decodeJwt, decodeProtectedHeader, generateKeyPair, SignJWT } from "jose";
import { basic, createCaller } from "./caller_test.ts";

Deno.test("authenticate() accepts Basic in UTF-8, split at the first colon, with the scheme in any case", async () => {
  const { get, status } = createCaller({ users: { "zażółć": "a:b:пароль😀é" } });
  const right = basic("zażółć", "a:b:пароль😀é");
  assertEquals(await status(get("/file/group", right)), 200);
  assertEquals(await status(get("/file/group", right.replace("Basic", "basic"))), 200);
  assertEquals(await status(get("/file/group", basic("zażółć", "a:b:пароль😀e"))), 401);
});

Deno.test("authenticate() accepts tokens of both issuers, and API keys", async () => {
  const { get, status, login, oauth } = createCaller({ apiKeys: { "key-1": "login" } });
  const { token } = await login();
  const { access_token } = await (await oauth()).json();
  for (const good of [`Bearer ${token}`, `bearer ${access_token}`, "ApiKey key-1", "apikey key-1"]) {
    assertEquals(await status(get("/file/group", good)), 200, good);
  }
  for (const bad of ["ApiKey key-2", "ApiKey", "Bearer", "Bearer key-1", `Token ${token}`, `ApiKey ${token}`]) {
    assertEquals(await status(get("/file/group", bad)), 401, bad);
  }
});

Deno.test("authenticate() rejects two credentials at once", async () => {
  const { get, status, login, emulator } = createCaller();
  const { token } = await login();
  assertEquals(await status(get("/file/group", `${basic()}, Bearer ${token}`)), 401);
  assertEquals(emulator.count({ credential: "several", violation: "several_credentials" }), 1);
});

Deno.test("authenticate() rejects a token from the millisecond when it expires", async () => {
  const { get, status, login, clock } = createCaller({ accessTokenLifetime: 60_000 });
  const { token } = await login();
  clock.ms += 59_999;
  assertEquals(await status(get("/file/group", `Bearer ${token}`)), 200);
  clock.ms += 1;
  assertEquals(await status(get("/file/group", `Bearer ${token}`)), 401);
});

Deno.test("authenticate() rejects revoked tokens, and no others", async () => {
  const { get, status, login, emulator } = createCaller({ users: { login: "password", other: "x" } });
  const [one, other] = [await login(), await login("other", "x")];
  emulator.revokeAccessTokens("login");
  assertEquals(await status(get("/file/group", `Bearer ${one.token}`)), 401);
  assertEquals(await status(get("/file/group", `Bearer ${other.token}`)), 200);
  emulator.revokeAccessTokens();
  assertEquals(await status(get("/file/group", `Bearer ${other.token}`)), 401);
});

Deno.test("authenticate() rejects forged tokens", async () => {
  const { get, status, login } = createCaller();
  const { token } = await login();
  const foreign = await createCaller().login();
  const [header, payload, signature] = token.split(".");
  const claims = decodeJwt(token);
  const { kid } = decodeProtectedHeader(token);
  const { privateKey } = await generateKeyPair("ES256");
  const part = (value: unknown) => btoa(JSON.stringify(value)).replaceAll("=", "");
  const forged = [
    foreign.token,
    `${header}.${payload}.`,
    `${header}.${part({ ...claims, exp: claims.exp! + 1 })}.${signature}`,
    `${part({ alg: "none", kid })}.${payload}.`,
    await new SignJWT(claims).setProtectedHeader({ alg: "HS256", kid }).sign(new Uint8Array(32)),
    await new SignJWT(claims).setProtectedHeader({ alg: "ES256", kid }).sign(privateKey),
    "a.b.c",
    "..",
    "a",
    "a.b.c.d.e",
  ];
  for (const bad of forged) assertEquals(await status(get("/file/group", `Bearer ${bad}`)), 401, bad);
});

Deno.test("authenticate() rejects an Auth0 token for another API", async () => {
  const { get, status, oauth } = createCaller();
  const { access_token } = await (await oauth({ audience: "" })).json();
  assertEquals(decodeJwt(access_token).aud, "https://auth.xpansiv.com/userinfo");
  assertEquals(await status(get("/file/group", `Bearer ${access_token}`)), 401);
});

Deno.test("authenticate() rejects a blocked account until it is unblocked", async () => {
  const { get, status, login, refresh, oauth, emulator } = createCaller({ apiKeys: { key: "login" } });
  const pair = await login();
  const sso = await (await oauth()).json();
  emulator.block("login");
  assertEquals(await status(get("/file/group", basic())), 403);
  assertEquals(await status(get("/file/group", basic("login", "wrong"))), 401);
  assertEquals(await status(get("/file/group", "ApiKey key")), 403);
  assertEquals(await status(get("/file/group", `Bearer ${pair.token}`)), 401);
  assertEquals(await status(get("/file/group", `Bearer ${sso.access_token}`)), 401);
  assertEquals(await status(refresh(pair.refreshToken)), 401);
  assertEquals((await (await oauth()).json()).error, "unauthorized");
  emulator.unblock("login");
  await login();
  assertEquals(await status(refresh(pair.refreshToken)), 401);
});
