import { assertEquals, assertMatch } from "@std/assert";

Deno.test("The peers' versions are exact, and the project's own where it has them too", async () => {
  const read = async (path: string) => JSON.parse(await Deno.readTextFile(new URL(path, import.meta.url)));
  const { dependencies } = await read("npm/package.json");
  const { imports } = await read("../../deno.json");
  const shared: string[] = [];
  for (const [name, version] of Object.entries<string>(dependencies)) {
    assertMatch(version, /^\d+\.\d+\.\d+$/);
    if (imports[name] !== undefined) shared.push(name, imports[name].replace(`npm:${name}@${version}`, "same"));
  }
  assertEquals(shared, ["hono", "same", "oidc-provider", "same", "openid-client", "same"]);
});
