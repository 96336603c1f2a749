import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import { createEmulator, type EmulatorOptions } from "@xsignals/emulator";
import { SessionError } from "../errors.ts";
import { basicValue } from "../options.ts";
import { createSession } from "../session.ts";
import { memoryStore } from "../stores/memory.ts";
import { fakeClock } from "../testing/fake_clock.ts";
import type { Store } from "../types.ts";
import { login, type LoginOptions } from "./login.ts";

const HOUR = 3_600_000;
const USER = { username: "zażółć", password: "a:b:пароль😀é" };

function setUp(emulatorOptions: EmulatorOptions = {}, options: LoginOptions = USER) {
  const clock = fakeClock();
  const emulator = createEmulator({ now: clock.now, users: { [USER.username]: USER.password }, ...emulatorOptions });
  const session = createSession({ strategy: login(options), fetch: emulator.fetch, clock });
  const call = async () => {
    const response = await session.fetch("/file/group?size=1");
    await response.body?.cancel();
    return response.status;
  };
  return { clock, emulator, session, call };
}

Deno.test("login() works with every assumption about what the vendor leaves open", async () => {
  const readings = [
    { rotation: "on" },
    { rotation: "family" },
    { rotation: "overlap" },
    { rotation: "off" },
    { refreshAuthorization: "checked" },
    { refreshAuthorization: "refused" },
    { accessTokens: "opaque" },
    { tokenTimes: "no_exp" },
    { tokenTimes: "no_iat" },
    { tokenTimes: "none" },
    { clockSkew: HOUR },
    { clockSkew: -HOUR },
    { sessions: "one" },
    { logout: "dies" },
    { logoutAnswer: "json" },
    { logoutAnswer: "no_content" },
    { passwordChange: "die" },
    { unknownPath: "307" },
    { errorBody: "empty" },
    { errorBody: "html" },
    { errorBody: "text" },
  ];
  for (const reading of readings) {
    const { clock, emulator, session, call } = setUp({ assumptions: reading });
    for (let hour = 0; hour < 3; hour++) {
      assertEquals(await call(), 200, JSON.stringify(reading));
      await clock.advance(HOUR);
    }
    await session.changePassword("next");
    assertEquals(await call(), 200, JSON.stringify(reading));
    await session.logout();
    assertEquals(emulator.log.filter(({ violation }) => violation), []);
    assertEquals(emulator.count({ operation: "authLogin" }), 2, JSON.stringify(reading));
  }
});

Deno.test("login() logs in again where a refresh would need a bearer that is still good", async () => {
  const { clock, emulator, call } = setUp({ assumptions: { refreshAuthorization: "required" } });
  assertEquals(await call(), 200);
  await clock.advance(HOUR);
  assertEquals([await call(), emulator.count("authLogin")], [200, 2]);
});

Deno.test("login() refuses an answer that is not a pair of tokens", async () => {
  const answers: Response[] = [
    new Response(""),
    new Response("<html>welcome</html>", { headers: { "content-type": "text/html" } }),
    Response.json({}),
    Response.json({ token: "t" }),
    Response.json({ token: 1, refreshToken: "r" }),
    Response.json({ token: "t\r\nx: y", refreshToken: "r" }),
    new Response('{"token":"SECRET'),
    new Response(null, { status: 204 }),
  ];
  for (const answer of answers) {
    const session = createSession({ strategy: login(USER), clock: fakeClock(), fetch: () => Promise.resolve(answer) });
    const error = await assertRejects(() => session.token(), SessionError);
    assertEquals(error.code, "bad_response");
    assertEquals(Deno.inspect(error, { showHidden: true, depth: 20 }).includes("SECRET"), false);
  }
});

Deno.test("login() takes a 403 on login for a refusal, a firewall's page for none, and a lockout for a wait (found 101)", async () => {
  for (
    const [body, code] of [["{}", "credentials_rejected"], ["<html>", "unreachable"], ["", "unreachable"]] as const
  ) {
    const { emulator, session } = setUp();
    emulator.faults.add({ operation: "authLogin", status: 403, body });
    const error = await assertRejects(() => session.token(), SessionError);
    assertEquals([error.code, error.status], [code, 403]);
  }
  const limited = setUp();
  limited.emulator.faults.add({ operation: "authLogin", status: 429, headers: { "retry-after": "30" } });
  const error = await assertRejects(() => limited.session.token(), SessionError);
  assertEquals([error.code, error.retryAt], ["rate_limited", limited.clock.now() + 30_000]);
});

Deno.test("login() follows no redirect, and names the server it leads to and nothing more", async () => {
  const { emulator, session } = setUp();
  const location = "https://elsewhere.example/login?token=SECRET";
  emulator.faults.add({ operation: "authLogin", status: 307, headers: { location } });
  const error = await assertRejects(() => session.token(), SessionError, "to https://elsewhere.example");
  assertEquals([error.code, error.message.includes("SECRET"), emulator.log.length], ["bad_response", false, 1]);
});

Deno.test("login() takes a 401 on logout for logged out, and reports another failure", async () => {
  for (const [status, code] of [[401, undefined], [500, "unreachable"], [404, "bad_response"]] as const) {
    const { emulator, session } = setUp();
    await session.token();
    emulator.faults.add({ operation: "authLogout", status });
    const error = await session.logout().then(() => undefined, (error) => error);
    assertEquals(error?.code, code);
    assertEquals(session.status().state, "logged_out");
  }
});

Deno.test("login() tells why a password change was refused", async () => {
  for (
    const [status, code] of [
      [400, "credentials_rejected"],
      [403, "unreachable"],
      [401, "credentials_rejected"],
      [429, "rate_limited"],
      [500, "unreachable"],
      [404, "bad_response"],
    ] as const
  ) {
    const { emulator, session, call } = setUp();
    await session.token();
    emulator.faults.add({ operation: "authChangePassword", status, times: Infinity });
    assertEquals((await assertRejects(() => session.changePassword("next"), SessionError)).code, code);
    assertEquals(await call(), 200);
  }
});

Deno.test("login() renews a token that was taken back, and then changes the password", async () => {
  const { emulator, session, call } = setUp();
  await session.token();
  emulator.revokeAccessTokens();
  await session.changePassword("next");
  assertEquals(await call(), 200);
});

Deno.test("login() refuses wrong options at once", () => {
  for (
    const options of [
      {},
      { username: "login", password: undefined },
      { password: "password" },
      { username: "a:b", password: "password" },
      { username: "login", password: "a\0b" },
      { username: "", password: "password" },
      { username: "login", password: 7 },
      { tokens: { accessToken: "" } },
      { tokens: { accessToken: "a\nb" } },
      { tokens: { accessToken: "a", refreshToken: "" } },
      { tokens: { accessToken: "a", expiresAt: NaN } },
      { username: "login", tokens: { accessToken: "a" } },
    ]
  ) {
    assertThrows(() => login(options as LoginOptions), TypeError);
  }
});

Deno.test("login() tells that a credential's function failed, and not what it said", async () => {
  const options = { username: "login", password: () => Promise.reject(new Error("SECRET")) };
  const { emulator, session } = setUp({}, options);
  const error = await assertRejects(() => session.token(), SessionError, "its function failed (Error)");
  assertEquals([error.code, error.sent, emulator.log.length], ["unreachable", false, 0]);
});

Deno.test("login() names the option that is wrong, and the function that failed", async () => {
  const fails = () => Promise.reject(new Error("x"));
  const { username, password } = USER;
  assertThrows(() => login({ username: "", password }), TypeError, "Cannot use the user name: it must be");
  assertThrows(() => login({ username, password: "" }), TypeError, "Cannot use the password: it must be");
  for (
    const [options, what] of [
      [{ username: fails, password }, "the user name"],
      [{ username, password: fails }, "the password"],
    ] as const
  ) {
    const { emulator, session } = setUp({}, options);
    await assertRejects(() => session.token(), SessionError, `Cannot get ${what}: its function failed (Error)`);
    assertEquals(emulator.log, []);
  }
});

Deno.test("login() shares a record with its own user only, or with its own tokens", async () => {
  const clock = fakeClock();
  const all: LoginOptions[] = [
    { username: "a", password: "p" },
    { username: "b", password: "p" },
    ...["x", "y"].map((refreshToken) => ({ tokens: { accessToken: "expired", refreshToken, expiresAt: 0 } })),
  ];
  let issued = 0;
  const tokenOf = async (store: Store, given: LoginOptions) => {
    const fetch = () => Promise.resolve(Response.json({ token: `${++issued}`, refreshToken: "next" }));
    return (await createSession({ strategy: login(given), clock, store, fetch }).token()).value;
  };
  for (const options of all) {
    for (const other of all) {
      const store = memoryStore();
      const own = await tokenOf(store, options);
      assertEquals(await tokenOf(store, other) === own, other === options);
    }
  }
});

Deno.test("login() of tokens refuses a password without its user, and a user without a password", () => {
  const tokens = { accessToken: "a" };
  const given = (options: object) => () => login(options as LoginOptions);
  assertThrows(given({ tokens, password: "p" }), TypeError, "Cannot use the user name");
  assertThrows(given({ tokens, username: "u" }), TypeError, "Cannot use the password");
});

Deno.test("login() of tokens goes on with the newest pair after a password change", async () => {
  const first = setUp();
  const headers = { authorization: `Basic ${basicValue(USER.username, USER.password)}` };
  const answer = await first.emulator.fetch("https://api.xsignals.xpansiv.com/auth/login", { headers });
  const { token, refreshToken } = await answer.json();
  const tokens = { accessToken: token, refreshToken };
  const session = createSession({ strategy: login({ tokens }), fetch: first.emulator.fetch, clock: first.clock });
  await first.clock.advance(HOUR);
  const newest = await session.token();
  await session.changePassword("next");
  assertEquals((await session.token()).value, newest.value);
  assertEquals(first.emulator.count("authLogin"), 1);
});
