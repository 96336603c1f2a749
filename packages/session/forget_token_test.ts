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

function ledgerOver(store: Store) {
  return openLedger(fakeIo(fakeClock(), { store }), "me");
}

Deno.test("forgetToken() takes the pair out of the record, with who renews it, and keeps the refusals", async () => {
  const ledger = ledgerOver(memoryStore());
  const refusals = [{ of: "x", code: "credentials_rejected", at: 1 }] as const;
  const full: SessionRecord = {
    identity: "me",
    token: TOKEN,
    refusals,
    spending: { hash: "h", at: 1 },
    lease: { holder: "other", ms: 15_000 },
    loggedOut: { id: "before", at: 0 },
  };
  await ledger.write(full, null);
  assertEquals(await forgetToken(ledger, MARK), { token: TOKEN, inRenewal: true });
  assertEquals((await ledger.read()).record, { identity: "me", refusals, loggedOut: MARK });
});

Deno.test("forgetToken() leaves no mark unless it is a logout", async () => {
  const ledger = ledgerOver(memoryStore());
  await ledger.write({ identity: "me", token: TOKEN }, null);
  assertEquals(await forgetToken(ledger), { token: TOKEN, inRenewal: false });
  assertEquals((await ledger.read()).record, { identity: "me" });
});

Deno.test("forgetToken() of nothing leaves the mark all the same", async () => {
  const ledger = ledgerOver(memoryStore());
  assertEquals(await forgetToken(ledger, MARK), { inRenewal: false });
  assertEquals((await ledger.read()).record, { identity: "me", loggedOut: MARK });
});

Deno.test("forgetToken() wins over somebody who writes at the same time", async () => {
  const inner = memoryStore();
  const other = ledgerOver(inner);
  let meddling = 3;
  const store: Store = {
    read: () => inner.read(),
    async write(data, version) {
      if (meddling-- > 0) {
        const { version: now } = await other.read();
        await other.write({ identity: "me", token: { ...TOKEN, value: `abc${meddling}` } }, now);
      }
      return await inner.write(data, version);
    },
  };
  const forgotten = await forgetToken(ledgerOver(store), MARK);
  assertEquals(forgotten.token?.value, "abc0");
  assertEquals((await other.read()).record, { identity: "me", loggedOut: MARK });
});

Deno.test("forgetToken() is store_failed when every write is refused, after a bounded number of tries (27)", async () => {
  let writes = 0;
  const store: Store = { read: () => Promise.resolve(null), write: () => (writes++, Promise.resolve(false)) };
  const error = await assertRejects(() => forgetToken(ledgerOver(store), MARK), SessionError);
  assertEquals([error.code, writes], ["store_failed", 100]);
});

Deno.test("forgetToken() is store_failed when the store is broken", async () => {
  const store: Store = { ...memoryStore(), write: () => Promise.reject(new Error("disk")) };
  assertEquals((await assertRejects(() => forgetToken(ledgerOver(store)), SessionError)).code, "store_failed");
});
