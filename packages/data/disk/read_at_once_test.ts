import { assertEquals } from "@std/assert";
import { createData } from "@xsignals/data";
import { saveFile, syncGroup } from "@xsignals/data/disk";
import { emulated } from "../stage_test.ts";
import { bytesOf, filesOf, GROUP, inFolder, pathsIn, until, withServedFile } from "./disk_stage_test.ts";

const SIZE = 1_000;

Deno.test("syncGroup() has every byte of short files, wherever they were cut and however that was told", async () => {
  await withServedFile(SIZE, async ({ data, emulator, bytes }) => {
    await inFolder(async (folder) => {
      for (const cutAfter of [0, 1, SIZE / 2, SIZE - 1, SIZE]) {
        for (const framing of [undefined, "chunked", "close"] as const) {
          emulator.faults.add({ operation: "downloadFile", cutAfter, ...(framing && { framing }) });
          const at = `${folder}/${cutAfter}-${framing}`;
          assertEquals((await syncGroup(data, GROUP, { folder: at })).failed, []);
          assertEquals([await pathsIn(at), await Deno.readFile(`${at}/prices_f0.csv`)], [["prices_f0.csv"], bytes], at);
        }
      }
    });
  });
});

Deno.test("syncGroup() counts a short file that was cut as a try, and keeps what came of it", async () => {
  await inFolder(async (folder) => {
    const { data, emulator } = emulated({ files: filesOf(SIZE) }, { retries: 0 });
    emulator.faults.add({ operation: "downloadFile", cutAfter: 400, times: Infinity });
    const { failed: [one] } = await syncGroup(data, GROUP, { folder });
    assertEquals([one?.error.code, one?.error.received, emulator.count("downloadFile")], ["truncated", 400, 1]);
    assertEquals(await pathsIn(folder), [".xsignals/f0.json", ".xsignals/f0.part"]);
    assertEquals((await syncGroup(data, GROUP, { folder })).bytes, SIZE);
    assertEquals(emulator.count({ operation: "fetchLink", status: 206 }), 1);
  });
});

Deno.test("syncGroup() does not take a short file for whole that has another size than the list says", async () => {
  await inFolder(async (folder) => {
    const { data } = emulated({ files: filesOf(SIZE), assumptions: { fileSize: "wrong" } });
    for (let run = 0; run < 2; run++) {
      const { failed: [one] } = await syncGroup(data, GROUP, { folder });
      assertEquals([one?.error.code, one?.error.received, one?.error.expected], ["size_mismatch", SIZE, SIZE + 1]);
      assertEquals(await pathsIn(folder), [".xsignals/f0.json", ".xsignals/f0.part"]);
    }
    const changed = emulated({ files: filesOf(SIZE) });
    changed.emulator.faults.add({
      operation: "searchFiles",
      stage: "after",
      async respond(_, answer) {
        const { items: [item] } = await answer!.json();
        return Response.json({ totalSize: 1, items: [{ ...item, size: SIZE - 1 }] });
      },
    });
    assertEquals((await syncGroup(changed.data, GROUP, { folder: `${folder}/a` })).bytes, SIZE);
  });
});

Deno.test("syncGroup() lets go of a slow file that another call saves, where there is one place for downloads", async () => {
  await inFolder(async (folder) => {
    const { emulator, session } = emulated({ files: filesOf(SIZE) });
    let downloads = 0;
    const data = createData({
      baseUrl: session.baseUrl,
      fetch(input, init) {
        const isFirst = String(input).endsWith("/download") && ++downloads === 1;
        if (!isFirst) return session.fetch(input, init);
        return Promise.resolve(new Response(new ReadableStream(), { headers: { "content-length": `${SIZE}` } }));
      },
    }, { concurrency: 1, idleMs: 2_000 });
    const syncing = syncGroup(data, GROUP, { folder });
    await until(() => downloads === 1);
    const path = await saveFile(data, "f0", { folder });
    assertEquals((await syncing).failed, []);
    assertEquals([await pathsIn(folder), await Deno.readFile(path)], [["prices_f0.csv"], bytesOf(SIZE)]);
    assertEquals(emulator.count("downloadFile"), 2);
  });
});

Deno.test("syncGroup() removes what a sync left that was killed while it wrote, and follows no link there", async () => {
  await inFolder(async (folder) => {
    const { data } = emulated({ files: filesOf(SIZE) });
    await Deno.mkdir(`${folder}/.xsignals`);
    await Deno.writeTextFile(`${folder}/other`, "mine");
    await Deno.symlink(`${folder}/other`, `${folder}/.xsignals/f0.whole`);
    await Deno.writeTextFile(`${folder}/.xsignals/gone.whole`, "x");
    await syncGroup(data, GROUP, { folder });
    assertEquals(await pathsIn(folder), ["other", "prices_f0.csv"]);
    assertEquals(await Deno.readTextFile(`${folder}/other`), "mine");
    assertEquals(await Deno.readFile(`${folder}/prices_f0.csv`), bytesOf(SIZE));
  });
});

Deno.test("syncGroup() refuses a link or folder that comes to a file's place meanwhile", async () => {
  await inFolder(async (folder) => {
    const { data, emulator } = emulated({ files: filesOf(SIZE, SIZE) });
    emulator.faults.add({
      operation: "downloadFile",
      times: 2,
      stage: "after",
      async respond({ url }, answer) {
        const path = `${folder}/prices_${/f\d/.exec(url)?.[0]}.csv`;
        await (url.includes("f0") ? Deno.symlink(folder, path) : Deno.mkdir(path));
        return answer!;
      },
    });
    const { failed } = await syncGroup(data, GROUP, { folder });
    assertEquals(failed.map(({ error }) => error.code), ["unsafe_target", "unsafe_target"]);
    assertEquals((await Array.fromAsync(Deno.readDir(folder), ({ name }) => name)).sort(), [
      "prices_f0.csv",
      "prices_f1.csv",
    ]);
  });
});
