/** CONTRIBUTING.md names files and what is in them: both must be there. */
import { assert, assertEquals } from "@std/assert";

const ROOT = new URL("../../", import.meta.url);

/** The text of each source file of the project, by its path from the root. */
function sources(): Map<string, string> {
  const texts = new Map<string, string>();
  const folders = ["packages", "apps", "tests", "bench", "scripts"];
  for (let folder = folders.pop(); folder !== undefined; folder = folders.pop()) {
    for (const { name, isDirectory, isFile } of Deno.readDirSync(new URL(folder, ROOT))) {
      const path = `${folder}/${name}`;
      if (isDirectory && name !== "node_modules") folders.push(path);
      if (isFile && name.endsWith(".ts")) texts.set(path, Deno.readTextFileSync(new URL(path, ROOT)));
    }
  }
  return texts;
}

const page = (await Deno.readTextFile(new URL("CONTRIBUTING.md", ROOT))).replaceAll(/\s+/g, " ");
const texts = sources();

/** The files that a name may mean: the page leaves out folders that it has just named. */
function filesNamed(name: string): string[] {
  return [...texts.keys()].filter((path) => `/${path}`.endsWith(`/${name}`));
}

Deno.test("CONTRIBUTING.md names files that are there", () => {
  const names = new Set([...page.matchAll(/`([\w/]+\.ts)`/g)].map(([, name = ""]) => name));
  assert(names.size > 20);
  assertEquals([...names].filter((name) => filesNamed(name).length === 0), []);
});

Deno.test("CONTRIBUTING.md says of names in which file they are", () => {
  const said = [...page.matchAll(/`(\w+)(?:\(\))?` in `([\w/]+\.ts)`/g)];
  assert(said.length > 5);
  for (const [, name = "", file = ""] of said) {
    const isThere = filesNamed(file).some((path) => new RegExp(`\\b${name}\\b`).test(texts.get(path)!));
    assert(isThere, `${file} has no ${name}`);
  }
});
