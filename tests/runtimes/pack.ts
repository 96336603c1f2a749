/**
 * Packs the published packages as npm packages, the same bytes each time.
 *
 * @module
 */
import { readSource } from "../../scripts/check_layers.ts";
import { runCommand } from "./command.ts";
import type { PACKAGES } from "./packages.ts";

const ROOT = new URL("../../", import.meta.url);

/** A packed package. */
export interface Packed {
  /** Its name, such as `@xsignals/client`. */
  readonly name: string;
  /** Where its tarball is. */
  readonly tarball: string;
  /** Where its files are, as they are in the tarball. */
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
  for (const path of await filesIn(directory)) {
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
export async function filesIn(directory: string, under = ""): Promise<string[]> {
  const paths: string[] = [];
  for await (const { name, isDirectory } of Deno.readDir(`${directory}/${under}`)) {
    if (isDirectory) paths.push(...await filesIn(directory, `${under}${name}/`));
    else paths.push(`${under}${name}`);
  }
  return paths.sort();
}

/** The packages that a file imports by name, but for the runtime's own. */
export function importedPackages(path: string, text: string): string[] {
  return readSource(path, text).imports.filter((name) => !/^(\.|node:)/.test(name))
    .map((name) => /^(@[^/]+\/)?[^/]+/.exec(name)?.[0] ?? name);
}
