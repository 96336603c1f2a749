// The gateway for `deno serve`, with `--parallel` too, and for Deno Deploy: a module that exports its `fetch`. It needs
// `GATEWAY_STORE`. Without it each process or isolate would log in, count and revoke on its own.
import { denoGateway, refuseToStart } from "./deno_world.ts";

const { handler, config, begin } = await denoGateway().catch(refuseToStart);
if (!config.store) {
  refuseToStart(new TypeError("Cannot serve: GATEWAY_STORE is not set, and isolates need one that they share"));
}
void begin("Serving");

export default { fetch: handler } satisfies Deno.ServeDefaultExport;
