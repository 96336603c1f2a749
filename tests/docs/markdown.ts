/**
 * The parts of a Markdown page that are tested: blocks of code, links, headings, tables.
 *
 * @module
 */

/** A fenced block of code. */
export interface Block {
  /** What stands after its first fence: the language, and nothing else if it is to be run. */
  readonly info: string;
  readonly text: string;
  /** The line of its first fence, from 1. */
  readonly line: number;
}

/** A page, taken apart. */
export interface Page {
  readonly blocks: readonly Block[];
  /** Its text without them. A fence that is left in it has no end. */
  readonly prose: string;
}

const BLOCK = /^ *(```|~~~)(.*)\n([^]*?)^ *\1$/gm;

/** Takes a page apart. */
export function readPage(markdown: string): Page {
  const blocks = [...markdown.matchAll(BLOCK)].map(({ index, 2: info = "", 3: text = "" }) => ({
    info: info.trim(),
    text: text.replace(/\n$/, ""),
    line: markdown.slice(0, index).split("\n").length,
  }));
  return { blocks, prose: markdown.replaceAll(BLOCK, "") };
}

/** Where the links of a page lead, images included; not those in backticks. */
export function linksOf({ prose }: Page): string[] {
  return [...prose.replaceAll(/`[^`]*`/g, "").matchAll(/\]\(([^()\s]+)\)/g)].map(([, target = ""]) => target);
}

/** The anchors of a page's headings, as GitHub makes them. */
export function anchorsOf({ prose }: Page): string[] {
  const all = [...prose.matchAll(/^#+ +(.*)$/gm)].map(([, heading = ""]) =>
    heading.trim().toLowerCase().replaceAll(/[^\p{L}\p{N}\s_-]/gu, "").replaceAll(/\s/g, "-")
  );
  return all.map((anchor, index) => {
    const before = all.slice(0, index).filter((one) => one === anchor).length;
    return before === 0 ? anchor : `${anchor}-${before}`;
  });
}

/** The rows of every table on a page that have so many cells, without heads and rules. */
export function rowsOf({ prose }: Page, cells: number): string[][] {
  const rows = [...prose.matchAll(/^\|.*\|\n(?!\|[\s|:-]+\|$)/gm)].map(([row]) =>
    row.split(/(?<!\\)\|/).slice(1, -1).map((cell) => cell.trim())
  );
  return rows.filter((row) => row.length === cells && !/^[:-]+$/.test(row[0]!));
}

/** The first block of a page that has the word in it, `most` lines long, as the module that a reader who copies it gets. */
export async function importBlock(path: string, word: string, most: number) {
  const { blocks } = readPage(await Deno.readTextFile(new URL(`../../${path}`, import.meta.url)));
  const { text } = blocks.find(({ text }) => text.includes(word)) ?? { text: "" };
  const lines = text === "" ? 0 : text.split("\n").length;
  if (lines === 0 || lines > most) throw new Error(`The block of ${word} in ${path} has ${lines} lines: 1 to ${most}`);
  return await import(`data:text/typescript,${encodeURIComponent(text)}`);
}
