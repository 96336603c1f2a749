// `run`: the whole command as a function of its arguments and the world.
import { CommandError, EXIT } from "./command_error.ts";
import { runCommandLine } from "./command_line.ts";
import { COMMANDS } from "./commands.ts";
import config from "./deno.json" with { type: "json" };
import { tell } from "./failure.ts";
import type { SharedFlags } from "./flags.ts";
import { sleepOf } from "./sleep.ts";
import { OutputClosed, type World } from "./world.ts";

/**
 * Runs the command.
 *
 * Use it to have the command in a program or a test, with a network and a terminal of your own. To run it by itself run
 * `main.ts`.
 *
 * @param argv The arguments, without the name of the command.
 * @param world The outside world.
 * @returns The exit code; see docs/command_line.md. It does not reject.
 *
 * @example
 * ```ts
 * import { run, type Sink } from "@xsignals/cli/run";
 * import { createEmulator } from "@xsignals/emulator";
 * import { assertEquals } from "@std/assert";
 *
 * let printed = "";
 * const sink: Sink = { isTerminal: false, write: async (bytes) => void (printed += new TextDecoder().decode(bytes)) };
 * const code = await run(["groups", "notes"], {
 *   stdin: { isTerminal: false, readable: new Blob().stream() },
 *   stdout: sink,
 *   stderr: sink,
 *   env: new Map([["XSIGNALS_USERNAME", "login"], ["XSIGNALS_PASSWORD", "password"]]),
 *   fetch: createEmulator().fetch,
 *   signal: new AbortController().signal,
 *   ask: () => Promise.resolve(undefined),
 * });
 *
 * assertEquals([code, JSON.parse(printed).name], [0, "Market Notes"]);
 * ```
 */
export async function run(argv: readonly string[], world: World): Promise<number> {
  const ending = new AbortController();
  const timer = new AbortController();
  const signal = AbortSignal.any([world.signal, ending.signal]);
  const begin = ({ timeout }: SharedFlags) => {
    if (timeout !== undefined) {
      const message = `Cannot go on: the time of --timeout is over (${timeout / 1000} s)`;
      const error = new CommandError("timeout", message, { exit: EXIT.tryLater, retryable: true });
      sleepOf(world)(timeout, timer.signal).then(() => ending.abort(error), () => {});
    }
    return signal;
  };
  try {
    return await runCommandLine(argv, world, COMMANDS, config.version, begin);
  } catch (error) {
    if (error instanceof OutputClosed) return EXIT.done;
    const hasWord = error instanceof CommandError && error.exit === EXIT.interrupted;
    if (world.signal.aborted && !hasWord) return EXIT.interrupted;
    const { exit } = await tell(world, ending.signal.aborted ? ending.signal.reason : error, argv.includes("--json"));
    return exit;
  } finally {
    timer.abort();
  }
}
