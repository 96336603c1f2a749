import { assertEquals } from "@std/assert";

async function readJson(path: string): Promise<Record<string, Record<string, unknown>>> {
  return JSON.parse(await Deno.readTextFile(new URL(path, import.meta.url)));
}

Deno.test("The peers' versions are exact, those of the lock file, and the project's own where it has them too", async () => {
  const { dependencies = {} } = await readJson("npm/package.json");
  const { packages = {} } = await readJson("npm/package-lock.json");
  const { imports = {} } = await readJson("../../deno.json");
  const shared: string[] = [];
  for (const [name, version] of Object.entries(dependencies)) {
    const locked = packages[`node_modules/${name}`] as { version: string };
    assertEquals([name, locked.version], [name, version]);
    if (imports[name] === undefined) continue;
    assertEquals(imports[name], `npm:${name}@${version}`);
    shared.push(name);
  }
  assertEquals(shared.sort(), ["hono", "oidc-provider", "openid-client"]);
});
