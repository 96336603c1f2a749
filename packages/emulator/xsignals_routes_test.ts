import { assertEquals } from "@std/assert";
import { API, basic, createCaller } from "./caller_test.ts";

Deno.test("createXsignals() answers an unknown path with 401 without a valid credential, and 404 with one", async () => {
  const { get, login, status } = createCaller();
  const { token } = await login();
  for (const path of ["/", "/nothing", "/auth", "/auth/", "/auth/login/", "/file", "/file//", "/%ff", "/..%2f"]) {
    assertEquals(await status(get(path)), 401, path);
    assertEquals(await status(get(path, "Bearer wrong")), 401, path);
    assertEquals(await status(get(path, basic())), 404, path);
    assertEquals(await status(get(path, `Bearer ${token}`)), 404, path);
  }
});

Deno.test("createXsignals() answers another method with 405 and Allow, whatever the credential", async () => {
  const { emulator, login } = createCaller();
  for (
    const [method, path, allow] of [
      ["POST", "/auth/login", "GET"],
      ["HEAD", "/auth/login", "GET"],
      ["GET", "/auth/refresh", "POST"],
      ["DELETE", "/auth/logout", "POST"],
      ["OPTIONS", "/auth/changePassword", "POST"],
      ["POST", "/file/group", "GET"],
      ["PUT", "/file/search", "GET"],
      ["PATCH", "/file/some-id", "GET"],
    ] as const
  ) {
    const answer = await emulator.fetch(API + path, { method, headers: { authorization: basic() } });
    assertEquals([answer.status, answer.headers.get("allow")], [405, allow], path);
    await answer.body?.cancel();
  }
  assertEquals(emulator.log.every(({ operation }) => operation === undefined), true);
  await login();
});

Deno.test("createXsignals() answers an Auth0 path with 404, notes a violation, and does not read the body", async () => {
  const { emulator } = createCaller();
  let pulled = 0;
  const body = new ReadableStream({
    pull() {
      pulled++;
    },
  }, { highWaterMark: 0 });
  const answer = await emulator.fetch(`${API}/oauth/token`, { method: "POST", body, redirect: "manual" });
  assertEquals([answer.status, pulled], [404, 0]);
  await answer.body?.cancel();
  for (const path of ["/.well-known/jwks.json", "/oauth/revoke", "/mfa/challenge", "//oauth/token", "/OAuth/token"]) {
    for (const headers of [new Headers({ authorization: basic() }), new Headers()]) {
      await (await emulator.fetch(API + path, { headers })).body?.cancel();
    }
  }
  assertEquals(emulator.count({ violation: "auth0_path_on_api", status: 404 }), 11);
});

Deno.test("createEmulator() has one API under both of its names", async () => {
  const { emulator, login } = createCaller();
  const { token, refreshToken } = await login();
  const other = "https://api.data.xpansiv.com";
  const call = await emulator.fetch(`${other}/file/group`, { headers: { authorization: `Bearer ${token}` } });
  assertEquals(call.status, 200);
  await call.body?.cancel();
  const headers = { "content-type": "application/json" };
  const body = JSON.stringify({ refreshToken });
  assertEquals((await emulator.fetch(`${other}/auth/refresh`, { method: "POST", headers, body })).status, 200);
});

Deno.test("createXsignals() answers 406 to a format other than JSON, except for a file's content", async () => {
  const { get, status, emulator } = createCaller();
  for (const accept of ["text/csv", "text/html, image/*", "application/xml"]) {
    assertEquals(await status(get("/file/group", basic(), { accept })), 406, accept);
    assertEquals(await status(get("/auth/login", basic(), { accept })), 406, accept);
  }
  for (const accept of ["*/*", "application/json", "text/csv;q=0.9, application/*;q=0.1"]) {
    assertEquals(await status(get("/file/group", basic(), { accept })), 200, accept);
  }
  const fid = emulator.addFile({ fileName: "a", groupName: "b", content: "c" });
  assertEquals(await status(get(`/file/${fid}/download`, basic(), { accept: "text/csv" })), 200);
});
