import { assert, assertEquals } from "@std/assert";
import { changelogVersions, obstacles, packageVersions } from "./release.ts";

const ROOT = new URL("../", import.meta.url);
const CHANGELOG = "# Changelog\n\n## [0.2.0] - 2026-01-31\n\n### Added\n\n## [0.1.0] - 2026-01-01\n";

Deno.test("packageVersions() are one, which CHANGELOG.md begins with and README.md installs", async () => {
  const [version, ...others] = new Set(Object.values(await packageVersions()));
  assertEquals(others, []);
  const read = (path: string) => Deno.readTextFile(new URL(path, ROOT));
  assertEquals(changelogVersions(await read("CHANGELOG.md"))[0]?.[0], version);
  const ranges = [...(await read("README.md")).matchAll(/jsr:@xsignals\/\w+@\^([\d.]+)/g)].map(([, range]) => range);
  assert(ranges.length > 0);
  assertEquals(new Set(ranges), new Set([version]));
});

Deno.test("obstacles() finds none where tag, manifests and changelog agree", () => {
  assertEquals(obstacles("v0.2.0", { "a/deno.json": "0.2.0" }, CHANGELOG), []);
});

Deno.test("obstacles() tells each manifest of another version, and a changelog without version or date", () => {
  assertEquals(obstacles("v0.2.1", { "a/deno.json": "0.2.0", "b/deno.json": "0.2.1" }, CHANGELOG), [
    "a/deno.json has version 0.2.0",
    "CHANGELOG.md's newest version is 0.2.0",
  ]);
  assertEquals(obstacles("0.2.0", {}, CHANGELOG), ["CHANGELOG.md's newest version is 0.2.0"]);
  assertEquals(obstacles("v0.2.0", {}, CHANGELOG.replace("2026-01-31", "unreleased")), [
    "CHANGELOG.md has no date for it",
  ]);
});

Deno.test("release.ts fails for a tag that is not the packages' version", async () => {
  const { code, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "--no-prompt", "--allow-read", new URL("release.ts", import.meta.url).pathname, "v99.0.0"],
  }).output();
  const lines = new TextDecoder().decode(stderr).trim().split("\n");
  assertEquals([code, lines.length], [1, 7]);
});
