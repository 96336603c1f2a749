// A server that listens anew after it ran out of open files.
import { setTimeout as pause } from "node:timers/promises";

/** A server that goes on. */
export type Listening = ReturnType<typeof keepListening>;

/** How long until it listens anew, in ms: at first, and at most. */
const FIRST_PAUSE = 100;
const LONGEST_PAUSE = 5_000;

/**
 * Listens, and listens anew when connections cannot be accepted any more, since open files ran out.
 *
 * The platform's server ends then, and with it the process. Here its idle connections are closed, which gives their files
 * back; answers under way go on. Throws when it cannot listen at the start.
 */
export function keepListening(
  where: { readonly hostname: string; readonly port: number },
  handler: Deno.ServeHandler,
  onFailure: () => void,
) {
  // An answer whose body breaks off needs no word; the platform would write one, and wait for whoever reads it.
  const options = { onListen() {}, onError: () => new Response(null, { status: 500 }) };
  let server = Deno.serve({ ...where, ...options }, handler);
  const address = server.addr;
  let isStopping = false;

  async function keep(): Promise<void> {
    while (await server.finished.then(() => false, () => !isStopping)) {
      onFailure();
      server.shutdown().catch(() => {});
      for (let ms = FIRST_PAUSE; !isStopping && !await listenAnew(ms); ms = Math.min(2 * ms, LONGEST_PAUSE));
    }
  }

  async function listenAnew(ms: number): Promise<boolean> {
    await pause(ms);
    try {
      server = Deno.serve({ ...where, ...options, port: address.port }, handler);
      return true;
    } catch {
      return false;
    }
  }

  void keep();
  return {
    address,
    /** Takes no connection any more, and lets requests in flight finish. */
    shutdown(): void {
      isStopping = true;
      server.shutdown().catch(() => {});
    },
  };
}
