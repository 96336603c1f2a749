/**
 * Packs the published packages as npm packages, the same bytes each time.
 *
 * @module
 */
import { readdirSync } from "node:fs";
import { join, relative } from "node:path";
import { runCommand } from "./command.ts";
import type { PACKAGES } from "./packages.ts";

const ROOT = new URL("../../", import.meta.url);

/** A packed package: its name, its tarball, and the directory that has the same files. */
export interface Packed {
  readonly name: string;
  readonly tarball: string;
  readonly directory: string;
}

/** Packs one of them into a directory. */
export async function pack(name: typeof PACKAGES[number], into: string): Promise<Packed> {
  const raw = `${into}/${name}.raw.tgz`;
  await runCommand(
    // Source maps would name the files of this machine.
    [Deno.execPath(), "pack", "--quiet", "--allow-dirty", "--no-source-maps", "--output", raw],
    { cwd: new URL(`packages/${name}`, ROOT).pathname },
  );
  const directory = `${into}/${name}`;
  await Deno.mkdir(directory);
  await runCommand(["tar", "-xzf", raw, "-C", directory, "--strip-components=1"]);
  await Deno.remove(raw);
  for (const path of filesIn(directory)) {
    // Sources that no entry point reaches: nobody can run them from an installed package.
    if (path.endsWith(".ts") && !path.endsWith(".d.ts")) await Deno.remove(`${directory}/${path}`);
  }
  await Deno.copyFile(new URL("LICENSE", ROOT), `${directory}/LICENSE`);
  // npm's own tarball, for deno's has the time in it.
  const [packed] = JSON.parse(
    await runCommand(["npm", "pack", "--json", "--pack-destination", into], { cwd: directory }),
  );
  return { name: packed.name, tarball: `${into}/${packed.filename}`, directory };
}

/** The paths of all files under a directory, sorted. */
export function filesIn(directory: string): string[] {
  return readdirSync(directory, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile())
    .map(({ name, parentPath }) => relative(directory, join(parentPath, name))).sort();
}
