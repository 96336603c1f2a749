import { assertEquals } from "@std/assert";
import { needing } from "../../has_program.ts";
import { openRegistry, type Registry } from "./registry.ts";

const CONFIG = { name: "@scope/name", version: "1.0.0", license: "MIT", exports: "./mod.ts" };
const MODULE = "export {};\n";

async function tarball(files: Readonly<Record<string, string>>): Promise<BodyInit> {
  const directory = await Deno.makeTempDir();
  for (const [path, text] of Object.entries(files)) await Deno.writeTextFile(`${directory}/${path}`, text);
  const args = ["-cz", "-C", directory, ...Object.keys(files)];
  const { stdout } = await new Deno.Command("tar", { args }).output();
  await Deno.remove(directory, { recursive: true });
  return stdout;
}

async function post({ url }: Registry, body: BodyInit, token = "token"): Promise<unknown[]> {
  const response = await fetch(`${url}api/scopes/scope/packages/name/versions/1.0.0?config=%2Fdeno.json`, {
    method: "POST",
    headers: { authorization: `Bearer ${token}` },
    body,
  });
  const { code, error } = await response.json();
  return [response.status, code ?? error?.code];
}

Deno.test(needing(["tar"], "openRegistry() serves what was published, with the digest of each file"), async () => {
  await using registry = openRegistry("token");
  const files = { "deno.json": JSON.stringify(CONFIG), "mod.ts": MODULE };
  assertEquals(await post(registry, await tarball(files)), [200, undefined]);
  const get = async (path: string) => await (await fetch(`${registry.url}@scope/name/${path}`)).text();
  assertEquals(JSON.parse(await get("meta.json")).versions, { "1.0.0": {} });
  const { manifest, exports } = JSON.parse(await get("1.0.0_meta.json"));
  assertEquals(exports, { ".": "./mod.ts" });
  assertEquals(manifest["/mod.ts"], {
    size: 11,
    checksum: "sha256-8e609bb71c20b858c77f0e9f90bb1319db8477b13f9f965f1a1e18524bf50881",
  });
  assertEquals(await get("1.0.0/mod.ts"), MODULE);
  assertEquals(await get("1.0.0/other.ts"), "");
  assertEquals(await get("1.0.1_meta.json"), "");
});

Deno.test(needing(["tar"], "openRegistry() refuses what JSR refuses"), async () => {
  await using registry = openRegistry("token");
  const refusals = async (config: unknown, files: Record<string, string> = { "mod.ts": MODULE }) =>
    await post(registry, await tarball({ "deno.json": JSON.stringify(config), ...files }));
  assertEquals(await refusals({ ...CONFIG, name: "@scope/other" }), [200, "configFileNameMismatch"]);
  assertEquals(await refusals({ ...CONFIG, version: "1.0.1" }), [200, "configFileVersionMismatch"]);
  assertEquals(await refusals({ ...CONFIG, exports: "./main.ts" }), [200, "configFileExportsInvalid"]);
  assertEquals(await refusals({ ...CONFIG, license: undefined }), [200, "missingLicense"]);
  assertEquals(await post(registry, await tarball({ "mod.ts": MODULE })), [200, "missingConfigFile"]);
  assertEquals(await post(registry, "", "another"), [401, "missingAuthentication"]);
  assertEquals(registry.published, []);
  assertEquals(await refusals(CONFIG), [200, undefined]);
  assertEquals(await refusals(CONFIG), [409, "duplicateVersionPublish"]);
});
