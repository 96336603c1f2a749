/** A block of code in a Markdown file. */
export interface CodeBlock {
  /** The heading that it stands under; the title's where there is no other. */
  readonly heading: string;
  /** What follows the fence, such as `ts` or `ts ignore`. */
  readonly info: string;
  readonly text: string;
}

/** The fenced blocks of code of a Markdown file, in their order. */
export function codeBlocks(markdown: string): CodeBlock[] {
  const blocks: CodeBlock[] = [];
  let heading = "";
  for (const [, title, info = "", text = ""] of markdown.matchAll(/^#+ (.*)$|^```(.*)\n([^]*?)^```$/gm)) {
    if (title === undefined) blocks.push({ heading, info, text });
    else heading = title;
  }
  return blocks;
}

/**
 * The first TypeScript block of a Markdown file under a heading.
 *
 * @param heading The first of all when absent.
 * @throws {Error} There is none.
 */
export function codeBlock(markdown: string, heading?: string): string {
  const block = codeBlocks(markdown).find((one) =>
    /^ts\b/.test(one.info) && (heading === undefined || one.heading === heading)
  );
  if (!block) throw new Error(`No TypeScript block under ${heading ?? "any heading"}`);
  return block.text;
}
