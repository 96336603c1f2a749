/**
 * `deno doc --lint` over every entry point of the published packages, and what `jsr/doc_rules.ts` asks beyond it.
 *
 *   deno task lint:docs
 *
 * One rule is excepted, in one package: the client's functions refer to types of the generator's that are not exported,
 * which `private-type-ref` reports. Exporting them all would bury the ones that people use.
 */
import { docFindings } from "../tests/jsr/doc_rules.ts";
import { PUBLISHED } from "../tests/runtimes/packages.ts";

async function lint(name: string): Promise<string[]> {
  const root = new URL(`../packages/${name}/`, import.meta.url);
  const { exports } = JSON.parse(await Deno.readTextFile(new URL("deno.json", root)));
  const { code, stderr } = await new Deno.Command("deno", {
    args: ["doc", "--lint", ...typeof exports === "string" ? [exports] : Object.values<string>(exports)],
    cwd: root,
    env: { NO_COLOR: "1" },
  }).output();
  const output = new TextDecoder().decode(stderr);
  const findings = output.split(/^(?=error\[)/m).filter((block) => block.startsWith("error["));
  const told = Number(/Found (\d+) documentation lint error/.exec(output)?.[1] ?? 0);
  // Whatever cannot be read as findings is one.
  if (findings.length !== told || (told === 0 && code !== 0)) return [output];
  const found = findings.filter((block) => name !== "client" || !block.startsWith("error[private-type-ref]"));
  return [...found, ...(await docFindings(root)).map((finding) => `${name}: ${finding}`)];
}

const found = (await Promise.all(PUBLISHED.map(lint))).flat();
for (const block of found) console.error(block);
if (found.length > 0) Deno.exit(1);
console.log(`lint_docs: ${PUBLISHED.length} packages, nothing found`);
