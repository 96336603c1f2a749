import { assert, assertEquals } from "@std/assert";
import { obstacles, readVersions } from "./release.ts";

Deno.test("README.md installs the version that all manifests have and CHANGELOG.md begins with", async () => {
  const versions = await readVersions();
  const readme = await Deno.readTextFile(new URL("../README.md", import.meta.url));
  const ranges = new Set([...readme.matchAll(/jsr:@xsignals\/\w+@\^([\d.]+)/g)].map(([, range]) => range));
  assert(ranges.size > 0);
  for (const range of ranges) {
    const found = obstacles(`v${range}`, versions);
    assertEquals(found.filter((one) => one !== "CHANGELOG.md has no date for it"), []);
  }
});

Deno.test("obstacles() tells each manifest of another version, and a changelog without version or date", () => {
  const manifests = { "a/deno.json": "0.2.0", "b/deno.json": "0.2.1" };
  const other = ["a/deno.json has version 0.2.0", "CHANGELOG.md's newest version is 0.2.0"];
  assertEquals(obstacles("v0.2.1", { manifests, changelog: "\n## [0.2.0] - 2026-01-31\n" }), other);
  const undated = ["b/deno.json has version 0.2.1", "CHANGELOG.md has no date for it"];
  assertEquals(obstacles("v0.2.0", { manifests, changelog: "## [0.2.0] - unreleased\n" }), undated);
});
