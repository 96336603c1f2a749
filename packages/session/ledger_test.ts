import { assert, assertEquals, assertRejects, assertStrictEquals } from "@std/assert";
import { SessionError } from "./errors.ts";
import { openLedger } from "./ledger.ts";
import { encodeRecord } from "./record.ts";
import { memoryStore } from "./stores/memory.ts";
import { fakeClock } from "./testing/fake_clock.ts";
import { fakeIo } from "./testing/fake_io.ts";
import type { Store } from "./types.ts";

Deno.test("read() of an empty store is an empty record of this identity", async () => {
  const ledger = openLedger(fakeIo(fakeClock()), "me");
  assertEquals(await ledger.read(), { record: { identity: "me" }, version: null, isNew: true });
});

Deno.test("write() compares with the version, and read() gives what was written", async () => {
  const ledger = openLedger(fakeIo(fakeClock()), "me");
  const record = { identity: "me", loggedOut: { id: "x", at: 1 } };
  const version = await ledger.write(record, null);
  assert(version !== false);
  assertEquals(await ledger.read(), { record, version, isNew: false });
  assertEquals(await ledger.write({ identity: "me" }, null), false);
  assertEquals(await ledger.write({ identity: "me" }, `${version}x`), false);
  assertEquals((await ledger.read()).record, record);
});

Deno.test("read() of another identity's record reports it once a version, and never uses it", async () => {
  const clock = fakeClock(5);
  const io = fakeIo(clock);
  const [mine, other] = [openLedger(io, "me"), openLedger(io, "other")];
  const token = { scheme: "Bearer", value: "abc" };
  const version = await other.write({ identity: "other", token }, null);
  assert(version !== false);
  for (let times = 0; times < 3; times++) {
    assertEquals(await mine.read(), { record: { identity: "me" }, version, isNew: true });
  }
  assertEquals(io.events, [{ type: "record_foreign", at: 5 }]);
  await other.write({ identity: "other" }, version);
  const later = await mine.read();
  assertEquals(io.events.length, 2);
  assert(await mine.write({ identity: "me" }, later.version) !== false);
  assertEquals((await mine.read()).isNew, false);
});

Deno.test("read() of a record that is damaged or of a newer version is told and typed, and leaves it as it is", async () => {
  for (const text of ["SECRET", '{"v":2,"identity":"me"}']) {
    const store = memoryStore();
    const data = new TextEncoder().encode(text);
    await store.write(data, null);
    const io = fakeIo(fakeClock(5), { store });
    const error = await assertRejects(() => openLedger(io, "me").read(), SessionError);
    assertEquals(error.code, "store_failed");
    assertEquals(io.events, [{ type: "store_failed", at: 5, operation: "read" }]);
    assertEquals((await store.read())?.data, data);
  }
});

Deno.test("read() and write() turn a store's failure into store_failed, told once each, quoting nothing (33)", async () => {
  const cause = Object.assign(new Error("postgres://me:SECRET@host"), { code: "ECONNRESET" });
  const failing: Store[] = [
    { read: () => Promise.reject(cause), write: () => Promise.reject(cause) },
    {
      read() {
        throw cause;
      },
      write() {
        throw cause;
      },
    },
  ];
  for (const store of failing) {
    const io = fakeIo(fakeClock(5), { store });
    const ledger = openLedger(io, "me");
    const read = await assertRejects(() => ledger.read(), SessionError);
    const write = await assertRejects(() => ledger.write({ identity: "me" }, null), SessionError);
    assertEquals(read.message, "Cannot read the session's record: Error ECONNRESET");
    assertEquals(write.message, "Cannot write the session's record: Error ECONNRESET");
    for (const error of [read, write]) {
      assertEquals(error.code, "store_failed");
      assert(!Deno.inspect(error, { depth: 20, showHidden: true, getters: true }).includes("SECRET"));
    }
    assertEquals(io.events, [
      { type: "store_failed", at: 5, operation: "read" },
      { type: "store_failed", at: 5, operation: "write" },
    ]);
  }
});

Deno.test("read() passes on the store's own SessionError", async () => {
  const own = new SessionError("store_not_shared", "Cannot use the store: this database is in memory");
  const io = fakeIo(fakeClock(), { store: { read: () => Promise.reject(own), write: () => Promise.reject(own) } });
  assertStrictEquals(await openLedger(io, "me").read().catch((error) => error), own);
});

Deno.test("write() writes bytes that read as the record", async () => {
  const io = fakeIo(fakeClock());
  await openLedger(io, "me").write({ identity: "me" }, null);
  assertEquals((await io.store.read())?.data, encodeRecord({ identity: "me" }));
});
