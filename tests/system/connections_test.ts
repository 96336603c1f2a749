import { assert, assertEquals, assertRejects } from "@std/assert";
import { serveEmulator } from "@xsignals/emulator/serve";
import { basic, createSession, login, SessionError } from "@xsignals/session";
import { retrying } from "@xsignals/session/retry";
import { http, rawServer } from "./raw_server.ts";

const USER = { username: "login", password: "password" };

// The sanitizers of `deno test` fail this for a response that was dropped and neither read nor cancelled.
Deno.test("createSession() leaves no answer open that it drops, over real connections (public bug 13)", async () => {
  const { emulator, api, stop } = await serveEmulator();
  const json = JSON.stringify({ message: "x".repeat(100_000) });
  const session = createSession({ strategy: login(USER), baseUrl: api, waitBudgetMs: 1_000 });
  const fetch = retrying(session.fetch, { retries: 1, budgetMs: 1_000 });
  const get = async () => {
    const response = await fetch("/file/group?size=1");
    await response.body?.cancel();
    return response.status;
  };
  const slowDown = { status: 429, headers: { "retry-after": "0" }, body: json };
  emulator.faults.add({ operation: "authLogin", ...slowDown });
  assertEquals(await get(), 200);
  emulator.faults.add({ operation: "listFileGroups", status: 401, body: json });
  emulator.faults.add({ operation: "authRefresh", ...slowDown });
  assertEquals(await get(), 200);
  emulator.faults.add({ operation: "listFileGroups", ...slowDown });
  assertEquals(await get(), 200);
  const location = "/file/group?size=2";
  emulator.faults.add({ operation: "listFileGroups", status: 302, headers: { location }, body: json });
  assertEquals(await get(), 200);
  emulator.faults.add({ operation: "listFileGroups", status: 302, headers: { location }, body: json });
  await assertRejects(() => session.fetch("/file/group?size=1", { redirect: "error" }), TypeError);
  emulator.revokeAccessTokens();
  emulator.faults.add({ operation: "authRefresh", status: 401, body: json });
  emulator.faults.add({ operation: "authLogin", status: 401, body: json });
  const error = await assertRejects(() => get(), SessionError);
  assertEquals([error.code, emulator.faults.pending], ["credentials_rejected", 0]);
  const refused = createSession({ strategy: login({ ...USER, password: "wrong" }), baseUrl: api });
  await assertRejects(() => refused.token(), SessionError);
  emulator.faults.add({ operation: "authLogin", status: 302, headers: { location }, body: json });
  await assertRejects(() => createSession({ strategy: login(USER), baseUrl: api }).token(), SessionError, "redirect");
  await session.logout();
  await stop();
});

Deno.test("createSession() carries no header to another origin, the caller's own included (public bug 20)", async () => {
  await using elsewhere = rawServer(() => ({ write: http(200) }));
  const location = `${elsewhere.origin.replace("127.0.0.1", "localhost")}/there`;
  const headers = { "x-api-key": "KEY", "cookie": "a=b", "proxy-authorization": "Basic eDp5" };
  for (const status of [301, 302, 303, 307, 308]) {
    await using api = rawServer(({ path }) => ({ write: http(path === "/x" ? status : 200, "", { location }) }));
    const session = createSession({ strategy: basic(USER), baseUrl: api.origin });
    for (const method of ["GET", "POST"]) {
      const response = await session.fetch("/x", { method, headers });
      assertEquals([response.status, response.headers.get("location")], [status, location]);
      await response.body?.cancel();
    }
    assertEquals(api.requests.map((request) => request.headers.get("x-api-key")), ["KEY", "KEY"]);
    assert(api.requests.every((request) => request.headers.get("authorization")?.startsWith("Basic ")));
  }
  assertEquals(elsewhere.requests, []);

  await using api = rawServer(() => ({ write: http(302, "", { location }) }));
  await (await fetch(api.origin, { headers })).body?.cancel();
  assertEquals(elsewhere.requests[0]?.headers.get("x-api-key"), "KEY", "Deno carries it, hence all of this");
});
