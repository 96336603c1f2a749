import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { SessionError } from "../errors.ts";
import { fakeClock } from "../testing/fake_clock.ts";
import { type KvStore, kvStore } from "./kv.ts";
import { keyBytes } from "./kv_entry.ts";
import type { KvAtomicLike, KvLike } from "./kv_like.ts";
import { BUDGET_MS, MAX_TRIES } from "./tries.ts";

const A = Uint8Array.of(1, 2, 3);
const B = Uint8Array.of(4);
const SECRET = new TextEncoder().encode("a-secret-token");
const NAMES = ["xsignals", "session"];

type Committed = Awaited<ReturnType<KvAtomicLike["commit"]>>;

/** A real database whose commits go through `commit`, and its reads through `get`. */
function faulty(
  kv: Deno.Kv,
  faults: {
    commit?: (apply: () => Promise<Committed>, nth: number) => Promise<Committed>;
    get?: (nth: number) => void;
  },
): KvLike & { commits: number; gets: number } {
  return {
    commits: 0,
    gets: 0,
    atomic() {
      const atomic = kv.atomic();
      const wrapped: KvAtomicLike = {
        check: (check) => (atomic.check(check), wrapped),
        set: (...args) => (atomic.set(...args), wrapped),
        delete: (key) => (atomic.delete(key), wrapped),
        commit: () => {
          const nth = ++this.commits;
          return faults.commit ? faults.commit(() => atomic.commit(), nth) : atomic.commit();
        },
      };
      return wrapped;
    },
    async get(key, options) {
      const nth = ++this.gets;
      faults.get?.(nth);
      return await kv.get(key, options);
    },
    watch: (keys) => kv.watch(keys),
  };
}

/** A clock that goes on by itself whenever somebody sleeps, a store on a faulty database, and one on the sound one. */
function setUp(kv: Deno.Kv, faults: Parameters<typeof faulty>[1]): {
  store: KvStore;
  sound: KvStore;
  bad: ReturnType<typeof faulty>;
  elapsed: () => number;
} {
  let elapsed = 0;
  const clock = {
    now: () => elapsed,
    monotonic: () => elapsed,
    sleep(ms: number, signal?: AbortSignal): Promise<void> {
      if (signal) return new Promise((_, reject) => signal.addEventListener("abort", () => reject(signal.reason)));
      elapsed += ms;
      return Promise.resolve();
    },
  };
  const bad = faulty(kv, faults);
  const random = () => 0.5;
  return { store: kvStore(bad, { clock, random }), sound: kvStore(kv), bad, elapsed: () => elapsed };
}

const locked = () => new TypeError("database is locked");

Deno.test("writeEntry() tries again while another process has the database locked", async () => {
  using kv = await Deno.openKv(":memory:");
  const { store, bad } = setUp(kv, {
    commit: (apply, nth) => nth < 4 ? Promise.reject(locked()) : apply(),
    get: (nth) => {
      if (nth < 3) throw locked();
    },
  });
  const version = await store.write(A, null);
  assert(version !== false);
  assertEquals(bad.commits, 4);
  assertEquals(bad.gets, 0); // nothing was committed, so there is nothing to look for
  assertEquals(await store.read(), { data: A, version });
  assertEquals(bad.gets, 3);
});

Deno.test("writeEntry() pauses by chance and longer each time, and gives up in the end", async () => {
  using kv = await Deno.openKv(":memory:");
  const { store, bad, elapsed } = setUp(kv, { commit: () => Promise.reject(locked()) });
  const error = await assertRejects(() => store.write(SECRET, null), SessionError);
  assertEquals(error.code, "store_failed");
  assertEquals(
    error.message,
    "Cannot write the session's record in Deno KV: the database stayed locked by others",
  );
  assert(bad.commits > 5 && bad.commits <= MAX_TRIES, `${bad.commits} tries`);
  assert(elapsed() > BUDGET_MS / 2 && elapsed() <= BUDGET_MS, `${elapsed()} ms`);
  const hasty = faulty(kv, { commit: () => Promise.reject(locked()) });
  await assertRejects(() => kvStore(hasty, { random: () => 0 }).write(A, null), SessionError, "stayed locked");
  assertEquals(hasty.commits, MAX_TRIES);
  const reading = setUp(kv, {
    get: () => {
      throw locked();
    },
  });
  await assertRejects(() => reading.store.read(), SessionError, "stayed locked");
  assert(reading.bad.gets > 5 && reading.bad.gets <= MAX_TRIES, `${reading.bad.gets} tries`);
});

Deno.test("writeEntry() knows its own write again whose answer was lost", async () => {
  for (const lost of ["connection reset", "failed to read response body", "anything else"]) {
    using kv = await Deno.openKv(":memory:");
    const { store, sound, bad } = setUp(kv, {
      commit: async (apply) => {
        await apply();
        throw new Error(lost);
      },
    });
    const version = await store.write(A, null);
    assertEquals(await sound.read(), { data: A, version: String(version) });
    assertEquals(bad.commits, 1);
    const second = await store.write(A, String(version)); // the same bytes again are another write
    assert(second !== false && second !== version);
    assertEquals(await sound.read(), { data: A, version: second });
    assert(await store.write(null, second) !== false);
    assertEquals(await sound.read(), null);
  }
});

Deno.test("writeEntry() knows its own write again that the database refused when it repeated it", async () => {
  using kv = await Deno.openKv(":memory:");
  const { store, sound } = setUp(kv, {
    commit: async (apply) => {
      await apply(); // the answer to this one was lost on the way
      return { ok: false };
    },
  });
  const version = await store.write(A, null);
  assertEquals(await sound.read(), { data: A, version: String(version) });
});

Deno.test("writeEntry() takes another's write for no one's but the other's, whatever became of its own", async () => {
  using kv = await Deno.openKv(":memory:");
  const first = await kvStore(kv).write(B, null);
  assert(first !== false);
  const { store, sound } = setUp(kv, {
    commit: async (apply) => {
      await sound.write(A, first); // the same bytes as ours, by somebody else
      await apply();
      throw new Error("connection reset");
    },
  });
  assertEquals(await store.write(A, first), false);
  assertEquals(await store.write(null, first), false);
});

Deno.test("writeEntry() says that it failed when nothing was written, and shows nothing of what it was to write", async () => {
  using kv = await Deno.openKv(":memory:");
  const { store, sound } = setUp(kv, {
    commit: () => Promise.reject(new Error(`commit({"value":"${new TextDecoder().decode(SECRET)}"}) not implemented`)),
  });
  const version = await sound.write(A, null);
  assert(version !== false);
  for (const data of [SECRET, null]) {
    const error = await assertRejects(() => store.write(data, version), SessionError);
    assertEquals(error.message, "Cannot write the session's record in Deno KV: Error");
    assertEquals(error.cause, undefined);
    assert(!Deno.inspect(error).includes("a-secret-token"));
  }
  assertEquals((await sound.read())?.data, A);
});

Deno.test("writeEntry() waits for no answer beyond its time", async () => {
  using kv = await Deno.openKv(":memory:");
  const clock = fakeClock();
  const never = faulty(kv, { commit: () => new Promise<never>(() => {}) });
  const writing = assertRejects(() => kvStore(never, { clock }).write(A, null), SessionError);
  await clock.advance(BUDGET_MS + 10);
  assertEquals((await writing).message, "Cannot use Deno KV: it did not answer within 4000 ms");
  assertEquals(clock.sleeping(), 0);
});

Deno.test("writeEntry() looks again when a commit is refused without a reason, and does not try for ever (public bug 27)", async () => {
  using kv = await Deno.openKv(":memory:");
  const passing = setUp(kv, { commit: (apply, nth) => nth < 3 ? Promise.resolve({ ok: false }) : apply() });
  const version = await passing.store.write(A, null);
  assertEquals(await passing.sound.read(), { data: A, version: String(version) });
  assertEquals([passing.bad.commits, passing.bad.gets], [3, 2]);

  const lasting = setUp(kv, { commit: () => Promise.resolve({ ok: false }) });
  const error = await assertRejects(() => lasting.store.write(B, String(version)), SessionError);
  assertEquals(error.code, "store_failed");
  assert(lasting.bad.commits > 5 && lasting.bad.commits <= MAX_TRIES);
  assert(lasting.elapsed() <= BUDGET_MS);

  const beaten = setUp(kv, {
    commit: async (apply) => {
      await lasting.sound.write(B, String(version)); // by another isolate, at the last moment
      return await apply();
    },
  });
  assertEquals(await beaten.store.write(A, String(version)), false);
  assertEquals([beaten.bad.commits, beaten.bad.gets], [1, 1]);
  assertEquals((await beaten.sound.read())?.data, B);
});

Deno.test("keyBytes() counts as Deno KV does", async () => {
  using kv = await Deno.openKv(":memory:");
  for (const key of [["x".repeat(2_046)], ["\0".repeat(1_023)], ["é".repeat(1_022), ""], [..."x".repeat(682), ""]]) {
    assertEquals(keyBytes(key), 2_048, key.join().slice(0, 9));
    await kv.set(key, A);
    await assertRejects(() => kv.set([`${key[0]}x`, ...key.slice(1)], A), TypeError, "Key too large");
  }
});

Deno.test("kvStore() refuses a value or a key that is too large before anything is sent (public bug 26)", async () => {
  using kv = await Deno.openKv(":memory:");
  const { store, bad } = setUp(kv, {});
  const largest = new Uint8Array(65_519).fill(7);
  const version = await store.write(largest, null);
  assert(version !== false);
  assertEquals((await store.read())?.data, largest);
  const error = await assertRejects(() => store.write(new Uint8Array(70_000), version), SessionError);
  assertEquals(error.code, "store_failed");
  assertEquals(
    error.message,
    "Cannot write the session's record in Deno KV: it has 70000 bytes, and 65519 are allowed",
  );
  await assertRejects(() => store.write(new Uint8Array(65_520), version), SessionError);
  assertEquals(bad.commits, 1);
  assertEquals((await store.read())?.data, largest); // what was there is still there
  for (const key of [[...NAMES, "n".repeat(3_000)], ["n".repeat(2_047)]]) {
    const message = "Cannot make the KV store: key must be a list of strings of 2048 bytes in all";
    assertThrows(() => kvStore(kv, { key }), TypeError, message);
  }
  kvStore(kv, { key: ["n".repeat(2_046)] });
});
