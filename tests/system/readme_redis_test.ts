/**
 * The store for Redis that the README shows, against a real server.
 *
 * @module
 */
import { assert, assertEquals } from "@std/assert";
import type { Store } from "@xsignals/session";
import { storeContract } from "@xsignals/session/testing";
import { needing } from "../has_program.ts";

type Send = (command: readonly string[]) => Promise<unknown>;

/** The README's block, as the module that somebody who copies it gets. */
async function readmeStore(): Promise<(send: Send, key?: string) => Store> {
  const readme = await Deno.readTextFile(new URL("../../packages/session/README.md", import.meta.url));
  const block = [...readme.matchAll(/```ts\n(.*?)```/gs)].map(([, code = ""]) => code).find((code) =>
    code.includes("EVAL")
  );
  assert(block !== undefined, "the README shows no store for Redis");
  assert(block.trim().split("\n").length <= 30, "the README's store for Redis has more than 30 lines");
  return (await import(`data:text/typescript,${encodeURIComponent(block)}`)).redisStore;
}

/** A connection to the server that listens on that socket. */
async function connect(path: string): Promise<{ send: Send; close(): void }> {
  const connection = await Deno.connect({ transport: "unix", path });
  let unread = "";
  let queue: Promise<unknown> = Promise.resolve();

  async function more(): Promise<void> {
    const bytes = new Uint8Array(65_536);
    const length = await connection.read(bytes);
    assert(length !== null, "the server closed the connection");
    unread += new TextDecoder("latin1").decode(bytes.subarray(0, length));
  }

  async function take(length: number): Promise<string> {
    while (unread.length < length) await more();
    const taken = unread.slice(0, length);
    unread = unread.slice(length);
    return taken;
  }

  async function reply(): Promise<unknown> {
    while (!unread.includes("\r\n")) await more();
    const [kind, rest] = [unread[0], unread.slice(1, unread.indexOf("\r\n"))];
    await take(rest.length + 3);
    if (kind === "-") throw new Error(rest);
    if (kind === "+") return rest;
    if (kind === ":") return Number(rest);
    if (rest === "-1") return null;
    if (kind === "$") return (await take(Number(rest) + 2)).slice(0, -2);
    const items: unknown[] = [];
    for (let item = 0; item < Number(rest); item++) items.push(await reply());
    return items;
  }

  async function ask(command: readonly string[]): Promise<unknown> {
    const encoded = command.map((part) => `$${new TextEncoder().encode(part).length}\r\n${part}\r\n`).join("");
    const writer = connection.writable.getWriter();
    await writer.write(new TextEncoder().encode(`*${command.length}\r\n${encoded}`));
    writer.releaseLock();
    return await reply();
  }

  return {
    send: (command) => {
      const answer = queue.then(() => ask(command));
      queue = answer.catch(() => {});
      return answer;
    },
    close: () => connection.close(),
  };
}

/** Starts a server that keeps nothing, and runs the work with the path of its socket. */
async function withRedis(work: (socket: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir();
  const socket = `${folder}/redis.sock`;
  const args = ["--port", "0", "--unixsocket", socket, "--save", "", "--appendonly", "no", "--dir", folder];
  const server = new Deno.Command("redis-server", { args, stdout: "piped", stderr: "null" }).spawn();
  try {
    const lines = server.stdout.pipeThrough(new TextDecoderStream());
    let told = "";
    for await (const text of lines) {
      told += text;
      if (told.includes("ready to accept connections")) break;
    }
    await work(socket);
  } finally {
    server.kill();
    await server.status;
    await Deno.remove(folder, { recursive: true });
  }
}

Deno.test({
  ...needing(["redis-server"], "the README's store for Redis keeps the contract, on a real server"),
  async fn() {
    const redisStore = await readmeStore();
    await withRedis(async (socket) => {
      const [one, two] = [await connect(socket), await connect(socket)];
      let places = 0;
      const cases = storeContract(() => {
        const key = `place ${++places}`;
        return { store: redisStore(one.send, key), second: redisStore(two.send, key) };
      });
      for (const { name, run } of cases) {
        await run().catch((cause) => {
          throw new Error(name, { cause });
        });
      }
      assertEquals(places, cases.length);
      one.close();
      two.close();
    });
  },
});

Deno.test({
  ...needing(["redis-server"], "the README's store for Redis knows its own write when the driver sends it twice"),
  async fn() {
    const redisStore = await readmeStore();
    await withRedis(async (socket) => {
      const { send, close } = await connect(socket);
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
      close();
    });
  },
});
