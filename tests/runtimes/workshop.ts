/**
 * A directory outside the project where the packed packages are installed, beside every runtime.
 *
 * @module
 */
import { firstScript } from "../jsr/first_script.ts";
import { runCommand } from "./command.ts";
import { pack, type Packed } from "./pack.ts";
import { PACKAGES } from "./packages.ts";
import { RUNTIME_VERSIONS, TYPES_VERSIONS } from "./versions.ts";

/** The directory. */
export interface Workshop extends AsyncDisposable {
  readonly directory: string;
  readonly packed: readonly Packed[];
}

/** Packs, and installs from npm; takes half a minute where nothing is cached. */
export async function openWorkshop(): Promise<Workshop> {
  const directory = await Deno.makeTempDir({ prefix: "xsignals-runtimes-" });
  const remove = () => Deno.remove(directory, { recursive: true });
  try {
    return { directory, packed: await furnish(directory), [Symbol.asyncDispose]: remove };
  } catch (error) {
    await remove();
    throw error;
  }
}

async function furnish(directory: string): Promise<Packed[]> {
  const packed = await Promise.all(PACKAGES.map((name) => pack(name, directory)));
  const { imports } = JSON.parse(await Deno.readTextFile(new URL("../../deno.json", import.meta.url)));
  const platform = platformPackages();
  const dependencies = {
    ...Object.fromEntries(packed.map(({ name, tarball }) => [name, `file:${tarball}`])),
    "node20": `npm:${platform.node}@${RUNTIME_VERSIONS.node20}`,
    "node-current": `npm:${platform.node}@${RUNTIME_VERSIONS.nodeCurrent}`,
    "bun": `npm:${platform.bun}@${RUNTIME_VERSIONS.bun}`,
    "miniflare": RUNTIME_VERSIONS.miniflare,
    "deno25": `npm:deno@${RUNTIME_VERSIONS.deno25}`,
    "deno27": `npm:deno@${RUNTIME_VERSIONS.deno27}`,
    "deno29": `npm:deno@${RUNTIME_VERSIONS.deno29}`,
    "@deno/kv": imports["@deno/kv"],
    "typescript": imports["typescript"],
    "@types/node20": `npm:@types/node@${TYPES_VERSIONS.node20}`,
    "@types/node-current": `npm:@types/node@${TYPES_VERSIONS.nodeCurrent}`,
  };
  await Deno.writeTextFile(
    `${directory}/package.json`,
    JSON.stringify({ private: true, type: "module", dependencies }, null, 2),
  );
  await runCommand(["npm", "install", "--ignore-scripts", "--no-package-lock", "--no-audit", "--no-fund"], {
    cwd: directory,
  });
  const program = `${directory}/program`;
  await Deno.mkdir(program);
  const source = new URL("program/", import.meta.url);
  for await (const { name } of Deno.readDir(source)) await Deno.copyFile(new URL(name, source), `${program}/${name}`);
  const readme = await Deno.readTextFile(new URL("../../packages/session/README.md", import.meta.url));
  await Deno.writeTextFile(`${program}/readme.ts`, firstScript(readme));
  await Deno.mkdir(`${directory}/places`);
  return packed;
}

/** The packages with the programs themselves, which npm's `node` and `bun` get by an install script that may not run. */
export function platformPackages(): { readonly node: string; readonly bun: string } {
  const isArm = Deno.build.arch === "aarch64";
  const isMac = Deno.build.os === "darwin";
  const system = Deno.build.os === "windows" ? "win" : Deno.build.os;
  return {
    node: `${isMac && isArm ? "node-bin" : "node"}-${system}-${isArm ? "arm64" : "x64"}`,
    bun: `@oven/bun-${Deno.build.os}-${Deno.build.arch === "x86_64" ? "x64" : Deno.build.arch}`,
  };
}
