/**
 * JSR's score of the published packages, as far as it can be told before they are published; fails where a factor is
 * missing, and says what is to be set by hand.
 *
 *   deno run --allow-read --allow-run=deno scripts/jsr/score.ts
 */
import { PACKAGES } from "../runtimes/packages.ts";
import { runtimesIn } from "../runtimes/runtimes.ts";
import { packageDocs } from "./package_docs.ts";
import { type PackageFacts, scoreFactors } from "./score_factors.ts";

const ROOT = new URL("../../", import.meta.url);

/** JSR's names of the runtimes, by how those that the packages are tried in begin. */
const RUNTIMES = { "Deno": "Deno", "Node": "Node.js", "Bun": "Bun", "workerd": "Cloudflare Workers" };

/**
 * Reads a package.
 *
 * @param directory The package's.
 * @param runtimes The runtimes that it is tried in, as JSR names them.
 */
export async function packageFacts(directory: URL, runtimes: readonly string[]): Promise<PackageFacts> {
  const { name, license } = JSON.parse(await Deno.readTextFile(new URL("deno.json", directory)));
  const { success, stderr } = await new Deno.Command("deno", {
    args: ["publish", "--dry-run", "--allow-dirty", "--no-check"],
    cwd: directory.pathname,
    env: { NO_COLOR: "1" },
  }).output();
  return {
    name,
    license,
    readme: await Deno.readTextFile(new URL("README.md", directory)),
    docs: await packageDocs(directory),
    obstacles: success ? "" : new TextDecoder().decode(stderr),
    runtimes,
    workflow: await Deno.readTextFile(new URL(".github/workflows/publish.yml", ROOT)),
  };
}

/** The runtimes that a package is tried in by `scripts/runtimes`: the emulator where there are servers. */
export function triedRuntimes(name: typeof PACKAGES[number]): string[] {
  const tried = Object.entries(runtimesIn("")).filter(([, { serve }]) => name !== "emulator" || serve);
  return Object.entries(RUNTIMES).filter(([begin]) => tried.some(([runtime]) => runtime.startsWith(begin)))
    .map(([, known]) => known);
}

if (import.meta.main) {
  for (const name of PACKAGES) {
    const facts = await packageFacts(new URL(`packages/${name}/`, ROOT), triedRuntimes(name));
    const factors = scoreFactors(facts);
    const missing = factors.filter((one) => one.missing);
    const points = factors.reduce((sum, one) => sum + (one.missing ? 0 : one.points), 0);
    const most = factors.reduce((sum, one) => sum + one.points, 0);
    console.log(`${facts.name}: ${points} of ${most} points`);
    for (const one of missing) console.log(`  missing: ${one.name}: ${one.missing}`);
    for (const { setByHand } of factors) if (setByHand) console.log(`  by hand: ${setByHand}`);
    if (missing.length > 0) Deno.exitCode = 1;
  }
}
