/** Turbo reads package-lock.json, and prints a warning where there is none. Nothing is installed by it. */
import { assertEquals, assertFalse } from "@std/assert";

const ROOT = new URL("../", import.meta.url);

const read = (path: string) => Deno.readTextFile(new URL(path, ROOT));

Deno.test("package-lock.json names no host, and has the members as their package.json has them", async () => {
  const text = await read("package-lock.json");
  assertFalse(text.includes("//"), "it names a host: make it with --omit-lockfile-registry-resolved");
  const { packages } = JSON.parse(text);
  for (const area of ["packages", "apps"]) {
    for (const { name } of Deno.readDirSync(new URL(area, ROOT))) {
      const { version, dependencies, devDependencies } = JSON.parse(await read(`${area}/${name}/package.json`));
      const locked = packages[`${area}/${name}`];
      assertEquals([locked.version, locked.dependencies, locked.devDependencies], [
        version,
        dependencies,
        devDependencies,
      ], name);
    }
  }
  assertEquals(packages[""].devDependencies, JSON.parse(await read("package.json")).devDependencies);
});
