/**
 * The files that people write here, by their paths from the root: what Git tracks, and what it would if it was added.
 *
 * Left out is what a tool writes: the folders `gen/` and the lock files.
 */
export async function sourceFiles(): Promise<string[]> {
  const cwd = new URL("../", import.meta.url);
  const args = ["ls-files", "--cached", "--others", "--exclude-standard", "--deduplicate"];
  const { code, stdout, stderr } = await new Deno.Command("git", { args, cwd }).output();
  const [paths = "", why] = [stdout, stderr].map((bytes) => new TextDecoder().decode(bytes));
  if (code !== 0) throw new Error(`Cannot list the sources: git ls-files failed: ${why}`);
  return paths.split("\n").filter((path) => path !== "" && !/(^|\/)gen\/|(^|[/.-])lock(\.json)?$/.test(path));
}

/** Whether a path is that of a test. */
export function isTest(path: string): boolean {
  return /_test\.\w+$/.test(path);
}
