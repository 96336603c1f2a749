/**
 * How much a program carries that uses the session: two bundles, gzipped, and the time that they take to start.
 *
 *   deno run --allow-read --allow-write --allow-run=deno scripts/size.ts
 *
 * Fails when a bundle is above its limit, has anything of another package in it, or starts more than a fifth slower than
 * an empty program: the median over pairs of runs side by side, since the machine is noisy.
 */
import { gzipSync } from "node:zlib";
import { median } from "./median.ts";
import { bytesBySource, type SourceMap } from "./source_map.ts";

/** The entries in `scripts/size/`, and their limits in bytes, gzipped. */
const LIMITS = { login: 6_000, bearer: 4_000 };

/** How long a start may take, in an empty program's. */
const START_LIMIT = 1.2;
const STARTS = 41;

/** The sources that are neither the session's nor the entry. */
export function foreignSources(sources: Iterable<string>): string[] {
  return [...sources].filter((path) => !path.includes("/packages/session/") && !/\/scripts\/size\/\w+\.ts$/.test(path));
}

/** A table of what weighs most, heaviest first. */
export function weightTable(bytes: ReadonlyMap<string, number>): string {
  return [...bytes].sort(([, a], [, b]) => b - a)
    .map(([path, size]) => `${String(size).padStart(8)}  ${fromRoot(path)}`).join("\n");
}

function fromRoot(path: string): string {
  return path.replace(/^.*\/(?=(packages|scripts|node_modules)\/)/, "");
}

async function deno(...args: string[]): Promise<void> {
  const { code, stderr } = await new Deno.Command("deno", { args, stdout: "null", stderr: "piped" }).output();
  if (code !== 0) throw new Error(`Cannot run deno ${args[0]}: ${new TextDecoder().decode(stderr)}`);
}

async function bundle(entry: URL, output: string): Promise<{ text: string; map: SourceMap }> {
  await deno(
    "bundle",
    "--quiet",
    "--minify",
    "--platform=browser",
    "--sourcemap=external",
    `--output=${output}`,
    entry.pathname,
  );
  return { text: await Deno.readTextFile(output), map: JSON.parse(await Deno.readTextFile(`${output}.map`)) };
}

async function startTime(file: string): Promise<number> {
  const start = performance.now();
  await deno("run", "--no-config", "--no-lock", file);
  return performance.now() - start;
}

/** How long a program takes to start, in what an empty one does. */
async function startRatio(file: string, empty: string): Promise<number> {
  const ratios: number[] = [];
  for (let round = -2; round < STARTS; round++) { // the first two fill the caches
    const times: Record<string, number> = {};
    for (const one of round % 2 === 0 ? [file, empty] : [empty, file]) times[one] = await startTime(one);
    if (round >= 0) ratios.push(times[file]! / times[empty]!);
  }
  return median(ratios);
}

async function measure(name: keyof typeof LIMITS, folder: string): Promise<boolean> {
  const output = `${folder}/${name}.js`;
  const { text, map } = await bundle(new URL(`./size/${name}.ts`, import.meta.url), output);
  const size = gzipSync(text, { level: 9 }).byteLength;
  const foreign = foreignSources(map.sources);
  const ratio = await startRatio(output, `${folder}/empty.js`);
  console.log(
    `createSession + ${name}: ${size} bytes gzipped, ${LIMITS[name]} at most; ` +
      `starts in ${ratio.toFixed(2)} of an empty program's time, ${START_LIMIT} at most`,
  );
  if (size > LIMITS[name]) console.log(`  too large; bytes before gzip:\n${weightTable(bytesBySource(text, map))}`);
  if (foreign.length > 0) console.log(`  not the session's own: ${foreign.map(fromRoot).join(", ")}`);
  return size <= LIMITS[name] && foreign.length === 0 && ratio <= START_LIMIT;
}

if (import.meta.main) {
  const folder = await Deno.makeTempDir();
  try {
    await Deno.writeTextFile(`${folder}/empty.js`, "");
    const results = [await measure("login", folder), await measure("bearer", folder)];
    if (results.includes(false)) Deno.exitCode = 1;
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}
