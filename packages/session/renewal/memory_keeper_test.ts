import { assert, assertEquals, assertRejects } from "@std/assert";
import { createEmulator, type EmulatorOptions } from "@xsignals/emulator";
import { SessionError, type SessionErrorCode } from "../errors.ts";
import type { SessionOptions } from "../options.ts";
import { createSession } from "../session.ts";
import { login } from "../strategies/login.ts";
import { fakeClock } from "../testing/fake_clock.ts";
import type { InitialTokens, Known, SessionEvent } from "../types.ts";
import { memoryKeeper } from "./memory_keeper.ts";

// Sessions without a store, against the emulator. What they share with the others is in renewing_test.ts.

const HOUR = 3_600_000;
const API = "https://api.xsignals.xpansiv.com";
const USER = { username: "login", password: "password" };
const LOST = { operation: "authRefresh", stage: "after", drop: true } as const;

/** A session that was given no store, and the emulator, on one clock that the test moves. */
function setUp(options: Partial<SessionOptions> = {}, emulatorOptions: EmulatorOptions = {}) {
  const clock = fakeClock();
  const emulator = createEmulator({ now: clock.now, sleep: clock.sleep, ...emulatorOptions });
  const events: SessionEvent[] = [];
  const open = (more: Partial<SessionOptions> = {}) =>
    createSession({
      strategy: login(USER),
      fetch: emulator.fetch,
      clock,
      random: () => 0.5,
      waitBudgetMs: 0,
      onEvent: (event) => events.push(event),
      ...options,
      ...more,
    });
  /** How many logins, refreshes and logouts the server was sent. */
  const calls = () => (["authLogin", "authRefresh", "authLogout"] as const).map((name) => emulator.count(name));
  /** Logs in without the session. */
  async function tokens(): Promise<InitialTokens> {
    const headers = { authorization: `Basic ${btoa("login:password")}` };
    const { token, refreshToken } = await (await emulator.fetch(`${API}/auth/login`, { headers })).json();
    return { accessToken: token, refreshToken };
  }
  /** Whether the server still takes a refresh token. */
  async function isAlive(refreshToken: string | undefined): Promise<boolean> {
    const headers = { "content-type": "application/json" };
    const body = JSON.stringify({ refreshToken });
    const response = await emulator.fetch(`${API}/auth/refresh`, { method: "POST", headers, body });
    await response.body?.cancel();
    return response.status === 200;
  }
  return { clock, emulator, events, open, session: open(), calls, tokens, isAlive };
}

async function assertCode(work: () => Promise<unknown>, code: SessionErrorCode): Promise<SessionError> {
  const error = await assertRejects(work, SessionError);
  assertEquals(error.code, code, error.message);
  return error;
}

Deno.test("createSession() without a store logs in once and refreshes at each expiry", async () => {
  const { clock, session, calls, emulator, events } = setUp();
  const values = new Set<string>();
  for (let expiry = 0; expiry <= 3; expiry++) {
    const all = await Promise.all(Array.from({ length: 50 }, () => session.token()));
    for (const { value } of all) values.add(value);
    assertEquals([values.size, calls()], [expiry + 1, [1, expiry, 0]]);
    await clock.advance(HOUR);
  }
  assertEquals(events.map(({ type }) => type), ["login", "renewed", "renewed", "renewed"]);
  assertEquals(emulator.count({ violation: "spent_refresh_token" }), 0);
});

Deno.test("createSession() without a store shares nothing with other sessions", async () => {
  const { open, calls } = setUp();
  const [one, two] = await Promise.all([open().token(), open().token()]);
  assert(one.value !== two.value);
  assertEquals(calls(), [2, 0, 0]);
});

Deno.test("createSession() without a store never repeats a refresh whose answer was lost, and logs in instead", async () => {
  for (const rotation of ["family", "overlap"] as const) {
    const { clock, session, calls, emulator, tokens, open } = setUp({}, { assumptions: { rotation } });
    await session.token();
    await clock.advance(HOUR);
    emulator.faults.add(LOST);
    await Promise.all([session.token(), session.token()]);
    assertEquals(calls(), [2, 1, 0]);

    const without = open({ strategy: login({ tokens: await tokens() }) });
    await without.token();
    await clock.advance(HOUR);
    emulator.faults.add(LOST);
    for (let times = 0; times < 3; times++) {
      const error = await assertCode(() => without.token(), "login_required");
      assertEquals(error.tried, ["refresh: outcome unknown"]);
      await clock.advance(24 * HOUR);
    }
    assertEquals(calls(), [3, 2, 0]);
  }
});

Deno.test("createSession() without a store sends a refresh again that was not sent or not processed", async () => {
  for (const status of [429, 503]) {
    const { clock, session, calls, emulator } = setUp();
    await session.token();
    await clock.advance(HOUR);
    emulator.faults.add({ operation: "authRefresh", status });
    await assertCode(() => session.token(), status === 429 ? "rate_limited" : "unreachable");
    await session.token();
    assertEquals(calls(), [1, 2, 0]);
  }
});

Deno.test("createSession() without a store asks a server again only after the time that it named", async () => {
  const { clock, session, calls, emulator } = setUp();
  await session.token();
  await clock.advance(HOUR);
  emulator.faults.add({ operation: "authRefresh", status: 429, headers: { "retry-after": "100" } });
  const retryAt = clock.now() + 100_000;
  for (const left of [100_000, 99_999, 1]) {
    await clock.advance(retryAt - clock.now() - left);
    assertEquals((await assertCode(() => session.token(), "rate_limited")).retryAt, retryAt);
  }
  assertEquals(calls(), [1, 1, 0]);
  await clock.advance(1);
  await session.token();
  assertEquals(calls(), [1, 2, 0]);
});

Deno.test("createSession() without a store sends a refused login eight times in all, until the password is another (found 101)", async () => {
  let password = "wrong";
  const { clock, session, calls } = setUp({ strategy: login({ username: "login", password: () => password }) });
  for (let days = 0; days < 20; days++) {
    for (let times = 0; times < 3; times++) await assertCode(() => session.token(), "credentials_rejected");
    await clock.advance(24 * HOUR);
  }
  assertEquals(calls(), [8, 0, 0]);
  password = "password";
  await session.token();
  assertEquals(calls(), [9, 0, 0]);
});

Deno.test("createSession() without a store logs in after a refresh that was refused", async () => {
  const { clock, session, calls, emulator } = setUp();
  await session.token();
  emulator.revokeRefreshTokens();
  await clock.advance(HOUR);
  await session.token();
  await clock.advance(HOUR);
  await session.token();
  assertEquals(calls(), [2, 2, 0]);
});

Deno.test("createSession() without a store starts from tokens that it was given, and refreshes them", async () => {
  for (const user of [USER, undefined]) {
    const { clock, open, calls, tokens, isAlive } = setUp();
    const seed = await tokens();
    const session = open({ strategy: login(user ? { ...user, tokens: seed } : { tokens: seed }) });
    for (let times = 0; times < 3; times++) {
      assertEquals((await session.token()).value, seed.accessToken);
      await clock.advance(HOUR / 4);
    }
    assertEquals(calls(), [1, 0, 0]);
    const values = [seed.accessToken];
    for (let expiry = 1; expiry <= 2; expiry++) {
      await clock.advance(HOUR);
      values.push((await session.token()).value);
      assertEquals([new Set(values).size, calls()], [expiry + 1, [1, expiry, 0]]);
    }
    assertEquals(await isAlive(seed.refreshToken), false);
  }
});

Deno.test("createSession() without a store does not go back to the tokens that it was given, once they are replaced", async () => {
  const { clock, open, calls, tokens, emulator } = setUp();
  const session = open({ strategy: login({ ...USER, tokens: await tokens() }) });
  emulator.revokeRefreshTokens();
  await clock.advance(HOUR);
  await session.token(); // the refresh is refused: it logs in
  await clock.advance(HOUR);
  await session.token();
  assertEquals(calls(), [2, 2, 0]);
});

Deno.test("logout() of a session without a store ends the newest pair at the server, once", async () => {
  const { clock, open, calls, tokens, isAlive } = setUp();
  const seed = await tokens();
  for (const [isUsed, pair] of [[false, seed], [true, await tokens()]] as const) {
    const session = open({ strategy: login({ ...USER, tokens: pair }) });
    if (isUsed) await session.token();
    await session.logout();
    await session.logout();
    assertEquals(await isAlive(pair.refreshToken), false);
    await assertCode(() => session.token(), "login_required");
    assertEquals(session.status(), { state: "logged_out" });
  }
  assertEquals(calls()[2], 2);

  const session = open();
  await session.token();
  await clock.advance(HOUR);
  await session.token();
  await session.logout();
  assertEquals(calls()[2], 3);
});

Deno.test("logout() of a session without a store ends nothing where nothing was obtained", async () => {
  const { session, emulator } = setUp();
  await session.logout();
  assertEquals(emulator.log, []);
});

Deno.test("logout() of a session without a store ends the pair of a renewal under way", async () => {
  const { clock, session, emulator, calls } = setUp();
  await session.token();
  await clock.advance(HOUR);
  emulator.faults.add({ operation: "authRefresh", stage: "after", delay: 500 });
  const waiting = assertCode(() => session.token(), "login_required");
  while (emulator.count("authRefresh") === 0 || clock.sleeping() < 2) await new Promise((go) => setTimeout(go, 0));
  const logout = session.logout();
  await clock.advance(500);
  await Promise.all([logout, waiting]);
  assertEquals(calls(), [1, 1, 1]);
  assertEquals(emulator.log.filter(({ violation }) => violation), []);
});

Deno.test("changePassword() of a session without a store goes on with the new password, and with a new login", async () => {
  const { clock, session, emulator, calls, events } = setUp();
  await session.token();
  await session.changePassword("next");
  await session.token();
  assertEquals(calls(), [2, 0, 0]);
  emulator.revokeRefreshTokens();
  await clock.advance(HOUR);
  await session.token();
  assertEquals(calls(), [3, 1, 0]);
  assertEquals(events.map(({ type }) => type), ["login", "password_changed", "login", "login"]);
});

Deno.test("changePassword() of a session without a store logs in again, though it was given tokens", async () => {
  const { open, calls, tokens } = setUp();
  const seed = await tokens();
  const session = open({ strategy: login({ ...USER, tokens: seed }) });
  await session.token();
  await session.changePassword("next");
  assert((await session.token()).value !== seed.accessToken);
  assertEquals(calls(), [2, 0, 0]);
});

Deno.test("createSession() without a store has nothing to store when it is disposed of, and does not log out", async () => {
  const { session, calls } = setUp();
  {
    await using used = session;
    await used.token();
  }
  assertEquals(calls(), [1, 0, 0]);
});

Deno.test("forget() looks again at what a renewal brought meanwhile, and loses no pair", async () => {
  const keeper = memoryKeeper();
  const token = { scheme: "Bearer", value: "late" } as const;
  const seen: (string | undefined)[] = [];
  const found = await keeper.forget(async (now: Known) => {
    if (seen.push(now.token?.value) === 1) {
      await keeper.renew(() => Promise.resolve({ use: token }), new AbortController().signal);
    }
    return {};
  });
  assertEquals([seen, found.pairs, found.isNew], [[undefined, "late"], [token], false]);
});
