// A table that is read once: as rows, as batches of text, or as bytes.
import { DataError } from "../data_error.ts";
import type { Column, Row, Table } from "../types.ts";
import { quote, zoneOf } from "./columns.ts";
import { numberOf } from "./numbers.ts";
import type { Batch } from "./records.ts";
import type { Source } from "./source.ts";

/**
 * Makes the table.
 *
 * @param source The bytes.
 * @param first The columns, and the rows that were read with the header.
 * @param others The rows behind them.
 */
export function tableOf(source: Source, first: Batch, others: AsyncIterable<Batch>): Table {
  const { columns } = first;
  const timeZone = zoneOf(columns);
  const toRow = rowReader(columns);
  let isRead = false;

  function begin(): void {
    if (isRead) throw new TypeError("Cannot read the table again: it is read once, as rows, as batches or as body");
    isRead = true;
  }

  async function* batches(): AsyncGenerator<Batch, void> {
    try {
      if (first.rows.length > 0) yield first;
      yield* others;
    } finally {
      await source.cancel();
    }
  }

  async function* texts(): AsyncGenerator<string[][], void> {
    for await (const { rows } of batches()) yield rows;
  }

  async function* rows(): AsyncGenerator<Row, void> {
    for await (const { rows, lines } of batches()) {
      for (const [index, cells] of rows.entries()) yield toRow(cells, lines[index]!);
    }
  }

  const body = new ReadableStream<Uint8Array>({
    async pull(controller) {
      if (isHandedOn === false) begin();
      isHandedOn = true;
      const chunk = await source.next();
      if (chunk) controller.enqueue(chunk);
      else controller.close();
    },
    async cancel() {
      isRead = true;
      await source.cancel();
    },
  }, { highWaterMark: 0 });
  let isHandedOn = false;

  return {
    columns,
    ...(timeZone === undefined ? {} : { timeZone }),
    body,
    batches() {
      begin();
      source.forget();
      return texts();
    },
    [Symbol.asyncIterator]() {
      begin();
      source.forget();
      return rows();
    },
    async [Symbol.asyncDispose]() {
      isRead = true;
      await source.cancel();
    },
  };
}

/** Makes the function that turns cells into a row. */
function rowReader(columns: readonly Column[]): (cells: readonly string[], line: number) => Row {
  const names = columns.map(({ name }) => name);
  const areNumbers = columns.map(({ type }) => type === "number");
  /** A copy of it has all members as its own, `__proto__` too, which then is a member like others. */
  const empty: Row = Object.fromEntries(names.map((name) => [name, null]));
  return (cells, line) => {
    const row = { ...empty };
    for (let index = 0; index < names.length; index++) {
      const name = names[index]!;
      const cell = cells[index]!;
      const value = areNumbers[index] ? numberOf(cell) : cell;
      if (value === undefined) {
        throw new DataError(
          "bad_ncsv",
          `Cannot read the table: line ${line}, column ${quote(name)}: ${
            quote(cell)
          } is not a number, or one that would lose digits`,
          { line, column: name },
        );
      }
      row[name] = value;
    }
    return row;
  };
}
