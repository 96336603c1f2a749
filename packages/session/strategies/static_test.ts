import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import { createEmulator } from "@xsignals/emulator";
import { SessionError } from "../errors.ts";
import { createSession } from "../session.ts";
import { fakeClock } from "../testing/fake_clock.ts";
import type { Strategy } from "../types.ts";
import { basic, type BasicOptions } from "./basic.ts";
import { apiKey, bearer } from "./bearer.ts";

const USER = { username: "zażółć", password: "a:b:пароль😀é" };

function setUp(strategy: Strategy) {
  const clock = fakeClock();
  const emulator = createEmulator({
    now: clock.now,
    users: { [USER.username]: USER.password },
    apiKeys: { "a-key": USER.username },
  });
  const session = createSession({ strategy, fetch: emulator.fetch, clock });
  const call = async () => {
    const response = await session.fetch("/file/group?size=1");
    await response.body?.cancel();
    return response.status;
  };
  return { clock, emulator, session, call };
}

Deno.test("basic() sends user name and password in UTF-8 on every request", async () => {
  const { emulator, session, call } = setUp(basic(USER));
  assertEquals([await call(), await call()], [200, 200]);
  assertEquals(emulator.log.map(({ operation, credential }) => `${operation} ${credential}`), [
    "listFileGroups basic",
    "listFileGroups basic",
  ]);
  assertEquals(session.status(), { state: "active", scheme: "Basic" });
});

Deno.test("basic() returns a 401, and asks its functions again", async () => {
  const { emulator, call } = setUp(basic({ ...USER, password: "wrong" }));
  assertEquals([await call(), emulator.log.length], [401, 1]);
  let password = "wrong";
  const changing = setUp(basic({ ...USER, password: () => Promise.resolve(password) }));
  assertEquals(await changing.call(), 401);
  password = USER.password;
  await changing.clock.advance(60_000);
  assertEquals([await changing.call(), await changing.call()], [200, 200]);
});

Deno.test("basic() refuses what RFC 7617 cannot carry, before any request", async () => {
  for (const options of [{ username: "a:b" }, { username: "a\nb" }, { password: "a\x7fb" }, { password: "" }]) {
    assertThrows(() => basic({ ...USER, ...options } as BasicOptions), TypeError);
  }
  const { emulator, session } = setUp(basic({ ...USER, username: () => "a:b" }));
  await assertRejects(() => session.fetch("/file/group"), TypeError, "colon");
  assertEquals(emulator.log, []);
});

Deno.test("apiKey() sends the key, and a 401 is final", async () => {
  assertEquals(await setUp(apiKey("a-key")).call(), 200);
  assertEquals(await setUp(apiKey(() => "a-key")).call(), 200);
  const { emulator, call } = setUp(apiKey("another-key"));
  assertEquals([await call(), emulator.log.length], [401, 1]);
  for (const key of ["", "a key", "a\r\nkey", "ключ"]) assertThrows(() => apiKey(key), TypeError);
});

Deno.test("bearer() sends its token, and asks its function again when that expires or is refused", async () => {
  const { clock, emulator, session, call } = setUp(bearer(() => token()));
  let asked = 0;
  const token = async () => {
    asked++;
    const headers = {
      authorization: `Basic ${
        btoa(String.fromCharCode(...new TextEncoder().encode(`${USER.username}:${USER.password}`)))
      }`,
    };
    return (await (await emulator.fetch("https://api.xsignals.xpansiv.com/auth/login", { headers })).json()).token;
  };
  assertEquals(session.status(), { state: "new" });
  assertEquals([await call(), await call(), asked], [200, 200, 1]);
  await clock.advance(3_600_000);
  assertEquals(session.status().state, "expired");
  assertEquals([await call(), asked], [200, 2]);
  emulator.revokeAccessTokens();
  assertEquals([await call(), asked], [200, 3]);
});

Deno.test("bearer() given as text is used as it is, expired or not", async () => {
  const { emulator, session, call } = setUp(bearer("opaque"));
  assertEquals([await call(), emulator.log.length], [401, 1]);
  assertEquals(await session.token(), { scheme: "Bearer", value: "opaque" });
});

Deno.test("static strategies refuse every call after logout", async () => {
  for (const strategy of [basic(USER), apiKey("a-key"), bearer("t"), bearer(() => "t")]) {
    const { emulator, session } = setUp(strategy);
    await session.logout();
    assertEquals(session.status(), { state: "logged_out" });
    const error = await assertRejects(() => session.fetch("/file/group"), SessionError);
    assertEquals([error.code, emulator.log.length], ["login_required", 0]);
  }
});

Deno.test("basic(), apiKey() and bearer() name the option that is wrong, and the function that failed", async () => {
  const fails = () => Promise.reject(new Error("x"));
  assertThrows(() => basic({ ...USER, username: "" }), TypeError, "Cannot use the user name: it must be");
  assertThrows(() => basic({ ...USER, password: "" }), TypeError, "Cannot use the password: it must be");
  assertThrows(() => apiKey(""), TypeError, "Cannot use the API key: it must be");
  assertThrows(() => bearer(""), TypeError, "Cannot use the token: it must be");
  const cases: [Strategy, string][] = [
    [basic({ ...USER, username: fails }), "the user name"],
    [basic({ ...USER, password: fails }), "the password"],
    [apiKey(fails), "the API key"],
    [bearer(fails), "the token"],
  ];
  for (const [strategy, what] of cases) {
    const { emulator, session } = setUp(strategy);
    await assertRejects(() => session.token(), SessionError, `Cannot get ${what}: its function failed (Error)`);
    assertEquals(emulator.log, []);
  }
  await assertRejects(() => setUp(apiKey(() => "a key")).session.token(), TypeError, "Cannot use the API key");
});

Deno.test("static strategies know a given credential before the first call, and a function's only after it", async () => {
  const given = [basic(USER), apiKey("a-key"), bearer("t")].map((strategy) => setUp(strategy).session);
  assertEquals(given.map((session) => session.status().state), ["active", "active", "active"]);
  const asked: Strategy[] = [
    basic({ ...USER, username: () => USER.username }),
    basic({ ...USER, password: () => USER.password }),
    apiKey(() => "a-key"),
    bearer(() => "t"),
  ];
  for (const strategy of asked) {
    const { session } = setUp(strategy);
    assertEquals(session.status(), { state: "new" });
    await session.token();
    assertEquals(session.status().state, "active");
  }
});

Deno.test("basic() logs in nowhere when a password change was refused, and goes on with the old one", async () => {
  const { emulator, session, call } = setUp(basic(USER));
  emulator.faults.add({ operation: "authChangePassword", status: 400 });
  const error = await assertRejects(() => session.changePassword("next"), SessionError);
  assertEquals([error.code, error.status], ["credentials_rejected", 400]);
  assertEquals(emulator.count("authLogin"), 0);
  assertEquals(await call(), 200);
});
