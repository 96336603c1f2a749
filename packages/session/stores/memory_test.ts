import { assert, assertEquals } from "@std/assert";
import { storeContract } from "../testing/store_contract.ts";
import { memoryStore } from "./memory.ts";

const A = Uint8Array.of(1, 2, 3);

for (const { name, run } of storeContract(memoryStore)) Deno.test(`memoryStore() keeps the contract: ${name}`, run);

Deno.test("memoryStore() copies the bytes of a view whose slice() shares them, as that of Node's Buffer does", async () => {
  class Sharing extends Uint8Array {
    override slice(start?: number, end?: number): Uint8Array<ArrayBuffer> {
      const { buffer } = this;
      assert(buffer instanceof ArrayBuffer);
      return new Uint8Array(buffer).subarray(start, end);
    }
  }
  const given = Sharing.from(A);
  const store = memoryStore();
  await store.write(given, null);
  given.fill(9);
  const read = await store.read();
  assertEquals([...read!.data], [...A]);
  read!.data.fill(9);
  assertEquals([...(await store.read())!.data], [...A]);
});

Deno.test("memoryStore() is another one each time", async () => {
  await memoryStore().write(A, null);
  assertEquals(await memoryStore().read(), null);
});
