/** What a session leaves open: the sanitizers of `deno test` fail for a timer, a response or a connection. */
import { assert, assertEquals, assertRejects } from "@std/assert";
import { serveEmulator } from "@xsignals/emulator/serve";
import { basic, createSession, login, SessionError } from "@xsignals/session";
import { retrying } from "@xsignals/session/retry";
import { http, rawServer } from "./raw_server.ts";

/** A clock that is fifty times as fast. */
const clock = {
  now: () => Math.round(performance.timeOrigin + performance.now() * 50),
  sleep: (ms: number, signal?: AbortSignal) =>
    new Promise<void>((resolve, reject) => {
      const timer = setTimeout(resolve, ms / 50);
      signal?.addEventListener("abort", () => (clearTimeout(timer), reject(signal.reason)), { once: true });
    }),
};

const USER = { username: "login", password: "password" };

Deno.test("createSession() leaves nothing open that it drops, over real connections (public bugs 13, 15)", async () => {
  const { emulator, api, stop } = await serveEmulator();
  const body = JSON.stringify({ message: "x".repeat(100_000) });
  const session = createSession({ strategy: login(USER), baseUrl: api, clock });
  const fetch = retrying(session.fetch, { retries: 1, clock });
  const get = async () => {
    const response = await fetch("/file/group?size=1");
    await response.body?.cancel();
    return response.status;
  };
  const slowDown = { status: 429, headers: { "retry-after": "0" }, body };
  const redirect = { status: 302, headers: { location: "/file/group?size=2" }, body };
  emulator.faults.add({ operation: "authLogin", ...slowDown });
  assertEquals(await get(), 200);
  emulator.faults.add({ operation: "listFileGroups", status: 401, body });
  emulator.faults.add({ operation: "authRefresh", ...slowDown });
  assertEquals(await get(), 200);
  for (const fault of [slowDown, redirect]) {
    emulator.faults.add({ operation: "listFileGroups", ...fault });
    assertEquals(await get(), 200);
  }
  emulator.faults.add({ operation: "listFileGroups", ...redirect });
  await assertRejects(() => session.fetch("/file/group?size=1", { redirect: "error" }), TypeError);
  emulator.revokeAccessTokens();
  emulator.faults.add({ operation: "authRefresh", status: 401, body });
  emulator.faults.add({ operation: "authLogin", status: 401, body });
  assertEquals((await assertRejects(() => get(), SessionError)).code, "credentials_rejected");
  emulator.faults.add({ operation: "authLogin", ...redirect });
  await assertRejects(() => createSession({ strategy: login(USER), baseUrl: api }).token(), SessionError, "redirect");
  // A login that many wait for: one goes away, and one has a signal that may fire long after.
  const shared = createSession({ strategy: login(USER), baseUrl: api });
  const leaver = new AbortController();
  const waiting = [{}, { signal: new AbortController().signal }, { signal: leaver.signal }].map(async (init) => {
    const response = await shared.fetch("/file/group?size=1", init);
    await response.body?.cancel();
    return response.status;
  });
  leaver.abort(new Error("enough"));
  await assertRejects(() => waiting.pop()!, Error, "enough");
  assertEquals(await Promise.all(waiting), [200, 200]);
  assertEquals(emulator.faults.pending, 0);
  await session.logout();
  await stop();
});

Deno.test("createSession() carries no header to another origin, the caller's own included (public bug 20)", async () => {
  await using elsewhere = rawServer(() => ({ write: http(200) }));
  const location = `${elsewhere.origin.replace("127.0.0.1", "localhost")}/there`;
  const headers = { "x-api-key": "KEY", "cookie": "a=b", "proxy-authorization": "Basic eDp5" };
  for (const status of [301, 302, 303, 307, 308]) {
    await using api = rawServer(() => ({ write: http(status, "", { location }) }));
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
  await using api = rawServer(() => ({ write: http(307, "", { location }) }));
  await (await fetch(api.origin, { method: "POST", body: "SECRET", headers })).body?.cancel();
  const carried = elsewhere.requests.map(({ headers, body }) => [headers.get("x-api-key"), body]);
  assertEquals(carried, [["KEY", "SECRET"]], "Deno carries both, hence all of this and public bug 18");
});
