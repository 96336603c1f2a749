/** The blocks in TypeScript are run by `deno task test:doc`, this runs the others and looks at what is no code. */
import { assertEquals, assertRejects } from "@std/assert";
import { needing } from "../has_program.ts";
import { anchorsOf, linksOf, type Page, readPage } from "./markdown.ts";
import { prints, runPage } from "./shell.ts";

const ROOT = new URL("../../", import.meta.url);
const DOCS = new URL("docs/", ROOT);

const pages = new Map<string, Page>();
for (const { name } of [...Deno.readDirSync(DOCS)].sort((one, other) => one.name < other.name ? -1 : 1)) {
  pages.set(name, readPage(await Deno.readTextFile(new URL(name, DOCS))));
}

/** What nobody runs: a block in another language or without an end, or a text that no command prints. */
function deadBlocks({ blocks, prose }: Page): string[] {
  const dead = blocks.filter(({ info }, index) =>
    info === "text" ? blocks[index - 1]?.info !== "sh" : info !== "ts" && info !== "sh"
  );
  return [...dead.map(({ info, line }) => `line ${line}: ${info}`), ...prose.match(/^( {4}|\t| *(```|~~~)).*/gm) ?? []];
}

/** The links that lead to a file that is not there, or to an anchor that its page does not have. */
async function deadLinks(url: URL, page: Page): Promise<string[]> {
  const links = linksOf(page).filter((link) => !/^https?:/.test(link));
  const lead = await Promise.all(links.map(async (link) => {
    const { pathname, hash } = new URL(link, url);
    if (hash === "") return await Deno.stat(pathname).then(() => true, () => false);
    const text = await Deno.readTextFile(pathname).catch(() => "");
    return anchorsOf(readPage(text)).includes(decodeURIComponent(hash.slice(1)));
  }));
  return links.filter((_, index) => !lead[index]);
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
  Deno.test(needing(programs, title), async () => await runPage(page));
}

Deno.test("README.md shows the token app whole", async () => {
  const { blocks } = readPage(await Deno.readTextFile(new URL("README.md", ROOT)));
  const app = await Deno.readTextFile(new URL("apps/token/main.ts", ROOT));
  assertEquals(blocks.filter(({ text }) => text.includes("createApp")).map(({ text }) => `${text}\n`), [app]);
});

Deno.test("deadBlocks() and deadLinks() find what nobody runs and what leads nowhere", async () => {
  const page = readPage(
    "# A b\n\n# A b\n\n```sh\nx\n```\n\n```text\ny\n```\n\n[a](markdown.ts) [b](../docs/) [c](../../README.md#two-commands)\n",
  );
  assertEquals([deadBlocks(page), await deadLinks(new URL(import.meta.url), page)], [[], []]);
  assertEquals(anchorsOf(page), ["a-b", "a-b-1"]);
  const dead = "```ts ignore\nx\n```\n~~~\nx\n~~~\n```ts\n```\n```text\n```\n\n    x\n\n- ~~~sh\n";
  assertEquals(deadBlocks(readPage(`${dead}\`\`\`\`sh\n`)).length, 5);
  const gone = readPage("[d](gone.md) [e](../../README.md#gone) `[g](h.md)`\n\n```ts\n// [i](j.md)\n```\n");
  assertEquals(await deadLinks(new URL(import.meta.url), gone), ["gone.md", "../../README.md#gone"]);
});

Deno.test("runPage() tells which block failed, or printed something else, and ends what listens", async () => {
  assertEquals([prints('{"a":"…"}', '{"a":"x\ny"}\n'), prints("a.", "ab"), prints("a", "ab")], [true, false, false]);
  const listens = "```sh\necho Listening on http://127.0.0.1:8787/\nsleep 1000\n```\n\n";
  const run = (code: string) => runPage(readPage(listens + code));
  await run("```sh\ntest ! -e a\necho b > a\necho c; cat a\n```\n\n```text\nc\nb\n```\n");
  await assertRejects(() => run("```sh\nfalse\ntrue\n```\n"), Error, "line 6: it ended with 1");
  await assertRejects(() => run("```sh\necho a\n```\n\n```text\nb\n```\n"), Error, "line 10: the command prints");
});
