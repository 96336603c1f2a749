// The one way to standard output: rows as a table, JSON lines or CSV, single values, and bytes.
import { getBorderCharacters, table } from "table";
import type { Form } from "./flags.ts";
import { jsonLine, printable, printableLines } from "./printable.ts";
import type { Sink } from "./world.ts";

/** A column of a table and of CSV. */
export interface OutputColumn {
  /** The name of the member of a row that it shows, and its name in CSV. */
  readonly name: string;
  /** Its title in a table; the name in capitals if left out. */
  readonly title?: string;
  /** Where its cells stand in a table; left if left out. */
  readonly alignment?: "left" | "right";
}

/** A row: what JSON has of it; columns show members whose values are text or numbers. */
export type OutputRow = Readonly<Record<string, unknown>>;

/** Writes to standard output. */
export interface Output {
  /** The form of rows. */
  readonly form: Form;
  /** Writes rows as they come, and resolves with how many there were. */
  rows(columns: readonly OutputColumn[], rows: AsyncIterable<OutputRow> | Iterable<OutputRow>): Promise<number>;
  /** Writes one value: as JSON if that was asked for, else as text, a line or more: names of others in it must be printable. */
  value(json: unknown, text: string): Promise<void>;
  /** Writes bytes as they are; on a terminal as text, with visible escapes and a line end. */
  bytes(stream: ReadableStream<Uint8Array>): Promise<void>;
}

/** So many rows have their columns aligned with each other. */
const PAGE = 1_000;

/** A column that is wrapped has at least so many characters. */
const NARROWEST = 12;

const GAP = "  ";

/** Makes the way to standard output, in the form that was asked for. */
export function createOutput(stdout: Sink, asked: Form | undefined): Output {
  const encoder = new TextEncoder();
  const write = (text: string) => stdout.write(encoder.encode(text));
  const form = asked ?? (stdout.isTerminal ? "table" : "json");

  async function writeEach(rows: AsyncIterable<OutputRow> | Iterable<OutputRow>, lineOf: (row: OutputRow) => string) {
    let count = 0;
    for await (const row of rows) {
      await write(lineOf(row));
      count++;
    }
    return count;
  }

  async function writeTable(columns: readonly OutputColumn[], rows: AsyncIterable<OutputRow> | Iterable<OutputRow>) {
    let count = 0;
    let page: string[][] = [];
    const titles = columns.map(({ name, title }) => printable(title ?? name.toUpperCase()));
    const flush = async () => {
      if (page.length > 0) await write(layOut(columns, titles, page, stdout, count === page.length));
      page = [];
    };
    for await (const row of rows) {
      count++;
      page.push(columns.map(({ name }) => printable(cellOf(row[name]))));
      if (page.length === PAGE) await flush();
    }
    await flush();
    return count;
  }

  return {
    form,
    async rows(columns, rows) {
      if (form === "table") return await writeTable(columns, rows);
      if (form === "json") return await writeEach(rows, (row) => `${jsonLine(row)}\n`);
      const line = (cells: string[]) => `${cells.map(stdout.isTerminal ? printable : (cell) => cell).join(",")}\n`;
      await write(line(columns.map(({ name }) => quoted(name))));
      return await writeEach(rows, (row) => line(columns.map(({ name }) => quoted(cellOf(row[name])))));
    },
    value: (json, text) =>
      write(`${asked === "json" ? jsonLine(json) : stdout.isTerminal ? printableLines(text) : text}\n`),
    async bytes(stream) {
      if (!stdout.isTerminal) {
        for await (const chunk of stream) await stdout.write(chunk);
        return;
      }
      const decoder = new TextDecoder();
      let last = "";
      const show = async (text: string) => {
        last = text.at(-1) ?? last;
        await write(printableLines(text));
      };
      for await (const chunk of stream) await show(decoder.decode(chunk, { stream: true }));
      await show(decoder.decode());
      if (last !== "" && last !== "\n") await write("\n"); // what follows has a line of its own
    },
  };
}

function cellOf(value: unknown): string {
  return value === undefined || value === null ? "" : typeof value === "object" ? JSON.stringify(value) : String(value);
}

/** A cell of CSV (RFC 4180). */
function quoted(text: string): string {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/**
 * Lines up rows of cells. Where they are too long for the terminal, the last column is wrapped; where that is not enough, each
 * row becomes a block with a line for each of its cells.
 */
function layOut(
  columns: readonly OutputColumn[],
  titles: readonly string[],
  rows: readonly string[][],
  { isTerminal, columns: width }: Sink,
  isFirst: boolean,
): string {
  const cells = isFirst ? [[...titles], ...rows] : [...rows];
  const text = draw(columns, cells);
  const excess = isTerminal && width !== undefined ? widthOf(text) - width : 0;
  if (excess <= 0) return trimmed(text);
  const last = widthOf(draw(columns.slice(-1), cells.map((row) => row.slice(-1)))) - excess;
  if (last >= NARROWEST) return trimmed(draw(columns, cells, last));
  const title = Math.max(...titles.map(({ length }) => length));
  const blocks = rows.map((row) => row.map((cell, at) => `${titles[at]!.padEnd(title)}${GAP}${cell}`.trimEnd() + "\n"));
  return (isFirst ? "" : "\n") + blocks.map((lines) => lines.join("")).join("\n");
}

/** Cells in aligned columns, the last one wrapped if it has a width. All lines fill the same place on a terminal. */
function draw(columns: readonly OutputColumn[], cells: readonly string[][], last?: number): string {
  return table(cells as string[][], {
    border: getBorderCharacters("void"),
    drawHorizontalLine: () => false,
    columnDefault: { paddingLeft: 0, paddingRight: GAP.length },
    columns: columns.map(({ alignment = "left" }, index) => ({
      alignment,
      ...(index === columns.length - 1 && last !== undefined && { width: last, wrapWord: true }),
    })),
  });
}

/** How many places a drawing takes: the length of a line without wide characters, which has the most. */
function widthOf(text: string): number {
  return Math.max(...text.split("\n").map(({ length }) => length)) - GAP.length;
}

function trimmed(text: string): string {
  return text.replace(/ +$/gm, "");
}
