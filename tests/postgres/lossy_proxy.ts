/** Stands between a driver and the server, and loses answers when it is told to. */
export interface LossyProxy extends AsyncDisposable {
  /** What the driver connects to. */
  readonly url: string;
  /** Drops the connection when the server answers next: what was asked was done by then. */
  loseNextAnswer(): void;
  /** How many answers it lost. */
  lost(): number;
}

/**
 * Starts a proxy on loopback.
 *
 * @param url The URL of a server, over a socket in a folder.
 */
export function startLossyProxy(url: string): LossyProxy {
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

  async function listen(): Promise<void> {
    const served: Promise<void>[] = [];
    for await (const driver of listener) served.push(serve(driver));
    await Promise.all(served);
  }

  const listening = listen();
  return {
    url: `postgres://postgres@127.0.0.1:${listener.addr.port}/postgres`,
    loseNextAnswer() {
      isArmed = true;
    },
    lost: () => lost,
    async [Symbol.asyncDispose]() {
      listener.close();
      await listening;
    },
  };
}
