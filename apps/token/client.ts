/**
 * Makes a client: `deno task token:client add NAME`.
 *
 * Prints the secret, once, and what to configure, which has its hash only.
 *
 * @module
 */
import { newClient } from "./new_client.ts";

/** Runs the command; resolves with its exit code. */
export function clientCommand(args: readonly string[], print: (line: string) => void): number {
  const [command, id, ...rest] = args;
  if (command !== "add" || id === undefined || rest.length > 0) {
    print("usage: deno task token:client add NAME");
    return 2;
  }
  try {
    const { secret, line, entry } = newClient(id);
    print(`secret, shown this once:         ${secret}`);
    print(`add to TOKEN_CLIENTS:            ${line}`);
    print(`or to the file of clients:       ${entry}`);
    return 0;
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    print(error.message);
    return 2;
  }
}

if (import.meta.main) Deno.exitCode = clientCommand(Deno.args, console.log);
