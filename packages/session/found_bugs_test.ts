/**
 * Faults that were found in this package by using it, each as the session of a program would meet it. Others stand beside
 * the code that was wrong.
 *
 * @module
 */
import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { createEmulator, type EmulatorOptions } from "@xsignals/emulator";
import { optionsFromEnv } from "./env.ts";
import { SessionError } from "./errors.ts";
import type { SessionOptions } from "./options.ts";
import { createSession } from "./session.ts";
import { memoryStore } from "./stores/memory.ts";
import { auth0 } from "./strategies/auth0.ts";
import { basic } from "./strategies/basic.ts";
import { apiKey, bearer } from "./strategies/bearer.ts";
import { clientCredentials } from "./strategies/client_credentials.ts";
import { login } from "./strategies/login.ts";
import { fakeClock } from "./testing/fake_clock.ts";
import type { FetchLike, SessionEvent, Strategy } from "./types.ts";

const API = "https://api.xsignals.xpansiv.com";
const [MINUTE, HOUR, DAY] = [60_000, 3_600_000, 86_400_000];
const USER = { username: "login", password: "password" };
const CLIENT = { clientId: "id", clientSecret: "secret" };
const PAGE = "<html>Request blocked</html>";

/** Sessions against one emulator, on one clock that the test moves. */
function world(options: EmulatorOptions = {}) {
  const clock = fakeClock();
  const emulator = createEmulator({ now: clock.now, sleep: clock.sleep, ...options });
  const events: SessionEvent[] = [];
  const onEvent = (event: SessionEvent) => events.push(event);
  const open = (strategy: Strategy, more: Partial<SessionOptions> = {}) =>
    createSession({ strategy, fetch: emulator.fetch, clock, random: () => 0, onEvent, ...more });
  return { clock, emulator, events, open };
}

const failureOf = (work: () => Promise<unknown>) => assertRejects(work, SessionError);

for (
  const [what, answer] of [
    ["one stray 401", { status: 401 }],
    ["a firewall's page", { status: 403, body: PAGE, headers: { "content-type": "text/html", "retry-after": "5" } }],
    ["a page where JSON was due", { status: 200, body: PAGE }],
    ["a server that fails", { status: 500 }],
    ["a wrong path for once", { status: 404 }],
  ] as const
) {
  Deno.test(`createSession() is back within two minutes by itself after ${what} (found 101)`, async () => {
    for (const store of [undefined, memoryStore()]) {
      for (const strategy of [login(USER), auth0({ ...USER, ...CLIENT })]) {
        const { clock, emulator, open } = world({ clients: { id: "secret" } });
        for (const operation of ["authLogin", "oauthToken"] as const) emulator.faults.add({ operation, ...answer });
        const session = open(strategy, { store });
        const { retryAt = Infinity } = await failureOf(() => session.token());
        assert(retryAt <= clock.now() + 2 * MINUTE, `${retryAt - clock.now()} ms`);
        await clock.advance(retryAt - clock.now());
        assertEquals((await open(strategy, { store }).token()).scheme, "Bearer", "another session too");
        assertEquals((await session.token()).scheme, "Bearer");
      }
    }
  });
}

Deno.test("createSession() sends a wrong password eight times in all, whatever sessions and neighbours do (found 101)", async () => {
  const { clock, emulator, open } = world();
  const store = memoryStore();
  const tries = () =>
    emulator.log.filter(({ operation, status }) => operation === "authLogin" && status === 401).length;
  for (let hour = 0; hour < 114; hour += 3) {
    await open(login({ ...USER, password: "wrong" }), { store }).token().catch(() => {});
    if (hour % 12 === 0) await open(login(USER), { store }).token();
    emulator.revokeRefreshTokens(); // nobody's token lasts as long as that
    await clock.advance(3 * HOUR);
  }
  assertEquals(tries(), 8);
});

for (
  const [header, waits] of [
    ["172800", DAY],
    ["Fri, 31 Dec 2098 23:59:59 GMT", DAY],
    ["1e9", undefined],
  ] as const
) {
  Deno.test(`createSession() asks once where a login answers 429 with Retry-After: ${header} (found 102)`, async () => {
    const { clock, emulator, open } = world();
    const store = memoryStore();
    emulator.faults.add({ operation: "authLogin", status: 429, headers: { "retry-after": header }, times: Infinity });
    const error = await failureOf(() => open(login(USER), { store, waitBudgetMs: waits ? 30_000 : 0 }).token());
    await failureOf(() => open(login(USER), { store, waitBudgetMs: 0 }).token());
    assertEquals([error.code, error.retryable, emulator.count("authLogin")], ["rate_limited", true, 1]);
    if (waits) assertEquals(error.retryAt, clock.now() + waits);
  });
}

Deno.test("createSession() minds a 503's wish for 15 minutes at most, of a refresh too (found 102)", async () => {
  const { clock, emulator, open } = world();
  const session = open(login(USER));
  const { expiresAt = 0 } = await session.token();
  await clock.advance(expiresAt - clock.now());
  emulator.faults.add({ operation: "authRefresh", status: 503, headers: { "retry-after": "172800" }, times: Infinity });
  const error = await failureOf(() => session.token());
  await failureOf(() => session.token());
  assertEquals([error.code, error.retryAt], ["unreachable", clock.now() + 15 * MINUTE]);
  assertEquals([emulator.count("authRefresh"), emulator.count("authLogin")], [1, 1]);
});

Deno.test("createSession() tries a refused refresh token after a minute, however long a 401 asks it to wait (found 102)", async () => {
  const { clock, emulator, open } = world();
  const store = memoryStore();
  await open(login(USER), { store }).token();
  const session = open(login({ username: USER.username }), { store });
  await clock.advance(2 * HOUR);
  emulator.faults.add({ operation: "authRefresh", status: 401, headers: { "retry-after": "172800" } });
  await failureOf(() => session.token());
  await clock.advance(MINUTE + 1);
  assertEquals((await session.token()).scheme, "Bearer");
});

Deno.test("createSession() asks six times at most where a login answers Retry-After: 0 (found 103)", async () => {
  const { clock, emulator, open } = world();
  emulator.faults.add({ operation: "authLogin", status: 429, headers: { "retry-after": "0" }, times: Infinity });
  const start = clock.now();
  const failed = failureOf(() => open(login(USER)).token());
  while (clock.sleeping() > 0 || emulator.count("authLogin") === 0) await clock.advance(500);
  assertEquals((await failed).code, "rate_limited");
  assert(emulator.count("authLogin") <= 6 && clock.now() - start <= 30_500, `${emulator.count("authLogin")} logins`);
});

Deno.test("createSession() asks again after a second where a refresh answers Retry-After: 0 (found 103)", async () => {
  const { clock, emulator, open } = world();
  const session = open(login(USER));
  await session.token();
  await clock.advance(2 * HOUR);
  emulator.faults.add({ operation: "authRefresh", status: 429, headers: { "retry-after": "0" } });
  const token = session.token();
  await drive(clock, () => emulator.count("authRefresh") === 2);
  assertEquals([(await token).scheme, emulator.count("authLogin")], ["Bearer", 1]);
});

Deno.test("changePassword() sends a new password that was refused no sooner than any other (found 101)", async () => {
  const { clock, emulator, open } = world();
  const session = open(login(USER));
  await session.token();
  emulator.faults.add({ operation: "authLogin", status: 401 });
  await session.changePassword("next");
  const logins = () => emulator.count("authLogin");
  const before = logins();
  for (let calls = 0; calls < 3; calls++) await failureOf(() => session.token());
  assertEquals(logins(), before);
  await clock.advance(MINUTE);
  assertEquals([(await session.token()).scheme, logins()], ["Bearer", before + 1]);
});

/** An unsigned JWT. */
const jwt = (claims: object) =>
  ["{}", JSON.stringify(claims), ""].map((part) => btoa(part).replaceAll("=", "")).join(".");

Deno.test("login() takes exp in milliseconds for what it is (found 104)", async () => {
  const { clock, open } = world();
  const session = open(login({ tokens: { accessToken: jwt({ exp: clock.now() - HOUR }), refreshToken: "r" } }));
  await failureOf(() => session.token());
  const { expiresAt } = await open(bearer(jwt({ exp: clock.now() + HOUR }))).token();
  assertEquals(expiresAt, clock.now() + HOUR);
});

Deno.test("login() tries tokens that seem to have expired before it gives them up, if nothing else is left (found 105)", async () => {
  const ahead = fakeClock().now() - 2 * HOUR; // this machine's clock is fast
  for (const exp of [0, -1, Math.floor(ahead / 1000)]) {
    const sent: string[] = [];
    const fetch: FetchLike = (_input, init) => {
      sent.push(new Headers(init?.headers).get("authorization") ?? "");
      return Promise.resolve(Response.json({}));
    };
    const accessToken = jwt({ exp });
    const session = createSession({ strategy: login({ tokens: { accessToken } }), fetch, clock: fakeClock() });
    assertEquals((await session.fetch("/file/group")).status, 200);
    assertEquals(sent, [`Bearer ${accessToken}`]);
  }
});

Deno.test("login() keeps its refresh token where a refresh answers with an empty one (found 106)", async () => {
  const { clock, emulator, open } = world();
  const session = open(login(USER));
  await session.token();
  const respond = () => Response.json({ token: "new", refreshToken: "" });
  emulator.faults.add({ operation: "authRefresh", respond });
  await clock.advance(HOUR);
  assertEquals((await session.token()).value, "new");
  emulator.faults.add({ operation: "listFileGroups", status: 401 });
  await (await session.fetch("/file/group")).body?.cancel();
  assertEquals([emulator.count("authRefresh"), emulator.count("authLogin")], [2, 1]);
});

Deno.test("changePassword() takes an error in a 200 for a refusal, and a page for an unknown outcome (found 107)", async () => {
  for (const strategy of [login(USER), basic(USER)]) {
    for (
      const [answer, code] of [
        [() => Response.json({ error: "invalid_grant" }), "credentials_rejected"],
        [() => new Response(PAGE), "unreachable"],
        [() => new Response(` \n${PAGE}`, { status: 201 }), "unreachable"],
      ] as const
    ) {
      const { emulator, open } = world();
      const session = open(strategy);
      emulator.faults.add({ operation: "authChangePassword", respond: answer });
      assertEquals((await failureOf(() => session.changePassword("next"))).code, code);
      emulator.revokeAccessTokens();
      assertEquals((await session.fetch("/file/group")).status, 200, "the old password goes on");
    }
  }
});

Deno.test("changePassword() that took effect forgets that the new password was refused before (found 107)", async () => {
  const { clock, emulator, open } = world();
  const store = memoryStore();
  await failureOf(() => open(login({ ...USER, password: "next" }), { store }).token());
  const session = open(login(USER), { store });
  emulator.faults.add({ operation: "authChangePassword", stage: "after", respond: () => new Response(PAGE) });
  await session.changePassword("next");
  emulator.revokeRefreshTokens();
  emulator.revokeAccessTokens();
  await clock.advance(1_000);
  assertEquals((await open(login({ ...USER, password: "next" }), { store }).fetch("/file/group")).status, 200);
});

Deno.test("changePassword() lets no other refused password through before its time (found 101)", async () => {
  const { emulator, open } = world();
  const store = memoryStore();
  const neighbour = () => failureOf(() => open(login({ ...USER, password: "wrong" }), { store }).fetch("/file/group"));
  await neighbour();
  await open(login(USER), { store }).changePassword("next");
  emulator.revokeRefreshTokens();
  emulator.revokeAccessTokens();
  await neighbour();
  assertEquals(emulator.log.filter(({ operation, status }) => operation === "authLogin" && status === 401).length, 1);
});

Deno.test("changePassword() does not send the new password again that a renewal beside it sent (found 101)", async () => {
  for (const store of [undefined, memoryStore()]) {
    const { clock, emulator, events, open } = world();
    const session = open(login(USER), { store });
    await session.token();
    const changed = async () => {
      while (!events.some(({ type }) => type === "password_changed")) {
        await new Promise((resolve) => setTimeout(resolve, 0));
      }
      return new Response(null, { status: 401 });
    };
    emulator.faults.add({ operation: "listFileGroups", status: 401 });
    emulator.faults.add({ operation: "authRefresh", respond: changed });
    emulator.faults.add({ operation: "authLogin", status: 429 });
    emulator.faults.add({ operation: "authLogin", status: 401 });
    const call = failureOf(() => session.fetch("/file/group"));
    const changing = session.changePassword("next");
    let isDone = false;
    const both = Promise.all([call, changing]).finally(() => isDone = true);
    await drive(clock, () => isDone);
    assertEquals((await both)[0].code, "credentials_rejected");
    assertEquals(emulator.log.filter(({ operation }) => operation === "authLogin").length, 3);
    await clock.advance(MINUTE);
    assertEquals((await session.fetch("/file/group")).status, 200);
  }
});

Deno.test("logout() rejects where a success says an error, and takes any other 2xx (found 107)", async () => {
  for (
    const [answer, isDone] of [
      [() => Response.json({ error: "invalid_token" }), false],
      [() => new Response(PAGE), true],
      [() => new Response(null, { status: 204 }), true],
    ] as const
  ) {
    const { emulator, open } = world();
    const session = open(login(USER));
    await session.token();
    emulator.faults.add({ operation: "authLogout", respond: answer });
    assertEquals(await session.logout().then(() => true, () => false), isDone);
  }
});

/** Lets all that can run without the time's passing run, then moves the clock, until the work is done. */
async function drive(clock: ReturnType<typeof fakeClock>, done: () => boolean): Promise<void> {
  while (!done()) {
    await new Promise((resolve) => setTimeout(resolve, 0));
    if (!done() && clock.sleeping() > 0) await clock.advance(100);
  }
}

Deno.test("token() is not ended by another caller's abort, whatever flight came before (found 110)", async () => {
  const { clock, emulator, open } = world();
  const at = (ms: number) => drive(clock, () => clock.now() - start >= ms);
  const start = clock.now();
  const busy = { status: 429, headers: { "retry-after": "1" }, delay: 500 };
  emulator.faults.add({ operation: "authLogin", ...busy, times: 2 });
  const session = open(login(USER));
  const [a, c] = [new AbortController(), new AbortController()];
  const first = session.token({ signal: a.signal }).catch(() => "aborted");
  await at(100);
  a.abort();
  await at(200);
  let value: unknown;
  const second = session.token().then(({ scheme }) => value = scheme, (error) => value = error);
  await at(1_200);
  const third = session.token({ signal: c.signal }).catch(() => "aborted");
  await at(1_300);
  c.abort();
  assertEquals([await first, await third], ["aborted", "aborted"]);
  await drive(clock, () => value !== undefined);
  assertEquals(await second, "Bearer");
});

Deno.test("session.fetch() refuses a Request whose body was read, before anything is sent (found 111)", async () => {
  const { emulator, open } = world();
  const session = open(login(USER));
  const post = () => new Request(`${API}/file/group`, { method: "POST", body: "payload" });
  const [cancelled, begun, read] = [post(), post(), post()];
  await cancelled.body!.cancel();
  const reader = begun.body!.getReader();
  await reader.read();
  reader.releaseLock();
  await read.text();
  for (const request of [cancelled, begun, read]) {
    await assertRejects(() => session.fetch(request), TypeError, "the Request was read before");
  }
  const locked = post();
  const lock = locked.body!.getReader();
  await assertRejects(() => session.fetch(locked), TypeError);
  await lock.cancel();
  assertEquals(emulator.log, []);
});

Deno.test("session.fetch() refuses what is no string, URL or Request, before anything is sent (found 112)", async () => {
  const { emulator, open } = world();
  const session = open(login(USER));
  const foreign = { url: `${API}/file/group`, method: "GET", headers: {}, toString: () => "[object Request]" };
  for (const input of [undefined, null, {}, foreign, 7, []]) {
    const call = () => session.fetch(input as unknown as string);
    await assertRejects(call, TypeError, "must be a string, a URL, or a Request");
  }
  assertEquals(emulator.log, []);
  assertEquals((await session.fetch({ href: `${API}/file/group` } as URL)).status, 200, "a URL of another realm");
});

Deno.test("token() with minValid renews a token of unknown end after a quarter of an hour (found 113)", async () => {
  const { clock, emulator, open } = world({ assumptions: { accessTokens: "opaque" } });
  const session = open(login(USER));
  await session.token();
  for (let minute = 0; minute < 31; minute++) {
    await session.token({ minValid: MINUTE });
    await session.token();
    await clock.advance(MINUTE);
  }
  assertEquals([emulator.count("authLogin"), emulator.count("authRefresh")], [1, 2]);
});

Deno.test("token() with minValid logs in again for a token of unknown end after six hours, or not at all (found 113)", async () => {
  const clock = fakeClock();
  let sent = 0;
  const tokenFetch = () => Promise.resolve(Response.json({ access_token: `t${++sent}`, token_type: "Bearer" }));
  const strategy = clientCredentials({ tokenUrl: "https://tokens.example/token", ...CLIENT });
  const session = createSession({ strategy, tokenFetch, clock });
  const given = createSession({ strategy: login({ tokens: { accessToken: "opaque" } }), tokenFetch, clock });
  for (let hour = 0; hour < 13; hour++) {
    await session.token({ minValid: MINUTE });
    assertEquals((await given.token({ minValid: MINUTE })).value, "opaque");
    await clock.advance(HOUR);
  }
  assertEquals(sent, 3);
});

Deno.test("createSession() names the option that was given, not one that follows from it (found 114)", () => {
  const make = () => createSession({ strategy: bearer("t"), tokenDeadlineMs: 600_000 });
  assertThrows(make, TypeError, "tokenDeadlineMs must be a number from 1 to 595000");
});

Deno.test("token() says which address answered 404, and asks about the base URL (found 116)", async () => {
  const fetch = () => Promise.resolve(new Response("no", { status: 404 }));
  const session = createSession({ strategy: login(USER), baseUrl: "https://api.example:8443/v1", fetch });
  const { code, host, message, status } = await failureOf(() => session.token());
  assertEquals([code, host, status], ["bad_response", "api.example:8443", 404]);
  const why = "the server answered with status 404 to /v1/auth/login; is the base URL right?";
  assertEquals(message, `Cannot log in at https://api.example:8443: ${why}`);
});

Deno.test("createSession() says what is odd about a credential that was refused (found 118)", async () => {
  const { open } = world({ clients: { id: "secret" } });
  const odd = "begins or ends with a space, a quote or a byte order mark";
  const table: [Strategy, string][] = [
    [login({ ...USER, password: "password " }), `; the password ${odd}`],
    [login({ ...USER, password: '"password"' }), `; the password ${odd}`],
    [login({ ...USER, username: "\ufefflogin" }), `; the user name ${odd}`],
    [auth0({ ...USER, ...CLIENT, password: " password" }), `; the password ${odd}`],
    [auth0({ ...USER, clientId: "id", clientSecret: "'secret'" }), `; the client secret ${odd}`],
    [login({ ...USER, password: "another" }), "the server refused the credentials"],
  ];
  for (const [strategy, hint] of table) {
    const { code, message } = await failureOf(() => open(strategy).token());
    assertEquals(code, "credentials_rejected");
    assert(message.endsWith(hint), message);
  }
});

Deno.test("strategies refuse a scheme in a token and a line end in a secret at once, naming the option (found 118)", () => {
  const tokenUrl = "https://tokens.example/token";
  const table: [() => unknown, string][] = [
    [() => bearer("Bearer x"), "Cannot use the token: leave out the word Bearer"],
    [() => apiKey("ApiKey x"), "Cannot use the API key: leave out the word ApiKey"],
    [() => auth0({ ...USER, clientId: "id", clientSecret: "secret\n" }), "Cannot use the client secret"],
    [() => clientCredentials({ tokenUrl, clientId: "id", clientSecret: "secret\r\n" }), "Cannot use the client secret"],
    [() => login({ ...USER, password: "password\n" }), "Cannot use the password"],
    [() => basic({ ...USER, password: "password\n" }), "Cannot use the password"],
  ];
  for (const [make, message] of table) assertThrows(make, TypeError, message);
});

Deno.test("optionsFromEnv() names the one variable that is wrong, and not its value (found 118)", () => {
  const user = { XSIGNALS_USERNAME: "login", XSIGNALS_PASSWORD: "password" };
  const client = { XSIGNALS_CLIENT_ID: "id", XSIGNALS_CLIENT_SECRET: "s3cret\n" };
  const url = "https://tokens.example/token";
  const table: [Record<string, string>, string][] = [
    [{ ...user, ...client, XSIGNALS_AUTH: "auth0" }, "XSIGNALS_CLIENT_SECRET"],
    [{ ...client, XSIGNALS_AUTH: "client_credentials", XSIGNALS_TOKEN_URL: url }, "XSIGNALS_CLIENT_SECRET"],
    [{ ...user, XSIGNALS_PASSWORD: "p\n" }, "XSIGNALS_PASSWORD"],
    [{ XSIGNALS_AUTH: "bearer", XSIGNALS_TOKEN: "Bearer x" }, "XSIGNALS_TOKEN"],
    [{ XSIGNALS_AUTH: "apikey", XSIGNALS_API_KEY: "k\n" }, "XSIGNALS_API_KEY"],
  ];
  for (const [variables, name] of table) {
    const error = assertThrows(() => optionsFromEnv(new Map(Object.entries(variables))), TypeError);
    assert(error.message.endsWith(`(from ${name})`) && !error.message.includes("s3cret"), error.message);
  }
});

Deno.test("optionsFromEnv() says what to set where XSIGNALS_AUTH is missing (found 119)", () => {
  const table = {
    XSIGNALS_CLIENT_ID: "auth0 (single sign-on) or client_credentials (gateway)",
    XSIGNALS_AUDIENCE: "auth0 (single sign-on)",
    XSIGNALS_TOKEN_URL: "client_credentials (gateway) or assertion (gateway that trusts the platform)",
    XSIGNALS_API_KEY: "apikey",
    XSIGNALS_TOKEN: "bearer",
  };
  for (const [name, words] of Object.entries(table)) {
    const error = assertThrows(() => optionsFromEnv(new Map([[name, "x"]])), TypeError);
    assert(error.message.endsWith(`${name} is set but XSIGNALS_AUTH is not: set it to ${words}`), error.message);
  }
});

Deno.test("bearer() asks its function again after a minute, though the wall clock was set back (found 123)", async () => {
  const clock = fakeClock();
  let asked = 0;
  let setBack = 0;
  const fetch = () => Promise.resolve(new Response(null, { status: 401 }));
  const strategy = bearer(() => (asked++, "the-same"));
  const session = createSession({ strategy, fetch, clock: { ...clock, now: () => clock.now() - setBack } });
  await (await session.fetch("/file/group")).body?.cancel();
  const before = asked;
  setBack = HOUR;
  await clock.advance(MINUTE);
  await (await session.fetch("/file/group")).body?.cancel();
  assertEquals(asked, before + 1);
});

Deno.test("createSession() tells that it waits, and until when (found 124)", async () => {
  const { clock, emulator, events, open } = world();
  emulator.faults.add({ operation: "authLogin", status: 429, headers: { "retry-after": "20" } });
  const token = open(login(USER)).token();
  while (!events.some(({ type }) => type === "waiting")) await Promise.resolve();
  assertEquals(events, [{ type: "waiting", at: clock.now(), until: clock.now() + 20_000 }]);
  await clock.advance(20_000);
  assertEquals((await token).scheme, "Bearer");
});

Deno.test("SessionError says until when a server asked to wait (found 124)", async () => {
  const { clock, emulator, open } = world();
  emulator.faults.add({ operation: "authLogin", status: 503, headers: { "retry-after": "29" } });
  const { message, retryAt = 0 } = await failureOf(() => open(login(USER), { waitBudgetMs: 0 }).token());
  assertEquals(retryAt, clock.now() + 29_000);
  assert(message.endsWith(`; try again after ${new Date(retryAt).toISOString()}`), message);
});
