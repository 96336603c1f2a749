import { assert, assertEquals, assertRejects } from "@std/assert";
import { SessionError, type SessionErrorCode } from "../errors.ts";
import { decodeRecord, encodeRecord, type SessionRecord, type StoredRecord } from "../shared/record.ts";
import { memoryStore } from "../stores/memory.ts";
import { type FakeClock, fakeClock } from "../testing/fake_clock.ts";
import { fakeContext } from "../testing/fake_context.ts";
import type { AllLimits, Store, Token } from "../types.ts";
import type { Grants } from "./renewal.ts";
import { renewing } from "./renewing.ts";

const HOUR = 3_600_000;

/** A server of tokens in a few lines: what it was sent, and what it does next. */
function server(now: () => number) {
  let serial = 0;
  const sent: string[] = [];
  const issue = (): Token => {
    serial++;
    return { scheme: "Bearer", value: `t${serial}`, refresh: `r${serial}`, lifetime: HOUR, expiresAt: now() + HOUR };
  };
  const failures: (Error | undefined)[] = [];
  function answer(): Token {
    const failure = failures.shift();
    if (failure) throw failure;
    return issue();
  }
  const withoutLogin: Grants = {
    identity: () => ["identity"],
    refresh: () =>
      Promise.resolve((token) => {
        sent.push(`refresh ${token.refresh}`);
        return Promise.resolve().then(answer);
      }),
    end(token) {
      sent.push(`end ${token.refresh}`);
      return Promise.resolve();
    },
  };
  const grants: Grants = {
    ...withoutLogin,
    login: () => ({
      secret: "password",
      send() {
        sent.push("login");
        return Promise.resolve().then(answer);
      },
    }),
  };
  return { sent, failures, issue, grants, withoutLogin };
}

/** A store whose next writes fail, on demand. */
function flakyStore(): Store & { failWrites: number; failReads: number } {
  const store = memoryStore();
  const flaky = {
    ...store,
    failWrites: 0,
    failReads: 0,
    read: () => flaky.failReads-- > 0 ? Promise.reject(new Error("disk SECRET")) : store.read(),
    write: (data: Uint8Array | null, ifVersion: string | null) =>
      flaky.failWrites-- > 0 ? Promise.reject(new Error("disk SECRET")) : store.write(data, ifVersion),
  };
  return flaky;
}

function setUp(store: Store = memoryStore(), limits: Partial<AllLimits> = { waitBudgetMs: 0 }) {
  const clock = fakeClock();
  const upstream = server(clock.now);
  const context = fakeContext(clock, { store, limits });
  return { clock, context, store, ...upstream, source: renewing(upstream.grants)(context) };
}

/** The store's record, replaced with one that has these members and the identity of the tests' account. */
async function put(store: Store, members: Partial<SessionRecord>): Promise<void> {
  const other = memoryStore();
  await setUp(other).source.token();
  const { identity } = await recordIn(other);
  const entry = await store.read();
  assert(await store.write(encodeRecord({ identity, ...members }), entry && entry.version) !== false);
}

async function recordIn(store: Store): Promise<StoredRecord> {
  const entry = await store.read();
  assert(entry);
  return decodeRecord(entry.data);
}

async function assertCode(call: () => Token | Promise<Token>, code: SessionErrorCode): Promise<SessionError> {
  const error = await assertRejects(async () => await call(), SessionError);
  assertEquals(error.code, code, error.message);
  return error;
}

/** Moves the clock until the work is done; what needs no clock, such as a digest, goes on between. */
async function drive<T>(clock: FakeClock, work: T | Promise<T>): Promise<T> {
  let isDone = false;
  const done = Promise.resolve(work).finally(() => isDone = true);
  done.catch(() => {});
  while (!isDone) {
    await new Promise((resolve) => setTimeout(resolve, 0));
    if (!isDone && clock.sleeping() > 0) await clock.advance(100);
  }
  return await done;
}

const unreachable = (details = {}) => new SessionError("unreachable", "Cannot renew the session: x", details);

Deno.test("renewing() answers at once, without a promise, while its token is fresh", async () => {
  const { source } = setUp();
  const token = await source.token();
  assert(source.token() === token);
});

Deno.test("renewing() keeps the refresh token and does not log in if the request was not sent", async () => {
  const { clock, source, sent, failures, store } = setUp();
  await source.token();
  await clock.advance(HOUR);
  failures.push(unreachable({ sent: false }));
  await assertCode(() => source.token(), "unreachable");
  assertEquals((await recordIn(store)).inFlight, undefined);
  assertEquals((await source.token()).value, "t2");
  assertEquals(sent, ["login", "refresh r1", "refresh r1"]);
});

Deno.test("renewing() treats 429 and 503 as not processed", async () => {
  for (
    const failure of [
      new SessionError("rate_limited", "Cannot renew the session: x", { status: 429, retryAt: 5 }),
      unreachable({ status: 503 }),
    ]
  ) {
    const { clock, source, sent, failures } = setUp();
    await source.token();
    await clock.advance(HOUR);
    failures.push(failure);
    const error = await assertRejects(async () => await source.token(), SessionError);
    assertEquals(error, failure);
    await source.token();
    assertEquals(sent, ["login", "refresh r1", "refresh r1"]);
  }
});

Deno.test("renewing() never sends a refresh token again whose answer was lost, and logs in instead", async () => {
  for (const failure of [unreachable(), unreachable({ status: 500 }), new SessionError("bad_response", "x")]) {
    const { clock, source, sent, failures } = setUp();
    await source.token();
    await clock.advance(HOUR);
    failures.push(failure);
    assertEquals((await source.token()).value, "t2");
    assertEquals(sent, ["login", "refresh r1", "login"]);
  }
});

Deno.test("renewing() says what was tried when an answer was lost and no credentials are held", async () => {
  const { clock, context, sent, failures, issue, withoutLogin } = setUp();
  const source = renewing({ ...withoutLogin, seed: issue })(context);
  await source.token();
  await clock.advance(HOUR);
  failures.push(unreachable());
  const error = await assertCode(() => source.token(), "login_required");
  assertEquals(error.tried, ["refresh: outcome unknown"]);
  await clock.advance(24 * HOUR);
  await assertCode(() => source.token(), "login_required");
  assertEquals(sent, ["refresh r1"]);
});

Deno.test("renewing() remembers a refused refresh token, but not against a newer one", async () => {
  const { clock, context, sent, failures, issue, store, withoutLogin } = setUp();
  const source = renewing({ ...withoutLogin, seed: issue })(context);
  await source.token();
  await clock.advance(HOUR);
  failures.push(new SessionError("login_required", "Cannot renew the session: the server refused the refresh token"));
  for (let call = 0; call < 3; call++) await assertCode(() => source.token(), "login_required");
  assertEquals(sent, ["refresh r1"]);
  await put(store, { ...(await recordIn(store)), token: { ...issue(), expiresAt: clock.now() - 1 } });
  assertEquals((await source.token()).value, "t3");
  assertEquals(sent, ["refresh r1", "refresh r2"]);
});

Deno.test("renewing() sends nothing if the store cannot be written", async () => {
  const store = flakyStore();
  const { clock, source, sent, context } = setUp(store);
  await source.token();
  await clock.advance(HOUR);
  store.failWrites = 1;
  const error = await assertCode(() => source.token(), "store_failed");
  assert(!Deno.inspect(error, { depth: 20, showHidden: true }).includes("SECRET"));
  assertEquals(sent, ["login"]);
  assertEquals(context.events.map(({ type }) => type), ["login", "store_failed", "renewal_failed"]);
  assertEquals((await source.token()).value, "t2");
});

Deno.test("renewing() keeps a pair that the store refused in memory, stores it later, and never sends the old one", async () => {
  const store = flakyStore();
  const { clock, context, source, sent } = setUp(store);
  await source.token();
  await clock.advance(HOUR);
  const write = store.write;
  let writes = 0;
  store.write = (data, ifVersion) => ++writes === 2 ? Promise.reject(new Error("full")) : write(data, ifVersion);
  assertEquals((await source.token()).value, "t2");
  assert(context.events.some(({ type }) => type === "store_failed"));
  await clock.advance(60_000);
  assertEquals((await source.token()).value, "t2");
  assertEquals((await recordIn(store)).token?.refresh, "r2");
  await clock.advance(HOUR);
  assertEquals((await source.token()).value, "t3");
  assertEquals(sent, ["login", "refresh r1", "refresh r2"]);
});

Deno.test("renewing() renews with the pair in memory when the store never came back", async () => {
  const store = flakyStore();
  const { clock, source, sent } = setUp(store);
  await source.token();
  await clock.advance(HOUR);
  const write = store.write;
  let writes = 0;
  store.write = (data, ifVersion) =>
    ++writes > 1 && writes < 5 ? Promise.reject(new Error("full")) : write(data, ifVersion);
  assertEquals((await source.token()).value, "t2");
  await clock.advance(HOUR);
  await assertCode(() => source.token(), "store_failed");
  await clock.advance(60_000);
  assertEquals((await source.token()).value, "t3");
  assertEquals(sent, ["login", "refresh r1", "refresh r2"]);
});

Deno.test("renewing() keeps its own pair if the store lost the record", async () => {
  const { clock, source, sent, store } = setUp();
  await source.token();
  await store.write(null, (await store.read())!.version);
  await clock.advance(60_000);
  assertEquals((await source.token()).value, "t1");
  assertEquals((await recordIn(store)).token?.refresh, "r1");
  assertEquals(sent, ["login"]);
});

Deno.test("renewing() serves its token while the store cannot be read", async () => {
  const store = flakyStore();
  const { clock, source, sent } = setUp(store);
  await source.token();
  await clock.advance(60_000);
  store.failReads = 1;
  assertEquals((await source.token()).value, "t1");
  assertEquals(sent, ["login"]);
});

Deno.test("renewing() takes over from a session that died before its answer came, and never sends that token again", async () => {
  for (const held of [true, false]) {
    const { clock, context, store, sent, grants, withoutLogin } = setUp();
    const first = renewing(grants)(context);
    await first.token();
    await clock.advance(HOUR);
    const dying = renewing({ ...withoutLogin, refresh: () => () => new Promise(() => {}) })(context);
    void Promise.resolve(dying.token()).catch(() => {});
    while (!(await recordIn(store)).inFlight) await new Promise((resolve) => setTimeout(resolve, 0));
    const next = renewing(held ? grants : withoutLogin)(context);
    const call = Promise.resolve(next.token()).then(({ value }) => value, ({ code }) => code);
    let done = false;
    void call.then(() => done = true);
    for (let ms = 0; !done; ms += 100) {
      assert(ms <= context.limits.leaseMs + 1000);
      await clock.advance(100);
      await new Promise((resolve) => setTimeout(resolve, 0));
    }
    assertEquals(await call, held ? "t2" : "login_required");
    assertEquals(sent, held ? ["login", "login"] : ["login"]);
  }
});

Deno.test("renewing() remembers that a second factor is needed, with its token", async () => {
  const { clock, source, sent, failures } = setUp();
  failures.push(new SessionError("mfa_required", "Cannot log in: x", { mfaToken: "SECRET" }));
  for (let call = 0; call < 3; call++) {
    const error = await assertCode(() => source.token(), "mfa_required");
    assertEquals(error.mfaToken(), "SECRET");
  }
  assertEquals(sent, ["login"]);
  await clock.advance(60_000);
  await source.token();
  assertEquals(sent, ["login", "login"]);
});

Deno.test("replace() asks for another token only if the refused one is still held", async () => {
  const { source, sent } = setUp();
  const first = await source.token();
  const [second, same] = await Promise.all([source.replace(first), source.replace(first)]);
  assertEquals([second.value, same.value], ["t2", "t2"]);
  assertEquals(await source.replace(first), second);
  assertEquals(sent, ["login", "refresh r1"]);
});

Deno.test("replace() fails if a refused token cannot be renewed, though it has not expired", async () => {
  const { source, failures } = setUp();
  const first = await source.token();
  failures.push(unreachable({ sent: false }));
  await assertCode(() => source.replace(first), "unreachable");
  assertEquals((await source.replace(first)).value, "t2");
});

Deno.test("renewing() drops a failure that nobody waits for", async () => {
  const background: Promise<unknown>[] = [];
  const clock = fakeClock();
  const { grants, failures } = server(clock.now);
  const context = fakeContext(clock, { waitUntil: (work) => background.push(work) });
  const source = renewing(grants)(context);
  await source.token();
  await clock.advance(HOUR - 30_000);
  failures.push(unreachable({ sent: false }));
  assertEquals((await source.token()).value, "t1");
  await Promise.all(background);
  assertEquals(context.events.map(({ type }) => type), ["login", "renewal_failed"]);
});

Deno.test("renewing() reads the store once, not on every call, if its token is due a little early", async () => {
  const clock = fakeClock();
  const { grants, sent } = server(clock.now);
  const inner = memoryStore();
  let reads = 0;
  const store: Store = { ...inner, read: () => (reads++, inner.read()) };
  const source = renewing(grants)(fakeContext(clock, { store, random: () => 1 }));
  await source.token();
  await clock.advance(HOUR - 63_000); // 66 s before its end is when this one is due
  const before = reads;
  for (let call = 0; call < 5; call++) await source.token();
  assertEquals([sent, reads - before], [["login", "refresh r1"], 1]);
});

Deno.test("replace() stops asking for a token that is always the same", async () => {
  const clock = fakeClock();
  const sent: string[] = [];
  const issue = (): Token => ({
    scheme: "Bearer",
    value: "same",
    refresh: `r${sent.length}`,
    lifetime: HOUR,
    expiresAt: clock.now() + HOUR,
  });
  const source = renewing({
    identity: () => ["identity"],
    seed: issue,
    refresh: () => Promise.resolve(({ refresh }) => Promise.resolve(void sent.push(`refresh ${refresh}`)).then(issue)),
  })(fakeContext(clock));
  const first = await source.token();
  for (let call = 0; call < 5; call++) assertEquals((await source.replace(first)).value, "same");
  assertEquals(sent, ["refresh r0", "refresh r1"]);
});

Deno.test("renewing() waits for a server that asks to, within its budget", async () => {
  for (
    const failure of [
      (now: number) => new SessionError("rate_limited", "Cannot renew the session: x", { retryAt: now + 2_000 }),
      () => new SessionError("rate_limited", "Cannot renew the session: x"),
      () => unreachable({ status: 503 }),
    ]
  ) {
    const { clock, source, sent, failures } = setUp(memoryStore(), { waitBudgetMs: 5_000 });
    failures.push(failure(clock.now()), failure(clock.now() + 2_000));
    const call = Promise.resolve(source.token());
    const start = clock.monotonic();
    assertEquals((await drive(clock, call)).value, "t1");
    assertEquals(clock.monotonic() - start <= 5_000, true);
    assertEquals(sent, ["login", "login", "login"]);
    assertEquals(clock.sleeping(), 0);
  }
});

Deno.test("renewing() gives up at once when the server asks for more than the budget, and says until when", async () => {
  const { clock, source, sent, failures } = setUp(memoryStore(), { waitBudgetMs: 5_000 });
  const retryAt = clock.now() + 60_000;
  failures.push(new SessionError("rate_limited", "Cannot renew the session: x", { retryAt }));
  const error = await assertCode(() => source.token(), "rate_limited");
  assertEquals([error.retryAt, sent], [retryAt, ["login"]]);
});

Deno.test("renewing() does not wait for a busy server while its token still works", async () => {
  const { clock, source, sent, failures } = setUp(memoryStore(), { waitBudgetMs: 5_000 });
  await source.token();
  await clock.advance(HOUR - 30_000);
  failures.push(new SessionError("rate_limited", "Cannot renew the session: x", { retryAt: clock.now() + 1_000 }));
  assertEquals((await source.token()).value, "t1");
  assertEquals(sent, ["login", "refresh r1"]);
  await clock.advance(1_001);
  assertEquals((await source.token()).value, "t2");
});

Deno.test("renewing() remembers that its client was refused, and does not log in with it", async () => {
  const { clock, source, sent, failures } = setUp();
  await source.token();
  await clock.advance(HOUR);
  failures.push(new SessionError("credentials_rejected", "Cannot renew the session: the server refused the client"));
  for (let call = 0; call < 3; call++) await assertCode(() => source.token(), "credentials_rejected");
  assertEquals(sent, ["login", "refresh r1"]);
  await clock.advance(60_000);
  assertEquals((await source.token()).value, "t2");
});

Deno.test("close() stores the pair that the store refused, or says that it is lost", async () => {
  for (const failing of [2, 9]) {
    const store = flakyStore();
    const { clock, source } = setUp(store);
    await source.token();
    await source.close?.(); // nothing to write
    await clock.advance(HOUR);
    const write = store.write;
    let writes = 0;
    store.write = (data, ifVersion) =>
      ++writes > 1 && writes <= failing ? Promise.reject(new Error("full")) : write(data, ifVersion);
    assertEquals((await source.token()).value, "t2");
    if (failing > 2) {
      await assertRejects(async () => await source.close?.(), SessionError, "lost when this process ends");
    } else {
      await source.close?.();
      assertEquals((await recordIn(store)).token?.refresh, "r2");
    }
  }
});

Deno.test("logout() ends a pair whose renewal another session left unfinished", async () => {
  const { clock, context, sent, grants, store } = setUp();
  const first = renewing(grants)(context);
  const token = await first.token();
  await put(store, { ...(await recordIn(store)), lease: { holder: "dead", ms: 15_000 } });
  let done = false;
  const logout = Promise.resolve(first.logout?.()).finally(() => done = true);
  while (!done) await clock.advance(500);
  await logout;
  assertEquals(sent, ["login", `end ${token.refresh}`]);
});

Deno.test("logout() ends the waiting for a busy server", async () => {
  const { clock, source, sent, failures } = setUp(memoryStore(), { waitBudgetMs: 30_000 });
  failures.push(new SessionError("rate_limited", "Cannot log in: x", { retryAt: clock.now() + 20_000 }));
  const call = assertCode(() => source.token(), "login_required");
  while (clock.sleeping() === 0) await clock.advance(0);
  await source.logout?.();
  await call;
  assertEquals([sent, clock.sleeping()], [["login"], 0]);
});

Deno.test("renewing() without credentials waits for another session that renews before it says that the token is lost", async () => {
  const { clock, context, store, issue, withoutLogin } = setUp();
  await put(store, { token: issue() });
  await clock.advance(2 * HOUR);
  const { promise: answer, resolve: arrive } = Promise.withResolvers<Token>();
  const renewed = Promise.resolve(renewing({ ...withoutLogin, refresh: () => () => answer })(context).token());
  while (!(await recordIn(store)).inFlight) await new Promise((resolve) => setTimeout(resolve, 0));
  const waiting = Promise.resolve(renewing(withoutLogin)(context).token());
  while (clock.sleeping() === 0) await new Promise((resolve) => setTimeout(resolve, 0));
  arrive(issue());
  await renewed;
  await clock.advance(1000);
  assertEquals(await waiting, await renewed);
});

/** A store whose writes are made and seem to fail, on demand. */
function lossyStore(): Store & { lossy: boolean } {
  const inner = memoryStore();
  const store = {
    ...inner,
    lossy: false,
    async write(data: Uint8Array | null, ifVersion: string | null) {
      const version = await inner.write(data, ifVersion);
      if (store.lossy) throw new Error("the answer was lost");
      return version;
    },
  };
  return store;
}

Deno.test("renewing() sends a refresh token whose mark was written although the store said that it failed", async () => {
  const store = lossyStore();
  const { clock, context, sent, issue, withoutLogin } = setUp(store);
  await put(store, { token: issue() });
  const send = await withoutLogin.refresh!(context);
  const refresh = () => Promise.resolve(async (token: Token) => ({ ...await send(token), refresh: "r1" })); // no rotation
  const source = renewing({ ...withoutLogin, refresh })(context);
  for (const round of [1, 2]) {
    await clock.advance(2 * HOUR);
    store.lossy = true;
    await assertCode(() => source.token(), "store_failed");
    store.lossy = false;
    assert((await recordIn(store)).inFlight !== undefined);
    await source.token();
    assertEquals(sent.length, round);
  }
});

Deno.test("renewing() never sends a refresh token that another session marked, also if its own writes seem to fail", async () => {
  const store = lossyStore();
  const { clock, context, sent, issue, withoutLogin } = setUp(store);
  await put(store, { token: issue() });
  await clock.advance(2 * HOUR);
  const dying = renewing({ ...withoutLogin, refresh: () => () => new Promise(() => {}) })(context);
  void Promise.resolve(dying.token()).catch(() => {});
  while (!(await recordIn(store)).inFlight) await new Promise((resolve) => setTimeout(resolve, 0));
  store.lossy = true;
  const source = renewing(withoutLogin)(context);
  const failing = assertCode(() => source.token(), "store_failed");
  while (clock.sleeping() === 0) await new Promise((resolve) => setTimeout(resolve, 0));
  for (let ms = 0; ms <= context.limits.leaseMs; ms += 100) {
    await clock.advance(100);
    await new Promise((resolve) => setTimeout(resolve, 0));
  }
  await failing;
  store.lossy = false;
  await assertCode(() => source.token(), "login_required");
  assertEquals(sent, []);
});

Deno.test("renewing() sends a refresh token that it marked after the store took longer than the lease", async () => {
  const inner = memoryStore();
  const { clock, context, sent, issue, withoutLogin } = setUp(inner);
  await put(inner, { token: issue() });
  const marksLeft: unknown[] = [];
  let slow = 2; // the mark, and taking the lease anew
  const store: Store = {
    ...inner,
    async write(data, ifVersion) {
      const version = await inner.write(data, ifVersion);
      const { lease, inFlight } = decodeRecord(data!);
      if (!lease && sent.length === 0) marksLeft.push(inFlight);
      if (slow-- > 0) await clock.sleep(context.limits.leaseMs);
      return version;
    },
  };
  await clock.advance(2 * HOUR);
  const call = Promise.resolve(renewing(withoutLogin)({ ...context, store }).token());
  let value: string | undefined;
  void call.then((token) => value = token.value);
  for (let tries = 0; value === undefined && tries < 50; tries++) {
    await clock.advance(1000);
    await new Promise((resolve) => setTimeout(resolve, 0));
  }
  assertEquals([value, sent], ["t2", ["refresh r1"]]);
  assertEquals(marksLeft, [undefined], "others would take the token for spent");
});

Deno.test("changePassword() sends no spent refresh token if the newest pair could not be stored", async () => {
  const store = flakyStore();
  const { clock, context, sent, grants } = setUp(store);
  const held = { logIn: () => Promise.reject(new Error("not needed")), use() {} };
  const source = renewing({ ...grants, password: { send: () => Promise.resolve(), held } })(context);
  await source.token();
  await clock.advance(2 * HOUR);
  let writes = 0;
  const write = store.write;
  store.write = (data, version) => writes++ === 0 ? write(data, version) : Promise.reject(new Error("disk"));
  assertEquals((await source.token()).value, "t2");
  let done = false;
  const changing = source.changePassword?.("next").finally(() => done = true);
  while (!done) await clock.advance(100); // the lease that the store did not give back lapses
  await changing;
  assert((await recordIn(store)).inFlight);
  store.write = write;
  assertEquals((await source.token()).value, "t3");
  assertEquals(sent, ["login", "refresh r1", "login"]);
});

Deno.test("renewing() uses a token of the record that still works if there is no better one", async () => {
  for (const left of [HOUR / 20, HOUR / 2]) {
    const { clock, context, store, sent, issue, withoutLogin } = setUp();
    const { refresh: _, ...token } = issue();
    await put(store, { token });
    await clock.advance(HOUR - left);
    const source = renewing(withoutLogin)(context);
    assertEquals((await source.token({ minValid: HOUR * 0.8 })).value, "t1");
    await clock.advance(left);
    await assertCode(() => source.token(), "login_required");
    assertEquals(sent, []);
  }
});

Deno.test("replace() never goes back to a token that was replaced", async () => {
  const store = flakyStore();
  const { clock, source, sent } = setUp(store);
  await source.token();
  await clock.advance(HOUR - HOUR / 60);
  const second = await source.token(); // the first one still works
  store.failReads = 1;
  await assertCode(() => source.replace(second), "store_failed");
  assertEquals(sent, ["login", "refresh r1"]);
});

Deno.test("logout() ends the pair that the store refused, not the spent one", async () => {
  for (const isUnderWay of [true, false]) {
    const inner = memoryStore();
    let isBroken = false;
    const store: Store = {
      ...inner,
      write: (data, over) => isBroken ? Promise.reject(new Error("disk")) : inner.write(data, over),
    };
    const { clock, context, sent, withoutLogin, grants } = setUp(store);
    const { promise: answer, resolve: arrive } = Promise.withResolvers<void>();
    const send = await withoutLogin.refresh!(context);
    const refresh = () =>
      Promise.resolve(async (token: Token) => {
        isBroken = true;
        if (isUnderWay) await answer;
        return await send(token);
      });
    const source = renewing({ ...grants, refresh })(context);
    await source.token();
    await clock.advance(2 * HOUR);
    const renewal = Promise.resolve(source.token()).catch(() => {});
    if (isUnderWay) { while (!isBroken) await new Promise((resolve) => setTimeout(resolve, 0)); }
    else await renewal;
    const logout = assertRejects(() => source.logout!(), SessionError);
    arrive();
    await logout;
    await renewal;
    assertEquals(sent, ["login", "refresh r1", "end r2"]);
  }
});
