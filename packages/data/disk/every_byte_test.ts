import { assert, assertEquals } from "@std/assert";
import type { DataEvent } from "@xsignals/data";
import { saveFile } from "@xsignals/data/disk";
import { dataError } from "../stage_test.ts";
import { inFolder, pathsIn, withFile, withServedFile } from "./disk_stage_test.ts";

const SIZE = 300_000;

Deno.test("saveFile() has every byte in the end, wherever the connection was cut and however the end is told", async () => {
  await withServedFile(SIZE, async ({ data, emulator, file, bytes }) => {
    await inFolder(async (folder) => {
      for (const operation of ["downloadFile", "fetchLink"] as const) {
        const entry = operation === "downloadFile" ? file : { ...file, size: 0 };
        for (const cutAfter of [0, 1, SIZE / 2, SIZE - 1, SIZE]) {
          for (const framing of [undefined, "chunked", "close"] as const) {
            emulator.faults.clear();
            emulator.faults.add({ operation, cutAfter, ...(framing && { framing }) });
            const at = `${folder}/${operation}-${cutAfter}-${framing}`;
            // Without a length, and without a size in the metadata, nobody can tell.
            const isBlind = framing === "close" && operation === "fetchLink" && cutAfter < SIZE;
            const path = await saveFile(data, isBlind ? file : entry, { folder: at });
            assertEquals(await Deno.readFile(path), bytes, at);
            assertEquals(await pathsIn(at), ["prices_f0.csv"]);
          }
        }
        emulator.faults.add({ operation, drop: true, times: 2 });
        assertEquals(await Deno.readFile(await saveFile(data, entry, { folder: `${folder}/${operation}` })), bytes);
      }
    });
  });
});

Deno.test("saveFile() has every byte of a large file that was cut and lied about, too", async () => {
  await withServedFile(20_000_000, async ({ data, emulator, file, bytes }) => {
    await inFolder(async (folder) => {
      emulator.faults.add({ operation: "fetchLink", cutAfter: 3_000_001 });
      emulator.faults.add({ operation: "fetchLink", cutAfter: 5_000_000 });
      emulator.faults.add({ operation: "fetchLink", framing: "chunked" });
      assertEquals(await Deno.readFile(await saveFile(data, file, { folder })), bytes);
      assertEquals(emulator.count({ operation: "fetchLink", status: 206 }), 2);
    });
  });
});

Deno.test("saveFile() decodes what comes compressed unasked, and notices a length that lies", async () => {
  await withServedFile(SIZE, async ({ data, emulator, file, bytes }) => {
    await inFolder(async (folder) => {
      emulator.faults.add({ operation: "downloadFile", gzip: true });
      assertEquals(await Deno.readFile(await saveFile(data, file, { folder: `${folder}/a` })), bytes);
      emulator.faults.add({ operation: "downloadFile", gzip: true, cutAfter: 1_000 });
      assertEquals(await Deno.readFile(await saveFile(data, file, { folder: `${folder}/b` })), bytes);
      emulator.faults.add({ operation: "downloadFile", contentLength: SIZE + 10 });
      assertEquals(await Deno.readFile(await saveFile(data, file, { folder: `${folder}/c` })), bytes);
      emulator.faults.add({ operation: "downloadFile", contentLength: SIZE - 10 });
      const error = await dataError(() => saveFile(data, file, { folder: `${folder}/d` }));
      assertEquals([error.code, error.received, error.expected], ["size_mismatch", SIZE - 10, SIZE]);
      assertEquals(await Deno.readFile(await saveFile(data, file, { folder: `${folder}/d` })), bytes);
    });
  });
});

Deno.test("saveFile() has every byte whatever the servers turn out to do", async () => {
  await inFolder(async (folder) => {
    let index = 0;
    for (const ranges of ["files", "api", "both", "none"] as const) {
      for (const etag of ["strong", "weak", "none"] as const) {
        for (const fileSize of ["exact", "zero", "missing"] as const) {
          const assumptions = {
            ranges,
            etag,
            fileSize,
            downloadBy: index % 2 ? "stream" : "redirect",
            fileLink: index % 4 < 2 ? 200 : 307,
          } as const;
          const { data, emulator, file, bytes } = await withFile(SIZE, { assumptions });
          const at = `${folder}/${index++}`;
          for (const operation of ["downloadFile", "fetchLink"] as const) {
            emulator.faults.add({ operation, cutAfter: 100_001 });
            emulator.faults.add({ operation, cutAfter: 1 });
          }
          const saved = await saveFile(data, file, { folder: at }).catch(() => saveFile(data, file, { folder: at }));
          assertEquals(await Deno.readFile(saved), bytes, JSON.stringify(assumptions));
          emulator.faults.clear();
          if (fileSize === "exact") continue;
          for (const operation of ["downloadFile", "fetchLink"] as const) {
            emulator.faults.add({ operation, framing: "chunked" });
          }
          assertEquals(await Deno.readFile(await saveFile(data, file, { folder: `${at}/chunked` })), bytes);
        }
      }
    }
  });
});

Deno.test("saveFile() takes a new link for one that expired, and goes on", async () => {
  await inFolder(async (folder) => {
    const { data, emulator, file, bytes } = await withFile(SIZE);
    emulator.faults.add({ operation: "fetchLink", expire: true });
    emulator.faults.add({ operation: "fetchLink", cutAfter: 100_000 });
    emulator.faults.add({ operation: "fetchLink", expire: true });
    await saveFile(data, { ...file, size: 0 }, { folder });
    assertEquals(await Deno.readFile(`${folder}/prices_f0.csv`), bytes);
    assertEquals(emulator.log.filter(({ operation }) => operation === "fetchLink").map(({ status }) => status), [
      403,
      200,
      403,
      206,
    ]);
    assertEquals(emulator.log.filter(({ violation }) => violation !== undefined), []);
    emulator.faults.add({ operation: "fetchLink", expire: true, times: 2 });
    const error = await dataError(() => saveFile(data, { ...file, size: 0 }, { folder: `${folder}/a` }));
    assertEquals([error.code, await pathsIn(`${folder}/a`)], ["link_refused", []]);
  });
});

Deno.test("saveFile() renews once after a 401 in the middle of a download, and asks for the rest alone (6.3, 9)", async () => {
  await inFolder(async (folder) => {
    let told = 0;
    const { data, emulator, file, bytes } = await withFile(SIZE, {
      onResponse(_, { operation }) {
        if (operation === "getFile" && ++told === 2) emulator.revokeAccessTokens(); // the link outlives the token
      },
    });
    emulator.faults.add({ operation: "fetchLink", cutAfter: 100_000 });
    await saveFile(data, { ...file, size: 0 }, { folder });
    assertEquals(await Deno.readFile(`${folder}/prices_f0.csv`), bytes);
    assertEquals(emulator.log.slice(2).map(({ operation, status }) => [operation, status]), [
      ["getFile", 200],
      ["fetchLink", 200],
      ["getFile", 401],
      ["authRefresh", 200],
      ["getFile", 200],
      ["fetchLink", 206],
    ]);
    assertEquals(emulator.log.filter(({ violation }) => violation !== undefined), []);
    assertEquals(await pathsIn(folder), ["prices_f0.csv"]);
  });
});

Deno.test("saveFile() tells no link, no token and no query, in errors, events or sidecars", async () => {
  await inFolder(async (folder) => {
    const texts: string[] = [];
    for (const fault of [{ cutAfter: 100 }, { status: 403 }, { drop: true }, { refuse: true }, { status: 500 }]) {
      const { data, emulator, file, events } = await withFile(SIZE);
      emulator.faults.add({ operation: "fetchLink", times: Infinity, ...fault });
      const at = `${folder}/${texts.length}`;
      const error = await dataError(() => saveFile(data, { ...file, size: 0 }, { folder: at }));
      texts.push(Deno.inspect(error), JSON.stringify([error, events as DataEvent[]]), String(Object(error).stack));
      for (const path of await pathsIn(at)) {
        if (path.endsWith(".json")) texts.push(await Deno.readTextFile(`${at}/${path}`));
      }
    }
    assert(texts.length > 15);
    for (const text of texts) assert(!/X-Amz|Signature|amazonaws|eyJ|Bearer|https?:|\?\w+=/.test(text), text);
  });
});
