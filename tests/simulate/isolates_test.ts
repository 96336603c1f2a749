import { assert, assertEquals } from "@std/assert";
import { createEmulator } from "@xsignals/emulator";
import { createSession, login, memoryStore, type Store } from "@xsignals/session";
import { type Setting, simulateIsolates } from "./isolates.ts";

const SETTING: Setting = {
  isolates: 100,
  lifetime: 300_000,
  lifetimes: 3,
  startWithin: 1_000,
  isWatched: true,
  recheckMs: 300_000,
};

Deno.test("createSession() in many isolates asks the server as often as in a few, and reads the store twice for a token", async () => {
  for (const isolates of [10, 400]) {
    const { logins, refreshes, failures, first, later } = await simulateIsolates({ ...SETTING, isolates });
    assertEquals([logins, failures], [1, 0]);
    assert(refreshes >= 2 && refreshes <= 3, `${refreshes} refreshes in three lifetimes of ${isolates} isolates`);
    assert(Math.max(...later) <= 2, `${later}`);
    // One that lost the write of the very first lease reads once more.
    assert(Math.max(...first) <= 3 && first.filter((reads) => reads === 3).length <= isolates / 100, `${first}`);
  }
});

Deno.test("createSession() reads the store once more where it lost the write of the first lease", async () => {
  const { first, logins } = await simulateIsolates({ ...SETTING, startWithin: 0 });
  assertEquals([first.toSorted(), logins], [[1, ...Array(99).fill(3)], 1]);
});

Deno.test("createSession() reads a store that gives no notice more often only while it waits for its first token", async () => {
  const { first, later } = await simulateIsolates({ ...SETTING, isWatched: false });
  assert(Math.max(...first) > 2);
  assert(Math.max(...later) <= 2);
});

Deno.test("createSession() looks after another isolate's logout once a minute at most", async () => {
  const { recheckMs: _, ...standard } = SETTING;
  const { later } = await simulateIsolates(standard);
  assert(Math.max(...later) > 2 && Math.max(...later) <= 2 + 5, `${later}`);
});

Deno.test("createSession() in a cold isolate with a live record reads it once, asks for no token, and calls", async () => {
  const { fetch, log } = createEmulator({ users: { analyst: "a password" } });
  const inner = memoryStore();
  const strategy = login({ username: "analyst", password: "a password" });
  await createSession({ strategy, store: inner, fetch }).token();
  let reads = 0;
  const store: Store = { ...inner, read: () => (reads++, inner.read()) };
  const before = log.length;
  const cold = createSession({ strategy, store, fetch });
  for (let call = 0; call < 3; call++) await (await cold.fetch("/file/group")).body?.cancel();
  assertEquals(reads, 1);
  assertEquals(log.slice(before).map(({ path, status }) => [path, status]), Array(3).fill(["/file/group", 200]));
});
