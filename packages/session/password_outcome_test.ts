import { assert, assertEquals, assertRejects } from "@std/assert";
import { createEmulator } from "@xsignals/emulator";
import { SessionError } from "./errors.ts";
import { isPasswordUnknown, settlePassword } from "./password_outcome.ts";
import { createSession } from "./session.ts";
import { memoryStore } from "./stores/memory.ts";
import { basic } from "./strategies/basic.ts";
import { login } from "./strategies/login.ts";
import { fakeClock } from "./testing/fake_clock.ts";
import type { Store, Strategy, Token } from "./types.ts";

function setUp(strategy: Strategy) {
  const clock = fakeClock();
  const emulator = createEmulator({ now: clock.now, users: { login: "password" } });
  const session = createSession({ strategy, fetch: emulator.fetch, clock });
  const status = async () => {
    const response = await session.fetch("/file/group?size=1");
    await response.body?.cancel();
    return response.status;
  };
  return { clock, emulator, session, status };
}

const STRATEGIES = [
  login({ username: "login", password: "password" }),
  basic({ username: "login", password: "password" }),
];

Deno.test("session.changePassword() goes on with the new password when only the answer was lost", async () => {
  for (const strategy of STRATEGIES) {
    const { clock, emulator, session, status } = setUp(strategy);
    await session.token();
    emulator.faults.add({ operation: "authChangePassword", stage: "after", drop: true });
    const before = emulator.count("authLogin");
    await session.changePassword("next");
    assertEquals(emulator.count("authLogin") - before, 1); // what it brings is used
    assertEquals(await status(), 200);
    emulator.revokeRefreshTokens();
    await clock.advance(3_600_000);
    assertEquals(await status(), 200);
    assertEquals(emulator.log.filter(({ violation }) => violation), []);
  }
});

Deno.test("session.changePassword() goes on with the old password when the request was lost, and says so", async () => {
  for (const strategy of STRATEGIES) {
    const { emulator, session, status } = setUp(strategy);
    await session.token();
    emulator.faults.add({ operation: "authChangePassword", drop: true });
    const error = await assertRejects(() => session.changePassword("next"), SessionError, "still in force");
    assertEquals([error.code, await status()], ["unreachable", 200]);
    emulator.revokeAccessTokens();
    assertEquals(await status(), 200);
  }
});

Deno.test("session.changePassword() says outcome_unknown when neither password can be tried", async () => {
  for (const strategy of STRATEGIES) {
    const { emulator, session } = setUp(strategy);
    await session.token();
    emulator.faults.add({ operation: "authChangePassword", drop: true });
    emulator.faults.add({ operation: "authLogin", drop: true, times: 2 });
    const error = await assertRejects(() => session.changePassword("next"), SessionError);
    assertEquals(error.code, "outcome_unknown");
    assertEquals(error.tried, ["login with the new password: unreachable", "login with the old password: unreachable"]);
  }
});

Deno.test("session.changePassword() of held tokens cannot settle a lost answer", async () => {
  const { emulator } = setUp(STRATEGIES[0]!);
  const tokens = { accessToken: "t", refreshToken: "r" };
  const session = createSession({ strategy: login({ tokens }), fetch: emulator.fetch, clock: fakeClock() });
  emulator.faults.add({ operation: "authChangePassword", drop: true });
  assertEquals((await assertRejects(() => session.changePassword("next"), SessionError)).code, "outcome_unknown");
});

Deno.test("session.changePassword() during a renewal ends with the new password in force", async () => {
  const { clock, emulator, session, status } = setUp(STRATEGIES[0]!);
  await session.token();
  await clock.advance(3_600_000);
  const [, first] = await Promise.all([session.changePassword("next"), status()]);
  assertEquals([first, await status()], [200, 200]);
  emulator.revokeRefreshTokens();
  await clock.advance(3_600_000);
  assertEquals(await status(), 200);
});

Deno.test("session.changePassword() forgets no pair under the hands of a renewal that has begun since", async () => {
  const clock = fakeClock();
  const emulator = createEmulator({ now: clock.now, users: { login: "password" } });
  const inner = memoryStore();
  let begin: (() => void) | undefined;
  let leased: Promise<void> | undefined;
  let onWrite = () => {};
  const store: Store = {
    async read() {
      const isFirst = begin !== undefined;
      begin?.();
      if (isFirst) await leased;
      return await inner.read();
    },
    write(data, ifVersion) {
      onWrite();
      return inner.write(data, ifVersion);
    },
  };
  const session = createSession({ strategy: STRATEGIES[0]!, fetch: emulator.fetch, clock, store });
  await session.token();
  await clock.advance(1_800_000);
  await session.token();
  const work: Promise<unknown>[] = [];
  begin = () => {
    begin = undefined;
    leased = new Promise((resolve) => onWrite = resolve);
    work.push(session.token({ minValid: 3_000_000 }));
  };
  work.push(session.changePassword("next"));
  let done = false;
  const all = Promise.all(work).then(() => Promise.all(work)).finally(() => done = true);
  while (!done) {
    await clock.advance(10);
    await new Promise((resolve) => setTimeout(resolve, 1)); // digests take real time, and a deadline must not pass meanwhile
  }
  await all;
  assertEquals(work.length, 2);
  assertEquals([emulator.count("authRefresh"), emulator.count("authLogin")], [1, 2]);
  assertEquals(emulator.count("authLogout"), 0);
});

/** A session that was given credentials and tokens of an earlier login. */
async function withTokens(store = memoryStore()) {
  const clock = fakeClock();
  const assumptions = { accessTokens: "opaque" } as const;
  const emulator = createEmulator({ now: clock.now, users: { login: "password" }, assumptions });
  const answer = await emulator.fetch("https://api.xsignals.xpansiv.com/auth/login", {
    headers: { authorization: `Basic ${btoa("login:password")}` },
  });
  const { token, refreshToken } = await answer.json();
  const tokens = { accessToken: token, refreshToken };
  const strategy = login({ username: "login", password: "password", tokens });
  return { clock, emulator, token, session: createSession({ strategy, fetch: emulator.fetch, clock, store }) };
}

Deno.test("session.changePassword() takes no pair of an earlier attempt for proof that the new password is in force", async () => {
  const { emulator, session } = await withTokens();
  emulator.faults.add({ operation: "authChangePassword", drop: true, times: 2 });
  for (const next of ["next", "another"]) {
    const error = await assertRejects(() => session.changePassword(next), SessionError, "still in force");
    assertEquals(error.code, "unreachable");
  }
});

Deno.test("session.changePassword() leaves the tokens that were given at first", async () => {
  for (const isLost of [true, false]) {
    const { emulator, session, token } = await withTokens();
    if (isLost) emulator.faults.add({ operation: "authChangePassword", stage: "after", drop: true });
    await session.changePassword("next");
    const { value } = await session.token();
    assertEquals([value === token, emulator.count("authLogin")], [false, 2]);
  }
});

Deno.test("session.changePassword() uses the pair that settled it at once or never", async () => {
  const inner = memoryStore();
  let isBroken = false;
  const store: Store = {
    read: () => isBroken ? Promise.reject(new Error("disk")) : inner.read(),
    write: inner.write,
  };
  const { clock, emulator, session } = await withTokens(store);
  emulator.faults.add({ operation: "authChangePassword", stage: "after", drop: true });
  await session.token();
  isBroken = true;
  await session.changePassword("next");
  assertEquals(emulator.count("authLogin"), 2);
  isBroken = false;
  await clock.advance(86_400_000);
  await session.token();
  assertEquals([emulator.count("authLogin"), emulator.count("authLogout")], [3, 1]);
});

Deno.test("session.changePassword() has changed the password also when the store then fails", async () => {
  const inner = memoryStore();
  let failing = false;
  const store: Store = {
    read: inner.read,
    write: (data, ifVersion) => failing ? Promise.reject(new Error("disk")) : inner.write(data, ifVersion),
  };
  const emulator = createEmulator({ users: { login: "password" } });
  const session = createSession({ strategy: STRATEGIES[0]!, fetch: emulator.fetch, store });
  await session.token();
  failing = true;
  await session.changePassword("next");
  failing = false;
  emulator.revokeAccessTokens();
  emulator.revokeRefreshTokens();
  const response = await session.fetch("/file/group?size=1");
  await response.body?.cancel();
  assertEquals(response.status, 200);
});

Deno.test("isPasswordUnknown() tells a lost answer from a refusal", () => {
  const error = (code: ConstructorParameters<typeof SessionError>[0], details = {}) =>
    new SessionError(code, "x", details);
  for (const one of [error("unreachable"), error("unreachable", { status: 500 }), error("bad_response")]) {
    assert(isPasswordUnknown(one));
  }
  for (
    const one of [
      error("unreachable", { sent: false }),
      error("unreachable", { status: 503 }),
      error("rate_limited"),
      error("credentials_rejected"),
      error("bad_response", { status: 404 }),
      error("bad_response", { status: 307 }),
      new TypeError(),
    ]
  ) {
    assert(!isPasswordUnknown(one));
  }
});

Deno.test("settlePassword() lets a fault of the program through", async () => {
  const fault = () => Promise.reject<Token>(new TypeError("no name"));
  await assertRejects(() => settlePassword(fault), TypeError, "no name");
});
