/** The blocks in TypeScript are run by `deno task test:doc`, this runs the others and looks at what is no code. */
import { assert, assertEquals } from "@std/assert";
import { needing } from "../has_program.ts";
import { linksOf, type Page, readPage } from "./markdown.ts";
import { deadBlocks, deadLinks } from "./rules.ts";
import { runPage } from "./shell.ts";

const DOCS = new URL("../../docs/", import.meta.url);

/** The ports that the pages name: of the emulator, of the gateway, of an edge function or the token app. */
const PORTS = [8787, 8080, 8000];

const pages = new Map<string, Page>();
for (const { name } of [...Deno.readDirSync(DOCS)].sort((one, other) => one.name < other.name ? -1 : 1)) {
  pages.set(name, readPage(await Deno.readTextFile(new URL(name, DOCS))));
}

Deno.test("docs: the index names every page, and there is nothing but pages", () => {
  const named = linksOf(pages.get("README.md")!).filter((link) => !link.includes("/"));
  assertEquals(["README.md", ...named].sort(), [...pages.keys()].sort());
});

for (const [name, page] of pages) {
  Deno.test(`docs/${name}: every block is run by somebody, every link leads somewhere`, async () => {
    assertEquals(deadBlocks(page), []);
    assertEquals(await deadLinks(new URL(name, DOCS), page), []);
  });

  const scripts = page.blocks.filter(({ info }) => info === "sh");
  if (scripts.length === 0) continue;
  const title = `docs/${name}: the commands do what the page says`;
  const programs = scripts.some(({ text }) => /\bcurl\b/.test(text)) ? ["curl"] : [];
  Deno.test(needing(programs, title), async () => await runPage(page, PORTS));
}

Deno.test("README.md shows the token app whole", async () => {
  const root = new URL("../../", import.meta.url);
  const { blocks } = readPage(await Deno.readTextFile(new URL("README.md", root)));
  const app = await Deno.readTextFile(new URL("apps/token/main.ts", root));
  assertEquals(blocks.filter(({ text }) => text.includes("createApp")).map(({ text }) => `${text}\n`), [app]);
  assert(app.trimEnd().split("\n").length <= 60, "it is a small app: 60 lines at most");
});
