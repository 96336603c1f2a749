import { assert, assertEquals, assertRejects } from "@std/assert";
import { SessionError } from "./errors.ts";
import { keepToken, type Kept } from "./keep_token.ts";
import { type Lease, withLease } from "./lease.ts";
import { type Ledger, openLedger } from "./ledger.ts";
import type { SessionRecord } from "./record.ts";
import { memoryStore } from "./stores/memory.ts";
import { fakeClock } from "./testing/fake_clock.ts";
import { type FakeIo, fakeIo } from "./testing/fake_io.ts";
import type { Store, Token } from "./types.ts";

const OLD: Token = { scheme: "Bearer", value: "old", refresh: "r-old" };
const FRESH: Token = { scheme: "Bearer", value: "fresh", refresh: "r-fresh", expiresAt: 9, lifetime: 4 };
const NEWER: Token = { scheme: "Bearer", value: "newer", refresh: "r-newer" };

/** A renewal that has its fresh pair and is about to keep it. */
interface Renewal {
  readonly io: FakeIo;
  readonly ledger: Ledger;
  /** The tokens that were ended at the server. */
  readonly ended: Token[];
  /** Writes over whatever the record is, as another session does. */
  meddle(change: (record: SessionRecord) => SessionRecord): Promise<void>;
  /** Keeps the pair. */
  keep(token?: Token, event?: "login" | "renewed"): Promise<Kept | undefined>;
  readonly lease: Lease;
}

/** Takes the lease over the record, and runs the test under it. */
async function underLease(
  before: Partial<SessionRecord>,
  test: (renewal: Renewal) => Promise<void>,
  store: Store = memoryStore(),
  end?: (token: Token) => Promise<void>,
): Promise<SessionRecord> {
  const io = fakeIo(fakeClock(5), { store });
  const ledger = openLedger(io, "me");
  const ended: Token[] = [];
  async function meddle(change: (record: SessionRecord) => SessionRecord): Promise<void> {
    const { record, version } = await ledger.read();
    assert(await ledger.write(change(record), version) !== false);
  }
  const ending = end ?? ((token: Token) => (ended.push(token), Promise.resolve()));
  await withLease<true>(io, ledger, ({ record }) =>
    Promise.resolve({
      mark: { ...record, ...before, spending: { hash: "h", at: 1 } },
      async work(lease) {
        const keep: Renewal["keep"] = (token = FRESH, event) => keepToken(io, ledger, ending, lease, token, event);
        await test({ io, ledger, ended, meddle, lease, keep });
        return true;
      },
    }));
  return (await ledger.read()).record;
}

Deno.test("keepToken() stores the pair, frees the record of lease, mark and logout, and keeps the refusals", async () => {
  const refusals = [{ of: "x", code: "blocked", at: 1 }] as const;
  const after = await underLease(
    { token: OLD, refusals, loggedOut: { id: "long ago", at: 1 } },
    async ({ keep, ended }) => {
      assertEquals(await keep(), { token: FRESH });
      assertEquals(ended, []);
    },
  );
  assertEquals(after, { identity: "me", token: FRESH, refusals });
});

Deno.test("keepToken() forgets that the server asked to be asked later once it has answered", async () => {
  const blocked = { of: "x", code: "blocked", at: 1 } as const;
  const waits = [
    { of: "y", code: "rate_limited", at: 1, forMs: 9 },
    { of: "z", code: "unreachable", at: 1, forMs: 9 },
  ] as const;
  const before = { token: OLD, refusals: [...waits, blocked] };
  const kept = await underLease(before, async ({ keep }) => void await keep(FRESH));
  assertEquals(kept.refusals, before.refusals);
  const renewed = await underLease(before, async ({ keep }) => void await keep(FRESH, "renewed"));
  assertEquals(renewed.refusals, [blocked]);
  const late = await underLease({ token: OLD }, async ({ keep, meddle }) => {
    await meddle((record) => ({ ...record, refusals: waits }));
    await keep(FRESH, "login");
  });
  assertEquals([late.token, late.refusals], [FRESH, undefined]);
});

Deno.test("keepToken() tells of it once, without a secret, where it is told how (53)", async () => {
  await underLease({ token: OLD }, async ({ io, keep }) => {
    await keep(FRESH, "renewed");
    assertEquals(io.events, [{ type: "renewed", at: 5, expiresAt: 9 }]);
  });
  await underLease({}, async ({ io, keep }) => {
    await keep(NEWER, "login");
    assertEquals(io.events, [{ type: "login", at: 5 }]);
  });
  await underLease({}, async ({ io, keep }) => {
    await keep();
    assertEquals(io.events, []);
  });
});

Deno.test("keepToken() after the lease was lost stores the pair if the one that it came from is still there", async () => {
  const after = await underLease({ token: OLD }, async ({ meddle, keep, ended, io }) => {
    await meddle((record) => ({ ...record, lease: { holder: "thief", ms: 15_000 }, spending: { hash: "h2", at: 2 } }));
    assertEquals(await keep(FRESH, "renewed"), { token: FRESH });
    assertEquals([ended, io.events.length], [[], 1]);
  });
  assertEquals(after.token, FRESH);
  assertEquals(after.spending, undefined);
  assertEquals(after.lease?.holder, "thief");
});

Deno.test("keepToken() of a late first login stores it where there is still none", async () => {
  const after = await underLease({}, async ({ meddle, keep, ended }) => {
    await meddle((record) => ({ ...record, lease: { holder: "thief", ms: 15_000 } }));
    assertEquals(await keep(FRESH, "login"), { token: FRESH });
    assertEquals(ended, []);
  });
  assertEquals(after.token, FRESH);
});

Deno.test("keepToken() ends a late pair at the server when a newer one is there, and goes on with that (54)", async () => {
  const after = await underLease({ token: OLD }, async ({ meddle, keep, ended, io }) => {
    await meddle(() => ({ identity: "me", token: NEWER }));
    assertEquals(await keep(FRESH, "renewed"), { token: NEWER });
    assertEquals([ended, io.events], [[FRESH], []]);
  });
  assertEquals(after, { identity: "me", token: NEWER });
});

Deno.test("keepToken() ends no late pair that the newer one shares its access or its refresh token with", async () => {
  const sharing: Token[] = [
    FRESH,
    { ...FRESH, expiresAt: 99 },
    { ...NEWER, refresh: "r-fresh" },
    { scheme: "Bearer", value: "fresh" },
  ];
  for (const token of sharing) {
    const after = await underLease({ token: OLD }, async ({ meddle, keep, ended }) => {
      await meddle(() => ({ identity: "me", token }));
      assertEquals(await keep(FRESH, "renewed"), { token });
      assertEquals(ended, []);
    });
    assertEquals(after.token, token);
  }
});

Deno.test("keepToken() ends a late pair without a refresh token when another such one is there", async () => {
  await underLease({ token: OLD }, async ({ meddle, keep, ended }) => {
    await meddle(() => ({ identity: "me", token: { scheme: "Bearer", value: "newer" } }));
    await keep({ scheme: "Bearer", value: "fresh" });
    assertEquals(ended, [{ scheme: "Bearer", value: "fresh" }]);
  });
});

Deno.test("keepToken() ends a late pair when the account was logged out meanwhile, and is login_required (44)", async () => {
  for (const before of [{ token: OLD }, {}, { token: OLD, loggedOut: { id: "earlier", at: 0 } }]) {
    const after = await underLease(before, async ({ meddle, keep, ended, io }) => {
      await meddle(({ identity }) => ({ identity, loggedOut: { id: "x", at: 2 } }));
      const error = await assertRejects(() => keep(FRESH, "renewed"), SessionError);
      assertEquals(error.code, "login_required");
      assertEquals([ended, io.events], [[FRESH], []]);
    });
    assertEquals(after, { identity: "me", loggedOut: { id: "x", at: 2 } });
  }
});

Deno.test("keepToken() begins anew when the pair that it came from was forgotten meanwhile", async () => {
  const after = await underLease({ token: OLD }, async ({ meddle, keep, ended }) => {
    await meddle(({ identity }) => ({ identity }));
    assertEquals(await keep(), undefined);
    assertEquals(ended, [FRESH]);
  });
  assertEquals(after, { identity: "me" });
});

Deno.test("keepToken() waits for the end of a late pair", async () => {
  for (const newer of [{ token: NEWER }, { loggedOut: { id: "x", at: 2 } }]) {
    let ended = false;
    const slow = async () => {
      for (let steps = 0; steps < 20; steps++) await Promise.resolve();
      ended = true;
    };
    await underLease(
      { token: OLD },
      async ({ meddle, keep }) => {
        await meddle(() => ({ identity: "me", ...newer }));
        await keep().catch(() => {});
        assertEquals(ended, true);
      },
      memoryStore(),
      slow,
    );
  }
});

Deno.test("keepToken() takes no notice when a late pair cannot be ended", async () => {
  const broken = () => Promise.reject(new Error("no network"));
  await underLease(
    { token: OLD },
    async ({ meddle, keep }) => {
      await meddle(({ identity }) => ({ identity, loggedOut: { id: "x", at: 2 } }));
      assertEquals((await assertRejects(() => keep(), SessionError)).code, "login_required");
    },
    memoryStore(),
    broken,
  );
  await underLease(
    { token: OLD },
    async ({ meddle, keep }) => {
      await meddle(() => ({ identity: "me", token: NEWER }));
      assertEquals(await keep(), { token: NEWER });
    },
    memoryStore(),
    broken,
  );
});

Deno.test("keepToken() needs no way to end a late pair", async () => {
  await underLease({ token: OLD }, async ({ meddle, io, ledger, lease }) => {
    await meddle(() => ({ identity: "me", token: NEWER }));
    assertEquals(await keepToken(io, ledger, undefined, lease, FRESH), { token: NEWER });
  });
});

/** A store that can be broken, and that can refuse every write. */
function fragile() {
  const inner = memoryStore();
  const state = { broken: false, refusing: false, writes: 0 };
  const store: Store = {
    read: () => state.broken ? Promise.reject(new Error("disk")) : inner.read(),
    write(data, version) {
      state.writes++;
      if (state.broken) return Promise.reject(new Error("disk"));
      return state.refusing ? Promise.resolve(false) : inner.write(data, version);
    },
  };
  return { store, state };
}

Deno.test("keepToken() keeps the pair in memory when it cannot be written, and says over what (16)", async () => {
  for (const [before, over] of [[{ token: OLD }, "old"], [{}, ""]] as const) {
    for (const lasting of [true, false]) {
      const inner = memoryStore();
      let isBroken = false;
      const store: Store = {
        read: inner.read,
        write: (data, over) => isBroken ? Promise.reject(new Error("disk")) : inner.write(data, over),
      };
      const after = await underLease(before, async ({ keep, ended, io }) => {
        isBroken = true;
        assertEquals(await keep(FRESH, "renewed"), { token: FRESH, unsavedOver: over });
        assertEquals(ended, []);
        assertEquals(io.events, [
          { type: "store_failed", at: 5, operation: "write" },
          { type: "renewed", at: 5, expiresAt: 9 },
        ]);
        isBroken = lasting;
      }, store);
      // With the lease that is given back the pair is written, if the store works again by then.
      assertEquals(after.token?.value, lasting ? over || undefined : "fresh");
      assertEquals(after.spending, lasting ? { hash: "h", at: 1 } : undefined);
    }
  }
});

Deno.test("keepToken() takes no pair for unsaved that the record has already", async () => {
  const { store, state } = fragile();
  await underLease({ token: FRESH }, async ({ keep }) => {
    state.broken = true;
    assertEquals(await keep(FRESH), { token: FRESH });
    assertEquals(await keep({ ...FRESH, refresh: "another" }), {
      token: { ...FRESH, refresh: "another" },
      unsavedOver: "fresh",
    });
    state.broken = false;
  }, store);
});

Deno.test("keepToken() keeps the pair in memory when every write is refused, after a bounded number of tries (27)", async () => {
  const { store, state } = fragile();
  await underLease({ token: OLD }, async ({ keep }) => {
    state.refusing = true;
    state.writes = 0;
    assertEquals(await keep(), { token: FRESH, unsavedOver: "old" });
    assertEquals(state.writes, 101);
    state.refusing = false;
  }, store);
});

Deno.test("keepToken() reads again for every write that is lost", async () => {
  const inner = memoryStore();
  let losing = 0;
  const lossy: Store = {
    read: () => inner.read(),
    write: (data, version) => losing-- > 0 ? Promise.resolve(false) : inner.write(data, version),
  };
  const after = await underLease({ token: OLD }, async ({ keep }) => {
    losing = 3;
    assertEquals(await keep(), { token: FRESH });
  }, lossy);
  assertEquals(after.token, FRESH);
});
