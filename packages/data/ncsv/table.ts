// A table that is read once: as rows, as batches of text, or as bytes.
import type { Column, Row, Table } from "../types.ts";
import { streamOf } from "../peek_body.ts";
import { printableWords } from "../printable.ts";
import { badNcsv } from "./bad_ncsv.ts";
import { zoneOf } from "./columns.ts";
import { numberOf } from "./numbers.ts";
import type { TableParts } from "./open_ncsv.ts";
import type { Batch } from "./records.ts";

/** Makes the table. */
export function tableOf({ columns, ...parts }: TableParts): Table {
  const timeZone = zoneOf(columns);
  const toRow = rowReader(columns);
  let [isRead, isHandedOn] = [false, false];

  function begin(): void {
    if (isRead) throw new TypeError("Cannot read a table again: it is read once, as rows, as batches or as body");
    isRead = true;
  }

  async function* batches(): AsyncGenerator<Batch, void> {
    try {
      for await (const batch of parts.batches()) if (batch.rows.length > 0) yield batch;
    } finally {
      await parts.cancel();
    }
  }

  async function* texts(): AsyncGenerator<string[][], void> {
    for await (const { rows } of batches()) yield rows;
  }

  async function* rows(): AsyncGenerator<Row, void> {
    for await (const { what, rows, lines } of batches()) {
      for (const [index, cells] of rows.entries()) yield toRow(cells, lines[index]!, what);
    }
  }

  async function close(): Promise<void> {
    isRead = true;
    await parts.cancel();
  }

  function next(): Promise<Uint8Array | undefined> {
    if (!isHandedOn) begin();
    isHandedOn = true;
    return parts.next();
  }

  return {
    columns,
    ...(timeZone === undefined ? {} : { timeZone }),
    body: streamOf(next, close),
    batches() {
      begin();
      return texts();
    },
    [Symbol.asyncIterator]() {
      begin();
      return rows();
    },
    [Symbol.asyncDispose]: close,
  };
}

/** Makes the function that turns cells into a row. */
function rowReader(columns: readonly Column[]): (cells: readonly string[], line: number, what: string) => Row {
  const names = columns.map(({ name }) => name);
  const areNumbers = columns.map(({ type }) => type === "number");
  /** A copy of it has all members as its own, `__proto__` too, which then is a member like others. */
  const empty: Row = Object.fromEntries(names.map((name) => [name, null]));
  return (cells, line, what) => {
    const row = { ...empty };
    for (let index = 0; index < names.length; index++) {
      const name = names[index]!;
      const cell = cells[index]!;
      const value = areNumbers[index] ? numberOf(cell) : cell;
      if (value === undefined) {
        const why = `${JSON.stringify(printableWords(cell))} is not a number, or one that would lose digits`;
        throw badNcsv(what, line, why, name);
      }
      row[name] = value;
    }
    return row;
  };
}
