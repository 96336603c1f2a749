/**
 * Makes what each runtime runs of the program.
 *
 * @module
 */
import { runCommand } from "./command.ts";
import { PACKAGES } from "./packages.ts";

const ROOT = new URL("../../", import.meta.url);

/** How a program is compiled against the installed packages. */
export interface TypesOptions {
  /** The version of Node whose types there are. */
  readonly node: "node20" | "node-current";
  readonly module: "nodenext" | "preserve";
  readonly skipLibCheck: boolean;
}

/**
 * Compiles the program against the installed packages, strictly; writes JavaScript to `built` when told to.
 *
 * @throws {Error} With what the compiler found.
 */
export async function compile(directory: string, options: TypesOptions, write = false): Promise<void> {
  const { node, module, skipLibCheck } = options;
  const types = await Deno.makeTempDir({ dir: directory, prefix: "types-" });
  // Under their own name, by which they ask for themselves.
  await Deno.symlink(`../node_modules/@types/${node}`, `${types}/node`);
  const compilerOptions = {
    strict: true,
    module,
    target: "es2022",
    lib: ["es2023"],
    typeRoots: ["."],
    types: ["node"],
    skipLibCheck,
    rewriteRelativeImportExtensions: true,
    rootDir: `${directory}/program`,
    ...(write ? { outDir: `${directory}/built` } : { noEmit: true }),
  };
  await Deno.writeTextFile(
    `${types}/tsconfig.json`,
    JSON.stringify({ compilerOptions, include: [`${directory}/program`] }),
  );
  await runCommand(["node_modules/node20/bin/node", "node_modules/typescript/lib/tsc.js", "--project", types], {
    cwd: directory,
  });
}

/** Bundles the compiled worker with the installed packages, for a runtime that has no file system. */
export async function bundleWorker(directory: string): Promise<void> {
  await runCommand(
    [Deno.execPath(), "bundle", "--quiet", "--platform", "browser", "--output", "worker.js", "built/worker.js"],
    { cwd: directory },
  );
}

/** Writes an import map from every entry point of the packages to its source. */
export async function mapSources(directory: string): Promise<void> {
  const imports: Record<string, string> = {};
  for (const name of PACKAGES) {
    const at = new URL(`packages/${name}/`, ROOT);
    const { exports } = JSON.parse(await Deno.readTextFile(new URL("deno.json", at)));
    for (const [entry, path] of Object.entries<string>(exports)) {
      imports[`@xsignals/${name}${entry.slice(1)}`] = new URL(path, at).href;
    }
  }
  await Deno.writeTextFile(`${directory}/import_map.json`, JSON.stringify({ imports }, null, 2));
}
