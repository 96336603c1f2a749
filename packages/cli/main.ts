/**
 * The command `xsignals` as a program: `deno run main.ts --help`.
 *
 * @module
 */
import { EXIT } from "./command_error.ts";
import { denoWorld } from "./deno_world.ts";
import { run } from "./run.ts";

/** How long what is going on may take to end after an interrupt, in ms. What is on disk then is safe at any moment. */
const GRACE_MS = 120;

if (import.meta.main) {
  const interrupt = new AbortController();
  Deno.addSignalListener("SIGINT", () => {
    if (interrupt.signal.aborted) return; // deno task passes on what the terminal sends, too
    interrupt.abort(new DOMException("The command was interrupted", "AbortError"));
    setTimeout(() => Deno.exit(EXIT.interrupted), GRACE_MS);
  });
  Deno.exit(await run(Deno.args, denoWorld(interrupt.signal)));
}
