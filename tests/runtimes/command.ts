/** How to run a command. */
export interface CommandOptions {
  readonly cwd?: string;
  /** The whole environment; this process's when absent. */
  readonly env?: Readonly<Record<string, string>>;
}

/** A command took longer than this, in ms: it hangs. */
const LONGEST = 300_000;

/**
 * Runs a command to its end and resolves with what it printed.
 *
 * @throws {Error} With all that it printed, when it fails.
 */
export async function runCommand(
  [command = "", ...args]: readonly string[],
  { cwd, env }: CommandOptions = {},
): Promise<string> {
  const { code, stdout, stderr } = await new Deno.Command(command, {
    args,
    stdin: "null",
    signal: AbortSignal.timeout(LONGEST),
    ...(cwd === undefined ? {} : { cwd }),
    ...(env === undefined ? {} : { clearEnv: true, env }),
  }).output();
  const [out, err] = [stdout, stderr].map((bytes) => new TextDecoder().decode(bytes));
  if (code !== 0) throw new Error(`${command} ${args.join(" ").slice(0, 200)} ended with ${code}:\n${out}\n${err}`);
  return out ?? "";
}
