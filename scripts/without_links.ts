/**
 * Deletes the `links` line of the root `deno.json`: the stand-in for `@std/assert` gives way to the real one, from JSR.
 * `deno install`, not `--frozen`, then adds what is new to `deno.lock` and keeps the rest.
 *
 *   deno run --allow-read --allow-write=deno.json scripts/without_links.ts
 */
const path = new URL("../deno.json", import.meta.url);
const { links, ...rest } = JSON.parse(await Deno.readTextFile(path));
if (links === undefined) throw new Error("Cannot delete the links: deno.json has none");
await Deno.writeTextFile(path, `${JSON.stringify(rest, null, 2)}\n`);
