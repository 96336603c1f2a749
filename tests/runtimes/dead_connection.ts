/**
 * What becomes of a call with a credential in it when the connection in the platform's pool is dead, as after a long sleep:
 * how many requests reach the server, and what the caller is told the first and the second time.
 *
 *   deno run -A tests/runtimes/dead_connection.ts [root of another tree of this project]
 *
 * Prints a table. Bun comes from npm.
 */
import { auth0, clientCredentials, createSession, login } from "@xsignals/session";
import { http, rawServer } from "../system/raw_server.ts";
import { tokenCalls } from "../system/token_calls.ts";
import { runCommand } from "./command.ts";
import { RUNTIME_VERSIONS } from "./versions.ts";
import { platformPackages } from "./workshop.ts";

const ROOT = new URL("../../", import.meta.url);

/** A line of the table: what reached the server, and what the caller was told each time. */
export type DeadLine = readonly [call: string, connection: string, runtime: string, reached: number, ...told: string[]];

const DEAD = { "no answer": "stall", "reset": "reset" } as const;
const PAIR = {
  token: "access",
  refreshToken: "next",
  access_token: "access",
  refresh_token: "next",
  token_type: "Bearer",
};

/** The whole table, for the session's code in a tree. */
export async function deadConnections(root: URL = ROOT): Promise<DeadLine[]> {
  const folder = await Deno.makeTempDir({ prefix: "xsignals-bun-" });
  try {
    await Deno.writeTextFile(`${folder}/package.json`, '{"private":true}');
    const { bun } = platformPackages();
    await runCommand([
      "npm",
      "install",
      "--ignore-scripts",
      "--no-audit",
      "--no-fund",
      `${bun}@${RUNTIME_VERSIONS.bun}`,
    ], {
      cwd: folder,
    });
    const runtimes = {
      "Deno": [Deno.execPath(), "run", "-A", "--quiet"],
      "Bun": [`${folder}/node_modules/${bun}/bin/bun`],
    };
    const lines: DeadLine[] = [];
    for (const name of Object.keys(tokenCalls({ auth0, clientCredentials, createSession, login }))) {
      for (const connection of Object.keys(DEAD) as (keyof typeof DEAD)[]) {
        for (const [runtime, command] of Object.entries(runtimes)) {
          lines.push([name, connection, runtime, ...await callOnDeadConnection(command, root, name, DEAD[connection])]);
        }
      }
    }
    return lines;
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

async function callOnDeadConnection(
  command: readonly string[],
  root: URL,
  name: string,
  then: "stall" | "reset",
): Promise<[reached: number, ...told: string[]]> {
  await using server = rawServer(({ path }) =>
    path === "/prime" ? { write: http(200, "primed"), then } : { write: http(200, JSON.stringify(PAIR)) }
  );
  const program = new URL("tests/system/programs/on_dead_connection.ts", ROOT).pathname;
  const module = new URL("packages/session/mod.ts", root).href;
  const told = JSON.parse(await runCommand([...command, program, module, server.origin, name]));
  return [server.requests.length - 1, ...told];
}

if (import.meta.main) {
  const [tree] = Deno.args;
  const lines = await deadConnections(tree === undefined ? ROOT : new URL(`file://${await Deno.realPath(tree)}/`));
  const titles = [
    "call",
    "the pool's connection",
    "runtime",
    "reached the server",
    "the caller is told",
    "the next time",
  ];
  const table = [titles, titles.map(() => "---"), ...lines];
  for (const line of table) console.log(`| ${line.join(" | ")} |`);
}
