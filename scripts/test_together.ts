/**
 * Runs a line of `deno test` in the folder where it is started, with all test files in one isolate.
 *
 *   deno run -A ../../scripts/test_together.ts deno test --no-check -P --ignore=stores
 *
 * Deno 2.9 gives each file an isolate of its own, and fills an array of 80 MB in each, which its benchmarks use: 0.3 s of
 * CPU, more than most files' tests. So a file imports them all; it is in the folder, whose permissions `-P` means.
 */

/** The test files in a folder and below, as `deno test` finds them, by their paths. */
export async function testFiles(folder: string, ignored: readonly string[] = []): Promise<string[]> {
  const found: string[] = [];
  for await (const { name, isDirectory } of Deno.readDir(folder)) {
    const path = folder === "." ? name : `${folder}/${name}`;
    if (ignored.includes(path) || name === "node_modules") continue;
    if (isDirectory) found.push(...await testFiles(path, ignored));
    else if (/(^|[._])test\.[cm]?[jt]sx?$/.test(name)) found.push(path);
  }
  return found.sort();
}

if (import.meta.main) {
  const [, test = "", ...rest] = Deno.args;
  const ignored = rest.flatMap((option) => /^--ignore=(.*)/.exec(option)?.[1]?.split(",") ?? []);
  const options = rest.filter((option) => /^-(?!-ignore=)/.test(option));
  const folders = rest.filter((option) => !option.startsWith("-"));
  const files = await Promise.all((folders.length === 0 ? ["."] : folders).map((folder) => testFiles(folder, ignored)));
  const entry = await Deno.makeTempFile({ dir: ".", prefix: "together_", suffix: ".ts" });
  let code = 1;
  try {
    await Deno.writeTextFile(entry, files.flat().map((path) => `import "./${path}";\n`).join(""));
    ({ code } = await new Deno.Command(Deno.execPath(), { args: [test, ...options, entry] }).spawn().status);
  } finally {
    await Deno.remove(entry);
  }
  Deno.exit(code);
}
