/**
 * Runs the session's tests against the one active mutant: first the file beside it, or if there is none those that import
 * it, then every other that reaches it. It leaves out the tests of the stores: they take a minute, and some start programs
 * that may not read the variable by which Stryker says which mutant is active.
 * Stryker starts this in its copy of the tree, and reads nothing but the exit code.
 */
const SESSION = "packages/session";

/** The files of the session below `folder`, by their path from the root. */
function filesBelow(folder: string): string[] {
  return [...Deno.readDirSync(folder)].flatMap(({ name, isDirectory }) => {
    const path = `${folder}/${name}`;
    if (isDirectory) return name === "node_modules" ? [] : filesBelow(path);
    return path.endsWith(".ts") ? [path] : [];
  });
}

/** The files of the session that a file imports. */
function importsOf(path: string, source: string): string[] {
  return [...source.matchAll(/(?:from |import\(|import )"([^"]+)"/g)].flatMap(([, specifier = ""]) => {
    if (specifier === "@xsignals/session") return [`${SESSION}/mod.ts`];
    return specifier.startsWith(".") ? [new URL(specifier, `file:///${path}`).pathname.slice(1)] : [];
  });
}

function pass(tests: readonly string[]): boolean {
  if (tests.length === 0) return true;
  const args = ["test", "-A", "--no-check", "--no-lock", "--node-modules-dir=none", "--fail-fast", ...tests];
  return new Deno.Command(Deno.execPath(), { args, stdout: "inherit", stderr: "inherit" }).outputSync().success;
}

const sources = new Map(filesBelow(SESSION).map((path) => [path, Deno.readTextFileSync(path)]));
const tests = [...sources.keys()].filter((path) => path.endsWith("_test.ts") && !/\/(stores|testing)\//.test(path));
const mutant = Deno.env.get("__STRYKER_ACTIVE_MUTANT__");
if (mutant === undefined) Deno.exit(pass(tests) ? 0 : 1);

const mutated = [...sources].find(([, source]) => source.includes(`stryMutAct_9fa48("${mutant}")`))?.[0];
if (mutated === undefined) throw new Error(`Cannot test mutant ${mutant}: no file of the session holds it`);
const imports = new Map([...sources].map(([path, source]) => [path, importsOf(path, source)]));
const own = mutated.replace(/\.ts$/, "_test.ts");
const first = tests.filter((path) => tests.includes(own) ? path === own : imports.get(path)?.includes(mutated));
const others = tests.filter((path) => {
  const reached = new Set([path]);
  for (const one of reached) imports.get(one)?.forEach((next) => reached.add(next));
  return !first.includes(path) && reached.has(mutated);
});
Deno.exit(pass(first) && pass(others) ? 0 : 1);
