/**
 * The gateway for `deno serve`, with `--parallel` too, and for Deno Deploy: a module that exports its `fetch`.
 *
 * It needs `GATEWAY_STORE`. Without it each process or isolate would log in, count and revoke on its own.
 *
 * @module
 */
import { denoGateway } from "./deno_world.ts";
import { causeOf } from "./log.ts";

const { handler, config } = await denoGateway().catch(refuse);
if (!config.store) {
  refuse(new TypeError("Cannot serve: GATEWAY_STORE is not set, and isolates need one that they share"));
}

function refuse(error: unknown): never {
  const isOurs = error instanceof TypeError || error instanceof Deno.errors.NotCapable;
  console.error(isOurs ? error.message : `Cannot start (${causeOf(error)})`);
  Deno.exit(1);
}

export default { fetch: handler } satisfies Deno.ServeDefaultExport;
