/**
 * Whether a tag may be published: it names the version of every package, and CHANGELOG.md tells of that version.
 *
 *   deno run --allow-read scripts/release.ts v0.1.0
 */
import { PACKAGES } from "../tests/runtimes/packages.ts";

const ROOT = new URL("../", import.meta.url);

/** The version that each manifest of the packages has, by its path. */
export async function packageVersions(): Promise<Record<string, string>> {
  const versions: Record<string, string> = {};
  for (const name of PACKAGES) {
    for (const file of ["deno.json", "package.json"]) {
      const path = `packages/${name}/${file}`;
      versions[path] = JSON.parse(await Deno.readTextFile(new URL(path, ROOT))).version;
    }
  }
  return versions;
}

/** The versions that a changelog tells of, newest first, each with its date or `unreleased`. */
export function changelogVersions(changelog: string): [string, string][] {
  const headings = changelog.matchAll(/^## \[(.+?)\] - (\d{4}-\d\d-\d\d|unreleased)$/gm);
  return [...headings].map(([, version = "", date = ""]) => [version, date]);
}

/**
 * What keeps a tag from being published, a line each.
 *
 * @param tag Such as `v0.1.0`.
 * @param versions The version in each manifest, by its path.
 */
export function obstacles(tag: string, versions: Readonly<Record<string, string>>, changelog: string): string[] {
  const found = Object.entries(versions).filter(([, version]) => `v${version}` !== tag)
    .map(([path, version]) => `${path} has version ${version}`);
  const [newest, date] = changelogVersions(changelog)[0] ?? [];
  if (`v${newest}` !== tag) found.push(`CHANGELOG.md's newest version is ${newest}`);
  else if (date === "unreleased") found.push("CHANGELOG.md has no date for it");
  return found;
}

if (import.meta.main) {
  const [tag = ""] = Deno.args;
  const changelog = await Deno.readTextFile(new URL("CHANGELOG.md", ROOT));
  const found = obstacles(tag, await packageVersions(), changelog);
  for (const obstacle of found) console.error(`Cannot publish ${tag}: ${obstacle}`);
  if (found.length > 0) Deno.exit(1);
  console.log(`${tag}: ${Object.keys(await packageVersions()).length} manifests and CHANGELOG.md agree`);
}
