import { assert, assertEquals, assertMatch, assertRejects, assertThrows } from "@std/assert";
import { createEmulator, type Emulator, type EmulatorOptions } from "@xsignals/emulator";
import { SessionError, type SessionErrorCode } from "./errors.ts";
import type { SessionOptions } from "./options.ts";
import { retrying } from "./retry.ts";
import { createSession } from "./session.ts";
import { memoryStore } from "./stores/memory.ts";
import { auth0 } from "./strategies/auth0.ts";
import { basic } from "./strategies/basic.ts";
import { bearer } from "./strategies/bearer.ts";
import { login } from "./strategies/login.ts";
import { fakeClock } from "./testing/fake_clock.ts";
import type { FetchLike, SessionEvent, Strategy } from "./types.ts";

const HOUR = 3_600_000;
const strategy = login({ username: "login", password: "password" });

/** A session against the emulator, both on one clock that the test moves. */
function setUp(options: Partial<SessionOptions> = {}, emulatorOptions: EmulatorOptions = {}) {
  const clock = fakeClock();
  const emulator = createEmulator({ now: clock.now, ...emulatorOptions });
  const events: SessionEvent[] = [];
  const session = createSession({
    strategy,
    fetch: emulator.fetch,
    clock,
    random: () => 0.5,
    onEvent: (event) => events.push(event),
    ...options,
  });
  return { clock, emulator, events, session };
}

/** How often an operation was asked for. */
function count(emulator: Emulator, operation: string): number {
  return emulator.log.filter((entry) => entry.operation === operation).length;
}

/** The statuses of so many concurrent calls. */
async function statuses(fetch: FetchLike, calls: number, path = "/file/group?size=1"): Promise<number[]> {
  return await Promise.all(Array.from({ length: calls }, async () => {
    const response = await fetch(path);
    await response.body?.cancel();
    return response.status;
  }));
}

/** Lets everything run that needs no clock, `crypto.subtle` included, until the condition holds. */
async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 0));
}

async function assertCode(call: () => Promise<unknown>, code: SessionErrorCode): Promise<SessionError> {
  const error = await assertRejects(call, SessionError);
  assertEquals(error.code, code, error.message);
  return error;
}

Deno.test("createSession() logs in once, renews at expiry, and ends at logout", async () => {
  const { clock, emulator, events, session } = setUp();
  assertEquals(session.status(), { state: "new" });
  assertEquals(await statuses(session.fetch, 3), [200, 200, 200]);
  assertEquals(session.status().state, "active");
  await clock.advance(HOUR);
  assertEquals(session.status().state, "expired");
  assertEquals(await statuses(session.fetch, 1), [200]);
  await session.logout();
  assertEquals(session.status(), { state: "logged_out" });
  await assertCode(() => session.fetch("/file/group"), "login_required");
  await assertCode(() => session.token(), "login_required");
  await assertCode(() => session.changePassword("x"), "login_required");
  await session.logout();
  assertEquals(events.map(({ type }) => type), ["login", "renewed", "logged_out"]);
  for (const operation of ["authLogin", "authRefresh", "authLogout"]) assertEquals(count(emulator, operation), 1);
});

Deno.test("createSession() answers 1,000 callers at expiry with one refresh, and again at the next", async () => {
  const { clock, emulator, session } = setUp();
  assertEquals(await statuses(session.fetch, 1), [200]);
  for (let expiry = 1; expiry <= 2; expiry++) {
    await clock.advance(HOUR);
    assertEquals(await statuses(session.fetch, 1000), Array(1000).fill(200));
    assertEquals([count(emulator, "authLogin"), count(emulator, "authRefresh")], [1, expiry]);
  }
});

Deno.test("createSession() answers 200 refusals of an unexpired token, over 60 ms, with one refresh and 400 calls", async () => {
  const clock = fakeClock();
  const emulator = createEmulator({ now: clock.now });
  let refused = 0;
  const session = createSession({
    strategy,
    clock,
    async fetch(input, init) {
      const response = await emulator.fetch(input, init);
      if (response.status === 401) await clock.sleep((refused++ * 7) % 61);
      return response;
    },
  });
  await statuses(session.fetch, 1);
  emulator.revokeAccessTokens();
  const before = count(emulator, "listFileGroups");
  let done = false;
  const calls = statuses(session.fetch, 200).finally(() => done = true);
  while (!done) {
    await clock.advance(1);
    await new Promise((resolve) => setTimeout(resolve, 0));
  }
  assertEquals(await calls, Array(200).fill(200));
  assertEquals([count(emulator, "authRefresh"), count(emulator, "listFileGroups") - before], [1, 400]);
});

Deno.test("createSession() hands every caller its 401 when the API refuses everything, after one refresh", async () => {
  const { clock, emulator, session } = setUp({
    async fetch(input, init) {
      const response = await emulator.fetch(input, init);
      if (new URL(new Request(input).url).pathname !== "/file/group") return response;
      await response.body?.cancel();
      return new Response("no", { status: 401 });
    },
  });
  assertEquals(await statuses(session.fetch, 20), Array(20).fill(401));
  assertEquals([count(emulator, "authRefresh"), count(emulator, "listFileGroups")], [1, 40]);
  // The fresh token is known not to be accepted: no refresh for a while.
  assertEquals(await statuses(session.fetch, 1), [401]);
  await clock.advance(59_000);
  assertEquals(await statuses(session.fetch, 5), Array(5).fill(401));
  assertEquals(count(emulator, "authRefresh"), 1);
  await clock.advance(2_000);
  assertEquals(await statuses(session.fetch, 5), Array(5).fill(401));
  assertEquals(count(emulator, "authRefresh"), 2);
});

Deno.test("createSession() renews at once a token that worked and is revoked soon after a renewal", async () => {
  const { emulator, session } = setUp();
  await statuses(session.fetch, 1);
  for (let revocation = 1; revocation <= 3; revocation++) {
    emulator.revokeAccessTokens();
    assertEquals(await statuses(session.fetch, 3), [200, 200, 200]);
    assertEquals(count(emulator, "authRefresh"), revocation);
  }
});

Deno.test("createSession() is not misled by a clock an hour off in either direction", async () => {
  for (const off of [-HOUR, HOUR]) {
    const clock = fakeClock();
    const emulator = createEmulator({ now: clock.now });
    const session = createSession({ strategy, fetch: emulator.fetch, clock: clock.skewed(off), random: () => 0 });
    for (let call = 0; call < 50; call++) await statuses(session.fetch, 1);
    assertEquals([count(emulator, "authLogin"), count(emulator, "authRefresh")], [1, 0]);
    await clock.advance(3590_000);
    await statuses(session.fetch, 1);
    assertEquals([count(emulator, "authLogin"), count(emulator, "authRefresh")], [1, 1]);
  }
});

Deno.test("createSession() logs in again when the refresh token is refused", async () => {
  const { clock, emulator, session } = setUp();
  await statuses(session.fetch, 1);
  emulator.revokeRefreshTokens();
  await clock.advance(HOUR);
  assertEquals(await statuses(session.fetch, 10), Array(10).fill(200));
  assertEquals([count(emulator, "authLogin"), count(emulator, "authRefresh")], [2, 1]);
});

Deno.test("createSession() says login_required when the refresh token is refused and no credentials are held", async () => {
  const first = setUp();
  const { value } = await first.session.token();
  const tokens = { accessToken: value, refreshToken: "unknown" };
  const { clock, emulator, session } = setUp(
    { strategy: login({ tokens }), fetch: first.emulator.fetch, clock: first.clock },
  );
  assertEquals(await statuses(session.fetch, 1), [200]);
  await first.clock.advance(HOUR);
  const error = await assertCode(() => session.fetch("/file/group"), "login_required");
  assertEquals(error.tried, ["refresh: refused"]);
  for (let call = 0; call < 5; call++) await assertCode(() => session.fetch("/file/group"), "login_required");
  assertEquals(count(first.emulator, "authRefresh"), 1); // a refused refresh token is remembered
  await first.clock.advance(61_000);
  await assertCode(() => session.fetch("/file/group"), "login_required");
  assertEquals(count(first.emulator, "authRefresh"), 2);
  void clock, emulator;
});

Deno.test("createSession() keeps a token that still works when an early renewal fails, and tries again later", async () => {
  const { clock, emulator, events, session } = setUp({
    fetch(input, init) {
      const failing = new URL(new Request(input).url).pathname === "/auth/refresh" && !mended;
      return failing ? Promise.resolve(new Response(null, { status: 503 })) : emulator.fetch(input, init);
    },
  });
  let mended = false;
  await statuses(session.fetch, 1);
  await clock.advance(HOUR - 60_000);
  assertEquals(await statuses(session.fetch, 20), Array(20).fill(200));
  assertEquals(events.map(({ type }) => type), ["login", "renewal_failed"]);
  assertEquals(session.status().lastFailure, "unreachable");
  mended = true;
  await clock.advance(60_000);
  assertEquals(await statuses(session.fetch, 1), [200]);
  assertEquals([count(emulator, "authLogin"), count(emulator, "authRefresh")], [1, 1]);
  assertEquals(session.status().lastFailure, undefined);
});

Deno.test("createSession() never repeats wrong credentials", async () => {
  const { emulator, session } = setUp({ strategy: login({ username: "login", password: "wrong" }) });
  await assertCode(() => session.fetch("/file/group"), "credentials_rejected");
  await Promise.all(
    Array.from({ length: 5 }, () => assertCode(() => session.fetch("/file/group"), "credentials_rejected")),
  );
  assertEquals(count(emulator, "authLogin"), 1);
});

Deno.test("createSession() tries again when a credential's function gives another one", async () => {
  let password = "wrong";
  const { emulator, session } = setUp({ strategy: login({ username: () => "login", password: () => password }) });
  await assertCode(() => session.token(), "credentials_rejected");
  await assertCode(() => session.token(), "credentials_rejected");
  assertEquals(count(emulator, "authLogin"), 1);
  password = "password";
  assertEquals(await statuses(session.fetch, 2), [200, 200]);
});

Deno.test("createSession() ends one caller's waiting with its own reason, never the shared renewal", async () => {
  const clock = fakeClock();
  const emulator = createEmulator({ now: clock.now });
  const session = createSession({
    strategy,
    clock,
    fetch: async (input, init) => {
      if (new Request(input).url.endsWith("/auth/login")) await clock.sleep(500);
      return await emulator.fetch(input, init);
    },
  });
  const impatient = new AbortController();
  const reason = new Error("enough");
  const first = session.fetch("/file/group", { signal: impatient.signal });
  const second = statuses(session.fetch, 1);
  await until(() => clock.sleeping() === 2);
  await clock.advance(100);
  impatient.abort(reason);
  assertEquals(await first.catch((error) => error), reason);
  await clock.advance(400);
  assertEquals(await second, [200]);
  assertEquals(count(emulator, "authLogin"), 1);
});

Deno.test("createSession() gives up a token call at its deadline, and tells what is known", async () => {
  const { clock, session } = setUp({ fetch: () => new Promise(() => {}) });
  const call = assertCode(() => session.fetch("/file/group"), "unreachable");
  await until(() => clock.sleeping() === 1);
  await clock.advance(9_999);
  assertEquals(session.status(), { state: "new" });
  await clock.advance(1);
  assertMatch((await call).message, /no answer within 10000 ms/);
  assertEquals(clock.sleeping(), 0);
});

Deno.test("session.token() renews first when less than minValid is left, unless no token lives that long", async () => {
  const { clock, emulator, session } = setUp();
  const first = await session.token();
  assertEquals(Object.keys(first).sort(), ["expiresAt", "scheme", "value"]);
  await clock.advance(HOUR / 2);
  assertEquals(await session.token({ minValid: 20 * 60_000 }), first);
  const second = await session.token({ minValid: 40 * 60_000 });
  assert(second.value !== first.value);
  assertEquals(await session.token({ minValid: 2 * HOUR }), second);
  assertEquals(count(emulator, "authRefresh"), 1);
});

Deno.test("session.token() serves those who want more and those who want less with one renewal each at most", async () => {
  const { clock, emulator, session } = setUp();
  await session.token();
  await clock.advance(HOUR / 2);
  await session.token(); // compares with the store, which is due
  const tokens = await Promise.all([
    session.token({ minValid: 40 * 60_000 }),
    session.token(),
    session.token({ minValid: 50 * 60_000 }),
  ]);
  assert(tokens[0]!.value === tokens[2]!.value && tokens[1]!.value !== tokens[0]!.value);
  assertEquals(count(emulator, "authRefresh"), 1);
});

Deno.test("createSession() renews in the background where it may, and no caller waits then", async () => {
  const background: Promise<unknown>[] = [];
  const { clock, emulator, session } = setUp({ waitUntil: (work) => background.push(work) });
  const old = await session.token();
  await clock.advance(HOUR - 30_000);
  assertEquals(await Promise.all([session.token(), session.token()]), [old, old]);
  await Promise.all(background);
  assert((await session.token()).value !== old.value);
  assertEquals(count(emulator, "authRefresh"), 1);
});

Deno.test("session.changePassword() goes on with the new password", async () => {
  const { clock, emulator, events, session } = setUp();
  await statuses(session.fetch, 1);
  await session.changePassword("new password €");
  assertEquals(await statuses(session.fetch, 2), [200, 200]);
  emulator.revokeRefreshTokens();
  await clock.advance(HOUR);
  assertEquals(await statuses(session.fetch, 2), [200, 200]);
  assertEquals(count(emulator, "authChangePassword"), 1);
  assertEquals(events.map(({ type }) => type).slice(0, 3), ["login", "password_changed", "login"]);
});

Deno.test("session.changePassword() of Basic goes on with the new password", async () => {
  const { session } = setUp({ strategy: basic({ username: "login", password: "password" }) });
  await session.changePassword("next");
  assertEquals(await statuses(session.fetch, 2), [200, 200]);
});

Deno.test("session.changePassword() of held tokens keeps them", async () => {
  const { emulator, clock } = setUp();
  const answer = await emulator.fetch("https://api.xsignals.xpansiv.com/auth/login", {
    headers: { authorization: `Basic ${btoa("login:password")}` },
  });
  const { token, refreshToken } = await answer.json();
  const session = createSession({
    strategy: login({ tokens: { accessToken: token, refreshToken } }),
    fetch: emulator.fetch,
    clock,
  });
  await session.changePassword("next");
  assertEquals(count(emulator, "authLogin"), 1);
});

Deno.test("session.changePassword() refuses before anything is sent what no strategy can use", async () => {
  const { emulator, session } = setUp();
  for (const next of ["", "a\nb", "\ud800"]) await assertRejects(() => session.changePassword(next), TypeError);
  assertEquals(emulator.log, []);
  const other = setUp({ strategy: bearer("token") });
  await assertCode(() => other.session.changePassword("next"), "not_supported");
  assertEquals(other.emulator.log, []);
});

Deno.test("session.logout() during a renewal stays a logout, and the late pair is logged out too", async () => {
  const clock = fakeClock();
  const emulator = createEmulator({ now: clock.now });
  const session = createSession({
    strategy,
    clock,
    fetch: async (input, init) => {
      const response = await emulator.fetch(input, init);
      if (new Request(input).url.endsWith("/auth/refresh")) await clock.sleep(500);
      return response;
    },
  });
  await session.token();
  await clock.advance(HOUR);
  const renewal = assertCode(() => session.fetch("/file/group"), "login_required");
  await until(() => count(emulator, "authRefresh") === 1 && clock.sleeping() === 2);
  const logout = session.logout();
  await clock.advance(500);
  await Promise.all([renewal, logout]);
  assertEquals(count(emulator, "authLogout"), 1);
  assertEquals(count(emulator, "listFileGroups"), 0);
  assertEquals(emulator.log.filter(({ violation }) => violation), []);
});

Deno.test("session.logout() forgets the tokens though the server cannot be reached, and says so", async () => {
  let down = false;
  const { emulator, session } = setUp({
    fetch: (input, init) => down ? Promise.reject(new TypeError("down")) : emulator.fetch(input, init),
  });
  await session.token();
  down = true;
  await assertCode(() => session.logout(), "unreachable");
  down = false;
  await assertCode(() => session.fetch("/file/group"), "login_required");
});

Deno.test("session.logout() without a login sends nothing", async () => {
  const { emulator, session } = setUp();
  await session.logout();
  assertEquals(emulator.log, []);
});

Deno.test("createSession() shares one login through a store, and sees another session's logout within a minute", async () => {
  const store = memoryStore();
  const one = setUp({ store });
  const two = createSession({ strategy, fetch: one.emulator.fetch, clock: one.clock, store });
  await statuses(one.session.fetch, 1);
  await statuses(two.fetch, 1);
  assertEquals(count(one.emulator, "authLogin"), 1);
  await one.session.logout();
  await one.clock.advance(60_000);
  assertEquals(await statuses(two.fetch, 3), [200, 200, 200]); // it holds credentials, and logs in once
  assertEquals(count(one.emulator, "authLogin"), 2);
});

Deno.test("createSession() never uses another identity's record", async () => {
  const store = memoryStore();
  const { clock, emulator } = setUp({ store }, { users: { login: "password", other: "password" } });
  const events: SessionEvent[] = [];
  const make = (username: string) =>
    createSession({
      strategy: login({ username, password: "password" }),
      fetch: emulator.fetch,
      clock,
      store,
      onEvent: (event) => events.push(event),
    });
  const first = await make("login").token();
  const second = await make("other").token();
  assert(first.value !== second.value);
  assertEquals(events.map(({ type }) => type), ["login", "record_foreign", "login"]);
});

Deno.test("createSession() refuses a wrong option at once", () => {
  for (
    const options of [
      {},
      { strategy: {} },
      { strategy, fetch: "fetch" },
      { strategy, baseUrl: "api.xsignals.xpansiv.com" },
      { strategy, baseUrl: "http://api.xsignals.xpansiv.com" },
      { strategy, baseUrl: "https://user:pw@api.example" },
      { strategy, baseUrl: "https://api.example/?q" },
      { strategy, tokenDeadlineMs: 0 },
      { strategy, tokenDeadlineMs: 595_001 },
      { strategy, waitBudgetMs: "60" },
      { strategy, leaseMs: 15_000 },
      { strategy, allowInsecure: ["nowhere"] },
      { strategy, allowInsecure: "http://intranet" },
      { strategy, clock: {} },
      { strategy, clock: { now: () => 0 } },
      { strategy, store: {} },
      { strategy, store: { read() {}, write() {} } },
      { strategy, baseURL: "https://api.example" },
      { strategy, baseUrl: "https://auth.xpansiv.com" },
      { strategy, baseUrl: "https://auth.xpansiv.com./x" },
    ]
  ) {
    assertThrows(() => createSession(options as SessionOptions), TypeError);
  }
  for (const baseUrl of ["http://localhost:1", "http://127.1.2.3", "http://[::1]:8080", "https://x/y/"]) {
    createSession({ strategy, baseUrl });
  }
  createSession({ strategy, baseUrl: "http://intranet:1", allowInsecure: ["http://intranet:1"] });
});

Deno.test("createSession() lets no listener's fault reach a caller", async () => {
  const { session } = setUp({
    onEvent() {
      throw new Error("listener");
    },
  });
  assertEquals(await statuses(session.fetch, 1), [200]);
});

Deno.test("createSession() can be disposed of, which does not log out", async () => {
  const { emulator, session } = setUp();
  {
    await using used = session;
    await used.token();
  }
  assertEquals(count(emulator, "authLogout"), 0);
});

Deno.test("createSession() sends a GET of the API again only through retrying()", async () => {
  for (const retries of [0, 1]) {
    const { clock, emulator, session } = setUp();
    emulator.faults.add({ operation: "listFileGroups", status: 503, headers: { "retry-after": "1" } });
    const fetch = retries > 0 ? retrying(session.fetch, { retries, clock, random: () => 0.5 }) : session.fetch;
    const call = statuses(fetch, 1);
    let done = false;
    void call.finally(() => done = true);
    while (!done) {
      await clock.advance(20);
      await new Promise((resolve) => setTimeout(resolve, 0));
    }
    assertEquals([await call, count(emulator, "listFileGroups")], [[retries ? 200 : 503], retries + 1]);
  }
});

Deno.test("createSession() waits for no busy server that nobody waits for any more", async () => {
  const { clock, emulator, session } = setUp();
  emulator.faults.add({ operation: "authLogin", status: 429, headers: { "retry-after": "8" } });
  const impatient = new AbortController();
  const call = session.fetch("/file/group", { signal: impatient.signal }).catch((error) => error.name);
  await until(() => clock.sleeping() === 1 && count(emulator, "authLogin") === 1);
  await clock.advance(10);
  impatient.abort();
  assertEquals(await call, "AbortError");
  await until(() => clock.sleeping() === 0);
  const later = statuses(session.fetch, 1); // which waits for as long as the server asked
  await until(() => clock.sleeping() === 1);
  await clock.advance(8_800);
  assertEquals([await later, count(emulator, "authLogin")], [[200], 2]);
});

Deno.test("createSession() ends at a logout tokens that were never used", async () => {
  const { clock, emulator } = setUp();
  const tokens = { accessToken: "t", refreshToken: "r" };
  const session = createSession({ strategy: login({ tokens }), fetch: emulator.fetch, clock });
  await session.logout();
  assertEquals(count(emulator, "authLogout"), 1);
});

Deno.test("createSession() fails no call for a waitUntil that throws", async () => {
  const { clock, session } = setUp({
    waitUntil() {
      throw new Error("too late");
    },
  });
  const token = await session.token();
  await clock.advance(HOUR - 30_000);
  assertEquals(await session.token(), token);
  await session.logout(); // which waits for the renewal that was begun
});

Deno.test("login() with a user name alone renews what is stored, and never logs in", async () => {
  const clock = fakeClock();
  const emulator = createEmulator({ now: clock.now });
  const store = memoryStore();
  const open = (strategy: Strategy) => createSession({ strategy, store, fetch: emulator.fetch, clock });
  for (const strategy of [login({ username: "login" }), login({ username: () => "login" })]) {
    const error = await assertRejects(() => open(strategy).token(), SessionError);
    assertEquals([error.code, emulator.log], ["login_required", []]);
  }
  await open(login({ username: "login", password: "password" })).token();
  const session = open(login({ username: "login" }));
  await session.token();
  await clock.advance(3_600_000);
  assertEquals((await session.token()).scheme, "Bearer");
  assertEquals([emulator.count("authLogin"), emulator.count("authRefresh")], [1, 1]);
  emulator.revokeRefreshTokens();
  await clock.advance(3_600_000);
  assertEquals((await assertRejects(() => session.token(), SessionError)).code, "login_required");
  assertEquals(emulator.count("authLogin"), 1);
  const other = await assertRejects(() => open(login({ username: "another" })).token(), SessionError);
  assertEquals(other.code, "login_required");
});

Deno.test("login() takes a password that is undefined for a mistake, not for none", () => {
  const forgotten = { username: "login", password: undefined } as unknown as { username: string; password: string };
  for (const make of [() => login(forgotten), () => auth0({ ...forgotten, clientId: "id" })]) {
    assertThrows(make, TypeError, "Cannot use the password");
  }
});

Deno.test("auth0() with a user name alone renews what is stored, and never logs in", async () => {
  const clock = fakeClock();
  const emulator = createEmulator({
    now: clock.now,
    clients: { id: "secret" },
    assumptions: { offlineAccess: "allowed" },
  });
  const store = memoryStore();
  const client = { clientId: "id", clientSecret: "secret", scope: "offline_access" };
  const open = (strategy: Strategy) => createSession({ strategy, store, fetch: emulator.fetch, clock });
  const alone = () => open(auth0({ username: "login", ...client }));
  assertEquals((await assertRejects(() => alone().token(), SessionError)).code, "login_required");
  const { expiresAt = 0 } = await open(auth0({ username: "login", password: "password", ...client })).token();
  await clock.advance(expiresAt - clock.now());
  assertEquals([(await alone().token()).scheme, emulator.count("oauthToken")], ["Bearer", 2]);
});

Deno.test("stored() tells the state of the store, before the first call and without one", async () => {
  const clock = fakeClock();
  const emulator = createEmulator({ now: clock.now });
  const store = memoryStore();
  const open = () => createSession({ strategy: login({ username: "login" }), store, fetch: emulator.fetch, clock });
  assertEquals(await open().stored(), { state: "new" });
  const session = createSession({
    strategy: login({ username: "login", password: "password" }),
    store,
    fetch: emulator.fetch,
    clock,
  });
  const { expiresAt = 0 } = await session.token();
  const before = emulator.log.length;
  assertEquals([open().status(), await open().stored()], [{ state: "new" }, {
    state: "active",
    scheme: "Bearer",
    expiresAt,
  }]);
  await clock.advance(expiresAt - clock.now());
  assertEquals((await open().stored()).state, "expired");
  assertEquals(emulator.log.length, before);
  await session.logout();
  assertEquals(await open().stored(), { state: "logged_out" });
  const memory = createSession({
    strategy: login({ username: "login", password: "password" }),
    fetch: emulator.fetch,
    clock,
  });
  await memory.token();
  assertEquals((await memory.stored()).state, "active");
  assertEquals(await createSession({ strategy: bearer("t") }).stored(), { state: "active", scheme: "Bearer" });
});
