import { assert, assertEquals, assertLess, assertRejects, assertStrictEquals } from "@std/assert";
import { SessionError } from "../errors.ts";
import { memoryStore } from "../stores/memory.ts";
import { type FakeClock, fakeClock } from "../testing/fake_clock.ts";
import { fakeContext } from "../testing/fake_context.ts";
import type { AllLimits, Clock, StoreEngine } from "../types.ts";
import { type Entry, openRecord, type SessionRecord } from "./record.ts";
import { type Lease, type LeaseStep, withLease } from "./turn.ts";

const HOUR = 3_600_000;
const LIMITS = { tokenDeadlineMs: 10_000, leaseMs: 15_000 };
const TOKEN = { scheme: "Bearer", value: "fresh" };

/** One session that wants the lease. */
function contender(store: StoreEngine, clock: Required<Clock>, limits: Partial<AllLimits> = LIMITS) {
  const context = fakeContext(clock, { limits });
  const account = openRecord(context, store, () => Promise.resolve("me"));
  const run = <T>(plan: (entry: Entry) => Promise<LeaseStep<T>>) => withLease(account, plan);
  return { context, account, run };
}

/** A plan that has its answer as soon as there is a token, and works otherwise. */
function planUntilToken(work: (lease: Lease) => Promise<string | undefined>) {
  return ({ record }: Entry): Promise<LeaseStep<string>> =>
    Promise.resolve(record.token ? { answer: `theirs: ${record.token.value}` } : { mark: record, work });
}

/** Leaves a lease in the store, as a session does that dies while it holds it. */
async function deadHolder(store: StoreEngine, clock: FakeClock, ms = LIMITS.leaseMs): Promise<string> {
  const { account } = contender(store, clock);
  const entry = await account.read();
  const version = await account.write({ ...entry.record, lease: { holder: account.holder, ms } }, entry.version);
  assert(version !== false);
  return version;
}

/** The store, and how it was used. */
function watched(store: StoreEngine) {
  const seen = { reads: 0, writes: 0 };
  const watching: StoreEngine = {
    read: () => (seen.reads++, store.read()),
    write: (data, version) => (seen.writes++, store.write(data, version)),
  };
  return { store: watching, seen };
}

Deno.test("withLease() with the answer at hand writes nothing", async () => {
  const { store, seen } = watched(memoryStore());
  const { run } = contender(store, fakeClock());
  assertEquals(await run(() => Promise.resolve({ answer: 7 })), 7);
  assertEquals(seen, { reads: 1, writes: 0 });
});

Deno.test("withLease() passes on what the plan throws, and writes nothing", async () => {
  const { store, seen } = watched(memoryStore());
  const { run } = contender(store, fakeClock());
  const error = new RangeError("nothing to be done");
  assertStrictEquals(await run(() => Promise.reject(error)).catch((thrown) => thrown), error);
  assertEquals(seen, { reads: 1, writes: 0 });
});

Deno.test("withLease() takes no lease over what another session wrote after it read the record", async () => {
  const [store, clock] = [memoryStore(), fakeClock()];
  const { run } = contender(store, clock);
  const { account: other } = contender(store, clock);
  const plan = planUntilToken(() => Promise.reject(new Error("it works on a record that is gone")));
  const result = run(async (entry) => {
    const step = await plan(entry);
    if ("work" in step) await other.write({ token: TOKEN }, (await other.read()).version);
    return step;
  });
  const [answer] = await Promise.all([result, clock.advance(1_000)]);
  assertEquals(answer, "theirs: fresh");
});

Deno.test("withLease() writes the mark and its lease before the work, and frees the record after it", async () => {
  const store = memoryStore();
  const { run, account } = contender(store, fakeClock());
  const mark = { inFlight: "h", by: "me" };
  const lease = { holder: account.holder, ms: 15_000 };
  const result = await run(({ record, isNew }) =>
    Promise.resolve({
      mark: { ...record, ...mark },
      async work(held) {
        assertEquals(isNew, true);
        assertEquals(held.record(), { ...mark, lease });
        assertEquals((await account.read()).record, { ...mark, lease });
        return "done";
      },
    })
  );
  assertEquals(result, "done");
  assertEquals((await account.read()).record, { ...mark });
});

Deno.test("withLease() lets one of three work, and the others take what it got", async () => {
  for (const skews of [[0, 0, 0], [0, 5 * HOUR, -7 * HOUR]]) {
    const clock = fakeClock();
    const store = memoryStore();
    let works = 0;
    const all = skews.map((skew, index) =>
      contender(store, clock.skewed(skew, index * 1_000)).run(planUntilToken(async (lease) => {
        works++;
        await clock.sleep(9_000);
        assertEquals(await lease.save({ ...lease.record(), token: TOKEN }), true);
        return "mine";
      }))
    );
    await clock.advance(9_200);
    assertEquals((await Promise.all(all)).sort(), ["mine", "theirs: fresh", "theirs: fresh"]);
    assertEquals(works, 1);
    assertEquals(clock.sleeping(), 0);
  }
});

Deno.test("withLease() lets those who wait go on within 100 ms of the winner", async () => {
  for (const workMs of [10, 300, 1_234, 9_999]) {
    const clock = fakeClock();
    const store = memoryStore();
    const winner = contender(store, clock).run(planUntilToken(async (lease) => {
      await clock.sleep(workMs);
      await lease.save({ ...lease.record(), token: TOKEN });
      return "mine";
    }));
    await clock.advance(0);
    const context = fakeContext(clock, { limits: LIMITS, random: () => 0.999 });
    const late = withLease(
      openRecord(context, store, () => Promise.resolve("me")),
      planUntilToken(() => Promise.reject("never")),
    )
      .then(() => clock.monotonic());
    await clock.advance(workMs + 100);
    assertEquals(await winner, "mine");
    assertLess(await late - workMs, 100);
  }
});

Deno.test("withLease() lets exactly one work at a time, and each in the end", async () => {
  const clock = fakeClock();
  const store = memoryStore();
  let [inside, most, works] = [0, 0, 0];
  const all = [0, HOUR, -HOUR].map((skew) =>
    contender(store, clock.skewed(skew)).run(({ record }) =>
      Promise.resolve({
        mark: record,
        async work() {
          most = Math.max(most, ++inside);
          works++;
          await clock.sleep(5_000);
          inside--;
          return "done";
        },
      })
    )
  );
  await clock.advance(16_000);
  assertEquals(await Promise.all(all), ["done", "done", "done"]);
  assertEquals([most, works, inside], [1, 3, 0]);
});

Deno.test("withLease() takes over after exactly one lease without a change, whatever the wall clock says (public bug 54)", async () => {
  for (const skew of [0, 24 * HOUR, -24 * HOUR]) {
    const clock = fakeClock();
    const store = memoryStore();
    await deadHolder(store, clock);
    await clock.advance(14_000); // the record's age on anybody's clock does not count
    let workedAt: number | undefined;
    const taken = contender(store, clock.skewed(skew, 500)).run(planUntilToken(() => {
      workedAt = clock.monotonic();
      return Promise.resolve("mine");
    }));
    await clock.advance(14_999);
    assertEquals(workedAt, undefined);
    await clock.advance(1);
    assertEquals(await taken, "mine");
    assertEquals(workedAt, 29_000);
  }
});

Deno.test("withLease() goes by the lease's own length, not by the waiter's", async () => {
  const clock = fakeClock();
  const store = memoryStore();
  await deadHolder(store, clock, 40_000);
  const taken = contender(store, clock).run(planUntilToken(() => Promise.resolve("mine")));
  await clock.advance(39_999);
  assertEquals(clock.sleeping(), 1);
  await clock.advance(1);
  assertEquals(await taken, "mine");
});

Deno.test("withLease() does not wait for a lease that this session left behind itself", async () => {
  const clock = fakeClock();
  const { account, run } = contender(memoryStore(), clock);
  await account.write({ lease: { holder: account.holder, ms: 15_000 } }, null);
  assertEquals(await run(planUntilToken(() => Promise.resolve("mine"))), "mine");
  assertEquals(clock.monotonic(), 0);
});

Deno.test("withLease() counts anew when the record changes, though the wall clock jumps by hours", async () => {
  const clock = fakeClock();
  const store = memoryStore();
  let version: string | false = await deadHolder(store, clock);
  const taken = contender(store, clock.skewed(3 * HOUR)).run(planUntilToken(() => Promise.resolve("mine")));
  await clock.advance(14_950);
  const record: SessionRecord = { lease: { holder: "alive", ms: 15_000 } };
  version = await contender(store, clock).account.write(record, version);
  await clock.advance(14_990);
  assertEquals((await store.read())?.version, version);
  await clock.advance(200);
  assertEquals(await taken, "mine");
});

Deno.test("withLease() lets one of several waiters take over, and the others wait for that one", async () => {
  const clock = fakeClock();
  const store = memoryStore();
  await deadHolder(store, clock);
  const workedAt: number[] = [];
  const all = [0, HOUR, -HOUR].map((skew) =>
    contender(store, clock.skewed(skew)).run(planUntilToken(async (lease) => {
      workedAt.push(clock.monotonic());
      await clock.sleep(9_000);
      await lease.save({ ...lease.record(), token: TOKEN });
      return "mine";
    }))
  );
  await clock.advance(24_200);
  assertEquals((await Promise.all(all)).sort(), ["mine", "theirs: fresh", "theirs: fresh"]);
  assertEquals(workedAt, [15_000]);
});

Deno.test("withLease() after a long freeze looks again before it takes over", async () => {
  const clock = fakeClock();
  const store = memoryStore();
  const version = await deadHolder(store, clock);
  let monotonic = 0;
  const frozen = contender(store, { ...clock, monotonic: () => monotonic });
  let worked = false;
  const taken = frozen.run(planUntilToken(() => (worked = true, Promise.resolve("mine"))));
  await clock.advance(10);
  await contender(store, clock).account.write({ lease: { holder: "alive", ms: 15_000 } }, version);
  monotonic = 1_000_000;
  await clock.advance(1_000);
  assertEquals(worked, false);
  monotonic += 15_000;
  await clock.advance(1_000);
  assertEquals(await taken, "mine");
});

Deno.test("save() is false once somebody else wrote, and nothing is written any more", async () => {
  const { store, seen } = watched(memoryStore());
  const { run, account } = contender(store, fakeClock());
  const stolen: SessionRecord = { lease: { holder: "thief", ms: 15_000 } };
  const result = await run(planUntilToken(async (lease) => {
    assertEquals(await lease.save({ ...lease.record(), loggedOut: "x" }), true);
    assertEquals(lease.record().loggedOut, "x");
    assert(await account.write(stolen, (await account.read()).version) !== false);
    assertEquals(await lease.save({ ...lease.record(), token: TOKEN }), false);
    assertEquals(lease.record().token, undefined);
    seen.writes = 0;
    assertEquals(await lease.save({ ...lease.record(), token: TOKEN }), false);
    assertEquals(await lease.covers(), false);
    return "late";
  }));
  assertEquals(result, "late");
  assertEquals(seen.writes, 0);
  assertEquals((await account.read()).record, stolen);
});

Deno.test("covers() is true while enough is left, and takes the lease anew otherwise (public bug 54)", async () => {
  const clock = fakeClock();
  const { store, seen } = watched(memoryStore());
  const { run } = contender(store, clock);
  const done = run(planUntilToken(async (lease) => {
    await clock.sleep(5_000);
    assertEquals([await lease.covers(), seen.writes], [true, 1]);
    await clock.sleep(1);
    assertEquals([await lease.covers(), seen.writes], [true, 2]);
    await clock.sleep(5_000);
    assertEquals([await lease.covers(), seen.writes], [true, 2]);
    return "mine";
  }));
  await clock.advance(20_000);
  assertEquals(await done, "mine");
});

Deno.test("covers() of a holder that was away for too long is false, and it begins anew (public bug 54)", async () => {
  const clock = fakeClock();
  const store = memoryStore();
  const tries: boolean[] = [];
  const late = contender(store, clock).run(planUntilToken(async (lease) => {
    await clock.sleep(16_000); // frozen
    const covers = await lease.covers();
    tries.push(covers);
    return covers ? "mine" : undefined;
  }));
  await clock.advance(500);
  const taker = contender(store, clock.skewed(-HOUR)).run(planUntilToken(async (lease) => {
    await clock.sleep(9_000);
    await lease.save({ ...lease.record(), token: TOKEN });
    return "mine";
  }));
  await clock.advance(30_000);
  assertEquals(await taker, "mine");
  assertEquals(await late, "theirs: fresh");
  assertEquals(tries, [false]);
});

Deno.test("covers() is false when taking it anew took so long that it covers no more (public bug 54)", async () => {
  const clock = fakeClock();
  const inner = memoryStore();
  let slow = 0;
  const store: StoreEngine = {
    read: () => inner.read(),
    async write(data, version) {
      const written = await inner.write(data, version);
      await clock.sleep(slow);
      return written;
    },
  };
  const tries: boolean[] = [];
  const done = contender(store, clock).run(planUntilToken(async (lease) => {
    await clock.sleep(6_000);
    slow = tries.length === 0 ? 5_001 : 5_000;
    const covers = await lease.covers();
    slow = 0;
    tries.push(covers);
    return covers ? "mine" : undefined;
  }));
  await clock.advance(60_000);
  assertEquals(await done, "mine");
  assertEquals(tries, [false, true]);
});

Deno.test("withLease() plans anew when the work did nothing", async () => {
  const clock = fakeClock();
  const { run } = contender(memoryStore(), clock);
  let works = 0;
  const done = run(planUntilToken(() => Promise.resolve(++works < 3 ? undefined : "third")));
  await clock.advance(1_000);
  assertEquals(await done, "third");
});

Deno.test("withLease() has freed the record when it is over", async () => {
  const inner = memoryStore();
  const store: StoreEngine = {
    read: () => inner.read(),
    async write(data, version) {
      for (let steps = 0; steps < 20; steps++) await Promise.resolve();
      return await inner.write(data, version);
    },
  };
  const { run, account } = contender(store, fakeClock());
  await run(planUntilToken(() => Promise.resolve("mine")));
  assertEquals((await account.read()).record, {});
});

Deno.test("withLease() writes nothing more when the work has freed the record", async () => {
  const { store, seen } = watched(memoryStore());
  const { run } = contender(store, fakeClock());
  await run(planUntilToken(async (lease) => {
    const { lease: _, ...free } = lease.record();
    await lease.save({ ...free, token: TOKEN });
    return "mine";
  }));
  assertEquals(seen.writes, 2);
});

Deno.test("withLease() frees the record when the work throws, and passes that on", async () => {
  const { run, account } = contender(memoryStore(), fakeClock());
  const error = new RangeError("no");
  assertStrictEquals(await run(planUntilToken(() => Promise.reject(error))).catch((thrown) => thrown), error);
  assertEquals((await account.read()).record, {});
});

Deno.test("withLease() passes on what the work threw, or its result, when the record cannot be freed", async () => {
  const inner = memoryStore();
  let broken = false;
  const write: StoreEngine["write"] = (data, over) =>
    broken ? Promise.reject(new Error("disk")) : inner.write(data, over);
  const store: StoreEngine = { read: () => inner.read(), write };
  const clock = fakeClock();
  const { run } = contender(store, clock);
  const error = new RangeError("no");
  const failed = run(planUntilToken(() => (broken = true, Promise.reject(error))));
  assertStrictEquals(await failed.catch((thrown) => thrown), error);
  broken = false;
  assertEquals(await run(planUntilToken(() => (broken = true, Promise.resolve("mine")))), "mine");
});

Deno.test("withLease() is store_failed when every write is refused, and does not spin (27)", async () => {
  const clock = fakeClock();
  const seen = { reads: 0, writes: 0 };
  const { run } = contender(
    { read: () => (seen.reads++, Promise.resolve(null)), write: () => (seen.writes++, Promise.resolve(false)) },
    clock,
  );
  const failed = run(planUntilToken(() => Promise.resolve("never")));
  const settled = assertRejects(() => failed, SessionError, "the store refused every write");
  await clock.advance(0);
  assertEquals([seen.writes, clock.sleeping()], [1, 1]);
  await clock.advance(60_000);
  assertEquals((await settled).code, "store_failed");
  assertEquals(seen, { reads: 100, writes: 100 });
  assert(clock.sleeping() === 0);
});

Deno.test("withLease() goes on after a few lost writes (27)", async () => {
  const clock = fakeClock();
  const inner = memoryStore();
  let lost = 0;
  const write: StoreEngine["write"] = (data, over) => ++lost <= 5 ? Promise.resolve(false) : inner.write(data, over);
  const done = contender({ read: () => inner.read(), write }, clock).run(planUntilToken(() => Promise.resolve("mine")));
  await clock.advance(1_000);
  assertEquals(await done, "mine");
});

Deno.test("withLease() is store_failed when the store cannot be read or written, before any work", async () => {
  const broken = () => Promise.reject(new Error("SECRET"));
  for (const store of [{ ...memoryStore(), read: broken }, { ...memoryStore(), write: broken }]) {
    const failed = contender(store, fakeClock()).run(planUntilToken(() => Promise.resolve("never")));
    assertEquals((await assertRejects(() => failed, SessionError)).code, "store_failed");
  }
});

Deno.test("withLease() looks at the record a bounded number of times while it waits", async () => {
  const clock = fakeClock();
  const { store, seen } = watched(memoryStore());
  await deadHolder(store, clock);
  seen.reads = 0;
  const taken = contender(store, clock).run(planUntilToken(() => Promise.resolve("mine")));
  await clock.advance(15_000);
  await taken;
  assertLess(seen.reads, 15_000 / 60 + 10);
});

// --- stores that can do more

Deno.test("withLease() works inside an exclusive store's lock, and waits for no lease there", async () => {
  const clock = fakeClock();
  const inner = memoryStore();
  await deadHolder(inner, clock);
  let [inside, most] = [0, 0];
  let tail: Promise<unknown> = Promise.resolve();
  const store: StoreEngine = {
    ...inner,
    exclusive(work) {
      const done = tail.then(async () => {
        most = Math.max(most, ++inside);
        return await work().finally(() => inside--);
      });
      tail = done.catch(() => {});
      return done;
    },
  };
  const all = [0, HOUR].map((skew) =>
    contender(store, clock.skewed(skew)).run(planUntilToken(async (lease) => {
      assertEquals(inside, 1);
      await clock.sleep(3_000);
      await lease.save({ ...lease.record(), token: TOKEN });
      return "mine";
    }))
  );
  await clock.advance(3_000);
  assertEquals(await Promise.all(all), ["mine", "theirs: fresh"]);
  assertEquals(most, 1);
});

Deno.test("withLease() passes on what the work threw inside an exclusive store's lock", async () => {
  const store: StoreEngine = { ...memoryStore(), exclusive: (work) => work() };
  const error = new RangeError("no");
  const failed = contender(store, fakeClock()).run(planUntilToken(() => Promise.reject(error)));
  assertStrictEquals(await failed.catch((thrown) => thrown), error);
});

Deno.test("withLease() is store_failed when an exclusive store's lock cannot be had, and quotes nothing (33)", async () => {
  const why = Object.assign(new Error("open '/home/SECRET'"), { code: "EACCES" });
  const store: StoreEngine = { ...memoryStore(), exclusive: () => Promise.reject(why) };
  const { run } = contender(store, fakeClock());
  const failed = run(planUntilToken(() => Promise.resolve("never")));
  const error = await assertRejects(() => failed, SessionError, "Cannot lock the session's record: Error EACCES");
  assertEquals(error.code, "store_failed");
  assert(!Deno.inspect(error, { depth: 20, showHidden: true }).includes("SECRET"));
});

Deno.test("withLease() asks for no lock when the answer is at hand", async () => {
  const store: StoreEngine = { ...memoryStore(), exclusive: () => Promise.reject(new Error("locked")) };
  const { run } = contender(store, fakeClock());
  assertEquals(await run(() => Promise.resolve({ answer: "at hand" })), "at hand");
});

Deno.test("withLease() is store_failed if an exclusive store resolves without having done the work", async () => {
  const store: StoreEngine = { ...memoryStore(), exclusive: () => Promise.resolve("SECRET" as never) };
  const { account } = contender(store, fakeClock());
  const error = await assertRejects(
    () => withLease(account, (entry) => Promise.resolve({ mark: entry.record, work: () => Promise.resolve("done") })),
    SessionError,
    "Cannot lock the session's record: the work did not run",
  );
  assertEquals(error.code, "store_failed");
});

Deno.test("withLease() waits for an exclusive store's lock no longer than its signal", async () => {
  const store: StoreEngine = {
    ...memoryStore(),
    exclusive: (_work, signal) =>
      new Promise((_, reject) => signal?.addEventListener("abort", () => reject(signal.reason))),
  };
  const context = fakeContext(fakeClock());
  const ending = new AbortController();
  const waiting = withLease(
    openRecord(context, store, () => Promise.resolve("me")),
    planUntilToken(() => Promise.resolve("never")),
    ending.signal,
  );
  const reason = new RangeError("nobody waits");
  setTimeout(() => ending.abort(reason), 0);
  assertStrictEquals(await waiting.catch((error) => error), reason);
});

Deno.test("withLease() waits by the store's own notice where there is one", async () => {
  const clock = fakeClock();
  const inner = memoryStore();
  const version = await deadHolder(inner, clock);
  const asked: [string | null, number][] = [];
  let wake = () => {};
  const store: StoreEngine = {
    ...inner,
    changed(version, maxMs) {
      asked.push([version, maxMs]);
      return new Promise((resolve) => wake = resolve);
    },
  };
  const taken = contender(store, clock).run(planUntilToken(() => Promise.resolve("mine")));
  await clock.advance(0);
  assertEquals(asked.length, 1);
  const [askedFor, maxMs] = asked[0]!;
  assertEquals(askedFor, version);
  assert(maxMs > 0 && maxMs <= 15_000);
  await contender(inner, clock).account.write({ token: TOKEN }, version);
  wake();
  await clock.advance(20); // the pause that spreads those who wait
  assertEquals(await taken, "theirs: fresh");
});

Deno.test("withLease() takes over though the store's notice never comes, and does not spin when it comes too early", async () => {
  for (const notice of [() => new Promise<void>(() => {}), () => Promise.resolve()]) {
    const clock = fakeClock();
    const inner = memoryStore();
    await deadHolder(inner, clock);
    let reads = 0;
    const store: StoreEngine = { ...inner, read: () => (reads++, inner.read()), changed: notice };
    const taken = contender(store, clock).run(planUntilToken(() => Promise.resolve("mine")));
    await clock.advance(15_200);
    assertEquals(await taken, "mine");
    assert(reads <= 15_200 / 20 + 2);
  }
});

Deno.test("withLease() waits for no lease longer than ten minutes, whatever it claims", async () => {
  const clock = fakeClock();
  const store = memoryStore();
  await deadHolder(store, clock, 1e12);
  const taken = contender(store, clock).run(planUntilToken(() => Promise.resolve("mine")));
  await clock.advance(600_200);
  assertEquals(await taken, "mine");
});

Deno.test("withLease() goes by the clock when the store's notice fails, and quotes nothing of why (33)", async () => {
  const why = new Error("LISTEN postgres://me:SECRET@host");
  const notices: StoreEngine["changed"][] = [
    () => Promise.reject(why),
    () => {
      throw why;
    },
  ];
  for (const changed of notices) {
    const clock = fakeClock();
    const { store, seen } = watched(memoryStore());
    await deadHolder(store, clock);
    seen.reads = 0;
    const taken = contender({ ...store, ...(changed ? { changed } : {}) }, clock)
      .run(planUntilToken(() => Promise.resolve("mine")));
    await clock.advance(14_999);
    assertLess(seen.reads, 15_000 / 60 + 10);
    await clock.advance(1);
    assertEquals(await taken, "mine");
  }
});

Deno.test("withLease() spreads its looks and its tries by chance, by half a pause either way", async () => {
  for (const [random, pause] of [[0, 10], [0.75, 25]] as const) {
    const clock = fakeClock();
    const { store, seen } = watched(memoryStore());
    await deadHolder(store, clock);
    seen.reads = 0;
    const context = fakeContext(clock, { limits: LIMITS, random: () => random });
    const taken = withLease(
      openRecord(context, store, () => Promise.resolve("me")),
      planUntilToken(() => Promise.resolve("mine")),
    );
    await clock.advance(pause - 0.5);
    assertEquals(seen.reads, 1);
    await clock.advance(0.5);
    assertEquals(seen.reads, 2);
    await clock.advance(15_100);
    assertEquals(await taken, "mine");
  }
  const clock = fakeClock();
  const inner = memoryStore();
  let writes = 0;
  const write: StoreEngine["write"] = (data, over) => ++writes === 1 ? Promise.resolve(false) : inner.write(data, over);
  const done = contender({ read: () => inner.read(), write }, clock).run(planUntilToken(() => Promise.resolve("mine")));
  await clock.advance(9);
  assertEquals(writes, 1);
  await clock.advance(1);
  assertEquals(await done, "mine");
});

Deno.test("withLease() leaves neither its notice nor a timer behind once it was told", async () => {
  const clock = fakeClock();
  const inner = memoryStore();
  await deadHolder(inner, clock);
  const signals: (AbortSignal | undefined)[] = [];
  const store: StoreEngine = {
    ...inner,
    changed: (_version, _maxMs, signal) => (signals.push(signal), Promise.resolve()),
  };
  const taken = contender(store, clock).run(planUntilToken(() => Promise.resolve("mine")));
  await clock.advance(0);
  assertEquals([signals.map((signal) => signal?.aborted), clock.sleeping()], [[true], 1]);
  await clock.advance(15_200);
  assertEquals(await taken, "mine");
});
