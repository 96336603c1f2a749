/**
 * A tool from npm as Node runs it: its own program, so that what is ended is the tool and not what started it.
 *
 * @param script The tool's program, as a path below `node_modules`.
 */
export function nodeTool(script: string, args: readonly string[]): Deno.Command {
  return new Deno.Command("node", {
    args: [new URL(`../../node_modules/${script}`, import.meta.url).pathname, ...args],
    env: { NO_COLOR: "1", NO_PROXY: "127.0.0.1", REDOCLY_TELEMETRY: "off", REDOCLY_SUPPRESS_UPDATE_NOTICE: "true" },
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  });
}
