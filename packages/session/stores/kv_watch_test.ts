import { assert, assertEquals, assertRejects } from "@std/assert";
import { SessionError } from "../errors.ts";
import { fakeClock } from "../testing/fake_clock.ts";
import { kvStore } from "./kv.ts";

const A = Uint8Array.of(1, 2, 3);

Deno.test("changed() resolves when another handle has written, and leaves no watch behind", async () => {
  const path = await Deno.makeTempFile();
  {
    await using store = kvStore({ path, watch: true, clock: fakeClock() });
    await using other = kvStore({ path });
    assertEquals(await store.read(), null);
    const begun = store.changed!(null, 60_000);
    const first = await other.write(A, null);
    await begun;
    assert(first !== false);
    const second = store.changed!(first, 60_000);
    assert(await other.write(A, first) !== false); // the same bytes are another version
    await second;
    await store.changed!(first, 60_000); // it has changed already
    const version = (await store.read())!.version;
    const third = store.changed!(version, 60_000);
    await other.write(null, version);
    await third;
  }
  await Deno.remove(path);
});

Deno.test("changed() resolves after its time, though nothing changed", async () => {
  using kv = await Deno.openKv(":memory:");
  const clock = fakeClock();
  const store = kvStore(kv, { watch: true, clock });
  let isOver = false;
  const waiting = store.changed!(null, 5_000).then(() => isOver = true);
  await clock.advance(4_999);
  assertEquals(isOver, false);
  await clock.advance(1);
  await waiting;
  assertEquals(clock.sleeping(), 0);
});

Deno.test("changed() rejects with the signal's reason, and leaves no watch behind", async () => {
  using kv = await Deno.openKv(":memory:");
  const clock = fakeClock();
  const store = kvStore(kv, { watch: true, clock });
  const aborter = new AbortController();
  const reason = new Error("enough");
  const waiting = assertRejects(() => store.changed!(null, 60_000, aborter.signal), Error, "enough");
  await clock.advance(1);
  aborter.abort(reason);
  assertEquals(await waiting, reason);
  assertEquals(clock.sleeping(), 0);
  assertEquals(await assertRejects(() => store.changed!(null, 60_000, aborter.signal)), reason);
});

Deno.test("changed() rejects when the database is closed meanwhile, or cannot be watched", async () => {
  const clock = fakeClock();
  const kv = await Deno.openKv(":memory:");
  const waiting = assertRejects(() => kvStore(kv, { watch: true, clock }).changed!(null, 60_000), SessionError);
  await clock.advance(1);
  kv.close();
  assertEquals((await waiting).message, "Cannot watch the session's record in Deno KV: the database was closed");
  assertEquals(clock.sleeping(), 0);
  const error = await assertRejects(() => kvStore(kv, { watch: true, clock }).changed!(null, 60_000), SessionError);
  assertEquals([error.code, clock.sleeping()], ["store_failed", 0]);
});

Deno.test("kvStore() watches only where others are heard: on Deno Deploy, at an address, and where it is told to", async () => {
  using kv = await Deno.openKv(":memory:");
  const isWatching = (store: { changed?: unknown }) => typeof store.changed === "function";
  assertEquals(
    [kvStore(kv), kvStore(), kvStore({ path: "./kv.sqlite" }), kvStore({ path: "https://kv.example/" })].map(
      isWatching,
    ),
    [false, false, false, true],
  );
  assertEquals([kvStore(kv, { watch: true }), kvStore({ path: "https://kv.example/", watch: false })].map(isWatching), [
    true,
    false,
  ]);
  Deno.env.set("DENO_DEPLOYMENT_ID", "deployment");
  try {
    assertEquals([kvStore(kv), kvStore()].map(isWatching), [true, true]);
  } finally {
    Deno.env.delete("DENO_DEPLOYMENT_ID");
  }
});
