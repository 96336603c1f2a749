import { getConnInfo } from "hono/deno";
import type { World } from "./assemble.ts";
import type { Config } from "./config.ts";
import { logLines } from "./log_lines.ts";
import { openShared } from "./open_shared.ts";

/** The outside world as Deno has it: its environment, files, connections and console, and what processes share. */
export async function denoWorld(config: Config): Promise<World> {
  return {
    env: Deno.env,
    log: logLines((lines) => console.log(lines)),
    readFile: (path) => Deno.readTextFile(path),
    socketAddress: (c) => getConnInfo(c).remote.address,
    ...await openShared(config),
  };
}
