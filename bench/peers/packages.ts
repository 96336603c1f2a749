import { readdir } from "node:fs/promises";
import { gzipSync } from "node:zlib";
import { runCommand } from "../../tests/runtimes/command.ts";
import { pack } from "../../tests/runtimes/pack.ts";
import { interleave } from "../interleaved.ts";
import type { Entry } from "./catalogue.ts";

const FOLDER = `${import.meta.dirname}/npm`;

/** How Deno runs one of this folder's programs beside the installed packages, with an argument as JSON. */
export function peerArguments(file: string, argument: unknown): string[] {
  const flags = ["--quiet", "--no-check", "--config", `${FOLDER}/deno.json`, "-A"]; // --quiet: not a workspace's member
  return ["run", ...flags, `${import.meta.dirname}/${file}`, JSON.stringify(argument)];
}

/** Installs the peers as the lock file says, and the session as it is packed now; checks the files that use them. */
export async function installPeers(): Promise<void> {
  await runCommand(["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"], { cwd: FOLDER });
  const temporary = await Deno.makeTempDir();
  const { tarball } = await pack("session", temporary);
  await runCommand(["npm", "install", "--no-save", "--ignore-scripts", "--no-audit", "--no-fund", tarball], {
    cwd: FOLDER,
  });
  await Deno.remove(temporary, { recursive: true });
  const files = ["--quiet", "--config", "deno.json", "subjects", "servers"];
  await runCommand([Deno.execPath(), "check", ...files], { cwd: FOLDER });
}

/** What a subject costs to ship and to install. */
export interface Weight {
  /** The bytes of its minified bundle, gzipped. */
  readonly gzip: number;
  /** How many packages its own need, those included, and the bytes of their files. */
  readonly packages: number;
  readonly bytes: number;
}

/** Bundles a subject's file with all that it imports, and counts what its packages install. */
export async function weigh({ file, packages }: Entry): Promise<Weight> {
  const bundle = [Deno.execPath(), "bundle", "--quiet", "--minify", `subjects/${file}.ts`];
  const gzip = gzipSync(await runCommand(bundle, { cwd: FOLDER }), { level: 9 }).byteLength;
  const installed = packages.map((name) => `[name="${name}"], [name="${name}"] *`).join(", ");
  const found = installed === "" ? "[]" : await runCommand(["npm", "query", installed], { cwd: FOLDER });
  const places = JSON.parse(found).map(({ path }: { path: string }) => path);
  let bytes = 0;
  for (const place of places) {
    for (const entry of await readdir(place, { recursive: true, withFileTypes: true })) {
      const isOwn = !`${entry.parentPath}/`.slice(place.length).includes("/node_modules/"); // those count for themselves
      if (isOwn && !entry.isDirectory()) bytes += (await Deno.lstat(`${entry.parentPath}/${entry.name}`)).size;
    }
  }
  return { gzip, packages: places.length, bytes };
}

/** How long programs take that load a subject and end: a list of ms for each file. */
export function timeStarts(files: readonly string[], rounds: number): Promise<number[][]> {
  return interleave(
    rounds,
    files.map((file) => async () => {
      const start = performance.now();
      await runCommand([Deno.execPath(), ...peerArguments(`npm/subjects/${file}.ts`, "")]);
      return performance.now() - start;
    }),
    1, // fills the caches
  );
}
