import { assertEquals } from "@std/assert";
import { measureInstalled } from "./installed_packages.ts";

async function install(place: string, manifest: unknown): Promise<number> {
  await Deno.mkdir(place, { recursive: true });
  const text = JSON.stringify(manifest);
  await Deno.writeTextFile(`${place}/package.json`, text);
  return text.length;
}

Deno.test("measureInstalled() counts each package once, where it is found from, and none that is optional and absent", async () => {
  const folder = await Deno.makeTempDir();
  const top = `${folder}/node_modules`;
  const sizes = await Promise.all([
    install(`${top}/a`, { dependencies: { b: "1", c: "1" }, optionalDependencies: { absent: "1" } }),
    install(`${top}/b`, { dependencies: { c: "2" }, peerDependencies: { a: "1" } }),
    install(`${top}/b/node_modules/c`, { version: "2" }),
    install(`${top}/c`, { version: "1" }),
  ]);
  await install(`${top}/unasked`, {});
  const bytes = sizes.reduce((sum, size) => sum + size, 0);
  assertEquals(await measureInstalled(folder, ["a"]), { packages: 4, bytes });
  assertEquals((await measureInstalled(folder, ["c", "c"])).packages, 1);
  await Deno.remove(folder, { recursive: true });
});
