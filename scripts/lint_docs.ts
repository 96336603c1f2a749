/**
 * `deno doc --lint` over every entry point of the published packages, and what `jsr/doc_rules.ts` asks beyond it.
 *
 *   deno run --allow-read --allow-run scripts/lint_docs.ts
 *
 * One rule is excepted, in one package: the client's functions refer to types of the generator's that are not exported,
 * which `private-type-ref` reports. Exporting them all would bury the ones that people use.
 */
import { docFindings } from "../tests/jsr/doc_rules.ts";
import { PACKAGES } from "../tests/runtimes/packages.ts";

const EXCEPTED = { package: "client", rule: "private-type-ref" };

/**
 * The findings in the output of `deno doc --lint`, without the excepted ones.
 *
 * @param output What it printed, without colours.
 */
export function findings(packageName: string, output: string): string[] {
  return output.split(/^(?=error\[)/m).filter((block) => block.startsWith("error["))
    .filter((block) => packageName !== EXCEPTED.package || !block.startsWith(`error[${EXCEPTED.rule}]`));
}

async function lint(packageName: string): Promise<string[]> {
  const root = new URL(`../packages/${packageName}/`, import.meta.url).pathname;
  const { exports } = JSON.parse(await Deno.readTextFile(`${root}deno.json`));
  const entries: string[] = typeof exports === "string" ? [exports] : Object.values(exports);
  const { code, stdout, stderr } = await new Deno.Command("deno", {
    args: ["doc", "--lint", ...entries],
    cwd: root,
    env: { NO_COLOR: "1" },
  }).output();
  const output = [stdout, stderr].map((bytes) => new TextDecoder().decode(bytes)).join("\n");
  const found = findings(packageName, output);
  if (code !== 0 && !output.includes("documentation lint error")) found.push(output);
  const more = await docFindings(new URL(`../packages/${packageName}/`, import.meta.url));
  return [...found, ...more.map((finding) => `${packageName}: ${finding}`)];
}

if (import.meta.main) {
  const found = (await Promise.all(PACKAGES.map(lint))).flat();
  for (const block of found) console.error(block);
  if (found.length > 0) Deno.exit(1);
  console.log(`lint_docs: ${PACKAGES.length} packages, nothing found`);
}
