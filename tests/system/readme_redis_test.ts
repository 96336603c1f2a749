/** The store for Redis that the README shows, with the driver that it names, against a real server. */
import { createClient } from "@redis/client";
import { assert, assertEquals } from "@std/assert";
import type { Store } from "@xsignals/session";
import { storeContract } from "@xsignals/session/testing";
import { needing } from "../has_program.ts";

type Send = (command: [string, ...string[]]) => Promise<unknown>;
type RedisStore = (send: Send, key?: string) => Store;

/** The README's block, as the module that somebody who copies it gets. */
async function readmeStore(): Promise<RedisStore> {
  const readme = await Deno.readTextFile(new URL("../../packages/session/README.md", import.meta.url));
  const block = [...readme.matchAll(/```ts\n(.*?)```/gs)].map(([, code = ""]) => code).find((code) =>
    code.includes("EVAL")
  );
  assert(block !== undefined, "the README shows no store for Redis");
  assert(block.trim().split("\n").length <= 30, "the README's store for Redis has more than 30 lines");
  return (await import(`data:text/typescript,${encodeURIComponent(block)}`)).redisStore;
}

/** A test of the store, with two connections to a server that keeps nothing. */
function testRedis(name: string, work: (redisStore: RedisStore, sends: readonly [Send, Send]) => Promise<void>): void {
  Deno.test({
    ...needing(["redis-server"], `the README's store for Redis ${name}, on a real server`),
    async fn() {
      const folder = await Deno.makeTempDir();
      const path = `${folder}/redis.sock`;
      const args = ["--port", "0", "--unixsocket", path, "--save", "", "--appendonly", "no", "--dir", folder];
      const server = new Deno.Command("redis-server", { args, stdout: "piped", stderr: "null" }).spawn();
      let told = "";
      for await (const text of server.stdout.pipeThrough(new TextDecoderStream())) {
        told += text;
        if (told.includes("ready to accept connections")) break;
      }
      const clients = [1, 2].map(() => createClient({ socket: { path, tls: false } }));
      try {
        const [one, two] = clients.map((client): Send => (command) => client.sendCommand(command));
        for (const client of clients) await client.connect();
        await work(await readmeStore(), [one!, two!]);
      } finally {
        for (const client of clients) client.destroy();
        server.kill();
        await server.status;
        await Deno.remove(folder, { recursive: true });
      }
    },
  });
}

testRedis("keeps the contract", async (redisStore, [one, two]) => {
  let places = 0;
  const cases = storeContract(() => {
    const key = `place ${++places}`;
    return { store: redisStore(one, key), second: redisStore(two, key) };
  });
  for (const { name, run } of cases) {
    await run().catch((cause) => {
      throw new Error(name, { cause });
    });
  }
  assertEquals(places, cases.length);
});

testRedis("knows its own write when the driver sends it twice", async (redisStore, [send]) => {
  const store = redisStore(async (command) => {
    await send(command);
    return await send(command);
  });
  const first = await store.write(Uint8Array.of(1), null);
  assert(first !== false);
  const second = await store.write(Uint8Array.of(2), first);
  assert(second !== false);
  assertEquals(await store.write(Uint8Array.of(3), first), false);
  assertEquals(await store.read(), { data: Uint8Array.of(2), version: second });
});
