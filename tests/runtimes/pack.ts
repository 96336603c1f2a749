import { runCommand } from "./command.ts";
import type { PACKAGES } from "./packages.ts";

/** A package as npm takes it. */
export interface Packed {
  /** Such as `@xsignals/client`. */
  readonly name: string;
  readonly tarball: string;
}

const ROOT = new URL("../../", import.meta.url).pathname;

/**
 * Packs one of the published packages into a directory. It packs a copy, because `deno pack` leaves npm's packages out of
 * `dependencies` where it takes them from a folder `node_modules`.
 */
export async function pack(name: typeof PACKAGES[number], into: string): Promise<Packed> {
  const [source, tarball] = [`${into}/source-${name}`, `${into}/${name}.tgz`];
  await Deno.mkdir(source);
  await runCommand(["cp", "-R", "packages", source], { cwd: ROOT });
  const { links: _, ...config } = JSON.parse(await Deno.readTextFile(`${ROOT}deno.json`));
  const workspace = config.workspace.filter((path: string) => path.startsWith("./packages/"));
  await Deno.writeTextFile(`${source}/deno.json`, JSON.stringify({ ...config, workspace, nodeModulesDir: "none" }));
  await runCommand([Deno.execPath(), "pack", "--quiet", "--allow-dirty", "--no-source-maps", "--output", tarball], {
    cwd: `${source}/packages/${name}`,
  });
  await Deno.remove(source, { recursive: true });
  return { name: `@xsignals/${name}`, tarball };
}
