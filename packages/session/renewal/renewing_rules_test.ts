import { assertEquals, assertRejects } from "@std/assert";
import { SessionError } from "../errors.ts";
import type { PasswordChange } from "../password_change.ts";
import type { Grants } from "../renewal.ts";
import { memoryStore } from "../stores/memory.ts";
import { type FakeClock, fakeClock } from "../testing/fake_clock.ts";
import { fakeIo } from "../testing/fake_io.ts";
import type { Store, Token } from "../types.ts";
import { renewingSource } from "./renewing.ts";

const HOUR = 3_600_000;

interface SetUp {
  readonly clock?: FakeClock;
  readonly store?: Store;
  /** How long a token works, in ms. */
  readonly lifetime?: number;
  /** Grants in the place of the server's own. */
  readonly grants?: Partial<Grants>;
  readonly password?: PasswordChange;
}

/** A source over a store that counts its reads, and a server that counts what it is sent. */
function setUp(options: SetUp = {}) {
  const { clock = fakeClock(), store = memoryStore(), lifetime = HOUR, grants, password } = options;
  const sent: string[] = [];
  const seen = { reads: 0 };
  const issue = (): Token => {
    const value = `t${sent.length}`;
    return { scheme: "Bearer", value, refresh: `r${sent.length}`, lifetime, expiresAt: clock.now() + lifetime };
  };
  const watched: Store = { ...store, read: () => (seen.reads++, store.read()) };
  const io = fakeIo(clock, { store: watched, limits: { waitBudgetMs: 0 } });
  const source = renewingSource(io, {
    identity: () => Promise.resolve("identity"),
    refresh: () => Promise.resolve(({ refresh }) => (sent.push(`refresh ${refresh}`), Promise.resolve(issue()))),
    login: () =>
      Promise.resolve({
        fingerprint: () => Promise.resolve("salt.login"),
        send: () => (sent.push("login"), Promise.resolve(issue())),
      }),
    end: ({ value }) => (sent.push(`end ${value}`), Promise.resolve()),
    ...grants,
  }, password);
  return { clock, io, seen, sent, source, store };
}

Deno.test("renewingSource() renews from the very ms on that its margin says", async () => {
  const { clock, sent, source } = setUp({ lifetime: 10_000 });
  await source.token();
  await clock.advance(8_949); // a tenth of the lifetime and half of the jitter before the end
  await source.token();
  assertEquals(sent, ["login"]);
  await clock.advance(1);
  await source.token();
  assertEquals(sent, ["login", "refresh r1"]);
});

Deno.test("renewingSource() forgets one caller's wish once it is fulfilled", async () => {
  const { clock, sent, source } = setUp();
  await source.token({ minValid: HOUR / 2 });
  await clock.advance(HOUR / 2 + 60_000);
  await source.token();
  assertEquals(sent, ["login"]);
  await source.token({ minValid: HOUR / 2 });
  assertEquals(sent, ["login", "refresh r1"]);
});

Deno.test("replace() gives what is held where it is another, and asks nobody", async () => {
  const { seen, source } = setUp();
  const first = await source.replace({ scheme: "Bearer", value: "never held" });
  const second = await source.replace(first);
  const before = seen.reads;
  assertEquals(await source.replace(first), second);
  assertEquals(seen.reads, before);
});

Deno.test("logout() leaves nothing to read or send for those who call later", async () => {
  const { io, seen, sent, source } = setUp();
  const token = await source.token();
  await source.logout?.();
  const before = { ...seen };
  for (const call of [() => source.token(), () => source.replace(token)]) {
    const error = await assertRejects(async () => await call(), SessionError);
    assertEquals(error.code, "login_required");
  }
  assertEquals(seen, before);
  assertEquals(sent, ["login", "end t1"]);
  assertEquals(io.events.filter(({ type }) => type === "renewal_failed"), []);
});

Deno.test("logout() stops a renewal that still reads the record, and calls that no failure", async () => {
  const inner = memoryStore();
  const gate = Promise.withResolvers<void>();
  const { io, sent, source } = setUp({ store: { ...inner, read: () => gate.promise.then(() => inner.read()) } });
  const waiting = assertRejects(async () => await source.token(), SessionError);
  const done = source.logout?.();
  gate.resolve();
  assertEquals((await waiting).code, "login_required");
  await done;
  assertEquals(sent, []);
  assertEquals(io.events.map(({ type }) => type), ["logged_out"]);
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

Deno.test("logout() ends no tokens that it cannot know to be unused", async () => {
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
      login: () =>
        Promise.resolve({
          fingerprint: () => Promise.resolve("salt.login"),
          send: () => Promise.resolve({ scheme: "Bearer", value: "t" }),
        }),
    },
  });
  await endless.source.token();
  assertEquals(endless.source.status?.(), { state: "active", scheme: "Bearer" });
});

Deno.test("close() is store_failed where the newest tokens are in memory only", async () => {
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

Deno.test("changePassword() that fails tells of no change", async () => {
  const refused = new SessionError("credentials_rejected", "Cannot change the password: no");
  const { io, source } = setUp({ password: { send: () => Promise.reject(refused) } });
  await assertRejects(async () => await source.changePassword?.("next"), SessionError, "Cannot change the password");
  assertEquals(io.events.filter(({ type }) => type === "password_changed"), []);
});

Deno.test("changePassword() that was lost tells of no change where the old password still logs in", async () => {
  const refused = new SessionError("credentials_rejected", "Cannot log in: no");
  const { io, source } = setUp({
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
  assertEquals(io.events.filter(({ type }) => type === "password_changed"), []);
});

Deno.test("close() asks nobody where nothing is unsaved", async () => {
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
  const { io, source } = setUp({ grants: { identity: () => Promise.reject(new RangeError("x")) } });
  await assertRejects(async () => await source.token(), RangeError);
  assertEquals(source.status?.(), { state: "new", lastFailure: "unreachable" });
  assertEquals(io.events, [{ type: "renewal_failed", at: io.clock.now(), code: "unreachable" }]);
});

Deno.test("replace() asks again for a token that is always the same once the while is over, to the ms", async () => {
  const always = { scheme: "Bearer", value: "same" };
  const login = () =>
    Promise.resolve({ fingerprint: () => Promise.resolve("salt.login"), send: () => Promise.resolve(always) });
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
