/** CONTRIBUTING.md names files and what is in them: both must be there. */
import { assert, assertEquals } from "@std/assert";
import { sourceFiles } from "../../scripts/source_files.ts";

const ROOT = new URL("../../", import.meta.url);

Deno.test("CONTRIBUTING.md names files that are there, and says of names in which file they are", async () => {
  const page = (await Deno.readTextFile(new URL("CONTRIBUTING.md", ROOT))).replaceAll(/\s+/g, " ");
  const paths = await sourceFiles();
  // The page leaves out folders that it has just named.
  const filesNamed = (name: string) => paths.filter((path) => `/${path}`.endsWith(`/${name}`));
  const names = new Set([...page.matchAll(/`([\w/]+\.ts)`/g)].map(([, name = ""]) => name));
  assert(names.size > 20);
  assertEquals([...names].filter((name) => filesNamed(name).length === 0), []);

  const said = [...page.matchAll(/`(\w+)(?:\(\))?` in `([\w/]+\.ts)`/g)];
  assert(said.length > 5);
  for (const [, name = "", file = ""] of said) {
    const texts = await Promise.all(filesNamed(file).map((path) => Deno.readTextFile(new URL(path, ROOT))));
    assert(texts.some((text) => new RegExp(`\\b${name}\\b`).test(text)), `${file} has no ${name}`);
  }
});
