import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { saveFile } from "@xsignals/data/disk";
import { fakeClock } from "@xsignals/session/testing";
import { dataError, fileEntry, scripted } from "../stage_test.ts";
import { inFolder, pathsIn, until, withFile } from "./disk_stage_test.ts";

const SIZE = 1_000;

Deno.test("saveFile() tells five times a second how much has come, by looks at the disk", async () => {
  await inFolder(async (folder) => {
    const clock = fakeClock();
    let go = () => {};
    const gate = new Promise<void>((resolve) => go = resolve);
    const { data, emulator, file, events } = await withFile(SIZE, {}, { clock });
    emulator.faults.add({
      operation: "downloadFile",
      respond: () => {
        const chunks = [new Uint8Array(400), new Uint8Array(600)];
        return new Response(
          new ReadableStream({
            async pull(controller) {
              if (chunks.length === 1) await gate;
              const chunk = chunks.shift();
              if (chunk) controller.enqueue(chunk);
              else controller.close();
            },
          }, { highWaterMark: 0 }),
          { headers: { "content-length": "1000" } },
        );
      },
    });
    const saving = saveFile(data, file, { folder });
    const length = async () => (await Deno.stat(`${folder}/.xsignals/f0.part`).catch(() => undefined))?.size;
    await until(async () => await length() === 400 && clock.sleeping() > 0);
    for (let looks = 0; looks < 5; looks++) {
      await clock.advance(200);
      await until(() => clock.sleeping() > 0);
    }
    const told = events.filter(({ type }) => type === "receiving");
    assertEquals(told.map((event) => "received" in event && [event.fid, event.received, event.expected]), [
      ["f0", 400, SIZE],
    ]);
    go();
    await saving;
    assertEquals(clock.sleeping(), 0);
  });
});

Deno.test("saveFile() tries again when no byte comes for idleMs, and goes on where it was", async () => {
  await inFolder(async (folder) => {
    const clock = fakeClock();
    const { data, emulator, file, bytes, events } = await withFile(SIZE, {}, { clock, idleMs: 10_000, retries: 1 });
    async function save(): Promise<string> {
      let isOver = false;
      const saving = saveFile(data, file, { folder });
      saving.catch(() => {}).finally(() => isOver = true);
      await until(async () => {
        await clock.advance(200);
        return isOver;
      });
      return await saving;
    }
    emulator.faults.add({ operation: "downloadFile", stallAfter: 300 });
    emulator.faults.add({ operation: "fetchLink", stallAfter: 200 });
    const error = await dataError(save);
    assertEquals([error.code, error.received, error.expected, error.retryable], ["stalled", 500, SIZE, true]);
    assertStringIncludes(error.message, "no byte came for 10 s, 500 of 1000 bytes came (2 tries)");
    assertEquals(await pathsIn(folder), [".xsignals/f0.json", ".xsignals/f0.part"]);
    assertEquals(await Deno.readFile(await save()), bytes);
    assertEquals(events.flatMap((event) => event.type === "resuming" ? [event.kept] : []), [300, 500]);
    assertEquals(clock.sleeping(), 0);
  });
});

Deno.test("saveFile() takes a drip for no stall", async () => {
  await inFolder(async (folder) => {
    const clock = fakeClock();
    let slept = 0;
    const { data, emulator, file } = await withFile(20, {
      sleep: async (ms: number) => { // a second of the server's is one of ours
        slept += ms;
        for (let left = ms; left > 0; left -= 200) {
          await clock.advance(Math.min(left, 200));
          await new Promise((resolve) => setTimeout(resolve, 1)); // the look at the disk takes real time
        }
      },
    }, { clock, idleMs: 3_000, retries: 0 });
    emulator.faults.add({ operation: "downloadFile", rate: 1 });
    await saveFile(data, file, { folder });
    assert(slept > 19_000);
    assertEquals(emulator.count("downloadFile"), 1);
  });
});

Deno.test("saveFile() ends with the signal's reason though the first bytes of a compressed body never come", async () => {
  await inFolder(async (folder) => {
    const user = new AbortController();
    const body = new ReadableStream<Uint8Array>({ pull: () => Promise.resolve(user.abort("enough")) }, {
      highWaterMark: 0,
    });
    const { data } = scripted(() => new Response(body, { headers: { "content-encoding": "gzip" } }));
    const saving = saveFile(data, { ...fileEntry("f1"), size: 9 }, { folder, signal: user.signal });
    assertEquals([await saving.catch((error) => error), await pathsIn(folder)], ["enough", []]);
  });
});
