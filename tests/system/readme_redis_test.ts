/** The store for Redis that the README shows, with the driver that it names, against a real server. */
import { createClient } from "@redis/client";
import { assert, assertEquals } from "@std/assert";
import type { Store } from "@xsignals/session";
import { storeContract } from "@xsignals/session/testing";
import { importBlock } from "../docs/markdown.ts";
import { needing } from "../has_program.ts";

type Send = (command: [string, ...string[]]) => Promise<unknown>;
type RedisStore = (send: Send, key?: string) => Store;

/** Starts a server that keeps nothing. */
async function startRedis(folder: string): Promise<{ server: Deno.ChildProcess; path: string }> {
  const path = `${folder}/redis.sock`;
  const args = ["--port", "0", "--unixsocket", path, "--save", "", "--appendonly", "no", "--dir", folder];
  const server = new Deno.Command("redis-server", { args, stdout: "piped", stderr: "null" }).spawn();
  let told = "";
  for await (const text of server.stdout.pipeThrough(new TextDecoderStream())) {
    told += text;
    if (told.includes("ready to accept connections")) break;
  }
  return { server, path };
}

Deno.test({
  ...needing(["redis-server"], "the README's store for Redis keeps the contract, and knows a write that is sent twice"),
  async fn() {
    const folder = await Deno.makeTempDir();
    const { server, path } = await startRedis(folder);
    const clients = [1, 2].map(() => createClient({ socket: { path, tls: false } }));
    try {
      const [one, two] = await Promise.all(clients.map(async (client): Promise<Send> => {
        await client.connect();
        return (command) => client.sendCommand(command);
      }));
      const redisStore: RedisStore = (await importBlock("packages/session/README.md", "EVAL", 30)).redisStore;
      let places = 0;
      const cases = storeContract(() => {
        const key = `place ${++places}`;
        return { store: redisStore(one!, key), second: redisStore(two!, key) };
      });
      for (const { name, run } of cases) await run().catch((cause) => Promise.reject(new Error(name, { cause })));
      assertEquals(places, cases.length);

      const store = redisStore(async (command) => { // as a driver may do
        await one!(command);
        return await one!(command);
      });
      const first = await store.write(Uint8Array.of(1), null);
      assert(first !== false);
      const second = await store.write(Uint8Array.of(2), first);
      assert(second !== false);
      assertEquals(await store.write(Uint8Array.of(3), first), false);
      assertEquals(await store.read(), { data: Uint8Array.of(2), version: second });
    } finally {
      for (const client of clients) client.destroy();
      server.kill();
      await server.status;
      await Deno.remove(folder, { recursive: true });
    }
  },
});
