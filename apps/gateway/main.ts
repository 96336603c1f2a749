/**
 * The gateway as a program: listens, and stops when it is told to.
 *
 * @module
 */
import { denoGateway } from "./deno_world.ts";

/** How long requests in flight may take to finish after a signal to stop, in ms. */
const GRACE = 4_500;

try {
  await start();
} catch (error) {
  if (!(error instanceof TypeError || error instanceof Deno.errors.NotCapable)) throw error;
  console.error(error.message);
  Deno.exit(1);
}

async function start(): Promise<void> {
  const { app, config } = await denoGateway();
  stopOnSignal(listen(config.host, config.port, (request, info) => app.fetch(request, info)));
}

function listen(hostname: string, port: number, handler: Deno.ServeHandler): Deno.HttpServer {
  try {
    return Deno.serve({ hostname, port, onListen: tellAddress }, handler);
  } catch (error) {
    if (!(error instanceof Error) || error instanceof Deno.errors.NotCapable) throw error;
    throw new TypeError(
      `Cannot listen: GATEWAY_HOST and GATEWAY_PORT name an address that cannot be used (${error.name})`,
    );
  }
}

function tellAddress({ hostname, port }: Deno.NetAddr): void {
  const host = hostname.includes(":") ? `[${hostname}]` : hostname;
  console.log(`Listening on http://${host}:${port}: hands out its own tokens and forwards GET /api/file/*`);
}

/** A second signal ends the process at once, as if nobody listened. */
function stopOnSignal(server: Deno.HttpServer): void {
  const signals: Deno.Signal[] = ["SIGINT", "SIGTERM"];
  function stop(): void {
    for (const signal of signals) Deno.removeSignalListener(signal, stop);
    Deno.unrefTimer(setTimeout(() => Deno.exit(0), GRACE));
    server.shutdown();
  }
  for (const signal of signals) Deno.addSignalListener(signal, stop);
}
