import { assert, assertEquals, assertRejects } from "@std/assert";
import { createEmulator } from "@xsignals/emulator";
import { SessionError, type SessionErrorCode } from "../errors.ts";
import { createSession, type Session } from "../session.ts";
import { sharedStore } from "../shared/keeper.ts";
import { memoryStore } from "../stores/memory.ts";
import { basic } from "../strategies/basic.ts";
import { login } from "../strategies/login.ts";
import { fakeClock } from "../testing/fake_clock.ts";
import type { FetchLike, StoreEngine, Strategy } from "../types.ts";

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

Deno.test("session.changePassword() waits for a renewal that began meanwhile, and then logs in with the new one", async () => {
  for (const store of [undefined, memoryStore()]) {
    const clock = fakeClock();
    const emulator = createEmulator({ now: clock.now, users: { login: "password" } });
    const renewals: Promise<unknown>[] = [];
    let renewed = () => {};
    const fetch: FetchLike = async (input, init) => {
      const { url } = new Request(input, init);
      if (url.endsWith("/auth/refresh")) renewed();
      if (!url.endsWith("/auth/changePassword")) return await emulator.fetch(input, init);
      const begun = new Promise<void>((resolve) => renewed = resolve);
      renewals.push(session.token({ minValid: 3_000_000 }));
      await begun;
      return await emulator.fetch(input, init);
    };
    const session = createSession({ strategy: STRATEGIES[0]!, fetch, clock, ...(store && { store }) });
    await session.token();
    await clock.advance(1_800_000);
    await session.changePassword("next");
    await Promise.all(renewals);
    assertEquals([renewals.length, emulator.count("authRefresh"), emulator.count("authLogin")], [1, 1, 2]);
    assertEquals(emulator.count("authLogout"), 0);
    const newest = await session.token();
    emulator.revokeRefreshTokens();
    await clock.advance(3_600_000);
    assert((await session.token()).value !== newest.value);
    assertEquals(emulator.log.filter(({ violation }) => violation), []);
  }
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

Deno.test("session.changePassword() ends the pair that settled it if the store cannot keep it, and then logs in", async () => {
  const inner = memoryStore();
  let isBroken = false;
  const engine: StoreEngine = {
    read: () => isBroken ? Promise.reject(new Error("disk")) : inner.read(),
    write: (data, ifVersion) => inner.write(data, ifVersion),
  };
  const { emulator, session } = await withTokens(sharedStore(engine));
  emulator.faults.add({ operation: "authChangePassword", stage: "after", drop: true });
  await session.token();
  isBroken = true;
  await session.changePassword("next");
  assertEquals([emulator.count("authLogin"), emulator.count("authLogout")], [2, 1]);
  isBroken = false;
  emulator.revokeAccessTokens();
  emulator.revokeRefreshTokens();
  const response = await session.fetch("/file/group?size=1");
  await response.body?.cancel();
  assertEquals([response.status, emulator.count("authLogin"), emulator.count("authLogout")], [200, 3, 1]);
  assertEquals(emulator.log.filter(({ violation }) => violation), []);
});

Deno.test("session.changePassword() has changed the password also when the store then fails", async () => {
  const inner = memoryStore();
  let failing = false;
  const engine: StoreEngine = {
    read: () => inner.read(),
    write: (data, ifVersion) => failing ? Promise.reject(new Error("disk")) : inner.write(data, ifVersion),
  };
  const emulator = createEmulator({ users: { login: "password" } });
  const session = createSession({ strategy: STRATEGIES[0]!, fetch: emulator.fetch, store: sharedStore(engine) });
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

// --- the call

const NEXT = 's3cr3t "zażółć" \\ 😀';
const TOKENS = { accessToken: "abc", refreshToken: "r" };

/** Sessions that may change a password: of credentials, of a Basic credential, of tokens alone. */
const ALL: Record<string, Strategy> = {
  login: login({ username: "login", password: "password", tokens: TOKENS }),
  basic: basic({ username: "login", password: "password" }),
  tokens: login({ tokens: TOKENS }),
};

/** A session whose changes of the password get this answer, and whose logins work with the old password alone. */
function answering(strategy: Strategy, answer: () => Response | Promise<Response>) {
  const sent: Request[] = [];
  const logins: string[] = [];
  const fetch: FetchLike = (input, init) => {
    const request = new Request(input, init);
    if (request.url.endsWith("/auth/logout")) return Promise.resolve(new Response(null));
    if (!request.url.endsWith("/auth/login")) return (sent.push(request), Promise.resolve().then(answer));
    const credential = atob((request.headers.get("authorization") ?? "").replace("Basic ", ""));
    const isOld = credential === "login:password";
    logins.push(isOld ? "old" : "new");
    return Promise.resolve(
      isOld ? Response.json({ token: "t", refreshToken: "r2" }) : new Response(null, { status: 401 }),
    );
  };
  const baseUrl = "https://gateway.example/v1";
  return { session: createSession({ strategy, fetch, baseUrl, clock: fakeClock() }), sent, logins };
}

/** Why the password could not be changed. */
async function failureOf(session: Session, next = NEXT): Promise<SessionError> {
  const error = await assertRejects(() => session.changePassword(next), SessionError);
  assert(!Deno.inspect(error, { depth: 20, showHidden: true, getters: true }).includes("s3cr3t"));
  return error;
}

Deno.test("session.changePassword() sends the documented request, with the credential in force", async () => {
  for (const [name, strategy] of Object.entries(ALL)) {
    const { session, sent, logins } = answering(strategy, () => new Response(null));
    await session.changePassword(NEXT);
    const [request] = sent as [Request];
    assertEquals([request.method, request.url], ["POST", "https://gateway.example/v1/auth/changePassword"]);
    const authorization = name === "basic" ? `Basic ${btoa("login:password")}` : "Bearer abc";
    assertEquals(request.headers.get("authorization"), authorization);
    assertEquals(request.headers.get("content-type"), "application/json");
    assertEquals(await request.json(), { password: NEXT });
    assertEquals([sent.length, logins.includes("old")], [1, false]);
  }
});

Deno.test("session.changePassword() takes any 2xx, unless it is a page or says an error", async () => {
  for (const strategy of Object.values(ALL)) {
    for (const answer of [new Response("ok"), Response.json({ ok: false }), new Response(null, { status: 204 })]) {
      await answering(strategy, () => answer).session.changePassword(NEXT);
    }
  }
});

Deno.test("session.changePassword() sends nothing that Basic could not carry afterwards", async () => {
  for (const strategy of Object.values(ALL)) {
    for (const next of ["", "a\nb", "a\0", "a\ud800", undefined, null, 7, () => "next"] as string[]) {
      const { session, sent, logins } = answering(strategy, () => new Response(null));
      await assertRejects(() => session.changePassword(next), TypeError, "Cannot use the password: it must be");
      assertEquals([sent, logins], [[], []]);
    }
  }
});

Deno.test("session.changePassword() sends nothing after a logout", async () => {
  for (const strategy of Object.values(ALL)) {
    const { session, sent, logins } = answering(strategy, () => new Response(null));
    await session.logout();
    assertEquals([(await failureOf(session)).code, sent, logins], ["login_required", [], []]);
  }
});

Deno.test("session.changePassword() says what was refused, and never the password", async () => {
  const table: [number, SessionErrorCode, string][] = [
    [400, "credentials_rejected", "the server refused the new password"],
    [401, "credentials_rejected", "the server refused the credentials"],
    [403, "credentials_rejected", "the server refused the credentials"],
    [404, "bad_response", "the server answered with status 404 to /v1/auth/changePassword; is the base URL right?"],
    [429, "rate_limited", "the server asks to slow down"],
    [503, "unreachable", "the server answered with status 503"],
  ];
  for (const [status, code, why] of table) {
    const { session, sent, logins } = answering(ALL.basic!, () => Response.json({ message: NEXT }, { status }));
    const error = await failureOf(session);
    assertEquals([error.code, error.message, error.status], [
      code,
      `Cannot change the password at https://gateway.example: ${why}`,
      status,
    ]);
    assertEquals([sent.length, logins], [1, []]);
  }
});

Deno.test("session.changePassword() is sent once when the answer is lost, and logins settle it, the new one first", async () => {
  const lost: [() => Response | Promise<Response>, status: number | undefined][] = [
    [() => Promise.reject(new TypeError(NEXT)), undefined],
    [() => Response.json({ message: NEXT }, { status: 500 }), 500],
    [() => Response.json({ message: NEXT }, { status: 502 }), 502],
    [() => new Response(new Uint8Array(1_048_577)), undefined],
  ];
  for (const [answer, status] of lost) {
    for (const name of ["login", "basic"]) {
      const { session, sent, logins } = answering(ALL[name]!, answer);
      const error = await failureOf(session);
      assertEquals([error.code, error.message], [
        "unreachable",
        "Cannot change the password: the old one is still in force",
      ]);
      assertEquals([sent.length, logins.slice(0, 2)], [1, ["new", "old"]]);
      if (status !== undefined) assertEquals(error.status, status);
    }
    const { session, sent, logins } = answering(ALL.tokens!, answer);
    assertEquals([(await failureOf(session)).code, sent.length, logins], ["outcome_unknown", 1, []]);
  }
});

Deno.test("session.changePassword() tries no login after a refusal, or if nothing was sent", async () => {
  const connect = Object.assign(new Error("connect ECONNREFUSED"), { code: "ECONNREFUSED", syscall: "connect" });
  const refusals: [() => Response | Promise<Response>, SessionErrorCode][] = [
    [() => Promise.reject(new TypeError("fetch failed", { cause: connect })), "unreachable"],
    [() => new Response(null, { status: 503 }), "unreachable"],
    [() => new Response(null, { status: 429 }), "rate_limited"],
    [() => Response.json({}, { status: 403 }), "credentials_rejected"],
    [() => new Response(null, { status: 403 }), "unreachable"],
    [() => new Response(null, { status: 404 }), "bad_response"],
    [() => new Response(null, { status: 307, headers: { location: "/elsewhere" } }), "bad_response"],
  ];
  for (const [answer, code] of refusals) {
    for (const strategy of Object.values(ALL)) {
      const { session, sent, logins } = answering(strategy, answer);
      assertEquals([(await failureOf(session)).code, sent.length, logins], [code, 1, []]);
    }
  }
});

Deno.test("session.changePassword() lets a fault of the program through while it settles a lost answer", async () => {
  let name = "login";
  for (const make of [basic, login]) {
    name = "login";
    const strategy = make({ username: () => name, password: "password" });
    const { session } = answering(strategy, () => {
      name = "";
      return Promise.reject(new TypeError("lost"));
    });
    await assertRejects(() => session.changePassword(NEXT), TypeError, "Cannot use the user name");
  }
});
