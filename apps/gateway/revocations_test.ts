import { assertEquals, assertRejects } from "@std/assert";
import { memoryStore } from "@xsignals/session";
import { makeAlerts } from "./log.ts";
import { keepRevocations } from "./revocations.ts";

const MINUTE = 60_000;

/** Revocations at a time that a test moves, in a store that counts what is asked of it. */
function setUp() {
  const world = { time: Date.UTC(2030, 0, 1), reads: 0, writes: 0 };
  const now = () => world.time;
  const store = memoryStore();
  const counted: typeof store = {
    ...store,
    read: () => (world.reads++, store.read()),
    write: (data, version) => (world.writes++, store.write(data, version)),
  };
  const revocations = keepRevocations(counted, now, makeAlerts(() => {}, now));
  const has = (jti: string) => revocations.has({ jti, sub: "client", iat: world.time / 1_000 });
  return { world, store, revocations, has };
}

Deno.test("keepRevocations() writes a revocation once, and forgets it when the token would have expired", async () => {
  const { world, revocations, has } = setUp();
  const expiresAt = world.time + MINUTE;
  for (const id of ["a", "a", "b"]) await revocations.add(id, expiresAt);
  assertEquals([await has("a"), await has("b"), await has("c"), world.writes], [true, true, false, 2]);
  world.time += MINUTE;
  assertEquals([await has("a"), world.writes], [false, 2]);
});

Deno.test("keepRevocations() reads the store after five seconds, and when the clock was set back", async () => {
  const { world, has } = setUp();
  for (const [ms, reads] of [[0, 1], [4_999, 1], [1, 2], [-60 * MINUTE, 3]] as const) {
    world.time += ms;
    await has("a");
    assertEquals(world.reads, reads, `${ms} ms`);
  }
});

Deno.test("keepRevocations() takes no more than the smallest store can hold, until some have expired", async () => {
  const { world, store, revocations, has } = setUp();
  const entries = Array.from({ length: 2_000 }, (_, at) => [`t${at}`, world.time + MINUTE]);
  await store.write(new TextEncoder().encode(JSON.stringify(entries)), null);
  await assertRejects(() => revocations.add("a", world.time + 2 * MINUTE), RangeError, "too many are revoked");
  world.time += MINUTE;
  await revocations.add("a", world.time + MINUTE);
  assertEquals([await has("a"), await has("t0")], [true, false]);
});
