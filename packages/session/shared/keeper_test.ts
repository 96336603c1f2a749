import { assert, assertEquals, assertMatch, assertRejects, assertThrows } from "@std/assert";
import { SessionError, type SessionErrorCode } from "../errors.ts";
import type { Grants } from "../renewal/renewal.ts";
import { renewing } from "../renewal/renewing.ts";
import { memoryStore } from "../stores/memory.ts";
import { type FakeClock, fakeClock } from "../testing/fake_clock.ts";
import { fakeContext } from "../testing/fake_context.ts";
import type { Store, StoreEngine, Token } from "../types.ts";
import { sharedStore } from "./keeper.ts";
import { decodeRecord, encodeRecord, type SessionRecord, type StoredRecord } from "./record.ts";

const HOUR = 3_600_000;
const OLD: Token = { scheme: "Bearer", value: "old", refresh: "r-old", expiresAt: 0 };
const FRESH: Token = { scheme: "Bearer", value: "fresh", refresh: "r-fresh" };
const NEWER: Token = { scheme: "Bearer", value: "newer", refresh: "r-newer" };
const BLOCKED = { of: "x", what: "login", code: "blocked", at: 1 } as const;

/** An engine that can be broken, and that can refuse every write. */
function fragile() {
  const inner = memoryStore();
  const state = { broken: false, refusing: false, writes: 0 };
  const engine: StoreEngine = {
    read: () => state.broken ? Promise.reject(new Error("disk")) : inner.read(),
    write(data, over) {
      state.writes++;
      if (state.broken) return Promise.reject(new Error("disk"));
      return state.refusing ? Promise.resolve(false) : inner.write(data, over);
    },
  };
  return { engine, state };
}

interface SetUp {
  readonly engine?: StoreEngine;
  readonly clock?: FakeClock;
  readonly grants?: Partial<Grants>;
  /** Runs while the server works on a refresh or a login. */
  readonly meanwhile?: () => void | Promise<void>;
  /** What the server answers. */
  readonly fresh?: Token;
}

/** A session over a shared store, whose server answers every call with one pair. */
function setUp(options: SetUp = {}) {
  const { engine = memoryStore(), clock = fakeClock(), grants, meanwhile, fresh = FRESH } = options;
  const store = sharedStore(engine);
  const context = fakeContext(clock, { store, limits: { waitBudgetMs: 0 } });
  const sent: string[] = [];
  const ended: Token[] = [];
  async function answer(call: string): Promise<Token> {
    sent.push(call);
    await meanwhile?.();
    return fresh;
  }
  const all: Grants = {
    identity: () => ["identity"],
    refresh: () => ({ refresh }) => answer(`refresh ${refresh}`),
    end: (token) => (ended.push(token), Promise.resolve()),
    ...grants,
  };
  return { clock, context, engine, store, sent, ended, answer, source: renewing(all)(context) };
}

/** A login that is answered as the refresh is. */
function loginOf(answer: (call: string) => Promise<Token>, secret = "secret"): Grants["login"] {
  return () => ({ secret, send: () => answer(`login ${secret}`) });
}

async function recordIn(engine: StoreEngine): Promise<StoredRecord> {
  const entry = await engine.read();
  assert(entry);
  return decodeRecord(entry.data);
}

/** Replaces the record, as another session does. Its identity is the tests' account's. */
async function put(engine: StoreEngine, members: SessionRecord): Promise<string> {
  const entry = await engine.read();
  const version = await engine.write(
    encodeRecord({ identity: await identityOf(), ...members }),
    entry && entry.version,
  );
  assert(version !== false);
  return version;
}

/** The identity in the record of an account. */
async function identityOf(parts = ["identity"], baseUrl?: string): Promise<string> {
  const store = memoryStore();
  const context = fakeContext(fakeClock(), { store, ...(baseUrl && { baseUrl }) });
  const login = () => ({ secret: "", send: () => Promise.resolve(FRESH) });
  await renewing({ identity: () => parts, login })(context).token();
  return (await recordIn(store)).identity;
}

/** A session that renews while another one does something to the record. */
async function renewedWhile(
  before: SessionRecord,
  meddle: (record: SessionRecord) => SessionRecord | undefined,
  more: SetUp = {},
) {
  const all = setUp({
    ...more,
    async meanwhile() {
      const next = meddle(await recordIn(all.engine));
      if (next) await put(all.engine, next);
    },
  });
  await put(all.engine, before);
  const outcome = await outcomeOf(all.source.token());
  return { ...all, outcome, after: await recordIn(all.engine) };
}

/** The access token, or the code of the error. */
async function outcomeOf(token: Token | Promise<Token>): Promise<string> {
  return await Promise.resolve(token).then(({ value }) => value, ({ code }) => code);
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

async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await condition())) await new Promise((resolve) => setTimeout(resolve, 0));
}

async function assertCode(work: () => unknown, code: SessionErrorCode): Promise<SessionError> {
  const error = await assertRejects(async () => await work(), SessionError);
  assertEquals(error.code, code, error.message);
  return error;
}

// --- the store

Deno.test("sharedStore() has what its engine has, and calls it as a method", async () => {
  const seen: unknown[] = [];
  const engine = {
    name: "mine",
    read() {
      seen.push(["read", this.name]);
      return Promise.resolve(null);
    },
    write(_data: Uint8Array | null, over: string | null) {
      seen.push(["write", this.name, over]);
      return Promise.resolve("1");
    },
    changed(version: string | null, maxMs: number) {
      seen.push(["changed", this.name, version, maxMs]);
      return Promise.resolve();
    },
    exclusive<T>(work: () => Promise<T>): Promise<T> {
      seen.push(["exclusive", this.name]);
      return work();
    },
  };
  const store = sharedStore(engine);
  await store.read();
  await store.write(null, "0");
  await store.changed?.("1", 7);
  assertEquals(await store.exclusive?.(() => Promise.resolve("done")), "done");
  assertEquals(seen, [["read", "mine"], ["write", "mine", "0"], ["changed", "mine", "1", 7], ["exclusive", "mine"]]);
  const { read, write } = memoryStore();
  const plain = sharedStore({ read, write });
  assertEquals([plain.changed, plain.exclusive], [undefined, undefined]);
});

Deno.test("sharedStore() refuses an engine with a missing or a wrong method, and names it", () => {
  const { read, write } = memoryStore();
  const wrong: [unknown, string][] = [
    [undefined, "read"],
    [{}, "read"],
    [{ read }, "write"],
    [{ write }, "read"],
    [{ read, write: "write" }, "write"],
    [{ read, write, changed: true }, "changed"],
    [{ read, write, exclusive: {} }, "exclusive"],
  ];
  for (const [engine, name] of wrong) {
    assertThrows(() => sharedStore(engine as StoreEngine), TypeError, name);
  }
});

// --- keeping a pair

Deno.test("renewing() stores a new pair, removes lease, mark and logout, and keeps the refusals", async () => {
  const refusals = [BLOCKED];
  const { outcome, after, ended } = await renewedWhile(
    { token: OLD, refusals, loggedOut: "long-ago" },
    (record) => {
      assertEquals([record.token, record.refusals, record.lease?.ms], [OLD, refusals, 15_000]);
      assertMatch(record.inFlight ?? "", /^[\w+/]{43}=$/);
      assertEquals(record.by, record.lease?.holder);
      return undefined;
    },
  );
  assertEquals([outcome, ended], ["fresh", []]);
  assertEquals(after, { identity: await identityOf(), token: FRESH, refusals });
});

Deno.test("renewing() forgets the server's wishes to be asked later once the server has answered", async () => {
  const waits = [
    { of: "y", what: "login", code: "rate_limited", at: 1, forMs: 9 },
    { of: "z", what: "login", code: "unreachable", at: 1, forMs: 9 },
  ] as const;
  const renewed = await renewedWhile({ token: OLD, refusals: [...waits, BLOCKED] }, () => undefined);
  assertEquals([renewed.after.token, renewed.after.refusals], [FRESH, [BLOCKED]]);
  const late = await renewedWhile({ token: OLD }, () => ({ token: OLD, refusals: [...waits, BLOCKED] }));
  assertEquals([late.after.token, late.after.refusals], [FRESH, [BLOCKED]]);
});

Deno.test("renewing() keeps a refusal for which the server named a time, also after a success", async () => {
  const refusals = [{ ...BLOCKED, forMs: HOUR }, {
    ...BLOCKED,
    of: "y",
    code: "credentials_rejected",
    forMs: 9,
  }] as const;
  const { after } = await renewedWhile({ token: OLD, refusals }, () => undefined);
  assertEquals(after.refusals, refusals);
});

Deno.test("renewing() keeps the server's wish when it stores a pair again without having asked the server", async () => {
  const { engine, state } = fragile();
  const all = setUp({ engine, meanwhile: () => void (state.broken = true) });
  await put(engine, { token: OLD });
  assertEquals(await outcomeOf(all.source.token()), "fresh");
  state.broken = false;
  const refusals = [{ of: "y", what: "login", code: "rate_limited", at: 1, forMs: 9 }] as const;
  await put(engine, { token: OLD, refusals });
  await all.source.close?.();
  const after = await recordIn(engine);
  assertEquals([after.token, after.refusals], [FRESH, refusals]);
});

Deno.test("renewing() reports a renewal and a login once each, without a secret (53)", async () => {
  const clock = fakeClock(5);
  const renewed = await renewedWhile({ token: OLD }, () => undefined, { clock, fresh: { ...FRESH, expiresAt: HOUR } });
  assertEquals(renewed.context.events, [{ type: "renewed", at: 5, expiresAt: HOUR }]);
  const first: ReturnType<typeof setUp> = setUp({ clock, grants: { login: loginOf((call) => first.answer(call)) } });
  await first.source.token();
  await first.source.token();
  assertEquals(first.context.events, [{ type: "login", at: 5 }]);
});

Deno.test("renewing() stores a late pair if the one that it came from is still there, and leaves the other's lease", async () => {
  const lease = { holder: "thief", ms: 15_000 };
  const mark = { inFlight: "h2", by: "thief" };
  const { outcome, after, ended, context } = await renewedWhile(
    { token: OLD },
    () => ({ token: OLD, lease, ...mark }),
  );
  assertEquals([outcome, ended], ["fresh", []]);
  assertEquals(context.events.map(({ type }) => type), ["renewed"]);
  assertEquals(after, { identity: await identityOf(), token: FRESH, lease });
});

Deno.test("renewing() stores the pair of a late first login if there is still none", async () => {
  const lease = { holder: "thief", ms: 15_000 };
  const all: ReturnType<typeof setUp> = setUp({
    grants: { login: loginOf((call) => all.answer(call)) },
    meanwhile: async () => void await put(all.engine, { lease }),
  });
  assertEquals(await outcomeOf(all.source.token()), "fresh");
  assertEquals(await recordIn(all.engine), { identity: await identityOf(), token: FRESH, lease });
  assertEquals(all.ended, []);
});

Deno.test("renewing() ends a late pair at the server if there is a newer one, and uses that (54)", async () => {
  const { outcome, after, ended, context } = await renewedWhile({ token: OLD }, () => ({ token: NEWER }));
  assertEquals([outcome, ended, context.events], ["newer", [FRESH], []]);
  assertEquals(after, { identity: await identityOf(), token: NEWER });
});

Deno.test("renewing() does not end a late pair that shares its access or its refresh token with the newer one", async () => {
  const sharing: Token[] = [
    FRESH,
    { ...FRESH, expiresAt: 9e12 },
    { ...NEWER, refresh: "r-fresh" },
    { scheme: "Bearer", value: "fresh" },
  ];
  for (const token of sharing) {
    const { outcome, after, ended } = await renewedWhile({ token: OLD }, () => ({ token }));
    assertEquals([outcome, ended, after.token], [token.value, [], token]);
  }
});

Deno.test("renewing() ends a late pair without a refresh token if there is another such one", async () => {
  const fresh = { scheme: "Bearer", value: "fresh" };
  const { outcome, ended } = await renewedWhile(
    { token: OLD },
    () => ({ token: { scheme: "Bearer", value: "newer" } }),
    { fresh },
  );
  assertEquals([outcome, ended], ["newer", [fresh]]);
});

Deno.test("renewing() is login_required and ends a late pair if the account was logged out meanwhile (44)", async () => {
  const all: SessionRecord[] = [{ token: OLD }, { token: OLD, loggedOut: "earlier" }];
  for (const before of all) {
    const { outcome, after, ended, context } = await renewedWhile(before, () => ({ loggedOut: "x" }));
    assertEquals([outcome, ended], ["login_required", [FRESH]]);
    assertEquals(context.events.map(({ type }) => type), ["renewal_failed"]);
    assertEquals(after, { identity: await identityOf(), loggedOut: "x" });
  }
});

Deno.test("renewing() begins anew if the pair that it came from was removed meanwhile", async () => {
  const without = await renewedWhile({ token: OLD }, () => ({}));
  assertEquals([without.outcome, without.ended, without.after.token], ["login_required", [FRESH], undefined]);
  let times = 0;
  const all: ReturnType<typeof setUp> = setUp({
    grants: { login: loginOf((call) => all.answer(call)) },
    meanwhile: async () => void (++times === 1 && await put(all.engine, {})),
  });
  await put(all.engine, { token: OLD });
  assertEquals(await outcomeOf(drive(all.clock, all.source.token())), "fresh");
  assertEquals(all.sent, ["refresh r-old", "login secret"]);
});

Deno.test("renewing() waits until a late pair is ended", async () => {
  for (const newer of [{ token: NEWER }, { loggedOut: "x" }]) {
    let isEnded = false;
    const end = async () => {
      for (let steps = 0; steps < 20; steps++) await Promise.resolve();
      isEnded = true;
    };
    await renewedWhile({ token: OLD }, () => newer, { grants: { end } });
    assertEquals(isEnded, true);
  }
});

Deno.test("renewing() ignores that a late pair cannot be ended, and needs no way to end it", async () => {
  const broken = () => Promise.reject(new Error("no network"));
  for (const grants of [{ end: broken }, { end: undefined }] as Partial<Grants>[]) {
    const more = { grants };
    assertEquals((await renewedWhile({ token: OLD }, () => ({ token: NEWER }), more)).outcome, "newer");
    assertEquals((await renewedWhile({ token: OLD }, () => ({ loggedOut: "x" }), more)).outcome, "login_required");
  }
});

Deno.test("renewing() keeps a pair in memory that cannot be stored, and stores it with the lease if it can then (16)", async () => {
  for (const isLasting of [true, false]) {
    const inner = memoryStore();
    let failures = 0;
    const engine: StoreEngine = {
      read: inner.read,
      write: (data, over) => failures-- > 0 ? Promise.reject(new Error("disk")) : inner.write(data, over),
    };
    const clock = fakeClock(5);
    const all = setUp({ engine, clock, meanwhile: () => void (failures = isLasting ? 9 : 1) });
    const version = await put(engine, { token: OLD });
    assertEquals(await outcomeOf(all.source.token()), "fresh");
    assert(version !== (await engine.read())?.version);
    const failed = { type: "store_failed", at: 5, operation: "write" } as const;
    const writes = isLasting ? [failed, { type: "renewed", at: 5 }, failed] : [failed, { type: "renewed", at: 5 }];
    assertEquals(all.context.events, writes as typeof all.context.events);
    const after = await recordIn(engine);
    assertEquals(after.token, isLasting ? OLD : FRESH);
    assertEquals(after.inFlight !== undefined, isLasting); // nobody sends the old one again
    assertEquals(all.ended, []);
    failures = 0;
    await all.source.close?.();
    assertEquals((await recordIn(engine)).token, FRESH);
    assertEquals((await recordIn(engine)).inFlight, undefined);
    assertEquals(all.sent, ["refresh r-old"]);
  }
});

Deno.test("renewing() sends no refresh token again whose answer was lost after its pair could not be stored a second time", async () => {
  const inner = memoryStore();
  let failsAt = Infinity;
  const engine: StoreEngine = {
    read: inner.read,
    write: (data, over) => --failsAt === 0 ? Promise.reject(new Error("disk")) : inner.write(data, over),
  };
  const clock = fakeClock();
  const sent: unknown[] = [];
  const refresh = () => ({ refresh: token }: Token) => {
    sent.push(token);
    return Promise.reject(new SessionError("bad_response", "Cannot renew the session: lost"));
  };
  const seed = { ...OLD, expiresAt: clock.now() + HOUR };
  const { source } = setUp({ engine, clock, grants: { seed: () => seed, refresh } });
  assertEquals(await outcomeOf(source.token()), "old");
  await engine.write(null, (await engine.read())?.version ?? null); // the store lost the record
  failsAt = 2; // the lease is taken with the pair in the record, and then the pair itself is stored
  await clock.advance(60_000);
  assertEquals(await outcomeOf(source.token()), "old");
  for (let times = 0; times < 2; times++) assertEquals(await outcomeOf(source.replace(seed)), "login_required");
  assertEquals(sent, ["r-old"]);
});

Deno.test("renewing() keeps a pair in memory if every write is refused, after a limited number of tries (27)", async () => {
  const { engine, state } = fragile();
  const all = setUp({
    engine,
    meanwhile() {
      Object.assign(state, { refusing: true, writes: 0 });
    },
  });
  await put(engine, { token: OLD });
  assertEquals(await outcomeOf(all.source.token()), "fresh");
  assertEquals([state.writes, all.ended], [101, []]);
  state.refusing = false;
  await drive(all.clock, all.source.close?.());
  assertEquals((await recordIn(engine)).token, FRESH);
});

Deno.test("renewing() reads again after each write that is lost", async () => {
  const inner = memoryStore();
  let losing = 0;
  const engine: StoreEngine = {
    read: inner.read,
    write: (data, over) => losing-- > 0 ? Promise.resolve(false) : inner.write(data, over),
  };
  const all = setUp({ engine, meanwhile: () => void (losing = 3) });
  await put(engine, { token: OLD });
  assertEquals(await outcomeOf(all.source.token()), "fresh");
  assertEquals((await recordIn(engine)).token, FRESH);
});

// --- forgetting it

Deno.test("logout() removes pair and mark, lets each refused login be tried once more and leaves its own mark (found 101)", async () => {
  const { engine, source, ended } = setUp();
  const other = { ...BLOCKED, of: "y", what: "refresh" } as const;
  const refusals = [BLOCKED, other];
  await put(engine, { token: NEWER, refusals, inFlight: "h", by: "other", loggedOut: "before" });
  await source.logout?.();
  const { loggedOut, ...after } = await recordIn(engine);
  assertEquals(after, { identity: await identityOf(), refusals: [{ ...BLOCKED, forMs: 0 }, other] });
  assertMatch(loggedOut ?? "", /^[0-9a-z]+$/);
  assertEquals(ended, [NEWER]);
});

Deno.test("logout() leaves its mark also where there is nothing to remove", async () => {
  const { engine, source, ended } = setUp();
  await source.logout?.();
  const { identity, ...after } = await recordIn(engine);
  assertEquals([identity, Object.keys(after), ended], [await identityOf(), ["loggedOut"], []]);
});

Deno.test("logout() leaves another identity's record alone", async () => {
  const { engine, source, ended } = setUp();
  const data = encodeRecord({ identity: "other", token: OLD });
  await engine.write(data, null);
  await source.logout?.();
  assertEquals([(await engine.read())?.data, ended], [data, []]);
});

Deno.test("logout() waits for the session that renews, and ends the pair which that one brings", async () => {
  const { clock, engine, source, ended } = setUp();
  await put(engine, { token: OLD, lease: { holder: "other", ms: 15_000 } });
  const logout = source.logout?.();
  await until(() => clock.sleeping() > 0);
  await clock.advance(5_000);
  assertEquals(ended, []);
  await put(engine, { token: NEWER });
  await drive(clock, logout);
  assertEquals(ended, [NEWER]);
  assertEquals((await recordIn(engine)).token, undefined);
});

Deno.test("logout() waits no longer than the lease of a session that died", async () => {
  const { clock, engine, source, ended } = setUp();
  await put(engine, { token: OLD, lease: { holder: "dead", ms: 15_000 } });
  await drive(clock, source.logout?.());
  assert(clock.monotonic() <= 15_200, `${clock.monotonic()} ms`);
  assertEquals(ended, [OLD]);
});

Deno.test("logout() is store_failed if every write is refused, after a limited number of tries (27)", async () => {
  const { engine, state } = fragile();
  const { clock, source } = setUp({ engine });
  state.refusing = true;
  await assertCode(() => drive(clock, source.logout?.()), "store_failed");
  assertEquals(state.writes, 100);
});

Deno.test("logout() is store_failed if the store is broken, and ends the pair that is held all the same", async () => {
  const { engine, state } = fragile();
  const all: ReturnType<typeof setUp> = setUp({ engine, grants: { login: loginOf((call) => all.answer(call)) } });
  await all.source.token();
  state.broken = true;
  await assertCode(() => all.source.logout?.(), "store_failed");
  assertEquals(all.ended, [FRESH]);
});

Deno.test("logout() ends a pair that could not be stored and a newer one, also after it waited for another session", async () => {
  const { engine, state } = fragile();
  const all = setUp({ engine, meanwhile: () => void (state.broken = true) });
  await put(engine, { token: OLD });
  assertEquals(await outcomeOf(all.source.token()), "fresh");
  state.broken = false;
  const theirs = { ...NEWER, expiresAt: 0 };
  await put(engine, { token: theirs, lease: { holder: "other", ms: 15_000 } }); // which logged in, and renews
  await all.clock.advance(60_000);
  assertEquals(await outcomeOf(all.source.token()), "fresh"); // and does not wait for the other one
  await put(engine, { token: theirs });
  await all.source.logout?.();
  assertEquals(all.ended, [FRESH, theirs]);
});

// --- names instead of secrets

Deno.test("sharedStore() names an account by all its parts and by the API's origin", async () => {
  const names = await Promise.all([
    identityOf(["ab", "c"]),
    identityOf(["a", "bc"]),
    identityOf(["abc"]),
    identityOf(["abc", ""]),
    identityOf(["", "abc"]),
    identityOf(["a1:b"]),
    identityOf(["a", "b"]),
    identityOf([]),
    identityOf(["abc"], "https://api.example"),
  ]);
  for (const name of names) assertMatch(name, /^[\w+/]{43}=$/);
  assertEquals(new Set(names).size, names.length);
  assertEquals(await identityOf(["abc"]), names[2]);
});

Deno.test("sharedStore() names a refresh token by SHA-256", async () => {
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode('["abc"]'));
  let hash: string | undefined;
  await renewedWhile({ token: { ...OLD, refresh: "abc" } }, ({ inFlight }) => void (hash = inFlight));
  assertEquals(hash, btoa(String.fromCharCode(...new Uint8Array(digest))));
});

/** A session whose login is refused. */
function refusedSession(engine: StoreEngine, secret: string, error: SessionError, clock = fakeClock()) {
  const send = () => Promise.reject(error);
  const all: ReturnType<typeof setUp> = setUp({
    engine,
    clock,
    grants: { login: () => ({ secret, send: () => (all.sent.push(`login ${secret}`), send()) }) },
  });
  return all;
}

const rejected = () => new SessionError("credentials_rejected", "Cannot log in: no");

Deno.test("sharedStore() names a login with a salt, so that the same one has another name in another store", async () => {
  const names: string[] = [];
  for (let times = 0; times < 2; times++) {
    const engine = memoryStore();
    await assertCode(() => refusedSession(engine, "password", rejected()).source.token(), "credentials_rejected");
    const { refusals = [] } = await recordIn(engine);
    assertEquals(refusals.map(({ what, code }) => [what, code]), [["login", "credentials_rejected"]]);
    names.push(refusals[0]!.of);
    const same = refusedSession(engine, "password", rejected());
    await assertCode(() => same.source.token(), "credentials_rejected");
    const other = refusedSession(engine, "passworł", rejected());
    await assertCode(() => other.source.token(), "credentials_rejected");
    assertEquals([same.sent, other.sent], [[], ["login passworł"]]);
    assert(!new TextDecoder().decode((await engine.read())?.data).includes("passwor"));
  }
  for (const name of names) assertMatch(name, /^[\w+/]{22}==\.[\w+/]{22}==$/);
  assert(names[0] !== names[1]);
});

Deno.test("renewing() compares a login with any text as its earlier name", async () => {
  const engine = memoryStore();
  const refusals = ["no-dot-in-it", "."].map((of) => ({ ...BLOCKED, of, code: "credentials_rejected" } as const));
  await put(engine, { refusals });
  const all: ReturnType<typeof setUp> = setUp({ engine, grants: { login: loginOf((call) => all.answer(call)) } });
  assertEquals(await outcomeOf(all.source.token()), "fresh");
});

// --- refusals that sessions share

Deno.test("renewing() tells all sessions of each answer to a login, but for a second factor (found 101)", async () => {
  const at = fakeClock().now() + 5_000;
  const shared: [SessionError, boolean][] = [
    [rejected(), true],
    [new SessionError("blocked", "Cannot log in: no"), true],
    [new SessionError("rate_limited", "Cannot log in: no", { retryAt: at }), true],
    [new SessionError("unreachable", "Cannot log in: no", { status: 503, retryAt: at }), true],
    [new SessionError("rate_limited", "Cannot log in: no"), true],
    [new SessionError("unreachable", "Cannot log in: no", { status: 500 }), true],
    [new SessionError("unreachable", "Cannot log in: no"), false],
    [new SessionError("mfa_required", "Cannot log in: no"), false],
    [new SessionError("bad_response", "Cannot log in: no"), true],
  ];
  for (const [error, isShared] of shared) {
    const engine = memoryStore();
    const [first, second] = [refusedSession(engine, "secret", error), refusedSession(engine, "secret", error)];
    await assertCode(() => first.source.token(), error.code);
    await assertCode(() => second.source.token(), error.code);
    assertEquals([first.sent.length, second.sent.length], [1, isShared ? 0 : 1], error.code);
  }
});

Deno.test("renewing() does not believe a time that another machine's clock set an hour off", async () => {
  for (const skew of [-HOUR, HOUR]) {
    const engine = memoryStore();
    const [mine, theirs] = [fakeClock(), fakeClock(fakeClock().now() + skew)];
    const wait = new SessionError("rate_limited", "Cannot log in: no", { retryAt: theirs.now() + 5_000 });
    await assertCode(() => refusedSession(engine, "secret", wait, theirs).source.token(), "rate_limited");
    assertEquals((await recordIn(engine)).refusals?.[0]?.forMs, 5_000);
    const second = refusedSession(engine, "secret", rejected(), mine);
    await assertCode(() => second.source.token(), "credentials_rejected");
    assertEquals(second.sent, ["login secret"]);
  }
});

Deno.test("renewing() sends no refresh token that another session marked, whatever that session's clock shows", async () => {
  for (const skew of [-HOUR, 0, HOUR]) {
    const clock = fakeClock();
    const engine = memoryStore();
    await put(engine, { token: OLD });
    const sending = Promise.withResolvers<void>();
    const dying = setUp({
      engine,
      clock: fakeClock(clock.now() + skew), // its time stands still: it died
      grants: { refresh: () => () => (sending.resolve(), new Promise(() => {})) },
    });
    Promise.resolve(dying.source.token()).catch(() => {});
    await sending.promise;
    const second = setUp({ engine, clock });
    const error = await assertCode(() => drive(clock, second.source.token()), "login_required");
    assertEquals([error.tried, second.sent], [["refresh: outcome unknown"], []]);
    assert(clock.monotonic() >= 15_000, `it waited for ${clock.monotonic()} ms`);
  }
});

Deno.test("renewing() of one account does not use or change what another one stored until it has a pair", async () => {
  const engine = memoryStore();
  const data = encodeRecord({ identity: "other", token: NEWER, loggedOut: "x" });
  await engine.write(data, null);
  const { source, sent, context } = setUp({ engine });
  await assertCode(() => source.token(), "login_required");
  assertEquals([(await engine.read())?.data, sent], [data, []]);
  assertEquals(context.events.map(({ type }) => type), ["record_foreign", "renewal_failed"]);
  const all: ReturnType<typeof setUp> = setUp({ engine, grants: { login: loginOf((call) => all.answer(call)) } });
  assertEquals(await outcomeOf(all.source.token()), "fresh");
  assertEquals(await recordIn(engine), { identity: await identityOf(), token: FRESH });
});

Deno.test("renewing() gets the identity again after that failed", async () => {
  let times = 0;
  const identity = () => ++times === 1 ? Promise.reject(new RangeError("not now")) : Promise.resolve(["identity"]);
  const store: Store = memoryStore();
  const all: ReturnType<typeof setUp> = setUp({
    engine: store,
    grants: { identity, login: loginOf((call) => all.answer(call)) },
  });
  await assertRejects(async () => await all.source.token(), RangeError);
  assertEquals(await outcomeOf(all.source.token()), "fresh");
  assertEquals(times, 2);
});
