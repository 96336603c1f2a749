/** Where a command runs and as which user, and its whole environment; without `env` it gets this process's. */
export interface CommandOptions extends Pick<Deno.CommandOptions, "cwd" | "uid" | "gid"> {
  readonly env?: Record<string, string>;
}

/** A command that takes longer hangs. */
const MAX_MS = 300_000;

/**
 * Runs a command to its end and resolves with what it printed.
 *
 * @throws {Error} With all that it printed, if it fails.
 */
export async function runCommand(
  [command = "", ...args]: readonly string[],
  { env, ...options }: CommandOptions = {},
): Promise<string> {
  const { code, stdout, stderr } = await new Deno.Command(command, {
    args,
    stdin: "null",
    signal: AbortSignal.timeout(MAX_MS),
    ...options,
    ...(env && { clearEnv: true, env }),
  }).output();
  const [out = "", err] = [stdout, stderr].map((bytes) => new TextDecoder().decode(bytes));
  if (code !== 0) throw new Error(`${command} ${args.join(" ").slice(0, 200)} ended with ${code}:\n${out}\n${err}`);
  return out;
}
