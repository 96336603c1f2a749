/**
 * Runs the session's tests against the one active mutant: first the file beside it, or if there is none those that import it,
 * then the others of its folder and those of the whole session. What only a test of another folder would notice counts as not
 * noticed: that folder's tests are not about it, and to run them takes half a minute for each mutant that is left.
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

/** The files of the session that `source`, the text of `path`, imports. */
export function importsOf(path: string, source: string): string[] {
  return [...source.matchAll(/(?:from |import\(|import )"([^"]+)"/g)].flatMap(([, specifier = ""]) => {
    if (specifier === "@xsignals/session") return [`${SESSION}/mod.ts`];
    return specifier.startsWith(".") ? [new URL(specifier, `file:///${path}`).pathname.slice(1)] : [];
  });
}

/** Whether `from` imports `to`, directly or through others. */
export function reaches(from: string, to: string, imports: ReadonlyMap<string, readonly string[]>): boolean {
  const seen = new Set([from]);
  for (const path of seen) imports.get(path)?.forEach((next) => seen.add(next));
  return seen.has(to);
}

function folderOf(path: string): string {
  return path.slice(0, path.lastIndexOf("/"));
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

if (import.meta.main) {
  const sources = new Map(filesBelow(SESSION).map((path) => [path, Deno.readTextFileSync(path)]));
  // Tests of the stores take a minute, and start programs that may not read which mutant is active.
  const tests = [...sources.keys()].filter((path) => path.endsWith("_test.ts") && !/\/(stores|testing)\//.test(path));
  const mutant = Deno.env.get("__STRYKER_ACTIVE_MUTANT__");
  if (mutant === undefined) Deno.exit(pass(tests) ? 0 : 1);

  const mutated = [...sources].find(([, source]) => source.includes(`stryMutAct_9fa48("${mutant}")`))?.[0];
  if (mutated === undefined) throw new Error(`Cannot test mutant ${mutant}: no file of the session holds it`);
  const imports = new Map([...sources].map(([path, source]) => [path, importsOf(path, source)]));
  const own = mutated.replace(/\.ts$/, "_test.ts");
  const first = tests.filter((path) => tests.includes(own) ? path === own : imports.get(path)?.includes(mutated));
  const places = [SESSION, folderOf(mutated)];
  const others = tests.filter((path) => places.includes(folderOf(path)) && !first.includes(path))
    .filter((path) => reaches(path, mutated, imports));
  Deno.exit(pass(first) && pass(others) ? 0 : 1);
}
