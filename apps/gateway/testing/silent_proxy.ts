/**
 * A neighbour that falls silent: connections stay open, and what is said meanwhile is lost.
 *
 * @module
 */

/** A relay on loopback. */
export interface SilentProxy extends AsyncDisposable {
  /** Where it listens. */
  readonly port: number;
  /** Whether it hands nothing on. */
  isSilent: boolean;
}

/** Relays every connection to the server that `connect` reaches. */
export function silentProxy(connect: () => Promise<Deno.Conn>): SilentProxy {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const open = new Set<Deno.Conn>();

  async function relay(client: Deno.Conn): Promise<void> {
    open.add(client);
    const server = await connect().catch(() => undefined);
    if (server) {
      open.add(server);
      await Promise.race([copy(client, server), copy(server, client)]).catch(() => {});
    }
    for (const one of [client, server]) if (one && open.delete(one)) one.close();
  }

  async function copy(from: Deno.Conn, to: Deno.Conn): Promise<void> {
    const buffer = new Uint8Array(65_536);
    for (let size; (size = await from.read(buffer)) !== null;) {
      if (proxy.isSilent) continue;
      for (let at = 0; at < size;) at += await to.write(buffer.subarray(at, size));
    }
  }

  const serving = (async () => {
    for await (const client of listener) void relay(client);
  })();
  const proxy = {
    port: listener.addr.port,
    isSilent: false,
    async [Symbol.asyncDispose]() {
      listener.close();
      for (const one of open) one.close();
      open.clear();
      await serving;
    },
  };
  return proxy;
}
