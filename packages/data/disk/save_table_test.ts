import { assertEquals, assertRejects } from "@std/assert";
import type { Table } from "@xsignals/data";
import { saveTable } from "@xsignals/data/disk";
import { dataError } from "../stage_test.ts";
import { inFolder, pathsIn } from "./disk_stage_test.ts";

const TEXT = "Instrument,Date(UTC),Price\nGEO,2024-03-04,4.15\n";

/** A table with this body, and whether it was given back. */
function tableOf(body: ReadableStream<Uint8Array<ArrayBuffer>>) {
  const given: string[] = [];
  const table: Table = {
    columns: [],
    body,
    batches: () => Object(undefined),
    [Symbol.asyncIterator]: () => Object(undefined),
    async [Symbol.asyncDispose]() {
      given.push("back");
      await body.cancel().catch(() => {});
    },
  };
  return { table, given };
}

const textTable = () => tableOf(new Response(TEXT).body!);

Deno.test("saveTable() saves the server's bytes under the name, and leaves nothing else", async () => {
  await inFolder(async (folder) => {
    const { table, given } = textTable();
    assertEquals(await saveTable(table, `${folder}/a/prices.csv`), `${folder}/a/prices.csv`);
    assertEquals([await Deno.readTextFile(`${folder}/a/prices.csv`), given], [TEXT, ["back"]]);
    assertEquals(await pathsIn(folder), ["a/prices.csv"]);
  });
});

Deno.test("saveTable() replaces a file only if it is told to, and never a link or a folder", async () => {
  await inFolder(async (folder) => {
    await Deno.writeTextFile(`${folder}/there`, "x");
    await Deno.symlink(`${folder}/there`, `${folder}/link`);
    const cases = [
      [`${folder}/there`, "exists"],
      [`${folder}/link`, "unsafe_target"],
      [folder, "unsafe_target"],
      [`${folder}/`, "unsafe_target"],
      ["/", "unsafe_target"],
      ["/dev/full", "unsafe_target"],
      [`${folder}/there/below`, "unsafe_target"],
    ] as const;
    for (const [path, code] of cases) {
      const { table, given } = textTable();
      assertEquals((await dataError(() => saveTable(table, path))).code, code, path);
      assertEquals(given, ["back"]);
    }
    assertEquals(await pathsIn(folder), ["link", "there"]);
    await saveTable(textTable().table, `${folder}/there`, { overwrite: true });
    assertEquals(await Deno.readTextFile(`${folder}/there`), TEXT);
  });
});

Deno.test("saveTable() does not replace a file that has come meanwhile", async () => {
  await inFolder(async (folder) => {
    const path = `${folder}/prices.csv`;
    const body = new ReadableStream({
      async pull(controller) {
        await Deno.writeTextFile(path, "another's");
        controller.enqueue(new TextEncoder().encode(TEXT));
        controller.close();
      },
    });
    assertEquals((await dataError(() => saveTable(tableOf(body).table, path))).code, "exists");
    assertEquals([await Deno.readTextFile(path), await pathsIn(folder)], ["another's", ["prices.csv"]]);
  });
});

Deno.test("saveTable() leaves nothing of a table that ends early", async () => {
  await inFolder(async (folder) => {
    let chunks = 0;
    const { table } = tableOf(
      new ReadableStream({
        pull(controller) {
          if (chunks++ > 2) throw new Error("lost");
          controller.enqueue(new Uint8Array(1_000));
        },
      }),
    );
    await Deno.writeTextFile(`${folder}/a.csv`, "before");
    await assertRejects(() => saveTable(table, `${folder}/a.csv`, { overwrite: true }), Error, "lost");
    const abort = new AbortController();
    const endless = tableOf(
      new ReadableStream({
        async pull(controller) {
          controller.enqueue(new Uint8Array(1_000));
          if (chunks++ > 10) abort.abort(new Error("enough"));
          await Promise.resolve();
        },
      }),
    );
    const { signal } = abort;
    await assertRejects(() => saveTable(endless.table, `${folder}/b.csv`, { signal }), Error, "enough");
    assertEquals([await pathsIn(folder), await Deno.readTextFile(`${folder}/a.csv`)], [["a.csv"], "before"]);
  });
});

Deno.test("saveTable() lets one call at a time write a path", async () => {
  await inFolder(async (folder) => {
    const calls = [1, 2].map(() => saveTable(textTable().table, `${folder}/a.csv`));
    const ended = await Promise.allSettled(calls);
    const code = ended.find((one) => one.status === "rejected")?.reason.code;
    assertEquals(["busy", "exists"].includes(code), true);
    assertEquals([await Deno.readTextFile(`${folder}/a.csv`), await pathsIn(folder)], [TEXT, ["a.csv"]]);
  });
});

Deno.test("saveTable() takes wrong arguments, and a table that was read, for a TypeError", async () => {
  const wrong: [unknown, unknown, unknown, string][] = [
    [{}, "a", {}, "table must be a table of series(), deltas() or readNcsv()"],
    [textTable().table, "", {}, "path must be a path that is not empty"],
    [textTable().table, "a", { append: true }, "there is no option append"],
    [textTable().table, "a", { overwrite: "yes" }, "overwrite must be true or false"],
  ];
  for (const [table, path, options, message] of wrong) {
    const error = await assertRejects(() => saveTable(table as never, path as never, options as never), TypeError);
    assertEquals(error.message, `Cannot save the table: ${message}`);
  }
  const { table } = textTable();
  const reader = table.body.getReader();
  await assertRejects(() => saveTable(table, "a"), TypeError, "it has been read");
  await reader.cancel();
});
