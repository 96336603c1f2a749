/**
 * Runs the session's tests against the one active mutant: first the file beside it, or if there is none those that import
 * it, then the others of its folder and those of the whole session. What only a test of another folder would notice counts
 * as not noticed. Stryker starts this in its copy of the tree, and reads nothing but the exit code.
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

/** Runs the tests as one module: a module of tests takes longer to start than most of them take to run. */
function pass(tests: readonly string[]): boolean {
  if (tests.length === 0) return true;
  const all = Deno.makeTempFileSync({ dir: SESSION, suffix: ".ts" });
  Deno.writeTextFileSync(all, tests.map((path) => `import "../../${path}";\n`).join(""));
  const args = ["test", "-A", "--no-check", "--no-lock", "--node-modules-dir=none", "--fail-fast", all];
  const { success } = new Deno.Command(Deno.execPath(), { args, stdout: "inherit", stderr: "inherit" }).outputSync();
  Deno.removeSync(all);
  return success;
}

const sources = new Map(filesBelow(SESSION).map((path) => [path, Deno.readTextFileSync(path)]));
// Tests of the stores take a minute, and start programs that may not read which mutant is active.
const tests = [...sources.keys()].filter((path) => path.endsWith("_test.ts") && !/\/(stores|testing)\//.test(path));
const mutant = Deno.env.get("__STRYKER_ACTIVE_MUTANT__");
if (mutant === undefined) Deno.exit(pass(tests) ? 0 : 1);

const mutated = [...sources].find(([, source]) => source.includes(`stryMutAct_9fa48("${mutant}")`))?.[0];
if (mutated === undefined) throw new Error(`Cannot test mutant ${mutant}: no file of the session holds it`);
const folderOf = (path: string) => path.slice(0, path.lastIndexOf("/"));
const near = tests.filter((path) => [SESSION, folderOf(mutated)].includes(folderOf(path)));
const own = mutated.replace(/\.ts$/, "_test.ts");
const first = tests.includes(own) ? [own] : tests.filter((path) => {
  return new RegExp(`/${mutated.slice(mutated.lastIndexOf("/") + 1)}"`).test(sources.get(path)!);
});
Deno.exit(pass(first) && pass(near.filter((path) => !first.includes(path))) ? 0 : 1);
