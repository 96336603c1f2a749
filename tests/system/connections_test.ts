/** What a session leaves open: the sanitizers of `deno test` fail for a timer, a response or a connection. */
import { assert, assertEquals, assertRejects } from "@std/assert";
import { authLogin, connect } from "@xsignals/client";
import { createEmulator } from "@xsignals/emulator";
import { serveEmulator } from "@xsignals/emulator/serve";
import { basic, createSession, login, SessionError, type SessionEvent, type SessionOptions } from "@xsignals/session";
import { retrying } from "@xsignals/session/retry";
import { http, rawServer } from "./raw_server.ts";

const HOUR = 3_600_000;
const USER = { username: "login", password: "password" };

Deno.test("createSession() leaves no answer open that it drops, over real connections (public bug 13)", async () => {
  const { emulator, api, stop } = await serveEmulator();
  const body = JSON.stringify({ message: "x".repeat(100_000) });
  const session = createSession({ strategy: login(USER), baseUrl: api, waitBudgetMs: 1_000 });
  const fetch = retrying(session.fetch, { retries: 1, budgetMs: 1_000 });
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
  assertEquals(emulator.faults.pending, 0);
  await session.logout();
  await stop();
});

Deno.test("createSession() keeps no script running that is done, and needs no dispose (public bug 15)", async () => {
  const { emulator, api, stop } = await serveEmulator();
  emulator.faults.add({ operation: "authLogin", skip: 2, status: 429, headers: { "retry-after": "0" } });
  async function call(password: string, ...signals: (AbortSignal | null)[]): Promise<unknown[]> {
    const session = createSession({ strategy: login({ ...USER, password }), baseUrl: api });
    return await Promise.all(signals.map(async (signal) => {
      const response = await session.fetch("/file/group?size=1", { signal }).catch((error) => error);
      await response.body?.cancel();
      return response.code ?? response.status ?? response.message;
    }));
  }
  const later = new AbortController(); // A signal that may fire long after.
  const leaver = new AbortController();
  const waiting = call("password", null, later.signal, leaver.signal);
  leaver.abort(new Error("enough"));
  assertEquals(await waiting, [200, 200, "enough"]);
  assertEquals(await call("wrong", later.signal), ["credentials_rejected"]);
  assertEquals(await call("password", later.signal), [200]);
  assertEquals(emulator.faults.pending, 0, "the server asked nobody to wait");
  await stop();
});

// An unhandled rejection fails the run of the tests.
Deno.test("createSession() ends no process when a renewal fails that nobody listens to (public bug 31)", async () => {
  /** A session whose token has so many ms left, and whose renewal is refused when the token is dead. */
  async function expiring(leftMs: number, options: Partial<SessionOptions> = {}) {
    let now = Date.now();
    const clock = { now: () => now, sleep: () => new Promise<void>(() => {}) };
    const emulator = createEmulator({ now: clock.now, accessTokenLifetime: HOUR });
    const { data } = await authLogin({ client: connect(emulator), auth: "login:password" });
    const tokens = { accessToken: data?.token ?? "", refreshToken: data?.refreshToken ?? "" };
    const told = Promise.withResolvers<SessionEvent>();
    const session = createSession({
      strategy: login({ tokens }),
      fetch: emulator.fetch,
      clock,
      onEvent: told.resolve,
      ...options,
    });
    await session.token();
    now += HOUR - leftMs;
    emulator.faults.add({
      operation: "authRefresh",
      respond() {
        now += HOUR;
        return new Response(null, { status: 401 });
      },
    });
    return { session, told: told.promise };
  }
  const background = await expiring(30_000, { waitUntil: () => {} });
  await background.session.token(); // the caller gets the token at once, and nobody waits for the renewal
  assertEquals((await background.told).type, "renewal_failed");
  const abandoned = await expiring(0);
  const leaver = new AbortController();
  const waiting = abandoned.session.token({ signal: leaver.signal });
  leaver.abort(new Error("enough"));
  await assertRejects(async () => await waiting, Error, "enough");
  assertEquals((await abandoned.told).type, "renewal_failed");
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
