import { assertEquals } from "@std/assert";
import { readNcsv } from "@xsignals/data/ncsv";
import fc from "fast-check";

/** Cells with all that makes CSV difficult. */
const cell = fc.string({
  unit: fc.constantFrom("a", "0", " ", "#", '"', '""', ",", "\n", "\r\n", "\r", "\t", "é", "€", "🙂", "\uFEFF", "\0"),
  maxLength: 6,
});

interface Written {
  readonly header: readonly string[];
  readonly rows: readonly (readonly string[])[];
  readonly bytes: Uint8Array;
  readonly sizes: readonly number[];
}

/** A table whose cells are known, written in one of the ways that CSV allows, and cut at random. */
const written: fc.Arbitrary<Written> = fc.record({
  header: fc.uniqueArray(cell, { minLength: 2, maxLength: 5 }).map((names) => names.map((name) => `x${name}(S)`)),
  count: fc.nat(6),
}).chain(({ header, count }) =>
  fc.record({
    header: fc.constant(header),
    rows: fc.array(fc.array(cell, { minLength: header.length, maxLength: header.length }), {
      minLength: count,
      maxLength: count,
    }),
    lineEnd: fc.constantFrom("\n", "\r\n"),
    isQuoted: fc.array(fc.boolean(), { minLength: 1 }),
    between: fc.array(fc.constantFrom("", "\n", '# a "comment, with a quote\n'), { minLength: 1 }),
    hasMark: fc.boolean(),
    hasLastEnd: fc.boolean(),
    sizes: fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1 }),
  })
).map(({ header, rows, lineEnd, isQuoted, between, hasMark, hasLastEnd, sizes }) => {
  let cells = 0;
  const write = (text: string, index: number) =>
    isQuoted[cells++ % isQuoted.length] || /[",\n\r]/.test(text) || (index === 0 && /^#|^$/.test(text))
      ? `"${text.replaceAll('"', '""')}"`
      : text;
  const lines = [header, ...rows].map((row, index) =>
    between[index % between.length]!.replace("\n", lineEnd) + row.map(write).join()
  );
  const text = (hasMark ? "\uFEFF" : "") + lines.join(lineEnd) + (hasLastEnd ? lineEnd : "");
  return { header, rows, bytes: new TextEncoder().encode(text), sizes };
});

function cut({ bytes, sizes }: Written): ReadableStream<Uint8Array> {
  let at = 0;
  let turn = 0;
  return new ReadableStream({
    pull(controller) {
      if (at >= bytes.length) controller.close();
      else controller.enqueue(bytes.slice(at, at += sizes[turn++ % sizes.length]!));
    },
  });
}

Deno.test("readNcsv() gives each cell of random tables as it was written, however they are quoted and cut", async () => {
  await fc.assert(
    fc.asyncProperty(written, async (table) => {
      const read = await readNcsv(cut(table));
      assertEquals(read.columns.map(({ header }) => header), table.header);
      assertEquals((await Array.fromAsync(read.batches())).flat(), table.rows as string[][]);
    }),
    { numRuns: 200 },
  );
});

Deno.test("readNcsv() takes no table for whole that ends before its last cell", async () => {
  await fc.assert(
    fc.asyncProperty(
      written.filter(({ rows }) => rows.length > 0),
      fc.double({ min: 0, max: 1, noNaN: true }),
      async (table, part) => {
        const end = Math.floor(part * (table.bytes.length - 1));
        const whole = table.rows.length;
        let count = 0;
        try {
          const read = await readNcsv(cut({ ...table, bytes: table.bytes.slice(0, end) }));
          for await (const rows of read.batches()) {
            for (const row of rows) assertEquals(row.slice(0, -1), table.rows[count++]!.slice(0, -1) as string[]);
          }
        } catch (error) {
          if (error instanceof Error && error.name === "DataError") return;
          throw error;
        }
        assertEquals(count <= whole, true);
      },
    ),
    { numRuns: 200 },
  );
});
