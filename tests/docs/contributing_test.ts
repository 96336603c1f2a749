/** CONTRIBUTING.md names files and what is in them: both must be there. */
import { assert, assertEquals } from "@std/assert";
import { sourceFiles } from "../../scripts/source_files.ts";

const ROOT = new URL("../../", import.meta.url);

const page = (await Deno.readTextFile(new URL("CONTRIBUTING.md", ROOT))).replaceAll(/\s+/g, " ");
const paths = (await sourceFiles()).filter((path) => path.endsWith(".ts"));

/** The files that a name may mean: the page leaves out folders that it has just named. */
function filesNamed(name: string): string[] {
  return paths.filter((path) => `/${path}`.endsWith(`/${name}`));
}

Deno.test("CONTRIBUTING.md names files that are there", () => {
  const names = new Set([...page.matchAll(/`([\w/]+\.ts)`/g)].map(([, name = ""]) => name));
  assert(names.size > 20);
  assertEquals([...names].filter((name) => filesNamed(name).length === 0), []);
});

Deno.test("CONTRIBUTING.md says of names in which file they are", async () => {
  const said = [...page.matchAll(/`(\w+)(?:\(\))?` in `([\w/]+\.ts)`/g)];
  assert(said.length > 5);
  for (const [, name = "", file = ""] of said) {
    const texts = await Promise.all(filesNamed(file).map((path) => Deno.readTextFile(new URL(path, ROOT))));
    assert(texts.some((text) => new RegExp(`\\b${name}\\b`).test(text)), `${file} has no ${name}`);
  }
});
