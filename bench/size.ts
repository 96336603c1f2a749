/**
 * How much a program carries that uses the session: three bundles, gzipped, and how long each takes to start.
 *
 *   deno task size
 *
 * Fails if a bundle is above its limit or has a module of another package in it. The start has no limit: it is printed as
 * the median ratio to an empty program.
 */
import { gzipSync } from "node:zlib";
import { median } from "./median.ts";

/** The programs in `bench/size/`, and their limits in bytes, gzipped. */
const LIMITS = { login: 10_300, login_shared: 12_700, bearer: 5_400 };

const STARTS = 9;

async function deno(...args: string[]): Promise<string> {
  const { code, stdout, stderr } = await new Deno.Command("deno", { args }).output();
  if (code !== 0) throw new Error(`Cannot run deno ${args[0]}: ${new TextDecoder().decode(stderr)}`);
  return new TextDecoder().decode(stdout);
}

/** The modules of a program that are neither the session's nor the program itself. */
async function foreignModules(entry: string): Promise<string[]> {
  const { modules } = JSON.parse(await deno("info", "--json", entry));
  return modules.map(({ specifier }: { specifier: string }) => specifier)
    .filter((specifier: string) => !specifier.includes("/packages/session/") && !specifier.endsWith(entry));
}

async function startTime(file: string): Promise<number> {
  const start = performance.now();
  await deno("run", "--no-config", "--no-lock", file);
  return performance.now() - start;
}

async function measure(name: keyof typeof LIMITS, folder: string): Promise<boolean> {
  const entry = new URL(`./size/${name}.ts`, import.meta.url).pathname;
  const output = `${folder}/${name}.js`;
  await deno("bundle", "--quiet", "--minify", "--platform=browser", `--output=${output}`, entry);
  const size = gzipSync(await Deno.readFile(output), { level: 9 }).byteLength;
  const foreign = await foreignModules(entry);
  const ratios: number[] = [];
  for (let start = 0; start < STARTS; start++) {
    ratios.push(await startTime(output) / await startTime(`${folder}/empty.js`));
  }
  const isSmall = size <= LIMITS[name];
  const start = median(ratios).toFixed(2);
  console.log(
    `${isSmall ? "ok  " : "FAIL"} ${name}: ${size} bytes gzipped, ${
      LIMITS[name]
    } at most; starts in ${start} of an empty program's time`,
  );
  if (foreign.length > 0) console.log(`FAIL ${name}: has modules of other packages: ${foreign.join(", ")}`);
  return isSmall && foreign.length === 0;
}

const folder = await Deno.makeTempDir();
try {
  await Deno.writeTextFile(`${folder}/empty.js`, "");
  for (const name of ["login", "login_shared", "bearer"] as const) {
    if (!(await measure(name, folder))) Deno.exitCode = 1;
  }
} finally {
  await Deno.remove(folder, { recursive: true });
}
