import { assert, assertEquals } from "@std/assert";
import { memoryStore, type Store } from "@xsignals/session";
import { type Quotas, quotas } from "./quota.ts";

const START = Date.UTC(2030, 0, 1);

async function taken(quota: Quotas, key: string, times: number, limit: number): Promise<number> {
  const answers = await Promise.all(Array.from({ length: times }, () => quota.take(key, limit)));
  return answers.filter(({ allowed }) => allowed).length;
}

function failing(store: Store): Store {
  const down = () => Promise.reject(new Error("down"));
  return { ...store, read: down, write: down };
}

Deno.test("quotas() allows the limit in a minute, to each key, and says what is left", async () => {
  let time = START + 15_000;
  const quota = quotas(() => time);
  assertEquals(await quota.take("a", 3), { allowed: true, remaining: 2, resetMs: 45_000 });
  assertEquals(await taken(quota, "a", 10, 3), 2);
  assertEquals(await quota.take("a", 3), { allowed: false, remaining: 0, resetMs: 45_000 });
  assertEquals(await taken(quota, "b", 10, 3), 3);
  time += 44_999;
  assertEquals(await quota.take("a", 3), { allowed: false, remaining: 0, resetMs: 1 });
  time += 1;
  assertEquals(await quota.take("a", 3), { allowed: true, remaining: 2, resetMs: 60_000 });
});

Deno.test("quotas() holds a limit over four processes of one store, and leaves at most a tenth for each unused", async () => {
  let time = START;
  const store = memoryStore();
  const processes = Array.from({ length: 4 }, () => quotas(() => time, store));
  for (const limit of [60, 100, 7]) {
    const counts = await Promise.all(processes.map((quota) => taken(quota, `of ${limit}`, limit, limit)));
    assertEquals(counts.reduce((sum, count) => sum + count), limit, `${counts}`);
    time += 60_000;
    // one process alone, while the others hold a part that they don't use
    await Promise.all(processes.map((quota) => quota.take("shared", limit)));
    const alone = await taken(processes[0]!, "shared", limit, limit);
    const least = limit - 4 * Math.max(1, Math.floor(limit / 10));
    assert(alone >= least && alone + 4 <= limit, `${alone} of ${limit}`);
    time += 60_000;
  }
});

Deno.test("quotas() holds a limit over processes whose clocks are apart, around the turn of a minute", async () => {
  let time = START + 59_000;
  const store = memoryStore();
  const [behind, ahead] = [quotas(() => time, store), quotas(() => time + 2_000, store)];
  let granted = 0;
  for (let turn = 0; turn < 20; turn++) {
    granted += await taken(ahead, "a", 10, 100) + await taken(behind, "a", 10, 100);
    time += 50;
  }
  assertEquals(granted, 100);
  time += 1_000; // both are in the next minute, which is counted already
  assertEquals(await taken(behind, "a", 10, 100) + await taken(ahead, "a", 10, 100), 0);
  time += 60_000;
  assertEquals(await taken(behind, "a", 200, 100) + await taken(ahead, "a", 200, 100), 100);
});

Deno.test("quotas() counts anew in each window, also in the store", async () => {
  let time = START;
  const store = memoryStore();
  const [first, second] = [quotas(() => time, store), quotas(() => time, store)];
  assertEquals(await taken(first, "a", 20, 10), 10);
  assertEquals(await taken(second, "a", 20, 10), 0);
  time += 60_000;
  assertEquals(await taken(second, "a", 20, 10), 10);
});

Deno.test("quotas() keeps what was asked in one window out of the next, even where the store is slow", async () => {
  let time = START;
  const store = memoryStore();
  const reading = Promise.withResolvers<void>();
  const slow: Store = { ...store, read: () => reading.promise.then(() => store.read()) };
  const quota = quotas(() => time, slow);
  const first = quota.take("a", 10);
  time += 60_000;
  reading.resolve();

  assertEquals((await first).allowed, true);
  assertEquals(await taken(quota, "a", 20, 10), 10);
});

Deno.test("quotas() counts by itself while the store fails, and is never without a limit", async () => {
  const store = failing(memoryStore());
  const processes = [quotas(() => START, store), quotas(() => START, store)];
  for (const quota of processes) assertEquals(await taken(quota, "a", 100, 60), 60);
});

Deno.test("quotas() tells the store neither clients nor addresses, and fits the smallest one", async () => {
  const store = memoryStore();
  const text = async () => new TextDecoder().decode((await store.read())!.data);
  await quotas(() => START, store).take("address 192.0.2.1", 1_000_000);
  const { window, used } = JSON.parse(await text());
  const [[name, count]] = Object.entries<number>(used) as [[string, number]];
  assertEquals(count, 100_000);
  const many = Array.from({ length: 2_498 }, (_, i) => [String(i).padStart(name.length, "x"), 10 * count]);
  const full = { window, used: { ...used, ...Object.fromEntries(many) } };
  await store.write(new TextEncoder().encode(JSON.stringify(full)), (await store.read())!.version);

  const [first, second] = [quotas(() => START, store), quotas(() => START, store)];
  for (const key of ["last", "one more"]) {
    assertEquals(await taken(first, key, 100, 30), 30);
    assertEquals(await taken(second, key, 100, 30), key === "last" ? 0 : 30, key);
  }
  assertEquals(Object.keys(JSON.parse(await text()).used).length, 2_500);
  assert((await text()).length < 65_519 && !(await text()).includes("address"));
});

Deno.test("quotas() forgets the oldest in a flood of keys, and takes none for another", async () => {
  const quota = quotas(() => START);
  for (let i = 0; i < 10_001; i++) await taken(quota, `address ${i}`, 1, 1);

  assertEquals((await quota.take("address 10000", 1)).allowed, false);
  assertEquals((await quota.take("address 0", 1)).allowed, true);
  assertEquals((await quota.take("somebody else", 1)).allowed, true);
});
