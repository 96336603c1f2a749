// The world as Deno has it.
import { CommandError } from "./command_error.ts";
import { whyOfSystem } from "./system_error.ts";
import { OutputClosed, type Sink, type World } from "./world.ts";

/** Makes the world of this process. */
export function denoWorld(signal: AbortSignal): World {
  const env = { get: readVariable };
  return {
    stdin: { isTerminal: Deno.stdin.isTerminal(), readable: Deno.stdin.readable },
    stdout: sinkOf(Deno.stdout, "standard output"),
    stderr: sinkOf(Deno.stderr, "standard error"),
    env,
    home: readVariable(Deno.build.os === "windows" ? "USERPROFILE" : "HOME"),
    signal,
    async ask(question, ending) {
      const { ask } = await import("./ask.ts");
      return await ask(question, ending);
    },
  };
}

/** Reads a variable. Those of the project must be readable, or a login might be overlooked; others count as not set. */
function readVariable(name: string): string | undefined {
  try {
    return Deno.env.get(name);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotCapable)) throw error;
    if (!name.startsWith("XSIGNALS_")) return undefined;
    throw new CommandError("not_permitted", `Cannot read ${name}: run the program with --allow-env=XSIGNALS_*`);
  }
}

function sinkOf(file: typeof Deno.stdout | typeof Deno.stderr, name: string): Sink {
  return {
    isTerminal: file.isTerminal(),
    get columns() {
      return file.isTerminal() ? widthOfTerminal() : undefined;
    },
    async write(bytes) {
      try {
        for (let at = 0; at < bytes.byteLength;) at += await file.write(bytes.subarray(at));
      } catch (error) {
        if (error instanceof Deno.errors.BrokenPipe) throw new OutputClosed();
        throw new CommandError("unsafe_target", `Cannot write to ${name}: ${whyOfSystem(error)}`);
      }
    },
  };
}

function widthOfTerminal(): number | undefined {
  try {
    return Deno.consoleSize().columns || undefined;
  } catch {
    return undefined;
  }
}
