/**
 * Stands on loopback between a driver and the server, and loses answers when it is told to.
 *
 * @param url The URL of a server, over a socket in a folder.
 */
export function startLossyProxy(url: string) {
  const path = `${new URL(url).searchParams.get("host")}/.s.PGSQL.5432`;
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  let isArmed = false;
  let lost = 0;

  async function serve(driver: Deno.Conn): Promise<void> {
    const server = await Deno.connect({ transport: "unix", path });
    const answers = new TransformStream<Uint8Array, Uint8Array>({
      transform(bytes, controller) {
        if (!isArmed) return controller.enqueue(bytes);
        isArmed = false;
        lost++;
        controller.error(new Error("lost"));
      },
    });
    await Promise.allSettled([
      driver.readable.pipeTo(server.writable),
      server.readable.pipeThrough(answers).pipeTo(driver.writable),
    ]);
  }

  const listening = (async () => {
    const served: Promise<void>[] = [];
    for await (const driver of listener) served.push(serve(driver));
    await Promise.all(served);
  })();
  return {
    /** What the driver connects to. */
    url: `postgres://postgres@127.0.0.1:${listener.addr.port}/postgres`,
    /** Drops the connection when the server answers next: by then it has done what it was asked. */
    loseNextAnswer: () => void (isArmed = true),
    /** How many answers it lost. */
    lost: () => lost,
    async [Symbol.asyncDispose](): Promise<void> {
      listener.close();
      await listening;
    },
  };
}
