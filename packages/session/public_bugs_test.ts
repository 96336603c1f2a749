/**
 * Faults that users of such software reported in public, each as the session of a program would meet it. What needs real
 * connections or processes is in `tests/system`.
 *
 * @module
 */
import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { createEmulator, type Emulator, type EmulatorOptions } from "@xsignals/emulator";
import { SessionError } from "./errors.ts";
import { createSession, type Session } from "./session.ts";
import { memoryStore } from "./stores/memory.ts";
import { auth0 } from "./strategies/auth0.ts";
import { basic } from "./strategies/basic.ts";
import { bearer } from "./strategies/bearer.ts";
import { login } from "./strategies/login.ts";
import { type FakeClock, fakeClock } from "./testing/fake_clock.ts";
import type { FetchLike, InitialTokens, SessionEvent, Store, Strategy } from "./types.ts";

const API = "https://api.xsignals.xpansiv.com";
const HOUR = 3_600_000;
const USER = { username: "login", password: "password" };
const CLIENT = { clientId: "client", clientSecret: "secret" };

type Options = Partial<Parameters<typeof createSession>[0]>;

/** An emulator and sessions against it, on one clock that the test moves. */
interface World {
  readonly clock: FakeClock;
  readonly emulator: Emulator;
  readonly events: SessionEvent[];
  open(strategy: Strategy, options?: Options): Session;
}

function world(options: EmulatorOptions = {}): World {
  const clock = fakeClock();
  const emulator = createEmulator({ now: clock.now, sleep: clock.sleep, ...options });
  const events: SessionEvent[] = [];
  return {
    clock,
    emulator,
    events,
    open: (strategy, more) =>
      createSession({
        strategy,
        fetch: emulator.fetch,
        clock,
        random: () => 0,
        onEvent: (event) => events.push(event),
        ...more,
      }),
  };
}

/** The status of one call. */
async function status(session: Session, path = "/file/group?size=1", init?: RequestInit): Promise<number> {
  const response = await session.fetch(path, init);
  await response.body?.cancel();
  return response.status;
}

async function codeOf(call: () => Promise<unknown>): Promise<string> {
  return (await assertRejects(call, SessionError)).code;
}

/** Logs in without a session. */
async function tokensOf({ emulator }: World): Promise<InitialTokens> {
  const headers = { authorization: `Basic ${btoa("login:password")}` };
  const { token, refreshToken } = await (await emulator.fetch(`${API}/auth/login`, { headers })).json();
  return { accessToken: token, refreshToken };
}

/** The token that a store holds. */
async function storedToken(store: Store): Promise<{ value?: string; refresh?: string } | undefined> {
  const entry = await store.read();
  return entry ? JSON.parse(new TextDecoder().decode(entry.data)).token : undefined;
}

// Naive code takes the lost answer for "signed out", or sends the spent token again and again.
const LOST = { operation: "authRefresh", stage: "after", drop: true } as const;

Deno.test("createSession() logs in once after a lost refresh, and sends no spent token again (public bug 3)", async () => {
  const all = world({ assumptions: { rotation: "family" } });
  const session = all.open(login({ ...USER, tokens: await tokensOf(all) }));
  await all.clock.advance(HOUR);
  all.emulator.faults.add(LOST);
  assertEquals([await status(session), await status(session)], [200, 200]);
  assertEquals([all.emulator.count("authRefresh"), all.emulator.count("authLogin")], [1, 2]);
});

Deno.test("createSession() says that a refresh was lost when nothing is held, and does not loop (public bug 3)", async () => {
  const all = world({ assumptions: { rotation: "family" } });
  const session = all.open(login({ tokens: await tokensOf(all) }));
  await all.clock.advance(HOUR);
  all.emulator.faults.add(LOST);
  for (let calls = 0; calls < 5; calls++) {
    const error = await assertRejects(() => session.fetch("/file/group"), SessionError);
    assertEquals([error.code, error.tried], ["login_required", ["refresh: outcome unknown"]]);
  }
  assertEquals(all.emulator.count("authRefresh"), 1);
});

// Naive code takes whatever a 200 brings for a token, and stores `undefined`.
Deno.test("createSession() takes no 200 for a login that has no token in it (public bug 6)", async () => {
  const json = { "content-type": "application/json" };
  const answers: ResponseInit[] = [{}, { headers: json }, { headers: { "content-type": "text/html" } }, {
    status: 204,
  }];
  const bodies = [new Uint8Array([0x78]), "", "<html>log in to the airport's network</html>", null];
  const wrong = answers.map((init, index) => new Response(bodies[index], init));
  for (const shape of ['{"token":""}', '{"token":"abc"}', '{"token":"abc","refreshToken":1}', "{}", "null"]) {
    wrong.push(new Response(shape, { headers: json }));
  }
  for (const answer of wrong) {
    const { clock, emulator, open } = world();
    const store = memoryStore();
    const session = open(login(USER), { store });
    emulator.faults.add({ operation: "authLogin", respond: () => answer });
    assertEquals(await codeOf(() => session.fetch("/file/group")), "bad_response");
    assertEquals(await storedToken(store), undefined);
    await clock.advance(1_000);
    assertEquals(await status(session), 200); // the next login is a good one
  }
});

Deno.test("createSession() keeps the pair it has when an early renewal brings a 200 without one (public bug 6)", async () => {
  const { clock, emulator, open } = world();
  const store = memoryStore();
  const session = open(login(USER), { store });
  await status(session);
  const before = await storedToken(store);
  await clock.advance(HOUR - 30_000);
  emulator.faults.add({ operation: "authRefresh", status: 200, body: "<html>" });
  emulator.faults.add({ operation: "authLogin", status: 500 });
  assertEquals(await status(session), 200);
  assertEquals((await storedToken(store))?.value, before?.value);
});

// Naive code: `btoa` throws above U+00FF, and sends another byte below it.
Deno.test("createSession() sends credentials in UTF-8 (public bug 7)", async () => {
  const user = { username: "zażółć", password: "a:b:пароль😀é" };
  for (const strategy of [login(user), basic(user)]) {
    const { emulator, open } = world({ users: { [user.username]: user.password } });
    assertEquals(await status(open(strategy)), 200);
    assert(emulator.log.length > 0);
  }
  for (const make of [login, basic]) assertThrows(() => make({ username: "a:b", password: "p" }), TypeError, "colon");
});

// Naive code renews at every 401, for ever.
Deno.test("createSession() lets no API that refuses every token cause a storm (public bug 9)", async () => {
  const { clock, emulator, open } = world();
  const session = open(login(USER));
  await session.token();
  emulator.faults.add({ operation: "listFileGroups", status: 401, times: Infinity });
  assertEquals(await Promise.all(Array.from({ length: 20 }, () => status(session))), Array(20).fill(401));
  assertEquals([emulator.count("authRefresh"), emulator.count("listFileGroups")], [1, 40]);
  for (let calls = 0; calls < 10; calls++) assertEquals(await status(session), 401);
  assertEquals([emulator.count("authRefresh"), emulator.count("listFileGroups")], [1, 50]);
  emulator.faults.clear();
  await clock.advance(HOUR);
  assertEquals(await status(session), 200); // and no storm's memory keeps it from renewing
});

// Naive code compares the server's `exp` with its own clock: an hour fast, it renews on every call.
Deno.test("createSession() counts a token's life from its receipt, whatever its clock shows (public bug 10)", async () => {
  for (const wrong of [HOUR, -HOUR, 25 * HOUR]) {
    const { clock, emulator, open } = world();
    const session = open(login(USER), { clock: clock.skewed(wrong) });
    for (let calls = 0; calls < 50; calls++) {
      assertEquals(await status(session), 200);
      await clock.advance(60_000 * 0.98);
    }
    assertEquals([emulator.count("authLogin"), emulator.count("authRefresh")], [1, 0]);
    await clock.advance(3_590_000 - 50 * 58_800);
    assertEquals(await status(session), 200);
    assertEquals([emulator.count("authLogin"), emulator.count("authRefresh")], [1, 1]);
  }
});

// Naive code removes the session at any failure, then asks the token endpoint at every call.
Deno.test("createSession() keeps a token that works when its early renewal fails (public bug 11)", async () => {
  for (const failure of [400, 401, 429, 500, 503]) {
    const all = world();
    const store = memoryStore();
    const tokens = await tokensOf(all);
    const session = all.open(login({ tokens }), { store });
    assertEquals(await status(session), 200);
    await all.clock.advance(HOUR - 60_000);
    all.emulator.faults.add({ operation: "authRefresh", status: failure, times: Infinity });
    for (let calls = 0; calls < 30; calls++) {
      assertEquals(await status(session), 200, `${failure}`);
      await all.clock.advance(1_500);
    }
    assertEquals(all.emulator.count("authRefresh"), 1, `${failure}`);
    assertEquals((await storedToken(store))?.value, tokens.accessToken);
  }
});

// Naive code sends the same `Request` twice ("already used"), or the second time without its body.
Deno.test("createSession() sends a body again byte for byte, or not at all (public bug 12)", async () => {
  const form = new FormData();
  form.set("file", new File(["a,b"], "x.csv", { type: "text/csv" }));
  const json = { "content-type": "application/json" };
  const inputs: Record<string, () => [string | Request, RequestInit?]> = {
    text: () => ["/ts", { method: "POST", body: '{"a":"ż"}', headers: json }],
    Request: () => [new Request(`${API}/ts`, { method: "POST", body: '{"a":"ż"}', headers: json })],
    "Request and options": () => [new Request(`${API}/ts`, { method: "POST" }), { body: "x" }],
    FormData: () => ["/ts", { method: "POST", body: form }],
    Blob: () => ["/ts", { method: "PUT", body: new Blob(["x"], { type: "text/csv" }) }],
    bytes: () => ["/ts", { method: "POST", body: new Uint8Array([0, 255, 128]) }],
    URLSearchParams: () => ["/ts", { method: "POST", body: new URLSearchParams({ a: "ż&" }) }],
    stream: () => ["/ts", { method: "POST", body: new Blob(["once"]).stream() }],
  };
  for (const [name, input] of Object.entries(inputs)) {
    const { emulator, open } = world();
    const session = open(login(USER));
    const sent: unknown[] = [];
    emulator.faults.add({
      path: "/ts",
      times: Infinity,
      async respond(request) {
        const { method, headers } = request;
        sent.push([method, headers.get("content-type"), [...new Uint8Array(await request.arrayBuffer())]]);
        return new Response(null, { status: sent.length === 1 ? 401 : 200 });
      },
    });
    const response = await session.fetch(...input());
    assertEquals([response.status, sent.length], name === "stream" ? [401, 1] : [200, 2], name);
    if (name !== "stream") assertEquals(sent[1], sent[0], name);
    assert(JSON.stringify(sent[0]).length > 20, name);
    assertEquals(await status(session), 200, name);
    assertEquals(emulator.count("authRefresh"), 1, `${name}: the next call has the new token`);
  }
});

// Naive code swallows the failed write: the next process finds the spent token, sends it, and the family is revoked.
Deno.test("createSession() loses no pair that could not be stored, and sends no spent one again (public bug 16)", async () => {
  let isFull = false;
  const all = world({
    assumptions: { rotation: "family" },
    onAnswer: ({ operation, status }) => isFull = operation === "authRefresh" && status === 200,
  });
  const inner = memoryStore();
  const store: Store = {
    ...inner,
    write: (data, over) => isFull ? Promise.reject(new Error("disk full")) : inner.write(data, over),
  };
  const session = all.open(login({ tokens: await tokensOf(all) }), { store });
  await status(session);
  await all.clock.advance(HOUR);
  assertEquals(await status(session), 200);
  assert(all.events.some(({ type }) => type === "store_failed"));
  assertEquals(await status(session), 200);
  assertEquals(all.emulator.count("authRefresh"), 1);

  const second = all.open(login(USER), { store: inner });
  assertEquals(await status(second), 200);
  await all.clock.advance(HOUR);
  assertEquals([await status(session), await status(second)], [200, 200]);
  assertEquals(all.emulator.count({ violation: "spent_refresh_token" }), 0);
});

// Naive code adds its header to every address, and follows wherever a redirect leads.
Deno.test("createSession() sends no credential to where a presigned link points (public bug 19)", async () => {
  const fid = "11111111-1111-4111-8111-111111111111";
  const file = { fileName: "a.csv", groupName: "GROUP", content: "a,b", fid };
  for (const fileLink of [200, 307] as const) {
    const { emulator, open } = world({ files: [file], assumptions: { fileLink } });
    const session = open(login(USER));
    const response = await session.fetch(`/file/${fid}`);
    await response.body?.cancel();
    const link = response.headers.get("location") ?? "";
    assertEquals(response.status, fileLink);
    assert(new URL(link).searchParams.has("X-Amz-Signature"), link);
    const requests = emulator.log.length;
    for (const input of [link, new URL(link), new Request(link)]) {
      const error = await assertRejects(() => session.fetch(input), SessionError);
      assertEquals(error.code, "origin_refused");
      assert(!error.message.includes("X-Amz"));
    }
    assertEquals(emulator.log.length, requests, "nothing was sent");
    assertEquals(await (await emulator.fetch(link)).text(), "a,b");
    assertEquals(emulator.count({ violation: "authorization_on_files" }), 0);
  }
});

// Naive code gives the first caller's signal to the shared call.
Deno.test("createSession() lets one caller's abort end that caller's waiting only (public bug 21)", async () => {
  for (const refused of [false, true]) {
    const { clock, emulator, open } = world();
    const session = open(login(USER));
    await status(session);
    if (!refused) await clock.advance(HOUR);
    else emulator.revokeAccessTokens();
    emulator.faults.add({ operation: "authRefresh", delay: 500 });
    const leaver = new AbortController();
    const reason = new RangeError("enough");
    const left = status(session, "/file/group", { signal: leaver.signal }).catch((error) => error);
    const stayed = Promise.all([status(session), status(session)]);
    await until(() => emulator.count("authRefresh") === 1 && clock.sleeping() === 2);
    leaver.abort(reason);
    assertEquals(await left, reason); // before the clock moves on
    await clock.advance(500);
    assertEquals(await stayed, [200, 200]);
    assertEquals(emulator.count("authRefresh"), 1);
  }
});

/** Lets everything run that needs no clock, until the condition holds. */
async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve));
}

// Naive code decodes every token as a JWT, and throws or takes NaN for its expiry.
Deno.test("createSession() works with a token that is no JWT, or a strange one (public bug 34)", async () => {
  const encode = (bytes: Uint8Array) => btoa(String.fromCharCode(...bytes)).replace(/=+$/, "").replaceAll("/", "_");
  const jwt = (payload: string | Uint8Array) =>
    `h.${encode(typeof payload === "string" ? new TextEncoder().encode(payload) : payload)}.s`;
  const strange = ["abc", "a.b.c", "..", "a.b.c.d.e", "a..c", jwt("null"), jwt("[]"), jwt('"x"'), jwt("{"), jwt("")];
  strange.push(
    jwt(new Uint8Array([0xff, 0xfe])),
    jwt('{"exp":"soon"}'),
    jwt('{"exp":1e400}'),
    jwt('{"exp":-1,"iat":5}'),
  );
  strange.push(jwt(`{"name":"ł","iat":${Date.UTC(2030, 0, 1) / 1000},"exp":${Date.UTC(2030, 0, 1) / 1000 + 3600}}`));
  for (const token of strange) {
    for (const strategy of [login(USER), bearer(() => token), bearer(token)]) {
      const { emulator, open } = world();
      let works = true;
      const sent: (string | null)[] = [];
      emulator.faults.add({
        operation: "authLogin",
        times: 2,
        respond: () => Response.json({ token, refreshToken: "r" }),
      });
      emulator.faults.add({
        operation: "listFileGroups",
        times: Infinity,
        respond({ headers }) {
          sent.push(headers.get("authorization"));
          return new Response(null, { status: works ? 200 : 401 });
        },
      });
      const session = open(strategy);
      assertEquals([await status(session), await status(session)], [200, 200], token);
      assertEquals(sent, [`Bearer ${token}`, `Bearer ${token}`]);
      works = false;
      assertEquals(await status(session), 401, token);
    }
  }
});

// Naive code writes the pair that comes after the logout.
Deno.test("createSession() lets no renewal undo a logout, and ends the late pair too (public bug 44)", async () => {
  for (const stage of ["before", "after"] as const) {
    const all = world();
    const { clock, emulator, open } = all;
    const given: string[] = [];
    const fetch: FetchLike = async (input, init) => {
      const response = await emulator.fetch(input, init);
      const body = await response.clone().json().catch(() => ({}));
      if (body?.refreshToken) given.push(body.refreshToken);
      return response;
    };
    const store = memoryStore();
    const session = open(login({ ...USER, tokens: await tokensOf(all) }), { store, fetch });
    await status(session);
    await clock.advance(HOUR);
    emulator.faults.add({ operation: "authRefresh", stage, delay: 500 });
    const call = codeOf(() => session.token());
    await until(() => emulator.count("authRefresh") === 1 && clock.sleeping() === 2); // its deadline, and the delay
    const out = session.logout();
    await clock.advance(500);
    await out;
    assertEquals(await call, "login_required");
    assertEquals(await storedToken(store), undefined, stage);
    assertEquals(given.length, 1, "the late pair came");
    for (const refreshToken of given) {
      const body = JSON.stringify({ refreshToken });
      const headers = { "content-type": "application/json" };
      const { status } = await emulator.fetch(`${API}/auth/refresh`, { method: "POST", body, headers });
      assertEquals(status, 401, `${stage}: it works no more`);
    }
  }
});

// Naive code sends the grant's short name, and throws away `mfa_token` with the rest of the answer.
Deno.test("createSession() reads Auth0's refusals, and asks for the grant by its whole name (public bug 46)", async () => {
  const refusals: [status: number, error: string, code: string][] = [
    [403, "unauthorized_client", "credentials_rejected"],
    [403, "mfa_required", "mfa_required"],
    [401, "mfa_required", "mfa_required"],
    [429, "too_many_attempts", "blocked"],
  ];
  for (const [httpStatus, error, code] of refusals) {
    const { emulator, open } = world();
    const grants: (string | null)[] = [];
    emulator.faults.add({
      operation: "oauthToken",
      times: Infinity,
      async respond(request) {
        grants.push(new URLSearchParams(await request.text()).get("grant_type"));
        return Response.json({ error, error_description: "Grant type not allowed", mfa_token: "mfa-secret" }, {
          status: httpStatus,
        });
      },
    });
    const session = open(auth0({ ...USER, ...CLIENT }));
    const failure = await assertRejects(() => session.token(), SessionError);
    assertEquals([failure.code, failure.status], [code, httpStatus]);
    assertEquals(failure.mfaToken(), error === "mfa_required" ? "mfa-secret" : undefined);
    assert(!Deno.inspect(failure, { showHidden: true, getters: true, depth: 20 }).includes("mfa-secret"));
    assertEquals(await codeOf(() => session.token()), code);
    assertEquals(grants, ["http://auth0.com/oauth/grant-type/password-realm"], "and it is not asked again");
  }
});

// Naive code changes the token in silence: whoever keeps it elsewhere keeps the dead one.
Deno.test("createSession() tells of every stored change, and of no other (public bug 53)", async () => {
  const { clock, emulator, events, open } = world();
  const session = open(login(USER));
  await status(session);
  await status(session);
  await clock.advance(HOUR - 30_000); // early
  await status(session);
  emulator.revokeAccessTokens(); // by a 401
  await status(session);
  await clock.advance(2 * HOUR); // expired
  await status(session);
  await session.logout();
  assertEquals(events.map(({ type }) => type), ["login", "renewed", "renewed", "renewed", "logged_out"]);
  for (const event of events) assert(event.at > 0 && !JSON.stringify(event).includes("eyJ"));
});
