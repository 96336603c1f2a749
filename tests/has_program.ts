/**
 * Which programs this machine has. A test asks here for each program that a machine with Node, npm and git may lack.
 *
 * @module
 */

/** Whether one of the folders of `PATH` has an executable file with this name. */
export function hasProgram(program: string, path: string = Deno.env.get("PATH") ?? ""): boolean {
  return path.split(":").filter((folder) => folder !== "").some((folder) => {
    try {
      const { isFile, mode } = Deno.statSync(`${folder}/${program}`);
      return isFile && ((mode ?? 0) & 0o111) !== 0;
    } catch {
      return false; // not there, or in a folder that may not be read
    }
  });
}

/** The name of a test that needs programs, and whether to leave it out: spread it into the test's definition. */
export function needing(
  programs: readonly string[],
  name: string,
): { readonly name: string; readonly ignore: boolean } {
  const needs = programs.length === 0 ? "" : ` (needs ${programs.join(", ")})`;
  return { name: `${name}${needs}`, ignore: !programs.every((program) => hasProgram(program)) };
}
