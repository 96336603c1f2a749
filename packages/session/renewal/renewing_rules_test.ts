import { assert, assertEquals, assertRejects } from "@std/assert";
import fc from "fast-check";
import { SessionError } from "../errors.ts";
import { sendLogin, sendRefresh } from "../wire/login_calls.ts";
import type { PasswordChange } from "../wire/password.ts";
import { memoryStore } from "../stores/memory.ts";
import { type FakeClock, fakeClock } from "../testing/fake_clock.ts";
import { fakeContext } from "../testing/fake_context.ts";
import type { Store, Token } from "../types.ts";
import type { Grants } from "./renewal.ts";
import { renewing } from "./renewing.ts";

const HOUR = 3_600_000;

interface SetUp {
  readonly clock?: FakeClock;
  readonly store?: Store;
  /** What the access tokens of its own are called. */
  readonly name?: string;
  /** How long a token works, in ms. */
  readonly lifetime?: number;
  /** Grants in the place of the server's own. */
  readonly grants?: Partial<Grants>;
  readonly password?: PasswordChange;
}

/** A source over a store that counts its reads, and a server that counts what it is sent. */
function setUp(options: SetUp = {}) {
  const { clock = fakeClock(), store = memoryStore(), lifetime = HOUR, name = "t", grants, password } = options;
  const sent: string[] = [];
  const seen = { reads: 0 };
  const issue = (): Token => {
    const value = `${name}${sent.length}`;
    return { scheme: "Bearer", value, refresh: `r${sent.length}`, lifetime, expiresAt: clock.now() + lifetime };
  };
  const watched: Store = { ...store, read: () => (seen.reads++, store.read()) };
  const context = fakeContext(clock, { store: watched, limits: { waitBudgetMs: 0 } });
  const source = renewing({
    identity: () => ["identity"],
    refresh: () => Promise.resolve(({ refresh }) => (sent.push(`refresh ${refresh}`), Promise.resolve(issue()))),
    login: () => ({ secret: "password", send: () => (sent.push("login"), Promise.resolve(issue())) }),
    end: ({ value }) => (sent.push(`end ${value}`), Promise.resolve()),
    ...(password && { password }),
    ...grants,
  })(context);
  return { clock, context, seen, sent, source, store };
}

Deno.test("renewing() renews exactly when its margin begins", async () => {
  const { clock, sent, source } = setUp({ lifetime: 10_000 });
  await source.token();
  await clock.advance(8_949); // a tenth of the lifetime and half of the jitter before the end
  await source.token();
  assertEquals(sent, ["login"]);
  await clock.advance(1);
  await source.token();
  assertEquals(sent, ["login", "refresh r1"]);
});

Deno.test("renewing() forgets one caller's wish once it is fulfilled", async () => {
  const { clock, sent, source } = setUp();
  await source.token({ minValid: HOUR / 2 });
  await clock.advance(HOUR / 2 + 60_000);
  await source.token();
  assertEquals(sent, ["login"]);
  await source.token({ minValid: HOUR / 2 });
  assertEquals(sent, ["login", "refresh r1"]);
});

Deno.test("replace() returns the held token if it is another one, and sends nothing", async () => {
  const { seen, source } = setUp();
  const first = await source.replace({ scheme: "Bearer", value: "never held" });
  const second = await source.replace(first);
  const before = seen.reads;
  assertEquals(await source.replace(first), second);
  assertEquals(seen.reads, before);
});

Deno.test("logout() refuses later calls without reading or sending anything", async () => {
  const { context, seen, sent, source } = setUp();
  const token = await source.token();
  await source.logout?.();
  const before = { ...seen };
  for (const call of [() => source.token(), () => source.replace(token)]) {
    const error = await assertRejects(async () => await call(), SessionError);
    assertEquals(error.code, "login_required");
  }
  assertEquals(seen, before);
  assertEquals(sent, ["login", "end t1"]);
  assertEquals(context.events.filter(({ type }) => type === "renewal_failed"), []);
});

Deno.test("logout() stops a renewal that still reads the record, and calls that no failure", async () => {
  const inner = memoryStore();
  const gate = Promise.withResolvers<void>();
  const { context, sent, source } = setUp({ store: { ...inner, read: () => gate.promise.then(() => inner.read()) } });
  const waiting = assertRejects(async () => await source.token(), SessionError);
  const done = source.logout?.();
  gate.resolve();
  assertEquals((await waiting).code, "login_required");
  await done;
  assertEquals(sent, []);
  assertEquals(context.events.map(({ type }) => type), ["logged_out"]);
});

Deno.test("logout() in one session ends the token that another still holds", async () => {
  const clock = fakeClock();
  const store = memoryStore();
  const first = setUp({ clock, store });
  const refused = () => Promise.reject(new SessionError("login_required", "Cannot log in: no credentials"));
  const second = setUp({ clock, store, grants: { login: refused } });
  assertEquals(await first.source.token(), await second.source.token());
  await first.source.logout?.();
  await clock.advance(60_000);
  const error = await assertRejects(async () => await second.source.token(), SessionError);
  assertEquals(error.code, "login_required");
});

Deno.test("logout() does not end given tokens that another session may use", async () => {
  const seed = () => Promise.resolve({ scheme: "Bearer", value: "seed", refresh: "r" });
  const broken = { ...memoryStore(), read: () => Promise.reject(new Error("disk")) };
  const { sent, source } = setUp({ store: broken, grants: { seed } });
  const error = await assertRejects(async () => await source.logout?.(), SessionError);
  assertEquals([error.code, sent], ["store_failed", []]);
});

Deno.test("status() tells scheme, end and the last failure", async () => {
  const error = new SessionError("unreachable", "Cannot renew the session: x", { sent: false });
  const { clock, source } = setUp({ grants: { refresh: () => Promise.resolve(() => Promise.reject(error)) } });
  await source.token();
  const expiresAt = clock.now() + HOUR;
  assertEquals(source.status?.(), { state: "active", scheme: "Bearer", expiresAt });
  await clock.advance(HOUR - 1_000);
  await source.token();
  assertEquals(source.status?.(), { state: "active", scheme: "Bearer", expiresAt, lastFailure: "unreachable" });
  const endless = setUp({
    grants: {
      login: () => ({ secret: "password", send: () => Promise.resolve({ scheme: "Bearer", value: "t" }) }),
    },
  });
  await endless.source.token();
  assertEquals(endless.source.status?.(), { state: "active", scheme: "Bearer" });
});

Deno.test("close() is store_failed if the newest tokens are in memory only", async () => {
  let writes = 0;
  const inner = memoryStore();
  const store: Store = {
    ...inner,
    write: (data, over) => ++writes === 1 ? inner.write(data, over) : Promise.reject(new Error("disk")),
  };
  const { source } = setUp({ store });
  await source.token();
  const error = await assertRejects(async () => await source.close?.(), SessionError, "Cannot store");
  assertEquals(error.code, "store_failed");
});

Deno.test("changePassword() that fails reports no change", async () => {
  const refused = new SessionError("credentials_rejected", "Cannot change the password: no");
  const { context, source } = setUp({ password: { send: () => Promise.reject(refused) } });
  await assertRejects(async () => await source.changePassword?.("next"), SessionError, "Cannot change the password");
  assertEquals(context.events.filter(({ type }) => type === "password_changed"), []);
});

Deno.test("changePassword() whose answer was lost reports no change if the old password still logs in", async () => {
  const refused = new SessionError("credentials_rejected", "Cannot log in: no");
  const { context, source } = setUp({
    password: {
      send: () => Promise.reject(new SessionError("unreachable", "Cannot change the password: x")),
      held: {
        logIn: (next) =>
          next === undefined ? Promise.resolve({ scheme: "Bearer", value: "o" }) : Promise.reject(refused),
        use: () => {},
      },
    },
  });
  await assertRejects(async () => await source.changePassword?.("next"), SessionError);
  assertEquals(context.events.filter(({ type }) => type === "password_changed"), []);
});

Deno.test("close() reads and sends nothing if everything is stored", async () => {
  const { clock, seen, sent, source } = setUp();
  await source.close?.();
  assertEquals([seen.reads, sent], [0, []]);
  await source.token();
  await clock.advance(HOUR);
  const before = seen.reads;
  await source.close?.();
  assertEquals([seen.reads, sent], [before, ["login"]]);
});

Deno.test("status() calls a failure of no known kind unreachable, as its event does", async () => {
  const { context, source } = setUp({ grants: { identity: () => Promise.reject(new RangeError("x")) } });
  await assertRejects(async () => await source.token(), RangeError);
  assertEquals(source.status?.(), { state: "new", lastFailure: "unreachable" });
  assertEquals(context.events, [{ type: "renewal_failed", at: context.clock.now(), code: "unreachable" }]);
});

Deno.test("replace() asks again after exactly a minute for a token that is always the same", async () => {
  const always = { scheme: "Bearer", value: "same" };
  const login = () => ({ secret: "password", send: () => Promise.resolve(always) });
  const { clock, seen, source } = setUp({ grants: { login } });
  const asks = async () => {
    const before = seen.reads;
    await source.replace(always);
    return seen.reads > before;
  };
  await source.token();
  assertEquals([await asks(), await asks()], [true, false]);
  await clock.advance(59_999);
  assertEquals(await asks(), false);
  await clock.advance(1);
  assertEquals(await asks(), true);
});

/** A session without a store whose next calls fail so. */
function failing(secrets: () => string, ...errors: SessionError[]) {
  const clock = fakeClock();
  const context = fakeContext(clock, { limits: { waitBudgetMs: 0 } });
  const sent: string[] = [];
  const seed = { scheme: "Bearer", value: "seed", refresh: "r", expiresAt: clock.now() };
  async function send(call: string): Promise<Token> {
    sent.push(call);
    const error = errors.shift();
    if (error) throw error;
    return await Promise.resolve({ scheme: "Bearer", value: "fresh" });
  }
  const login = () => ({ secret: secrets(), send: () => send(`login ${secrets()}`) });
  const refresh = () => () => send("refresh");
  const identity = () => ["identity"];
  const byLogin = renewing({ identity, login })(context);
  const byRefresh = renewing({ identity, seed: () => seed, refresh })(context);
  return { clock, context, sent, byLogin, byRefresh };
}

async function errorOf(token: Token | Promise<Token>): Promise<SessionError> {
  return await assertRejects(async () => await token, SessionError);
}

const [MINUTE, DAY] = [60_000, 24 * HOUR];

Deno.test("renewing() remembers each kind of refused login for its own time", async () => {
  const kinds = [["blocked", 15 * MINUTE], ["mfa_required", MINUTE], ["bad_response", 1_000]] as const;
  for (const [code, forMs] of kinds) {
    const { clock, sent, byLogin } = failing(() => "secret", new SessionError(code, "Cannot log in: no"));
    assertEquals((await errorOf(byLogin.token())).code, code);
    if (code === "mfa_required") assertEquals([(await errorOf(byLogin.token())).code, sent.length], [code, 1]);
    await clock.advance(forMs - 1);
    if (code !== "mfa_required") assertEquals([(await errorOf(byLogin.token())).code, sent.length], [code, 1]);
    await clock.advance(1);
    assertEquals((await byLogin.token()).value, "fresh");
    assertEquals(sent.length, 2);
  }
});

/** When a login that always fails so is sent, in ms from the first time, if it is asked for again and again. */
async function sendings(error: SessionError, times: number): Promise<number[]> {
  const { clock, sent, byLogin } = failing(() => "secret", ...Array<SessionError>(times + 1).fill(error));
  const start = clock.now();
  const seen: number[] = [];
  for (;;) {
    const before = sent.length;
    const { retryAt } = await errorOf(byLogin.token());
    if (sent.length > before) seen.push(clock.now() - start);
    if (retryAt === undefined || seen.length === times) return seen;
    await clock.advance(retryAt - clock.now() - 1);
    await errorOf(byLogin.token());
    await clock.advance(1);
  }
}

Deno.test("renewing() tries rejected credentials again after growing pauses, eight times in all (found 101)", async () => {
  const pauses = [MINUTE, 10 * MINUTE, HOUR, 6 * HOUR, DAY, DAY, DAY];
  const expected = pauses.reduce((all, pause) => [...all, all.at(-1)! + pause], [0]);
  assertEquals(await sendings(new SessionError("credentials_rejected", "x", { status: 401 }), 99), expected);
});

Deno.test("renewing() minds the later of its own pause and the server's wish after a rejection (found 101)", async () => {
  const retryAt = fakeClock().now() + 5 * MINUTE;
  const rejection = new SessionError("credentials_rejected", "x", { status: 401, retryAt });
  assertEquals(await sendings(rejection, 3), [0, 5 * MINUTE, 15 * MINUTE]);
});

Deno.test("renewing() asks a server that fails after 1 s, and then twice as long each time up to a minute (found 101)", async () => {
  for (const [code, status] of [["unreachable", 500], ["unreachable", 403], ["bad_response", 404]] as const) {
    const seen = await sendings(new SessionError(code, "x", { status }), 9);
    assertEquals(seen.map((at) => at / 1_000), [0, 1, 3, 7, 15, 31, 63, 123, 183]);
  }
});

Deno.test("renewing() forgets a rejection when the login is accepted, and counts failures of the server apart (found 101)", async () => {
  const rejection = () => new SessionError("credentials_rejected", "x", { status: 401 });
  const failure = () => new SessionError("unreachable", "x", { status: 500 });
  const { clock, sent, byLogin } = failing(() => "secret", rejection(), failure(), rejection());
  await errorOf(byLogin.token());
  await clock.advance(MINUTE);
  assertEquals((await errorOf(byLogin.token())).status, 500);
  await clock.advance(1_000);
  assertEquals((await errorOf(byLogin.token())).retryAt, clock.now() + 10 * MINUTE);
  await clock.advance(10 * MINUTE);
  const token = await byLogin.token();
  assertEquals(sent.length, 4);
  assertEquals(token.value, "fresh");
});

Deno.test("renewing() remembers a refused refresh token and a refused client for a minute", async () => {
  for (const code of ["login_required", "credentials_rejected"] as const) {
    const { clock, sent, byRefresh } = failing(() => "", new SessionError(code, "Cannot renew the session: no"));
    assertEquals((await errorOf(byRefresh.token())).code, code);
    await clock.advance(59_999);
    assertEquals([(await errorOf(byRefresh.token())).code, sent.length], [code, 1]);
    await clock.advance(1);
    assertEquals((await byRefresh.token()).value, "fresh");
  }
});

Deno.test("renewing() remembers the newest 32 refusals, each once", async () => {
  let secret = "";
  const refused = Array.from({ length: 37 }, () => new SessionError("credentials_rejected", "Cannot log in: no"));
  const { sent, byLogin } = failing(() => secret, ...refused);
  const tries = async (which: number): Promise<boolean> => {
    secret = `c${which}`;
    const before = sent.length;
    await errorOf(byLogin.token());
    return sent.length > before;
  };
  for (let which = 0; which < 34; which++) assertEquals(await tries(which), true);
  for (let which = 2; which < 34; which++) assertEquals(await tries(which), false);
  assertEquals([await tries(0), await tries(2), await tries(3)], [true, true, true]); // each takes the oldest one's place
  assertEquals([await tries(0), await tries(5), await tries(33)], [false, false, false]);
});

Deno.test("renewing() says why it sends nothing, and until when", async () => {
  const refused = "Cannot log in: the server refused these credentials before; correct them, " +
    "or begin with an empty store to try them at once";
  const later = "Cannot log in: the server failed, or asked to be asked later";
  const at = fakeClock().now();
  const cases: [ConstructorParameters<typeof SessionError>, [string, number | undefined, number | undefined]][] = [
    [["credentials_rejected", "x"], [refused, undefined, at + MINUTE]],
    [["blocked", "x"], [refused, undefined, at + 15 * MINUTE]],
    [["rate_limited", "x", { status: 429, retryAt: at + 5_000 }], [later, 429, at + 5_000]],
    [["unreachable", "x", { status: 503, retryAt: at + 5_000 }], [later, 503, at + 5_000]],
  ];
  for (const [error, expected] of cases) {
    const { clock, byLogin } = failing(() => "secret", new SessionError(...error));
    await errorOf(byLogin.token());
    await clock.advance(1_000);
    const { code, message, status, retryAt } = await errorOf(byLogin.token());
    const [why, ...details] = expected;
    const until = new Date(retryAt!).toISOString();
    assertEquals([code, message, status, retryAt], [error[0], `${why}; try again after ${until}`, ...details]);
  }
});

const seconds = fc.integer({ min: -100, max: 100 });
const dates = fc.oneof(
  seconds.map((one) => new Date(fakeClock().now() + one * 1_000)),
  fc.date({ noInvalidDate: true }),
);

/** What a header may say of a time: seconds, a date in one form or another, anything else. */
const times = fc.oneof(
  fc.oneof(seconds, fc.maxSafeInteger(), dates.map((date) => Math.round(date.getTime() / 1_000))).map(String),
  dates.map((date) => date.toUTCString()),
  dates.map((date) => date.toISOString()),
  fc.stringMatching(/^[\x20-\x7e]*$/),
);

/** Answers of a server that is busy, and how long each takes, in ms. */
const busy = fc.array(
  fc.record({
    status: fc.constantFrom(429, 503),
    headers: fc.record({ "retry-after": times, date: times, age: times, "x-ratelimit-reset": times }, {
      requiredKeys: [],
    }),
    delay: fc.constantFrom(0, 700, 4_000),
  }),
  { minLength: 1, maxLength: 6 },
);

/** Asks for a token while a server answers so, and checks how often and until when the server is asked. */
async function checkBusy(answers: typeof busy extends fc.Arbitrary<infer T> ? T : never, isRefresh: boolean) {
  const clock = fakeClock();
  const sent: number[] = [];
  const context = fakeContext(clock, {
    async tokenFetch() {
      const { status, headers, delay } = answers[sent.length % answers.length]!;
      sent.push(clock.monotonic());
      await clock.sleep(delay);
      return new Response(null, { status, headers: new Headers(headers) });
    },
  });
  const seed = { scheme: "Bearer", value: "t", refresh: "r", expiresAt: 0 };
  const byRefresh: Partial<Grants> = { seed: () => seed, refresh: () => (token) => sendRefresh(context, token) };
  const byLogin: Partial<Grants> = { login: () => ({ secret: "c", send: () => sendLogin(context, "c") }) };
  const source = renewing({ identity: () => ["identity"], ...(isRefresh ? byRefresh : byLogin) })(context);
  const failed = errorOf(source.token()).then(({ status, retryAt = 0 }) => ({ status, left: retryAt - clock.now() }));
  await clock.advance(MINUTE);
  const { status, left } = await failed;
  const isStorm = sent.some((at, index) => at < (sent[index - 1] ?? -50) + 50);
  assert(!isStorm && sent.length <= 6 && sent.at(-1)! <= context.limits.waitBudgetMs, `asked at ${sent} ms`);
  assert(left <= (status === 503 ? 15 * MINUTE : DAY), `not to be asked again for ${left} ms`);
  assertEquals(clock.sleeping(), 0);
}

Deno.test("renewing() asks at most six times and within its budget, whatever headers say (found 102) (found 103) (found 109)", async () => {
  await fc.assert(fc.asyncProperty(busy, fc.boolean(), checkBusy), { numRuns: 500 });
});

Deno.test("notAccepted() is true only for a token that another session obtained", async () => {
  const [clock, store] = [fakeClock(), memoryStore()];
  const [mine, theirs] = [setUp({ clock, store }), setUp({ clock, store, name: "theirs" })];
  const found = await mine.source.token();
  assertEquals(await theirs.source.token(), found);
  assertEquals([mine.source.notAccepted?.(found), theirs.source.notAccepted?.(found)], [false, true]);
  const next = await theirs.source.replace(found);
  assertEquals([next.value, theirs.sent], ["theirs1", ["refresh r1"]]);
  assertEquals(theirs.source.notAccepted?.(next), false);
  assertEquals(await theirs.source.replace(next), next); // it is known to be refused, and is asked for no more
  assertEquals(theirs.sent, ["refresh r1"]);
});

Deno.test("renewing() uses a token of the record that still works by its own clock, however long it says to last", async () => {
  const [clock, store] = [fakeClock(), memoryStore()];
  const ahead = setUp({ clock: { ...clock, now: () => clock.now() + 9 * HOUR }, store });
  const theirs = await ahead.source.token();
  const mine = setUp({ clock, store });
  assertEquals([await mine.source.token(), mine.sent], [theirs, []]);
  const behind = setUp({ clock: { ...clock, now: () => clock.now() + 99 * HOUR }, store });
  await behind.source.token();
  assertEquals(behind.sent, ["refresh r1"]);
});
