/**
 * The parts of a Markdown page that are tested: blocks of code, links, headings, tables.
 *
 * @module
 */

/** A fenced block of code. */
export interface Block {
  /** What stands after its first fence: the language, and nothing else if it is to be run. */
  readonly info: string;
  /** What is between the fences. */
  readonly text: string;
  /** The line of its first fence, from 1. */
  readonly line: number;
}

/** A page, taken apart. */
export interface Page {
  /** Its blocks of code, from top to bottom. */
  readonly blocks: readonly Block[];
  /** Its lines outside of them; a line of a block is empty here. */
  readonly prose: readonly string[];
}

const FENCE = /^\s*(```|~~~)(.*)$/;

/** Takes a page apart. */
export function readPage(markdown: string): Page {
  const blocks: Block[] = [];
  const prose: string[] = [];
  let open: { info: string; lines: string[]; line: number; fence: string } | undefined;
  for (const [index, text] of markdown.split("\n").entries()) {
    const [, fence = "", rest = ""] = FENCE.exec(text) ?? [];
    if (open && fence === open.fence) {
      blocks.push({ info: open.info, text: open.lines.join("\n"), line: open.line });
      open = undefined;
    } else if (open) open.lines.push(text);
    else if (fence !== "") open = { info: rest.trim(), lines: [], line: index + 1, fence };
    prose.push(open || fence !== "" ? "" : text);
  }
  if (open) throw new Error(`the block at line ${open.line} has no end`);
  return { blocks, prose };
}

/** Where the links of a page lead, images included; what is in backticks is none. */
export function linksOf({ prose }: Page): string[] {
  const text = prose.join("\n").replaceAll(/`[^`]*`/g, "");
  return [...text.matchAll(/\]\(([^()\s]+)\)/g)].map(([, target = ""]) => target);
}

/** The anchors of a page's headings, as GitHub makes them. */
export function anchorsOf({ prose }: Page): string[] {
  const seen = new Map<string, number>();
  return prose.flatMap((line) => /^#+ +(.*)$/.exec(line)?.[1] ?? []).map((heading) => {
    const anchor = heading.trim().toLowerCase().replaceAll(/[^\p{L}\p{N}\s_-]/gu, "").replaceAll(/\s/g, "-");
    const times = seen.get(anchor) ?? 0;
    seen.set(anchor, times + 1);
    return times === 0 ? anchor : `${anchor}-${times}`;
  });
}

/** The rows of every table on a page, without heads and rules, each a list of cells. */
export function rowsOf({ prose }: Page): string[][] {
  return prose.filter((line, index) => line.startsWith("|") && !isHead(prose, index) && !isRule(line))
    .map((line) => line.split(/(?<!\\)\|/).slice(1, -1).map((cell) => cell.trim()));
}

function isRule(line: string): boolean {
  return /^\|[\s|:-]+$/.test(line) && line.includes("-");
}

function isHead(prose: readonly string[], index: number): boolean {
  return isRule(prose[index + 1] ?? "");
}
