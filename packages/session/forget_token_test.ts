import { assertEquals, assertRejects } from "@std/assert";
import { SessionError } from "./errors.ts";
import { forgetToken } from "./forget_token.ts";
import { openLedger } from "./ledger.ts";
import type { SessionRecord } from "./record.ts";
import { memoryStore } from "./stores/memory.ts";
import { fakeClock } from "./testing/fake_clock.ts";
import { fakeIo } from "./testing/fake_io.ts";
import type { Store } from "./types.ts";

const TOKEN = { scheme: "Bearer", value: "abc", refresh: "r" };
const MARK = { id: "x", at: 7 };

/** A world, and the ledger of one identity in it. */
function openOver(store: Store, identity = "me") {
  const clock = fakeClock();
  const io = fakeIo(clock, { store });
  return { clock, io, ledger: openLedger(io, identity) };
}

/** Moves the clock until the work is done. */
async function drive<T>(clock: ReturnType<typeof fakeClock>, work: Promise<T>): Promise<T> {
  let done = false;
  work.then(() => done = true, () => done = true);
  while (!done) await clock.advance(100);
  return await work;
}

Deno.test("forgetToken() takes the pair out of the record, with what was being spent, and keeps the refusals", async () => {
  const { io, ledger } = openOver(memoryStore());
  const refusals = [{ of: "x", code: "credentials_rejected", at: 1 }] as const;
  const full: SessionRecord = {
    identity: "me",
    token: TOKEN,
    refusals,
    spending: { hash: "h", at: 1 },
    loggedOut: { id: "before", at: 0 },
  };
  await ledger.write(full, null);
  assertEquals(await forgetToken(io, ledger, MARK), { token: TOKEN, isNew: false });
  assertEquals((await ledger.read()).record, { identity: "me", refusals, loggedOut: MARK });
});

Deno.test("forgetToken() leaves no mark unless it is a logout", async () => {
  const { io, ledger } = openOver(memoryStore());
  await ledger.write({ identity: "me", token: TOKEN }, null);
  assertEquals(await forgetToken(io, ledger), { token: TOKEN, isNew: false });
  assertEquals((await ledger.read()).record, { identity: "me" });
});

Deno.test("forgetToken() of nothing leaves the mark all the same, and without one writes nothing", async () => {
  const { io, ledger } = openOver(memoryStore());
  assertEquals(await forgetToken(io, ledger), { isNew: true });
  assertEquals((await ledger.read()).version, null);
  assertEquals(await forgetToken(io, ledger, MARK), { isNew: true });
  assertEquals((await ledger.read()).record, { identity: "me", loggedOut: MARK });
});

Deno.test("forgetToken() leaves another identity's record alone", async () => {
  const store = memoryStore();
  const other = openOver(store, "other");
  await other.ledger.write({ identity: "other", token: TOKEN }, null);
  const { io, ledger } = openOver(store);
  assertEquals(await forgetToken(io, ledger, MARK), { isNew: true });
  assertEquals((await other.ledger.read()).record.token, TOKEN);
});

Deno.test("forgetToken() waits for whoever renews, and forgets what that brings", async () => {
  const { clock, io, ledger } = openOver(memoryStore());
  const lease = { holder: "other", ms: 15_000 };
  const version = await ledger.write({ identity: "me", token: TOKEN, lease }, null);
  const forgotten = forgetToken(io, ledger, MARK);
  await clock.advance(5_000);
  const newer = { ...TOKEN, value: "newer" };
  assertEquals(await ledger.write({ identity: "me", token: newer }, version || null) !== false, true);
  assertEquals(await drive(clock, forgotten), { token: newer, isNew: false });
});

Deno.test("forgetToken() waits no longer than the lease for a holder that died", async () => {
  const { clock, io, ledger } = openOver(memoryStore());
  await ledger.write({ identity: "me", token: TOKEN, lease: { holder: "dead", ms: 15_000 } }, null);
  const start = clock.monotonic();
  assertEquals(await drive(clock, forgetToken(io, ledger, MARK)), { token: TOKEN, isNew: false });
  assertEquals(clock.monotonic() - start <= 15_200, true);
});

Deno.test("forgetToken() is store_failed when every write is refused, after a bounded number of tries (27)", async () => {
  let writes = 0;
  const store: Store = { read: () => Promise.resolve(null), write: () => (writes++, Promise.resolve(false)) };
  const { clock, io, ledger } = openOver(store);
  const error = await assertRejects(() => drive(clock, forgetToken(io, ledger, MARK)), SessionError);
  assertEquals([error.code, writes], ["store_failed", 100]);
});

Deno.test("forgetToken() is store_failed when the store is broken", async () => {
  const store: Store = { ...memoryStore(), write: () => Promise.reject(new Error("disk")) };
  const { io, ledger } = openOver(store);
  assertEquals((await assertRejects(() => forgetToken(io, ledger, MARK), SessionError)).code, "store_failed");
});
