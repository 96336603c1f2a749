import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { openKv } from "@deno/kv";
import { createEmulator, type Emulator } from "@xsignals/emulator";
import { SessionError } from "../errors.ts";
import { createSession, type Session } from "../session.ts";
import { login } from "../strategies/login.ts";
import { fakeClock } from "../testing/fake_clock.ts";
import type { Store } from "../types.ts";
import { type KvLike, kvStore } from "./kv.ts";

const A = Uint8Array.of(1, 2, 3);
const B = Uint8Array.of(4);
const USER = { username: "login", password: "password" };
const HOUR = 3_600_000;

/** Two stores that opened one file, each by itself. */
async function inFile(work: (first: Store, second: Store, path: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    const path = `${folder}/kv.sqlite`;
    await using first = kvStore({ path });
    await using second = kvStore({ path });
    await work(first, second, path);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

Deno.test("kvStore() writes over the version that it is given, and over no other, for every handle", async () => {
  await inFile(async (one, two) => {
    assertEquals(await one.read(), null);
    assertEquals([await one.write(A, "0"), await one.write(null, "0")], [false, false]);
    assertEquals(await one.write(A, "00000000000000010000"), false);
    const first = await one.write(A, null);
    assert(typeof first === "string");
    assertEquals(await two.read(), { data: A, version: first });
    assertEquals(await two.write(B, null), false);
    assertEquals(await two.write(B, `${first}0`), false);
    const second = await two.write(B, first);
    assert(typeof second === "string" && second !== first);
    assertEquals(await one.write(A, first), false);
    assertEquals(await one.write(null, first), false);
    assertEquals(await one.read(), { data: B, version: second });
  });
});

Deno.test("kvStore() gives every write a version of its own, also the same bytes and after a removal", async () => {
  await inFile(async (one, two) => {
    const versions = new Set<string>();
    let version: string | null = null;
    for (let times = 0; times < 12; times++) {
      const written: string | false = await (times % 2 ? one : two).write(A, version);
      assert(written !== false);
      versions.add(version = written);
      if (times % 3 !== 2) continue;
      const removed = await one.write(null, version);
      assert(removed !== false && removed !== version);
      assertEquals(await two.read(), null);
      assertEquals([await two.write(A, version), await two.write(A, removed)], [false, false]);
      version = null;
    }
    assertEquals(versions.size, 12);
  });
});

Deno.test("kvStore() lets one of many writers over the same version win, the first of all too", async () => {
  await inFile(async (one, two) => {
    for (const over of [null, "last"]) {
      const version = over && (await one.read())!.version;
      const stores = Array.from({ length: 40 }, (_, n) => n % 2 ? one : two);
      const results = await Promise.all(stores.map((store, n) => store.write(Uint8Array.of(n), version)));
      const winners = results.flatMap((result, n) => result === false ? [] : [n]);
      assertEquals(winners.length, 1);
      assertEquals((await one.read())?.data, Uint8Array.of(winners[0]!));
    }
  });
});

Deno.test("kvStore() loses no write of several processes", async () => {
  await inFile(async (store, _, path) => {
    const program = `
      import { kvStore } from ${JSON.stringify(new URL("kv.ts", import.meta.url).href)};
      const store = kvStore({ path: ${JSON.stringify(path)} });
      for (let done = 0; done < 40;) {
        const entry = await store.read();
        const count = entry ? new DataView(entry.data.buffer).getUint32(0) : 0;
        const next = new Uint8Array(4);
        new DataView(next.buffer).setUint32(0, count + 1);
        if (await store.write(next, entry && entry.version) !== false) done++;
      }
      await store.close();`;
    const children = Array.from({ length: 3 }, () =>
      new Deno.Command(Deno.execPath(), {
        args: ["eval", "--unstable-kv", "--no-config", "--no-lock", program],
        stderr: "piped",
        stdout: "null",
      }).output());
    for (const { stderr } of await Promise.all(children)) assertEquals(new TextDecoder().decode(stderr), "");
    assertEquals((await store.read())?.data, Uint8Array.of(0, 0, 0, 120));
  });
});

Deno.test("kvStore() shares no bytes with its callers, and keeps a record of no bytes, which is not none", async () => {
  using kv = await Deno.openKv(":memory:");
  const store = kvStore(kv);
  const given = A.slice();
  const version = await store.write(given, null);
  given.fill(9);
  const { data } = (await store.read())!;
  assertEquals(data, A);
  assertEquals([data.byteOffset, data.buffer.byteLength], [0, 3]);
  assert(await store.write(new Uint8Array(), String(version)) !== false);
  assertEquals((await store.read())?.data, new Uint8Array());
  assertEquals(await store.write(A, null), false);
});

Deno.test("kvStore() keeps a record for each key", async () => {
  using kv = await Deno.openKv(":memory:");
  const [one, two, byDefault] = [kvStore(kv, { key: ["a", "b"] }), kvStore(kv, { key: ["ab"] }), kvStore(kv)];
  await one.write(A, null);
  await two.write(B, null);
  assertEquals([(await one.read())?.data, (await two.read())?.data, await byDefault.read()], [A, B, null]);
  await byDefault.write(A, null);
  assert((await kv.get(["xsignals", "session"])).value instanceof Uint8Array);
});

Deno.test("kvStore() neither takes what is something else's for a record nor replaces it", async () => {
  using kv = await Deno.openKv(":memory:");
  for (const value of ["text", { v: 1 }, new Uint8Array(), Uint8Array.of(1, 2), new Uint8Array(40).fill(2)]) {
    await kv.set(["app"], value);
    const store = kvStore(kv, { key: ["app"] });
    const error = await assertRejects(() => store.read(), SessionError);
    assertEquals(error.code, "store_failed");
    assertEquals(
      error.message,
      "Cannot read the session's record in Deno KV: something else is stored under its key",
    );
    assertEquals(await store.write(A, null), false);
    assertEquals((await kv.get(["app"])).value, value);
  }
});

Deno.test("kvStore() reads with npm @deno/kv what Deno wrote, and the other way round", async () => {
  await inFile(async (ofDeno, _, path) => {
    const kv = await openKv(path, { implementation: "sqlite" });
    try {
      const ofNpm = kvStore(kv);
      const first = await ofDeno.write(A, null);
      assertEquals(await ofNpm.read(), { data: A, version: String(first) });
      const second = await ofNpm.write(B, String(first));
      assertEquals(await ofDeno.read(), { data: B, version: String(second) });
      assertEquals(await ofNpm.write(A, String(first)), false);
    } finally {
      kv.close();
    }
  });
});

Deno.test("kvStore() closes what it opened, and nothing that it was given", async () => {
  const folder = await Deno.makeTempDir();
  const path = `${folder}/in/kv.sqlite`;
  const store = kvStore({ path });
  const error = await assertRejects(() => store.read(), SessionError);
  assertEquals(error.code, "store_failed");
  assert(!error.message.includes(folder), error.message);
  await Deno.mkdir(`${folder}/in`);
  await store.write(A, null); // what could not be opened is tried anew
  await store.close();
  await store.close();
  for (const operation of [() => store.read(), () => store.write(A, null)]) {
    const { code, message } = await assertRejects(operation, SessionError);
    assertEquals([code, message], ["store_failed", "Cannot use the session's record: the store was closed"]);
  }
  await kvStore({ path }).close(); // nothing was opened
  const opening = kvStore({ path });
  const reading = opening.read().catch(() => {});
  await opening.close();
  await reading;
  await Deno.remove(folder, { recursive: true });

  const kv = await Deno.openKv(":memory:");
  await kvStore(kv).close();
  await kv.get(["a"]);
  kv.close();
  const closed = await assertRejects(() => kvStore(kv).read(), SessionError);
  assertEquals(closed.message, "Cannot read the session's record in Deno KV: the database was closed");
});

Deno.test("kvStore() opens the database once where a record shows that it is shared", async () => {
  await inFile(async (before, _, path) => {
    const first = await before.write(A, null);
    const original = Object.getOwnPropertyDescriptor(Deno, "openKv")!;
    const { openKv } = Deno;
    let opened = 0;
    const value = (path?: string) => (opened++, openKv(path));
    Object.defineProperty(Deno, "openKv", { value, configurable: true });
    try {
      await using store = kvStore({ path });
      assertEquals((await Promise.all([store.read(), store.read()])).map((entry) => entry?.data), [A, A]);
      assert(await store.write(B, String(first)) !== false);
      assertEquals(opened, 1);
    } finally {
      Object.defineProperty(Deno, "openKv", original);
    }
  });
});

Deno.test("kvStore() says at once which option is wrong", async () => {
  using kv = await Deno.openKv(":memory:");
  const made = (...args: unknown[]) => () => Reflect.apply(kvStore, undefined, args);
  const wrong: [() => unknown, string][] = [
    [made(null), "its options must be an object"],
    [made("./kv.sqlite"), "its options must be an object"],
    [made({ file: "./kv.sqlite" }), "there is no option file"],
    [made(kv, { path: "./kv.sqlite" }), "there is no option path"],
    [made({ path: "" }), "path must be a file or an address"],
    [made({ path: ":file:" }), "path must be a file or an address"],
    [made({ path: 1 }), "path must be a file or an address"],
    [made({ key: [] }), "key must be a list of strings of 2048 bytes in all, as Deno KV counts them"],
    [made({ key: "key" }), "key must be a list of strings of 2048 bytes in all, as Deno KV counts them"],
    [made({ key: ["account", 1] }), "key must be a list of strings of 2048 bytes in all, as Deno KV counts them"],
    [made({ allowLocal: "no" }), "allowLocal must be true or false"],
    [made(kv, { watch: 1 }), "watch must be true or false"],
    [made({ random: 0.5 }), "random must be a function"],
    [made({ clock: { now: Date.now } }), "clock must be an object with now and sleep"],
    [made({ clock: null }), "clock must be an object with now and sleep"],
  ];
  for (const [make, why] of wrong) {
    assertEquals(assertThrows(make, TypeError).message, `Cannot make the KV store: ${why}`);
  }
});

/** A session of the account, as an isolate has it: with a handle of its own on a clock that all share. */
function isolate(emulator: Emulator, clock: ReturnType<typeof fakeClock>, store: Store): Session {
  return createSession({ strategy: login(USER), store, fetch: emulator.fetch, clock, random: () => 0.5 });
}

/** The status of one call. */
async function status(session: Session): Promise<number> {
  const response = await session.fetch("/file/group?size=1");
  await response.body?.cancel();
  return response.status;
}

/** A database that answers all but strong reads with what was there before, and notes the options of every `set`. */
function replicated(kv: Deno.Kv): KvLike & { readonly sets: unknown[][] } {
  const before = new Map<string, Deno.KvEntryMaybe<unknown>>();
  const sets: unknown[][] = [];
  return {
    sets,
    async get(key, options?: { consistency: string }) {
      const now = await kv.get(key);
      return options?.consistency === "strong"
        ? now
        : before.get(String(key)) ?? { ...now, value: null, versionstamp: null };
    },
    atomic() {
      const atomic = kv.atomic();
      let written: readonly string[] = [];
      const wrapped = {
        check: (check: Deno.AtomicCheck) => (atomic.check(check), wrapped),
        set(key: readonly string[], value: unknown, ...options: unknown[]) {
          atomic.set(written = key, value);
          sets.push(options);
          return wrapped;
        },
        delete: (key: readonly string[]) => (atomic.delete(written = key), wrapped),
        async commit() {
          before.set(String(written), await kv.get(written));
          return await atomic.commit();
        },
      };
      return wrapped;
    },
    watch: (keys) => kv.watch(keys),
  };
}

Deno.test("kvStore() shows no isolate a token that was replaced, nor hides a logout (public bug 28)", async () => {
  using kv = await Deno.openKv(":memory:");
  const clock = fakeClock();
  const emulator = createEmulator({ users: { login: "password" }, now: clock.now, sleep: clock.sleep });
  const database = replicated(kv);
  const [one, two] = [isolate(emulator, clock, kvStore(database)), isolate(emulator, clock, kvStore(database))];
  const calls = (path: string) => emulator.log.filter((entry) => entry.path === path).length;
  assertEquals([await status(one), await status(two)], [200, 200]);
  for (let times = 1; times <= 3; times++) {
    await clock.advance(2 * HOUR);
    assertEquals([await status(one), await status(two)], [200, 200]);
    assertEquals([calls("/auth/login"), calls("/auth/refresh")], [1, times]);
  }
  const revoked = (await two.token()).value;
  await one.logout();
  await clock.advance(60_000); // by then every isolate has seen it
  assert((await two.token()).value !== revoked);
  assertEquals([calls("/auth/login"), calls("/auth/refresh")], [2, 3]);
});

Deno.test("kvStore() leaves no expiry to the database: a lease that its holder left is taken over (public bug 25)", async () => {
  using kv = await Deno.openKv(":memory:");
  const clock = fakeClock();
  const emulator = createEmulator({ users: { login: "password" }, now: clock.now, sleep: clock.sleep });
  const database = replicated(kv);
  const sending = Promise.withResolvers<void>();
  const stopped = createSession({
    strategy: login(USER),
    store: kvStore(database),
    clock: fakeClock(), // its time stands still: the isolate was stopped while it logged in
    fetch: () => {
      sending.resolve();
      return new Promise(() => {});
    },
  });
  stopped.token().catch(() => {});
  await sending.promise;
  let calls = 0; // the clock stands still while one is under way
  const fetch: Emulator["fetch"] = async (input, init) => {
    calls++;
    return await emulator.fetch(input, init).finally(() => calls--);
  };
  let answer: number | undefined;
  const answering = status(isolate({ ...emulator, fetch }, clock, kvStore(database))).then((code) => answer = code);
  while (answer === undefined && clock.monotonic() < HOUR) {
    if (calls === 0) await clock.advance(50);
    await kv.get(["a turn of the event loop"]);
  }
  assertEquals(await answering, 200);
  assert(clock.monotonic() >= 15_000, `taken over after ${clock.monotonic()} ms`);
  assertEquals(database.sets.flat(), []); // nothing of what was set was to expire
});
