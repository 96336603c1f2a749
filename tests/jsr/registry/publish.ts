import { runCommand } from "../../runtimes/command.ts";

/** What the registry on loopback takes for a token. */
export const TOKEN = "loopback";

/**
 * Runs `deno publish` for all packages of a workspace, checks included, and resolves with what it printed. It writes
 * nothing into the workspace.
 *
 * @param url The registry's.
 * @throws {Error} With all that it printed, when it fails.
 */
export async function publishWorkspace(url: string, workspace: URL): Promise<string> {
  const args = ["publish", "--allow-dirty", "--no-provenance", "--token", TOKEN];
  return await runCommand([Deno.execPath(), ...args], {
    cwd: workspace.pathname,
    env: { ...Deno.env.toObject(), JSR_URL: url, NO_COLOR: "1" },
  });
}
