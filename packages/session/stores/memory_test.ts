import { assert, assertEquals } from "@std/assert";
import { memoryStore } from "./memory.ts";

const A = Uint8Array.of(1, 2, 3);
const B = Uint8Array.of(4);

Deno.test("memoryStore() starts empty", async () => {
  assertEquals(await memoryStore().read(), null);
});

Deno.test("memoryStore() writes over the version that it is given, and over no other", async () => {
  const store = memoryStore();
  assertEquals(await store.write(A, "0"), false);
  const first = await store.write(A, null);
  assert(typeof first === "string");
  assertEquals(await store.read(), { data: A, version: first });
  assertEquals(await store.write(B, null), false);
  assertEquals(await store.write(B, `${first}0`), false);
  assertEquals(await store.read(), { data: A, version: first });
  const second = await store.write(B, first);
  assert(typeof second === "string" && second !== first);
  assertEquals(await store.write(A, first), false);
  assertEquals(await store.read(), { data: B, version: second });
});

Deno.test("memoryStore() gives every write a version of its own, also the same bytes and after a removal", async () => {
  const store = memoryStore();
  const versions = new Set<string>();
  let version: string | null = null;
  for (let times = 0; times < 20; times++) {
    const written: string | false = await store.write(A, version);
    assert(written !== false);
    versions.add(version = written);
    if (times % 3 === 2) {
      assert(await store.write(null, version) !== false);
      assertEquals(await store.read(), null);
      assertEquals(await store.write(A, version), false);
      version = null;
    }
  }
  assertEquals(versions.size, 20);
});

Deno.test("memoryStore() lets one of many writers over the same version win", async () => {
  const store = memoryStore();
  const version = await store.write(A, null);
  assert(version !== false);
  const results = await Promise.all(Array.from({ length: 50 }, (_, n) => store.write(Uint8Array.of(n), version)));
  const winners = results.flatMap((result, n) => result === false ? [] : [n]);
  assertEquals(winners.length, 1);
  assertEquals((await store.read())?.data, Uint8Array.of(winners[0]!));
});

Deno.test("memoryStore() shares no bytes with its callers, in any kind of view", async () => {
  /** A view whose `slice` gives the same bytes, as Node's Buffer does. */
  class Sharing extends Uint8Array {
    override slice(start?: number, end?: number): Uint8Array<ArrayBuffer> {
      const { buffer } = this;
      assert(buffer instanceof ArrayBuffer);
      return new Uint8Array(buffer).subarray(start, end);
    }
  }
  for (const given of [A.slice(), Sharing.from(A)]) {
    const store = memoryStore();
    await store.write(given, null);
    given.fill(9);
    const read = await store.read();
    assertEquals([...read!.data], [...A]);
    read!.data.fill(9);
    assertEquals([...(await store.read())!.data], [...A]);
  }
});

Deno.test("memoryStore() keeps a record of no bytes, which is not none", async () => {
  const store = memoryStore();
  const version = await store.write(new Uint8Array(), null);
  assert(version !== false);
  assertEquals(await store.read(), { data: new Uint8Array(), version });
  assertEquals(await store.write(A, null), false);
});

Deno.test("memoryStore() is another one each time", async () => {
  await memoryStore().write(A, null);
  assertEquals(await memoryStore().read(), null);
});
