import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { createEmulator, type EmulatorOptions } from "@xsignals/emulator";
import { SessionError, type SessionErrorCode } from "../errors.ts";
import { createSession } from "../session.ts";
import { memoryStore } from "../stores/memory.ts";
import { fakeClock } from "../testing/fake_clock.ts";
import type { Store } from "../types.ts";
import { auth0, type Auth0Options } from "./auth0.ts";

const DAY = 86_400_000;
const USER = { username: "login", password: "password", clientId: "id", clientSecret: "secret" };

function setUp(options: Partial<Auth0Options> = {}, emulatorOptions: EmulatorOptions = {}) {
  const clock = fakeClock();
  const emulator = createEmulator({
    now: clock.now,
    users: { login: "password" },
    clients: { id: "secret", public: null },
    auth0Algorithm: "HS256",
    ...emulatorOptions,
  });
  const session = createSession({ strategy: auth0({ ...USER, ...options }), fetch: emulator.fetch, clock });
  const call = async () => {
    const response = await session.fetch("/file/group?size=1");
    await response.body?.cancel();
    return response.status;
  };
  return { clock, emulator, session, call };
}

async function assertCode(call: () => Promise<unknown>, code: SessionErrorCode): Promise<SessionError> {
  const error = await assertRejects(call, SessionError);
  assertEquals(error.code, code, error.message);
  return error;
}

Deno.test("auth0() logs in at Auth0 only, and logs in again at expiry without a refresh token", async () => {
  const { clock, emulator, call } = setUp();
  assertEquals([await call(), await call()], [200, 200]);
  await clock.advance(DAY);
  assertEquals(await call(), 200);
  assertEquals([emulator.count("oauthToken"), emulator.count({ host: "auth0" })], [2, 2]);
});

Deno.test("auth0() renews with the refresh token that offline_access brought, and revokes it at logout", async () => {
  const { clock, emulator, session, call } = setUp({ scope: "offline_access" });
  for (let day = 0; day < 3; day++) {
    assertEquals(await call(), 200);
    await clock.advance(DAY);
  }
  await session.logout();
  assertEquals([emulator.count("oauthToken"), emulator.count("oauthRevoke")], [3, 1]);
  assertEquals(emulator.log.filter(({ violation }) => violation), []);
});

Deno.test("auth0() works with rotation on, off and with an overlap, and without a refresh token though it asked", async () => {
  for (const auth0Rotation of ["family", "on", "off", "overlap"]) {
    const { clock, emulator, call } = setUp({ scope: "offline_access" }, { assumptions: { auth0Rotation } });
    for (let day = 0; day < 3; day++) {
      assertEquals(await call(), 200);
      await clock.advance(DAY);
    }
    assertEquals(emulator.log.filter(({ violation }) => violation), []);
  }
  const { clock, call } = setUp({ scope: "offline_access" }, { assumptions: { offlineAccess: "missing" } });
  assertEquals(await call(), 200);
  await clock.advance(DAY);
  assertEquals(await call(), 200);
});

Deno.test("auth0() authenticates its client in the form or as Basic", async () => {
  for (const clientAuth of ["post", "basic"] as const) {
    const { call } = setUp({ clientAuth }, { assumptions: { clientAuthentication: clientAuth } });
    assertEquals(await call(), 200);
  }
  const { call } = setUp({ clientId: "public", clientSecret: undefined });
  assertEquals(await call(), 200);
});

Deno.test("auth0() decides by the error code, then by the status, in either reading of the errors", async () => {
  for (const auth0Errors of ["reported", "specified"]) {
    const assumptions = { auth0Errors };
    const wrongPassword = setUp({ password: "wrong" }, { assumptions });
    await assertCode(wrongPassword.call, "credentials_rejected");
    await assertCode(wrongPassword.call, "credentials_rejected");
    assertEquals(wrongPassword.emulator.count("oauthToken"), 1);
    await assertCode(setUp({ clientSecret: "wrong" }, { assumptions }).call, "credentials_rejected");
    const mfa = await assertCode(
      setUp({}, { assumptions, users: { login: { password: "password", mfa: true } } }).call,
      "mfa_required",
    );
    assert((mfa.mfaToken() ?? "").length > 0);
    const dead = setUp({ scope: "offline_access" }, { assumptions });
    assertEquals(await dead.call(), 200);
    dead.emulator.revokeRefreshTokens();
    await dead.clock.advance(DAY);
    assertEquals(await dead.call(), 200); // logged in again
  }
});

Deno.test("auth0() reads every error that a server may send", async () => {
  const cases: [number, unknown, SessionErrorCode][] = [
    [403, { error: "invalid_grant" }, "credentials_rejected"],
    [401, { error: "invalid_user_password" }, "credentials_rejected"],
    [400, { error: "invalid_client" }, "credentials_rejected"],
    [403, { error: "unauthorized_client" }, "credentials_rejected"],
    [403, { error: "access_denied" }, "credentials_rejected"],
    [401, { error: "mfa_required" }, "mfa_required"],
    [403, { error: "mfa_registration_required" }, "mfa_required"],
    [429, { error: "too_many_attempts" }, "blocked"],
    [401, { error: "password_leaked" }, "blocked"],
    [401, { error: "unauthorized" }, "blocked"],
    [429, { error: "too_many_requests" }, "rate_limited"],
    [429, { statusCode: 429, error: "Too Many Requests" }, "rate_limited"],
    [400, { error: "invalid_request" }, "bad_response"],
    [400, { error: "unsupported_grant_type" }, "bad_response"],
    [401, "no JSON", "credentials_rejected"],
    [403, {}, "credentials_rejected"],
    [403, null, "unreachable"],
    [404, {}, "bad_response"],
    [500, {}, "unreachable"],
    [200, { error: "invalid_grant" }, "credentials_rejected"],
    [200, { access_token: "a", token_type: "mac" }, "bad_response"],
    [200, { token_type: "Bearer" }, "bad_response"],
    [200, [], "bad_response"],
    [204, undefined, "bad_response"],
  ];
  for (const [status, body, code] of cases) {
    const session = createSession({
      strategy: auth0(USER),
      clock: fakeClock(),
      waitBudgetMs: 0,
      fetch: () => Promise.resolve(new Response(status === 204 ? null : JSON.stringify(body), { status })),
    });
    await assertCode(() => session.token(), code);
  }
});

Deno.test("auth0() starts from tokens, with credentials in reserve or without", async () => {
  const first = setUp({ scope: "offline_access" });
  const { value } = await first.session.token();
  const tokens = { accessToken: value, refreshToken: "unknown" };
  const alone = createSession({
    strategy: auth0({ clientId: "id", clientSecret: "secret", tokens }),
    fetch: first.emulator.fetch,
    clock: first.clock,
  });
  const withReserve = createSession({
    strategy: auth0({ ...USER, tokens }),
    fetch: first.emulator.fetch,
    clock: first.clock,
  });
  assertEquals((await alone.token()).value, value);
  assertEquals((await withReserve.token()).value, value);
  await first.clock.advance(DAY);
  await assertCode(() => alone.token(), "login_required");
  assert((await withReserve.token()).value !== value);
});

Deno.test("auth0() cannot change a password, and sends nothing", async () => {
  const { emulator, session } = setUp();
  await assertCode(() => session.changePassword("next"), "not_supported");
  assertEquals(emulator.log, []);
});

Deno.test("auth0() refuses wrong options at once", () => {
  for (
    const options of [
      { username: "" },
      { password: undefined },
      { clientId: "" },
      { clientSecret: "" },
      { clientAuth: "jwt" },
      { clientAuth: "basic", clientSecret: undefined },
      { forwardedFor: "somewhere" },
      { forwardedFor: "203.0.113.7, 10.0.0.1" },
      { forwardedFor: "203.0.113.7", clientSecret: undefined },
      { domain: "auth.example/path" },
      { domain: "https://user:pw@auth.example" },
      { domain: "not a host" },
      { tokens: { accessToken: "a b" } },
    ]
  ) {
    assertThrows(() => auth0({ ...USER, ...options } as Auth0Options), TypeError);
  }
  assertThrows(
    () => createSession({ strategy: auth0({ ...USER, domain: "http://auth.example" }) }),
    TypeError,
    "unencrypted",
  );
});

Deno.test("auth0() sends its password to no host of the API, however that is named", () => {
  for (const domain of ["api.xsignals.xpansiv.com", "https://API.data.xpansiv.com", "api.xsignals.xpansiv.com."]) {
    assertThrows(() => auth0({ ...USER, domain }), TypeError, "is the API's host");
  }
  const strategy = auth0({ ...USER, domain: "gateway.example" });
  const baseUrl = "https://gateway.example/api";
  assertThrows(() => createSession({ strategy, baseUrl }), TypeError, "the API's own origin");
  const local = "http://127.0.0.1:8787"; // one server that plays both, on this machine
  createSession({ strategy: auth0({ ...USER, domain: local }), baseUrl: local });
});

Deno.test("auth0() names the option that is wrong", () => {
  const wrong: [Partial<Record<keyof Auth0Options, unknown>>, string][] = [
    [{ username: "" }, "Cannot use the user name: it must be"],
    [{ password: "" }, "Cannot use the password: it must be"],
    [{ username: undefined, tokens: { accessToken: "a" } }, "Cannot use the user name: it must be"],
    [{ password: undefined, tokens: { accessToken: "a" } }, "Cannot use the password: it must be"],
    [{ clientId: "" }, "Cannot use the clientId: it must be a non-empty string"],
    [{ clientId: 7 }, "Cannot use the clientId: it must be a non-empty string"],
    [{ clientSecret: "" }, "Cannot use the client secret: it must be"],
    [{ clientAuth: "jwt" }, "Cannot use clientAuth: it must be post, or basic with a clientSecret"],
    [
      { clientAuth: "basic", clientSecret: undefined },
      "Cannot use clientAuth: it must be post, or basic with a clientSecret",
    ],
    [
      { forwardedFor: "somewhere" },
      "Cannot use forwardedFor: it must be one IP address, and Auth0 needs a clientSecret for it",
    ],
    [
      { forwardedFor: "203.0.113.7", clientSecret: undefined },
      "Cannot use forwardedFor: it must be one IP address, and Auth0 needs a clientSecret",
    ],
    ...["a.example/path", "a.example/?q", "a.example/#x", "https://u@a.example", "https://:p@a.example", "not a host"]
      .map((domain): [{ domain: string }, string] => [{ domain }, "Cannot use domain: it must be "]),
  ];
  for (const [options, message] of wrong) {
    assertThrows(() => auth0({ ...USER, ...options } as Auth0Options), TypeError, message);
  }
});

Deno.test("auth0() says what it could not do: the call, or the function that failed", async () => {
  const fails = () => Promise.reject(new Error("x"));
  for (
    const [options, what] of [
      [{ username: fails }, "the user name"],
      [{ password: fails }, "the password"],
      [{ clientSecret: fails }, "the client secret"],
    ] as const
  ) {
    const { emulator, session } = setUp(options);
    await assertRejects(() => session.token(), SessionError, `Cannot get ${what}: its function failed (Error)`);
    assertEquals(emulator.log, []);
  }
  const { clock, emulator, session } = setUp({ scope: "offline_access" });
  emulator.faults.add({ operation: "oauthToken", status: 404 });
  await assertRejects(() => session.token(), SessionError, "Cannot log in at https://auth.xpansiv.com: ");
  const tokens = { accessToken: "a", refreshToken: "r", expiresAt: clock.now() };
  emulator.faults.add({ operation: "oauthToken", status: 429 });
  const held = createSession({
    strategy: auth0({ clientId: "id", clientSecret: "secret", tokens }),
    fetch: emulator.fetch,
    clock,
    waitBudgetMs: 0,
  });
  await assertRejects(() => held.token(), SessionError, "Cannot renew the session at https://auth.xpansiv.com: ");
  await clock.advance(1_000);
  await session.token();
  emulator.faults.add({ operation: "oauthRevoke", status: 404, times: Infinity });
  await assertRejects(
    () => session.logout(),
    SessionError,
    "Cannot revoke the refresh token at https://auth.xpansiv.com: ",
  );
});

Deno.test("auth0() sends what the vendor prescribes unless told otherwise", async () => {
  const bodies: Record<string, string>[] = [];
  const addresses: string[] = [];
  const ask = (options: Partial<Auth0Options>) =>
    createSession({
      strategy: auth0({ ...USER, ...options }),
      clock: fakeClock(),
      async fetch(input, init) {
        const request = new Request(input, init);
        addresses.push(`${request.url} ${request.headers.get("auth0-forwarded-for")}`);
        bodies.push(Object.fromEntries(new URLSearchParams(await request.text())));
        return Response.json({ access_token: "a", token_type: "Bearer", expires_in: 60 });
      },
    }).token();
  await ask({});
  await ask({ domain: "a.example", realm: "r", audience: "urn:a", scope: "s", forwardedFor: "203.0.113.7" });
  await ask({ domain: "https://b.example:444" });
  const grant = {
    grant_type: "http://auth0.com/oauth/grant-type/password-realm",
    username: "login",
    password: "password",
    realm: "Username-Password-Authentication",
    audience: "https://xpansiv/platform",
    client_id: "id",
    client_secret: "secret",
  };
  assertEquals(bodies, [grant, { ...grant, realm: "r", audience: "urn:a", scope: "s" }, grant]);
  assertEquals(addresses, [
    "https://auth.xpansiv.com/oauth/token null",
    "https://a.example/oauth/token 203.0.113.7",
    "https://b.example:444/oauth/token null",
  ]);
});

Deno.test("auth0() shares a record with its own user, client and domain only, or with its own tokens", async () => {
  const clock = fakeClock();
  const clientSecret = undefined;
  const users: Partial<Auth0Options>[] = [
    { username: "a", clientSecret },
    { username: "b", clientSecret },
    { username: "a", clientSecret, clientId: "other" },
    { username: "a", clientSecret, domain: "other.example" },
    ...["x", "y"].map((refreshToken) => ({
      username: undefined,
      password: undefined,
      tokens: { accessToken: "expired", refreshToken, expiresAt: 0 },
    })),
  ];
  let issued = 0;
  const tokenOf = async (store: Store, given: Partial<Auth0Options>) => {
    const session = createSession({
      strategy: auth0({ ...USER, ...given }),
      clock,
      store,
      fetch: () => Promise.resolve(Response.json({ access_token: `${++issued}`, token_type: "Bearer" })),
    });
    return (await session.token()).value;
  };
  for (const options of users) {
    for (const other of users) {
      const store = memoryStore();
      const own = await tokenOf(store, options);
      assertEquals(await tokenOf(store, other) === own, other === options);
    }
  }
});

Deno.test("auth0() asks again after a refusal once the password is another, and not before", async () => {
  const clock = fakeClock();
  const emulator = createEmulator({ now: clock.now, users: { login: "password" }, clients: { id: "secret" } });
  let password = "wrong";
  const strategy = auth0({ ...USER, password: () => password });
  const session = createSession({ strategy, fetch: emulator.fetch, clock });
  await assertCode(() => session.token(), "credentials_rejected");
  await assertCode(() => session.token(), "credentials_rejected");
  assertEquals(emulator.count("oauthToken"), 1);
  password = "password";
  await session.token();
  assertEquals(emulator.count("oauthToken"), 2);
});

Deno.test("auth0() revokes nothing without a refresh token, and says why a revocation was refused", async () => {
  const without = setUp();
  await without.session.token();
  await without.session.logout();
  assertEquals(without.emulator.count("oauthRevoke"), 0);
  const { emulator, session } = setUp({ scope: "offline_access" });
  await session.token();
  emulator.faults.add({ operation: "oauthRevoke", status: 401, times: Infinity });
  await assertCode(() => session.logout(), "credentials_rejected");
});

Deno.test("auth0() needs a user or tokens, and names a host of the API as the domain that it is", () => {
  assertThrows(() => auth0({ clientId: "id" } as Auth0Options), TypeError, "Cannot use the user name: it must be");
  const domain = "api.xsignals.xpansiv.com";
  assertThrows(() => auth0({ ...USER, domain }), TypeError, `Cannot use domain: ${domain} is the API's host`);
});

Deno.test("auth0() gets the client secret before it marks the refresh token, which stays good where it gets none", async () => {
  const clock = fakeClock();
  const emulator = createEmulator({
    now: clock.now,
    users: { login: "password" },
    clients: { id: "secret" },
    auth0Algorithm: "HS256",
  });
  const store = memoryStore();
  const marks: boolean[] = [];
  const secrets = ["secret", "", "secret"];
  const open = (strategy: Auth0Options) =>
    createSession({ strategy: auth0(strategy), fetch: emulator.fetch, clock, store });
  await open({ ...USER, scope: "offline_access" }).token();
  const { token } = JSON.parse(new TextDecoder().decode((await store.read())?.data));
  const session = open({
    clientId: "id",
    tokens: { accessToken: token.value, refreshToken: token.refresh, expiresAt: 0 },
    async clientSecret() {
      marks.push(new TextDecoder().decode((await store.read())?.data).includes("inFlight"));
      return secrets.shift() ?? "";
    },
  });
  assertEquals((await session.token()).scheme, "Bearer");
  await clock.advance(DAY);
  await assertRejects(() => session.token(), TypeError, "Cannot use the client secret: it must be");
  assertEquals((await session.token()).scheme, "Bearer");
  assertEquals(marks, [false, false, false]);
});
