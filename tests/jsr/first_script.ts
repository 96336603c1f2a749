import { readPage } from "../docs/markdown.ts";

/**
 * The first block of TypeScript of a page, run by the page's own tests or not.
 *
 * @throws {Error} There is none.
 */
export function firstScript(markdown: string): string {
  const block = readPage(markdown).blocks.find(({ info }) => /^ts\b/.test(info));
  if (!block) throw new Error("The page has no TypeScript");
  return `${block.text}\n`;
}
