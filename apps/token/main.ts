/**
 * The token app as a program: listens, and stops when it is told to.
 *
 * @module
 */
import { assemble } from "./assemble.ts";
import { readConfig } from "./config.ts";
import { denoWorld } from "./deno_world.ts";
import { describeStart } from "./describe_start.ts";

/** How long requests in flight may take to finish once a signal to stop came, in ms. */
const GRACE = 4_500;

try {
  await start();
} catch (error) {
  if (!(error instanceof TypeError || error instanceof Deno.errors.NotCapable)) throw error;
  console.error(error.message);
  Deno.exit(1);
}

async function start(): Promise<void> {
  const config = readConfig(Deno.env);
  const { app } = await assemble(config, await denoWorld(config));
  stopOnSignal(listen(config.host, config.port, (request, info) => app.fetch(request, info), (address) => {
    console.log(describeStart(address, config));
  }));
}

function listen(
  hostname: string,
  port: number,
  handler: Deno.ServeHandler,
  onListen: (address: Deno.NetAddr) => void,
): Deno.HttpServer {
  try {
    return Deno.serve({ hostname, port, onListen }, handler);
  } catch (error) {
    if (!(error instanceof Error) || error instanceof Deno.errors.NotCapable) throw error;
    throw new TypeError(`Cannot listen: TOKEN_HOST and TOKEN_PORT name an address that cannot be had (${error.name})`);
  }
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
