/**
 * The gateway for `deno serve`, with `--parallel` too, and for Deno Deploy: a module that exports its `fetch`.
 *
 * It needs `GATEWAY_STORE`. Without it each process or isolate would log in, count and revoke on its own.
 *
 * @module
 */
import { denoGateway } from "./deno_world.ts";

const { app, config } = await denoGateway();
if (!config.store) throw new TypeError("Cannot serve: GATEWAY_STORE is not set, and isolates need one that they share");

export default { fetch: app.fetch } satisfies Deno.ServeDefaultExport;
