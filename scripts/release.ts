/**
 * Whether a tag may be published: it names the version of every package, and CHANGELOG.md tells of that version.
 *
 *   deno run --allow-read scripts/release.ts v0.1.0
 */
import { PUBLISHED } from "../tests/runtimes/packages.ts";

const ROOT = new URL("../", import.meta.url);

/** The version that each manifest of the packages has, by its path, and what is newest in the changelog. */
export async function readVersions(): Promise<{ manifests: Record<string, string>; changelog: string }> {
  const manifests: Record<string, string> = {};
  for (const path of PUBLISHED.flatMap((name) => [`packages/${name}/deno.json`, `packages/${name}/package.json`])) {
    manifests[path] = JSON.parse(await Deno.readTextFile(new URL(path, ROOT))).version;
  }
  return { manifests, changelog: await Deno.readTextFile(new URL("CHANGELOG.md", ROOT)) };
}

/** What keeps a tag, such as `v0.1.0`, from being published, a line each. */
export function obstacles(tag: string, { manifests, changelog }: Awaited<ReturnType<typeof readVersions>>): string[] {
  const found = Object.entries(manifests).filter(([, version]) => `v${version}` !== tag)
    .map(([path, version]) => `${path} has version ${version}`);
  const [, newest, date] = /^## \[(.+?)\] - (\d{4}-\d\d-\d\d|unreleased)$/m.exec(changelog) ?? [];
  if (`v${newest}` !== tag) found.push(`CHANGELOG.md's newest version is ${newest}`);
  else if (date === "unreleased") found.push("CHANGELOG.md has no date for it");
  return found;
}

if (import.meta.main) {
  const [tag = ""] = Deno.args;
  const versions = await readVersions();
  const found = obstacles(tag, versions);
  for (const obstacle of found) console.error(`Cannot publish ${tag}: ${obstacle}`);
  if (found.length > 0) Deno.exit(1);
  console.log(`${tag}: ${Object.keys(versions.manifests).length} manifests and CHANGELOG.md agree`);
}
