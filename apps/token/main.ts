/**
 * The token app as a program: the only file that touches the environment, the network and the console.
 *
 * @module
 */
import { accountSession } from "./account_session.ts";
import { createApp } from "./app.ts";
import { readConfig } from "./config.ts";

/** How long requests in flight may take to finish once a signal to stop came, in ms. */
const GRACE = 4_500;

try {
  start();
} catch (error) {
  if (!(error instanceof TypeError || error instanceof Deno.errors.NotCapable)) throw error;
  console.error(error.message);
  Deno.exit(1);
}

function start(): void {
  const session = accountSession(Deno.env);
  const { clients, host, port, minValidMs } = readConfig(Deno.env);
  const log = (entry: object) => console.log(JSON.stringify(entry));
  const app = createApp({ session, clients, minValidMs, now: Date.now, log });
  stopOnSignal(listen(host, port, app.fetch));
}

function listen(hostname: string, port: number, handler: Deno.ServeHandler): Deno.HttpServer {
  try {
    return Deno.serve({ hostname, port, onListen: announce }, handler);
  } catch (error) {
    if (!(error instanceof Error) || error instanceof Deno.errors.NotCapable) throw error;
    throw new TypeError(`Cannot listen: TOKEN_HOST and TOKEN_PORT name an address that cannot be had (${error.name})`);
  }
}

function announce({ hostname, port }: Deno.NetAddr): void {
  const host = hostname.includes(":") ? `[${hostname}]` : hostname;
  console.log(
    `Listening on http://${host}:${port}: hands out the upstream token itself, which can do all that the account can, ` +
      "until it expires",
  );
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
