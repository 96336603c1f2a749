/** How Deno runs one of this folder's programs beside the installed packages, with one argument as JSON. */
export function peerProgram(file: string, argument: unknown): Deno.CommandOptions {
  return {
    // --quiet: it is meant so that the packages are no member of the workspace.
    args: ["run", "--quiet", "--no-check", "--config", "npm/deno.json", "-A", file, JSON.stringify(argument)],
    cwd: import.meta.dirname!,
    env: { NO_COLOR: "1" },
    stderr: "inherit",
  };
}

/** Runs such a program to its end, and resolves with the JSON of its last line: a library may print too. */
export async function runPeerProgram(file: string, argument: unknown): Promise<unknown> {
  const { success, stdout } = await new Deno.Command(Deno.execPath(), peerProgram(file, argument)).output();
  if (!success) throw new Error(`Cannot measure: ${file} failed`);
  return JSON.parse(new TextDecoder().decode(stdout).trim().split("\n").at(-1) ?? "");
}
