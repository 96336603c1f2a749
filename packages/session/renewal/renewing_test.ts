import { assert, assertEquals, assertRejects } from "@std/assert";
import { SessionError, type SessionErrorCode } from "../errors.ts";
import { decodeRecord, encodeRecord, type SessionRecord } from "../record.ts";
import type { Grants } from "../renewal.ts";
import { memoryStore } from "../stores/memory.ts";
import { fakeClock } from "../testing/fake_clock.ts";
import { fakeIo } from "../testing/fake_io.ts";
import type { Limits, Store, Token } from "../types.ts";
import { renewingSource } from "./renewing.ts";

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
    identity: () => Promise.resolve("identity"),
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
    login: () =>
      Promise.resolve({
        fingerprint: () => Promise.resolve("salt.login"),
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
    failWrites: 0,
    failReads: 0,
    read: () => flaky.failReads-- > 0 ? Promise.reject(new Error("disk SECRET")) : store.read(),
    write: (data: Uint8Array | null, ifVersion: string | null) =>
      flaky.failWrites-- > 0 ? Promise.reject(new Error("disk SECRET")) : store.write(data, ifVersion),
  };
  return flaky;
}

function setUp(store: Store = memoryStore(), limits: Partial<Limits> = { waitBudgetMs: 0 }) {
  const clock = fakeClock();
  const upstream = server(clock.now);
  const io = fakeIo(clock, { store, limits });
  return { clock, io, store, ...upstream, source: renewingSource(io, upstream.grants) };
}

async function recordIn(store: Store): Promise<SessionRecord> {
  const entry = await store.read();
  assert(entry);
  return decodeRecord(entry.data);
}

async function assertCode(call: () => Token | Promise<Token>, code: SessionErrorCode): Promise<SessionError> {
  const error = await assertRejects(async () => await call(), SessionError);
  assertEquals(error.code, code, error.message);
  return error;
}

const unreachable = (details = {}) => new SessionError("unreachable", "Cannot renew the session: x", details);

Deno.test("renewingSource() answers at once, without a promise, while its token is fresh", async () => {
  const { source } = setUp();
  const token = await source.token();
  assert(source.token() === token);
});

Deno.test("renewingSource() spends no token and logs nobody in when the request was not sent", async () => {
  const { clock, source, sent, failures, store } = setUp();
  await source.token();
  await clock.advance(HOUR);
  failures.push(unreachable({ sent: false }));
  await assertCode(() => source.token(), "unreachable");
  assertEquals((await recordIn(store)).spending, undefined);
  assertEquals((await source.token()).value, "t2");
  assertEquals(sent, ["login", "refresh r1", "refresh r1"]);
});

Deno.test("renewingSource() takes 429 and 503 for not processed", async () => {
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

Deno.test("renewingSource() never sends a refresh token again whose answer was lost, and logs in instead", async () => {
  for (const failure of [unreachable(), unreachable({ status: 500 }), new SessionError("bad_response", "x")]) {
    const { clock, source, sent, failures } = setUp();
    await source.token();
    await clock.advance(HOUR);
    failures.push(failure);
    assertEquals((await source.token()).value, "t2");
    assertEquals(sent, ["login", "refresh r1", "login"]);
  }
});

Deno.test("renewingSource() says what was tried when an answer was lost and no credentials are held", async () => {
  const { clock, io, sent, failures, issue, withoutLogin } = setUp();
  const source = renewingSource(io, { ...withoutLogin, seed: () => Promise.resolve(issue()) });
  await source.token();
  await clock.advance(HOUR);
  failures.push(unreachable());
  const error = await assertCode(() => source.token(), "login_required");
  assertEquals(error.tried, ["refresh: outcome unknown"]);
  await clock.advance(24 * HOUR);
  await assertCode(() => source.token(), "login_required");
  assertEquals(sent, ["refresh r1"]);
});

Deno.test("renewingSource() remembers a refused refresh token, but not against a newer one", async () => {
  const { clock, io, sent, failures, issue, store, withoutLogin } = setUp();
  const source = renewingSource(io, { ...withoutLogin, seed: () => Promise.resolve(issue()) });
  await source.token();
  await clock.advance(HOUR);
  failures.push(new SessionError("login_required", "Cannot renew the session: the server refused the refresh token"));
  for (let call = 0; call < 3; call++) await assertCode(() => source.token(), "login_required");
  assertEquals(sent, ["refresh r1"]);
  const entry = await store.read();
  const newer: Token = { ...issue(), expiresAt: clock.now() - 1 };
  await store.write(encodeRecord({ ...(await recordIn(store)), token: newer }), entry!.version);
  assertEquals((await source.token()).value, "t3");
  assertEquals(sent, ["refresh r1", "refresh r2"]);
});

Deno.test("renewingSource() spends nothing when the store cannot be written", async () => {
  const store = flakyStore();
  const { clock, source, sent, io } = setUp(store);
  await source.token();
  await clock.advance(HOUR);
  store.failWrites = 1;
  const error = await assertCode(() => source.token(), "store_failed");
  assert(!Deno.inspect(error, { depth: 20, showHidden: true }).includes("SECRET"));
  assertEquals(sent, ["login"]);
  assertEquals(io.events.map(({ type }) => type), ["login", "store_failed", "renewal_failed"]);
  assertEquals((await source.token()).value, "t2");
});

Deno.test("renewingSource() keeps a pair in memory that the store refused, writes it later, and never sends the old one", async () => {
  const store = flakyStore();
  const { clock, io, source, sent } = setUp(store);
  await source.token();
  await clock.advance(HOUR);
  const write = store.write;
  let writes = 0;
  store.write = (data, ifVersion) => ++writes === 2 ? Promise.reject(new Error("full")) : write(data, ifVersion);
  assertEquals((await source.token()).value, "t2");
  assert(io.events.some(({ type }) => type === "store_failed"));
  await clock.advance(60_000);
  assertEquals((await source.token()).value, "t2");
  assertEquals((await recordIn(store)).token?.refresh, "r2");
  await clock.advance(HOUR);
  assertEquals((await source.token()).value, "t3");
  assertEquals(sent, ["login", "refresh r1", "refresh r2"]);
});

Deno.test("renewingSource() renews with the pair in memory when the store never came back", async () => {
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

Deno.test("renewingSource() goes on with its own pair when the store lost the record", async () => {
  const { clock, source, sent, store } = setUp();
  await source.token();
  await store.write(null, (await store.read())!.version);
  await clock.advance(60_000);
  assertEquals((await source.token()).value, "t1");
  assertEquals((await recordIn(store)).token?.refresh, "r1");
  assertEquals(sent, ["login"]);
});

Deno.test("renewingSource() serves its token while the store cannot be read", async () => {
  const store = flakyStore();
  const { clock, source, sent } = setUp(store);
  await source.token();
  await clock.advance(60_000);
  store.failReads = 1;
  assertEquals((await source.token()).value, "t1");
  assertEquals(sent, ["login"]);
});

Deno.test("renewingSource() takes over from a holder that died before its answer, and never sends that token again", async () => {
  for (const held of [true, false]) {
    const { clock, io, store, sent, grants, withoutLogin } = setUp();
    const first = renewingSource(io, grants);
    await first.token();
    await clock.advance(HOUR);
    const dying = renewingSource(io, { ...withoutLogin, refresh: () => Promise.resolve(() => new Promise(() => {})) });
    void Promise.resolve(dying.token()).catch(() => {});
    while (!(await recordIn(store)).spending) await new Promise((resolve) => setTimeout(resolve, 0));
    const next = renewingSource(io, held ? grants : withoutLogin);
    const call = Promise.resolve(next.token()).then(({ value }) => value, ({ code }) => code);
    let done = false;
    void call.then(() => done = true);
    for (let ms = 0; !done; ms += 100) {
      assert(ms <= io.limits.leaseMs + 1000);
      await clock.advance(100);
      await new Promise((resolve) => setTimeout(resolve, 0));
    }
    assertEquals(await call, held ? "t2" : "login_required");
    assertEquals(sent, held ? ["login", "login"] : ["login"]);
  }
});

Deno.test("renewingSource() remembers that a second factor is needed, with its token", async () => {
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

Deno.test("renewingSource() asks for another token only for the one that was refused", async () => {
  const { source, sent } = setUp();
  const first = await source.token();
  const [second, same] = await Promise.all([source.replace(first), source.replace(first)]);
  assertEquals([second.value, same.value], ["t2", "t2"]);
  assertEquals(await source.replace(first), second);
  assertEquals(sent, ["login", "refresh r1"]);
});

Deno.test("renewingSource() fails for a refused token that cannot be renewed, though it is not expired", async () => {
  const { source, failures } = setUp();
  const first = await source.token();
  failures.push(unreachable({ sent: false }));
  await assertCode(() => source.replace(first), "unreachable");
  assertEquals((await source.replace(first)).value, "t2");
});

Deno.test("renewingSource() drops a failure that nobody waits for", async () => {
  const background: Promise<unknown>[] = [];
  const clock = fakeClock();
  const { grants, failures } = server(clock.now);
  const io = fakeIo(clock, { waitUntil: (work) => background.push(work) });
  const source = renewingSource(io, grants);
  await source.token();
  await clock.advance(HOUR - 30_000);
  failures.push(unreachable({ sent: false }));
  assertEquals((await source.token()).value, "t1");
  await Promise.all(background);
  assertEquals(io.events.map(({ type }) => type), ["login", "renewal_failed"]);
});

Deno.test("renewingSource() reads the store once, not on every call, when its token is due a little early", async () => {
  const clock = fakeClock();
  const { grants, sent } = server(clock.now);
  const inner = memoryStore();
  let reads = 0;
  const store: Store = { ...inner, read: () => (reads++, inner.read()) };
  const source = renewingSource(fakeIo(clock, { store, random: () => 1 }), grants);
  await source.token();
  await clock.advance(HOUR - 63_000); // 66 s before its end is when this one is due
  const before = reads;
  for (let call = 0; call < 5; call++) await source.token();
  assertEquals([sent, reads - before], [["login", "refresh r1"], 1]);
});

Deno.test("renewingSource() does not ask on and on for a token that is always the same", async () => {
  const clock = fakeClock();
  const sent: string[] = [];
  const issue = (): Token => ({
    scheme: "Bearer",
    value: "same",
    refresh: `r${sent.length}`,
    lifetime: HOUR,
    expiresAt: clock.now() + HOUR,
  });
  const source = renewingSource(fakeIo(clock), {
    identity: () => Promise.resolve("identity"),
    seed: () => Promise.resolve(issue()),
    refresh: () => Promise.resolve(({ refresh }) => Promise.resolve(void sent.push(`refresh ${refresh}`)).then(issue)),
  });
  const first = await source.token();
  for (let call = 0; call < 5; call++) assertEquals((await source.replace(first)).value, "same");
  assertEquals(sent, ["refresh r0", "refresh r1"]);
});

Deno.test("renewingSource() waits for a server that asks to, within its budget", async () => {
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
    await clock.advance(5_000);
    assertEquals((await call).value, "t1");
    assertEquals(sent, ["login", "login", "login"]);
    assertEquals(clock.sleeping(), 0);
  }
});

Deno.test("renewingSource() gives up at once when the server asks for more than the budget, and says until when", async () => {
  const { clock, source, sent, failures } = setUp(memoryStore(), { waitBudgetMs: 5_000 });
  const retryAt = clock.now() + 60_000;
  failures.push(new SessionError("rate_limited", "Cannot renew the session: x", { retryAt }));
  const error = await assertCode(() => source.token(), "rate_limited");
  assertEquals([error.retryAt, sent], [retryAt, ["login"]]);
});

Deno.test("renewingSource() lets no caller wait for a busy server while its token still works", async () => {
  const { clock, source, sent, failures } = setUp(memoryStore(), { waitBudgetMs: 5_000 });
  await source.token();
  await clock.advance(HOUR - 30_000);
  failures.push(new SessionError("rate_limited", "Cannot renew the session: x", { retryAt: clock.now() + 1_000 }));
  assertEquals((await source.token()).value, "t1");
  assertEquals(sent, ["login", "refresh r1"]);
  await clock.advance(1_001);
  assertEquals((await source.token()).value, "t2");
});

Deno.test("renewingSource() sends a refresh token once more whose answer was lost, where the server allows that", async () => {
  const { clock, source, sent, failures } = setUp(memoryStore(), { overlapMs: 10_000 });
  await source.token();
  await clock.advance(HOUR);
  failures.push(unreachable());
  assertEquals((await source.token()).value, "t2");
  assertEquals(sent, ["login", "refresh r1", "refresh r1"]);
  await clock.advance(HOUR);
  failures.push(unreachable(), unreachable());
  assertEquals((await source.token()).value, "t3");
  assertEquals(sent.slice(3), ["refresh r2", "refresh r2", "login"]);
});

Deno.test("renewingSource() remembers that its client is refused, and logs nobody in with it", async () => {
  const { clock, source, sent, failures } = setUp();
  await source.token();
  await clock.advance(HOUR);
  failures.push(new SessionError("credentials_rejected", "Cannot renew the session: the server refused the client"));
  for (let call = 0; call < 3; call++) await assertCode(() => source.token(), "credentials_rejected");
  assertEquals(sent, ["login", "refresh r1"]);
  await clock.advance(60_000);
  assertEquals((await source.token()).value, "t2");
});

Deno.test("renewingSource() writes at its close what the store refused, or says that it is lost", async () => {
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
      await assertRejects(async () => await source.close?.(), SessionError, "lost with this process");
    } else {
      await source.close?.();
      assertEquals((await recordIn(store)).token?.refresh, "r2");
    }
  }
});

Deno.test("renewingSource() ends a pair at logout whose renewal somebody left unfinished", async () => {
  const { clock, io, sent, grants, store } = setUp();
  const first = renewingSource(io, grants);
  const token = await first.token();
  const entry = await store.read();
  const dead = { ...(await recordIn(store)), lease: { holder: "dead", ms: 15_000 } };
  await store.write(encodeRecord(dead), entry!.version);
  let done = false;
  const logout = Promise.resolve(first.logout?.()).finally(() => done = true);
  while (!done) await clock.advance(500);
  await logout;
  assertEquals(sent, ["login", `end ${token.refresh}`]);
});

Deno.test("renewingSource() waits for no busy server after a logout", async () => {
  const { clock, source, sent, failures } = setUp(memoryStore(), { waitBudgetMs: 30_000 });
  failures.push(new SessionError("rate_limited", "Cannot log in: x", { retryAt: clock.now() + 20_000 }));
  const call = assertCode(() => source.token(), "login_required");
  while (clock.sleeping() === 0) await clock.advance(0);
  await source.logout?.();
  await call;
  assertEquals([sent, clock.sleeping()], [["login"], 0]);
});

Deno.test("renewingSource() without credentials waits for another that renews, and takes its token for lost only then", async () => {
  const { clock, io, store, issue, withoutLogin } = setUp();
  await store.write(encodeRecord({ identity: "identity", token: issue() }), null);
  await clock.advance(2 * HOUR);
  const { promise: answer, resolve: arrive } = Promise.withResolvers<Token>();
  const renewing = Promise.resolve(
    renewingSource(io, { ...withoutLogin, refresh: () => Promise.resolve(() => answer) }).token(),
  );
  while (!(await recordIn(store)).spending) await new Promise((resolve) => setTimeout(resolve, 0));
  const waiting = Promise.resolve(renewingSource(io, withoutLogin).token());
  while (clock.sleeping() === 0) await new Promise((resolve) => setTimeout(resolve, 0));
  arrive(issue());
  await renewing;
  await clock.advance(1000);
  assertEquals(await waiting, await renewing);
});

/** A store whose writes are made and seem to fail, on demand; after one of those it may be unreadable. */
function lossyStore(): Store & { lossy: boolean; isGone: boolean; isGoneThen: boolean } {
  const inner = memoryStore();
  const store = {
    lossy: false,
    isGone: false,
    isGoneThen: false,
    read: () => store.isGone ? Promise.reject(new Error("gone")) : inner.read(),
    async write(data: Uint8Array | null, ifVersion: string | null) {
      const version = await inner.write(data, ifVersion);
      if (!store.lossy) return version;
      store.isGone = store.isGoneThen;
      throw new Error("the answer was lost");
    },
  };
  return store;
}

Deno.test("renewingSource() sends a refresh token whose mark was written although the store said that it failed", async () => {
  for (const isTakenBack of [true, false]) {
    const store = lossyStore();
    const { clock, io, sent, issue, withoutLogin } = setUp(store);
    await store.write(encodeRecord({ identity: "identity", token: issue() }), null);
    const send = await withoutLogin.refresh!();
    const refresh = () => Promise.resolve(async (token: Token) => ({ ...await send(token), refresh: "r1" })); // no rotation
    const source = renewingSource(io, { ...withoutLogin, refresh });
    for (const round of [1, 2]) {
      await clock.advance(2 * HOUR);
      Object.assign(store, { lossy: true, isGoneThen: !isTakenBack });
      await assertCode(() => source.token(), "store_failed");
      Object.assign(store, { lossy: false, isGone: false });
      assertEquals((await recordIn(store)).spending === undefined, isTakenBack);
      assertEquals((await recordIn(store)).lease === undefined, isTakenBack);
      await source.token();
      assertEquals(sent.length, round);
    }
  }
});

Deno.test("renewingSource() repeats no lost refresh after the overlap, however long the store took to let it", async () => {
  const inner = memoryStore();
  const { clock, io, sent, failures, issue, withoutLogin } = setUp(inner, { waitBudgetMs: 0, overlapMs: 1000 });
  await inner.write(encodeRecord({ identity: "identity", token: issue() }), null);
  const store: Store = {
    read: inner.read,
    async write(data, ifVersion) {
      const version = await inner.write(data, ifVersion);
      if (data && decodeRecord(data).spending?.repeated) await clock.sleep(1000);
      return version;
    },
  };
  await clock.advance(2 * HOUR);
  failures.push(new SessionError("unreachable", "Cannot renew the session: x"));
  let done = false;
  const call = assertCode(() => renewingSource({ ...io, store }, withoutLogin).token(), "login_required");
  void call.finally(() => done = true);
  while (!done) {
    await clock.advance(100);
    await new Promise((resolve) => setTimeout(resolve, 0));
  }
  assertEquals((await call).tried, ["refresh: outcome unknown"]);
  assertEquals(sent, ["refresh r1"]);
});

Deno.test("renewingSource() sends no refresh token that another session marked, whatever the store says of its own writes", async () => {
  const store = lossyStore();
  const { clock, io, sent, issue, withoutLogin } = setUp(store);
  await store.write(encodeRecord({ identity: "identity", token: issue() }), null);
  await clock.advance(2 * HOUR);
  const dying = renewingSource(io, { ...withoutLogin, refresh: () => Promise.resolve(() => new Promise(() => {})) });
  void Promise.resolve(dying.token()).catch(() => {});
  while (!(await recordIn(store)).spending) await new Promise((resolve) => setTimeout(resolve, 0));
  store.lossy = true;
  const source = renewingSource(io, withoutLogin);
  const failing = assertCode(() => source.token(), "store_failed");
  while (clock.sleeping() === 0) await new Promise((resolve) => setTimeout(resolve, 0));
  for (let ms = 0; ms <= io.limits.leaseMs; ms += 100) {
    await clock.advance(100);
    await new Promise((resolve) => setTimeout(resolve, 0));
  }
  await failing;
  store.lossy = false;
  await assertCode(() => source.token(), "login_required");
  assertEquals(sent, []);
});

Deno.test("renewingSource() sends a refresh token that it marked, after the store took longer than the lease", async () => {
  const inner = memoryStore();
  const { clock, io, sent, issue, withoutLogin } = setUp(inner);
  await inner.write(encodeRecord({ identity: "identity", token: issue() }), null);
  const marksLeft: unknown[] = [];
  let slow = 2; // the mark, and taking the lease anew
  const store: Store = {
    read: inner.read,
    async write(data, ifVersion) {
      const version = await inner.write(data, ifVersion);
      const { lease, spending } = decodeRecord(data!);
      if (!lease && sent.length === 0) marksLeft.push(spending);
      if (slow-- > 0) await clock.sleep(io.limits.leaseMs);
      return version;
    },
  };
  await clock.advance(2 * HOUR);
  const call = Promise.resolve(renewingSource({ ...io, store }, withoutLogin).token());
  let value: string | undefined;
  void call.then((token) => value = token.value);
  for (let tries = 0; value === undefined && tries < 50; tries++) {
    await clock.advance(1000);
    await new Promise((resolve) => setTimeout(resolve, 0));
  }
  assertEquals([value, sent], ["t2", ["refresh r1"]]);
  assertEquals(marksLeft, [undefined], "others would take the token for spent");
});

Deno.test("renewingSource() sends no spent refresh token, also when the pair that it brought was dropped unsaved", async () => {
  for (const overlapMs of [0, HOUR]) {
    const store = flakyStore();
    const { clock, io, sent, grants } = setUp(store, { waitBudgetMs: 0, overlapMs });
    const held = { logIn: () => Promise.reject(new Error("not needed")), use() {} };
    const source = renewingSource(io, grants, { send: () => Promise.resolve(), held });
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
    assert((await recordIn(store)).spending);
    store.write = write;
    assertEquals((await source.token()).value, "t3");
    assertEquals(sent, ["login", "refresh r1", "login"]);
  }
});

Deno.test("renewingSource() repeats a lost refresh once, whatever the repeat is answered with", async () => {
  const lost = () => new SessionError("unreachable", "Cannot renew the session: x");
  const busy = () => new SessionError("unreachable", "Cannot renew the session: x", { status: 503 });
  const denied = () => new SessionError("credentials_rejected", "Cannot renew the session: x");
  const dead = () => new SessionError("login_required", "Cannot renew the session: x");
  for (
    const { answers, sends } of [
      { answers: [lost(), dead()], sends: 2 },
      { answers: [lost(), lost()], sends: 2 },
      { answers: [lost(), busy(), lost()], sends: 3 }, // the second was not processed
      { answers: [lost(), denied(), dead()], sends: 3 },
    ]
  ) {
    const { clock, io, store, sent, failures, issue, withoutLogin } = setUp(memoryStore(), {
      waitBudgetMs: 0,
      overlapMs: 2 * HOUR,
      cooldownMs: 1000,
    });
    await store.write(encodeRecord({ identity: "identity", token: issue() }), null);
    await clock.advance(2 * HOUR);
    const source = renewingSource(io, withoutLogin);
    failures.push(...answers);
    for (let call = 0; call < 5; call++) {
      await assertRejects(async () => await source.token(), SessionError);
      await clock.advance(2000);
    }
    assertEquals(sent, Array(sends).fill("refresh r1"));
  }
});

Deno.test("renewingSource() takes nobody's word for it that a token in the record has not expired", async () => {
  for (
    const { lifetime, idle } of [
      { lifetime: HOUR, idle: HOUR / 2 },
      { lifetime: HOUR, idle: 2 * HOUR },
      { lifetime: undefined, idle: 30_000 },
      { lifetime: undefined, idle: HOUR },
    ]
  ) {
    for (const failure of [undefined, new SessionError("unreachable", "Cannot renew the session: x")]) {
      const { clock, store, source, sent, failures } = setUp();
      const theirs = (n: number): Token => ({
        scheme: "Bearer",
        value: `theirs${n}`,
        refresh: `r${n}`,
        ...(lifetime === undefined ? {} : { lifetime, expiresAt: clock.now() + lifetime }), // by their clock
      });
      const version = await store.write(encodeRecord({ identity: "identity", token: theirs(1) }), null);
      const first = await source.token();
      await clock.advance(idle);
      await store.write(encodeRecord({ identity: "identity", token: theirs(2) }), version || null);
      if (failure) failures.push(failure, failure);
      const other = await source.replace(first);
      const isProven = idle < (lifetime ?? 60_000); // another one was seen in its place less than that before
      assertEquals(other.value, isProven || failure ? "theirs2" : "t1");
      assertEquals(sent.length > 0, !isProven);
      source.notAccepted?.(other);
      const isRemembered = (await source.replace(other)).value === other.value;
      assertEquals(isRemembered, isProven || failure === undefined);
    }
  }
});

Deno.test("renewingSource() takes no token from the record that has more left than it ever had", async () => {
  for (const ahead of [HOUR / 20, 9 * HOUR]) {
    const { clock, store, source, sent } = setUp();
    const token = { scheme: "Bearer", value: "theirs", refresh: "r", lifetime: HOUR };
    await store.write(
      encodeRecord({ identity: "identity", token: { ...token, expiresAt: clock.now() + HOUR + ahead } }),
      null,
    );
    await source.token();
    assertEquals(sent, ahead < HOUR ? [] : ["refresh r"]); // clocks that differ a little are as clocks are
  }
});

Deno.test("renewingSource() uses a token of the record that still works, where no better one can be had", async () => {
  for (const left of [HOUR / 20, HOUR / 2]) {
    const { clock, io, store, sent, issue, withoutLogin } = setUp();
    const { refresh: _, ...token } = issue();
    await store.write(encodeRecord({ identity: "identity", token }), null);
    await clock.advance(HOUR - left);
    const source = renewingSource(io, withoutLogin);
    assertEquals((await source.token({ minValid: HOUR * 0.8 })).value, "t1");
    await clock.advance(left);
    await assertCode(() => source.token(), "login_required");
    assertEquals(sent, []);
  }
});

Deno.test("renewingSource() goes back to no token that it has replaced", async () => {
  const store = flakyStore();
  const { clock, source, sent } = setUp(store);
  await source.token();
  await clock.advance(HOUR - HOUR / 60);
  const second = await source.token(); // the first one still works
  store.failReads = 1;
  await assertCode(() => source.replace(second), "store_failed");
  assertEquals(sent, ["login", "refresh r1"]);
});

Deno.test("renewingSource() ends at a logout the pair that the store could not take, not the spent one", async () => {
  for (const isUnderWay of [true, false]) {
    const inner = memoryStore();
    let isBroken = false;
    const store: Store = {
      read: inner.read,
      write: (data, over) => isBroken ? Promise.reject(new Error("disk")) : inner.write(data, over),
    };
    const { clock, io, sent, withoutLogin, grants } = setUp(store);
    const { promise: answer, resolve: arrive } = Promise.withResolvers<void>();
    const send = await withoutLogin.refresh!();
    const refresh = () =>
      Promise.resolve(async (token: Token) => {
        isBroken = true;
        if (isUnderWay) await answer;
        return await send(token);
      });
    const source = renewingSource(io, { ...grants, refresh });
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
