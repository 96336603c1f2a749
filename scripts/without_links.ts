/**
 * Deletes the `links` line of the root `deno.json`: the stand-in for `@std/assert` gives way to the real one, from JSR.
 * `deno install`, not `--frozen`, then adds what is new to `deno.lock` and keeps the rest.
 *
 *   deno run --allow-read --allow-write=deno.json scripts/without_links.ts
 */

/**
 * A configuration without its links.
 *
 * @throws {Error} It has none.
 */
export function withoutLinks(config: string): string {
  const { links, ...rest } = JSON.parse(config);
  if (links === undefined) throw new Error("Cannot delete the links: deno.json has none");
  return `${JSON.stringify(rest, null, 2)}\n`;
}

if (import.meta.main) {
  const path = new URL("../deno.json", import.meta.url);
  await Deno.writeTextFile(path, withoutLinks(await Deno.readTextFile(path)));
}
