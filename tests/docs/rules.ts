/**
 * What holds for every page: each block of code is run by somebody, each link leads somewhere.
 *
 * @module
 */
import { anchorsOf, linksOf, type Page, readPage } from "./markdown.ts";

/**
 * Who runs the blocks: `deno task test:doc` those in TypeScript; `shell.ts` those for a shell, each of which may be
 * followed by a text that it is to print.
 */
const RUN = ["ts", "sh", "text"];

/** What is wrong with a page's blocks: a language that nobody runs, or a text that no command prints. */
export function deadBlocks({ blocks, prose }: Page): string[] {
  const wrong: string[] = [];
  for (const [index, { info, line }] of blocks.entries()) {
    if (!RUN.includes(info)) wrong.push(`line ${line}: nobody runs a block of "${info}"`);
    if (info === "text" && blocks[index - 1]?.info !== "sh") wrong.push(`line ${line}: no command prints this text`);
  }
  for (const [index, line] of prose.entries()) {
    if (/^( {4}|\t)/.test(line)) wrong.push(`line ${index + 1}: nobody runs a block that is only indented`);
  }
  return wrong;
}

/**
 * The links of a page that lead nowhere: to a file that is not there, or to an anchor that its page does not have.
 * Addresses of other hosts are not looked at.
 *
 * @param url Where the page is.
 * @param page The page.
 */
export async function deadLinks(url: URL, page: Page): Promise<string[]> {
  const dead: string[] = [];
  for (const link of linksOf(page)) {
    if (/^https?:/.test(link)) continue;
    if (!(await leadsSomewhere(new URL(link, url)))) dead.push(link);
  }
  return dead;
}

async function leadsSomewhere(target: URL): Promise<boolean> {
  const anchor = target.hash.slice(1);
  const file = new URL(target);
  file.hash = "";
  try {
    if (anchor === "") return (await Deno.stat(file)) !== undefined;
    return anchorsOf(readPage(await Deno.readTextFile(file))).includes(decodeURIComponent(anchor));
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}
