// The gateway as a program: listens, and stops when it is told to.
import { denoGateway, refuseToStart } from "./deno_world.ts";
import { keepListening, type Listening } from "./listen.ts";

/** How long requests in flight may take to finish after a signal to stop, in ms. */
const GRACE = 4_500;

/** An incident of connections is another one after so long, in ms. */
const QUIET = 60_000;

await start().catch(refuseToStart);

async function start(): Promise<void> {
  const { handler, config, alerts, begin } = await denoGateway();
  let quiet: ReturnType<typeof setTimeout> | undefined;
  const server = listen(config.host, config.port, handler, () => {
    alerts.raise("connections", "Cannot accept connections: open files ran out. Idle ones are closed; it listens anew");
    clearTimeout(quiet);
    Deno.unrefTimer(quiet = setTimeout(() => alerts.clear("connections"), QUIET));
  });
  stopOnSignal(server);
  const { hostname, port } = server.address;
  await begin(`Listening on http://${hostname.includes(":") ? `[${hostname}]` : hostname}:${port}`);
}

function listen(hostname: string, port: number, handler: Deno.ServeHandler, onFailure: () => void): Listening {
  try {
    return keepListening({ hostname, port }, handler, onFailure);
  } catch (error) {
    if (!(error instanceof Error) || error instanceof Deno.errors.NotCapable) throw error;
    const why = error instanceof Deno.errors.AddrInUse
      ? `port ${port} is in use (from GATEWAY_PORT)`
      : `GATEWAY_HOST and GATEWAY_PORT name an address that cannot be used (${error.name})`;
    throw new TypeError(`Cannot listen: ${why}`);
  }
}

/** A signal after a second more ends the process at once; one before is `deno task`, which passes on a Ctrl-C, too. */
function stopOnSignal(server: Listening): void {
  const signals: Deno.Signal[] = ["SIGINT", "SIGTERM"];
  function stop(): void {
    Deno.unrefTimer(setTimeout(() => signals.forEach((one) => Deno.removeSignalListener(one, stop)), 1_000));
    Deno.unrefTimer(setTimeout(() => Deno.exit(0), GRACE));
    server.shutdown();
  }
  for (const signal of signals) Deno.addSignalListener(signal, stop);
}
