/**
 * The gateway as a program: listens, and stops when it is told to.
 *
 * @module
 */
import { denoGateway } from "./deno_world.ts";
import type { Health } from "./health.ts";
import { keepListening, type Listening } from "./listen.ts";
import { causeOf } from "./log.ts";

/** How long requests in flight may take to finish after a signal to stop, in ms. */
const GRACE = 4_500;

/** An incident of connections is another one after so long, in ms. */
const QUIET = 60_000;

try {
  await start();
} catch (error) {
  const isOurs = error instanceof TypeError || error instanceof Deno.errors.NotCapable;
  console.error(isOurs ? error.message : `Cannot start (${causeOf(error)})`);
  Deno.exit(1);
}

async function start(): Promise<void> {
  const { handler, config, health, alerts, tell } = await denoGateway();
  let quiet: ReturnType<typeof setTimeout> | undefined;
  const server = listen(config.host, config.port, handler, () => {
    alerts.raise("connections", "Cannot accept connections: open files ran out. Idle ones are closed; it listens anew");
    clearTimeout(quiet);
    Deno.unrefTimer(quiet = setTimeout(() => alerts.clear("connections"), QUIET));
  });
  stopOnSignal(server);
  tell(await firstLine(server.address, health));
}

function listen(hostname: string, port: number, handler: Deno.ServeHandler, onFailure: () => void): Listening {
  try {
    return keepListening({ hostname, port }, handler, onFailure);
  } catch (error) {
    if (!(error instanceof Error) || error instanceof Deno.errors.NotCapable) throw error;
    if (error instanceof Deno.errors.AddrInUse) {
      throw new TypeError(`Cannot listen: port ${port} is in use (from GATEWAY_PORT)`);
    }
    throw new TypeError(
      `Cannot listen: GATEWAY_HOST and GATEWAY_PORT name an address that cannot be used (${error.name})`,
    );
  }
}

/** Says where it listens, and what works, as far as it could be tried in a few seconds. */
async function firstLine({ hostname, port }: Deno.NetAddr, health: Health): Promise<string> {
  const { account, store } = await health.check();
  const host = hostname.includes(":") ? `[${hostname}]` : hostname;
  return `Listening on http://${host}:${port}: hands out its own tokens and forwards GET /api/file/*; ` +
    `account: ${account}, store: ${store}`;
}

/** A second signal ends the process at once, as if nobody listened. */
function stopOnSignal(server: Listening): void {
  const signals: Deno.Signal[] = ["SIGINT", "SIGTERM"];
  function stop(): void {
    for (const signal of signals) Deno.removeSignalListener(signal, stop);
    Deno.unrefTimer(setTimeout(() => Deno.exit(0), GRACE));
    server.shutdown();
  }
  for (const signal of signals) Deno.addSignalListener(signal, stop);
}
