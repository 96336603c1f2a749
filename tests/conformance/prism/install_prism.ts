import { runCommand } from "../../runtimes/command.ts";

/** Exact, as all versions; here, since `deno install` takes a minute for Prism's dependencies, which nothing else needs. */
const VERSION = "5.16.0";

const NODE_MODULES = new URL("../../../node_modules/", import.meta.url).pathname;

/**
 * Installs Prism by npm, unless it is there.
 *
 * @returns Its program, as a path below `node_modules`.
 * @throws {Error} With what npm said.
 */
export async function installPrism(): Promise<string> {
  const folder = `.cache/prism-cli-${VERSION}`;
  const prefix = NODE_MODULES + folder;
  await Deno.mkdir(prefix, { recursive: true });
  using lock = await Deno.open(`${prefix}/lock`, { create: true, write: true, read: true });
  await lock.lock(true); // another judge may be at it
  if ((await lock.stat()).size === 0) {
    await npmInstall(prefix);
    await lock.write(new TextEncoder().encode("installed"));
  }
  return `${folder}/node_modules/@stoplight/prism-cli/dist/index.js`;
}

async function npmInstall(cwd: string): Promise<void> {
  await Deno.writeTextFile(`${cwd}/package.json`, "{}");
  const flags = ["--ignore-scripts", "--no-package-lock", "--no-audit", "--no-fund"];
  await runCommand(["npm", "install", ...flags, `@stoplight/prism-cli@${VERSION}`], { cwd });
}
