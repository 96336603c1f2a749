import { gzipSync } from "node:zlib";
import { runCommand } from "../../tests/runtimes/command.ts";
import type { Entry } from "./catalogue.ts";
import { type Installed, measureInstalled } from "./installed_packages.ts";

const FOLDER = `${import.meta.dirname}/npm`;

/** What a subject costs to ship and to install. */
export interface Weight extends Partial<Installed> {
  /** The bytes of its minified bundle, gzipped. */
  readonly gzip: number;
}

/** Bundles a subject's file with all that it imports, and counts what its packages install. */
export async function weigh({ file, packages }: Entry): Promise<Weight> {
  const output = await Deno.makeTempFile({ suffix: ".js" });
  try {
    await runCommand(
      [Deno.execPath(), "bundle", "--quiet", "--minify", "--output", output, `subjects/${file}.ts`],
      { cwd: FOLDER },
    );
    const gzip = gzipSync(await Deno.readFile(output), { level: 9 }).byteLength;
    return { gzip, ...(packages.length > 0 ? await measureInstalled(FOLDER, packages) : {}) };
  } finally {
    await Deno.remove(output);
  }
}
