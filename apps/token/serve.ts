/**
 * The token app for `deno serve`, with `--parallel` too, and for Deno Deploy: a module that exports its `fetch`.
 *
 * It needs `TOKEN_STORE`, since each process or isolate would log in by itself otherwise, and count and revoke by itself.
 *
 * @module
 */
import { assemble } from "./assemble.ts";
import { readConfig } from "./config.ts";
import { denoWorld } from "./deno_world.ts";

const config = readConfig(Deno.env);
if (!config.store) throw new TypeError("Cannot serve: TOKEN_STORE is not set, and isolates need one that they share");
const { app } = await assemble(config, await denoWorld(config));

export default { fetch: app.fetch } satisfies Deno.ServeDefaultExport;
