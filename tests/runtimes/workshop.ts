/**
 * A directory outside the project where the packed packages are installed, beside every runtime.
 *
 * @module
 */
import { runCommand } from "./command.ts";
import { pack, type Packed } from "./pack.ts";
import { PACKAGES } from "./packages.ts";
import { BUN_VERSION, DENO_VERSIONS, MINIFLARE_VERSION, NODE_VERSIONS, TYPES_VERSIONS } from "./versions.ts";

const ROOT = new URL("../../", import.meta.url);

/** Packs, installs from npm and compiles, all into an empty directory; takes half a minute if nothing is cached. */
export async function furnish(directory: string): Promise<void> {
  await install(directory, await Promise.all(PACKAGES.map((name) => pack(name, directory))));
  const program = `${directory}/program`;
  for (const name of ["program", "places"]) await Deno.mkdir(`${directory}/${name}`);
  const source = new URL("program/", import.meta.url);
  for await (const { name } of Deno.readDir(source)) await Deno.copyFile(new URL(name, source), `${program}/${name}`);
  const readme = await Deno.readTextFile(new URL("packages/session/README.md", ROOT));
  await Deno.writeTextFile(`${program}/readme.ts`, scriptsIn(readme)[0]!);
  await compile(directory, "node22", "nodenext", true);
  // workerd has no file system.
  for (const script of ["worker.js", "data.js"]) {
    const bundle = ["bundle", "--quiet", "--platform", "browser", "--output", script, `built/${script}`];
    await runCommand([Deno.execPath(), ...bundle], { cwd: directory });
  }
  await Deno.writeTextFile(`${directory}/import_map.json`, JSON.stringify({ imports: await sources() }));
}

async function install(directory: string, packed: readonly Packed[]): Promise<void> {
  const { imports } = JSON.parse(await Deno.readTextFile(new URL("deno.json", ROOT)));
  const { arch, os } = Deno.build;
  const isArm = arch === "aarch64";
  // The packages with the programs themselves: npm's `node` and `bun` get them by an install script, which may not run.
  const node = `${os === "darwin" && isArm ? "node-bin" : "node"}-${os}-${isArm ? "arm64" : "x64"}`;
  const bun = `@oven/bun-${os}-${isArm ? arch : "x64"}`;
  const from = (name: string, versions: Readonly<Record<string, string>>, prefix = "") =>
    Object.fromEntries(Object.entries(versions).map(([key, version]) => [prefix + key, `npm:${name}@${version}`]));
  const dependencies = {
    ...Object.fromEntries(packed.map(({ name, tarball }) => [name, `file:${tarball}`])),
    ...from(node, NODE_VERSIONS),
    ...from("@types/node", TYPES_VERSIONS, "@types/"),
    ...from("deno", DENO_VERSIONS),
    "bun": `npm:${bun}@${BUN_VERSION}`,
    "miniflare": MINIFLARE_VERSION,
    "@deno/kv": imports["@deno/kv"],
    "typescript": imports["typescript"],
  };
  const manifest = { private: true, type: "module", dependencies };
  await Deno.writeTextFile(`${directory}/package.json`, JSON.stringify(manifest));
  await runCommand(["npm", "install", "--ignore-scripts", "--no-package-lock", "--no-audit", "--no-fund"], {
    cwd: directory,
  });
}

/** The blocks of TypeScript on a page. */
export function scriptsIn(markdown: string): string[] {
  return [...markdown.matchAll(/^```ts\b.*\n([^]*?)^```$/gm)].map(([, script = ""]) => script);
}

/** Every entry point of the packages, with the address of its source. */
async function sources(): Promise<Record<string, string>> {
  const { imports } = JSON.parse(await Deno.readTextFile(new URL("deno.json", ROOT)));
  const all: Record<string, string> = { "csv-parse/stream": `${imports["csv-parse"]}/stream` };
  for (const name of PACKAGES) {
    const at = new URL(`packages/${name}/`, ROOT);
    const { exports } = JSON.parse(await Deno.readTextFile(new URL("deno.json", at)));
    for (const [entry, path] of Object.entries<string>(exports)) {
      all[`@xsignals/${name}${entry.slice(1)}`] = new URL(path, at).href;
    }
  }
  return all;
}

/**
 * Compiles the program against the installed packages and the types of a Node, strictly; writes JavaScript to `built` if
 * told to.
 *
 * @throws {Error} With what the compiler found.
 */
export async function compile(
  directory: string,
  node: keyof typeof TYPES_VERSIONS,
  module: "nodenext" | "preserve",
  write = false,
): Promise<void> {
  const types = await Deno.makeTempDir({ dir: directory, prefix: "types-" });
  // They import themselves under their own name.
  await Deno.symlink(`../node_modules/@types/${node}`, `${types}/node`);
  const compilerOptions = {
    strict: true,
    module,
    target: "es2022",
    lib: ["es2023"],
    typeRoots: ["."],
    types: ["node"],
    rewriteRelativeImportExtensions: true,
    rootDir: `${directory}/program`,
    ...(write ? { outDir: `${directory}/built` } : { noEmit: true }),
  };
  const project = { compilerOptions, include: [`${directory}/program`] };
  await Deno.writeTextFile(`${types}/tsconfig.json`, JSON.stringify(project));
  const compiler = ["node_modules/node26/bin/node", "node_modules/typescript/lib/tsc.js", "--project", types];
  await runCommand(compiler, { cwd: directory });
}
