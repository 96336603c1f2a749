/** The blocks in TypeScript are run by `deno task test:doc`, this file runs the others and checks links and tables. */
import { assert, assertEquals, assertMatch, assertRejects } from "@std/assert";
import { existsSync } from "node:fs";
import { needing } from "../has_program.ts";
import { anchorsOf, linksOf, type Page, readPage } from "./markdown.ts";
import { prints, runPage } from "./shell.ts";

const ROOT = new URL("../../", import.meta.url);
const DOCS = new URL("docs/", ROOT);

const pages = new Map<string, Page>();
for (const { name } of [...Deno.readDirSync(DOCS)].sort((one, other) => one.name < other.name ? -1 : 1)) {
  pages.set(name, readPage(await Deno.readTextFile(new URL(name, DOCS))));
}

/** Where Debian's package for `/usr/bin/python3` is. */
const PANDAS = "/usr/lib/python3/dist-packages/pandas";

/** Fails if git would take one of the names into a commit: what pages have their readers make may be secret. */
async function assertIgnored(names: readonly string[]): Promise<void> {
  const args = ["check-ignore", "--no-index", "--", ...names];
  const { stdout } = await new Deno.Command("git", { args, cwd: ROOT }).output();
  assertEquals(new TextDecoder().decode(stdout).trim().split("\n").filter(Boolean).sort(), [...names].sort());
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
  const programs = ["curl", "python3"].filter((program) => scripts.some(({ text }) => text.includes(`${program} `)));
  const { name: title, ignore } = needing(programs, `docs/${name}: the commands do what the page says (found 183)`);
  const lacksPandas = programs.includes("python3") && !existsSync(PANDAS);
  Deno.test({ name: title, ignore: ignore || lacksPandas }, async () => {
    // `python3` may be another one, without pandas.
    const blocks = page.blocks.map((block) => ({
      ...block,
      text: block.text.replaceAll("python3 ", "/usr/bin/python3 "),
    }));
    await assertIgnored(await runPage({ ...page, blocks }));
  });

  Deno.test(`docs/${name}: its top says how to run the commands with Node only (found 182)`, () => {
    const [top = ""] = page.prose.split(/^## /m);
    assertMatch(
      top.replaceAll(/\s+/g, " "),
      /with Node (only|alone),? (write|put) `npx -y deno@[\d.]+` (for|in place of) `deno`/i,
    );
  });
}

const readme = readPage(await Deno.readTextFile(new URL("README.md", ROOT)));

Deno.test(
  needing(["curl", "openssl"], "README.md: its commands and programs do what it says (found 182)"),
  async () => {
    const [script = "", edge = ""] = readme.blocks.flatMap(({ info, text }) => info === "ts" ? text : []);
    await assertIgnored(await runPage(readme, { "script.ts": script, "edge.ts": edge }));
  },
);

Deno.test("README.md: the first screen says what this is, and that nobody tried it with the real servers (found 181)", () => {
  const [first = ""] = readme.prose.split(/^## /m);
  for (
    const told of [/XSignals is Xpansiv's API/, /Unofficial/, /never run against the real servers/, /xsignals probe/]
  ) {
    assertMatch(first, told);
  }
  assert(first.split("\n").length < 20);
});

Deno.test("README.md: every link leads somewhere, and it fits on three screens without the token app", async () => {
  assertEquals(await deadLinks(new URL("README.md", ROOT), readme), []);
  const app = readme.blocks.find(({ text }) => text.includes("createApp"))?.text ?? "";
  const lines = (await Deno.readTextFile(new URL("README.md", ROOT))).split("\n").length - app.split("\n").length;
  assert(lines < 180, `${lines} lines`);
});

Deno.test("what git ignores stays out of an image made by COPY . . (found 183)", async () => {
  const [git, image] = await Promise.all([".gitignore", ".dockerignore"].map(async (name) => {
    const lines = (await Deno.readTextFile(new URL(name, ROOT))).split("\n").filter((line) => /^[^#]/.test(line));
    return lines.map((line) => line.replace(/^(\*\*\/|\/)|\/$/g, ""));
  }));
  assert(git!.includes(".env") && git!.includes(".xsignals"), git!.join());
  assertEquals(git!.filter((name) => !image!.includes(name)), []);
});

Deno.test("README.md shows the token app whole", async () => {
  const { blocks } = readme;
  const app = await Deno.readTextFile(new URL("apps/token/main.ts", ROOT));
  assertEquals(blocks.filter(({ text }) => text.includes("createApp")).map(({ text }) => `${text}\n`), [app]);
});

Deno.test("deadBlocks() and deadLinks() find what nobody runs and what leads nowhere", async () => {
  const page = readPage(
    "# A b\n\n# A b\n\n```sh\nx\n```\n\n```text\ny\n```\n\n[a](markdown.ts) [b](../docs/) [c](../../README.md#see-it-work)\n",
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
