import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { syncGroup } from "@xsignals/data/disk";
import { dataError, emulated, ORDERS } from "../stage_test.ts";
import { bytesOf, filesOf, GROUP, inFolder, pathsIn } from "./disk_stage_test.ts";

const SIZES = Array.from({ length: 12 }, (_, index) => 100 + index);
const NAMES = SIZES.map((_, index) => `prices_f${index}.csv`).sort();

Deno.test("syncGroup() fetches what is not there; the second run asks for the list and for nothing else", async () => {
  await inFolder(async (folder) => {
    const { data, emulator, events } = emulated({ files: filesOf(...SIZES) });
    const first = await syncGroup(data, GROUP, { folder });
    assertEquals([first.files, first.there, first.failed, first.bytes], [12, 0, [], SIZES.reduce((a, b) => a + b)]);
    assertEquals(first.fetched.map(({ path }) => path.slice(folder.length + 1)).sort(), NAMES);
    assertEquals(first.fetched.map(({ file }) => file.fid).sort(), SIZES.map((_, index) => `f${index}`).sort());
    assertEquals(await pathsIn(folder), NAMES);
    for (const [index, size] of SIZES.entries()) {
      assertEquals(await Deno.readFile(`${folder}/prices_f${index}.csv`), bytesOf(size));
    }
    assertEquals(events.filter(({ type }) => type === "fetched").length, 12);
    const before = emulator.log.length;
    const second = await syncGroup(data, GROUP, { folder });
    assertEquals(second, { files: 12, there: 12, fetched: [], failed: [], bytes: 0 });
    assertEquals(emulator.log.slice(before).map(({ operation }) => operation), ["searchFiles"]);

    await Deno.remove(`${folder}/prices_f3.csv`);
    await Deno.writeTextFile(`${folder}/prices_f5.csv`, "another size");
    emulator.removeFile("f0");
    const third = await syncGroup(data, GROUP, { folder });
    assertEquals([third.files, third.there, third.fetched.length, third.bytes], [11, 9, 2, 208]);
    assertEquals(await pathsIn(folder), NAMES); // f0, too: nothing is removed
  });
});

Deno.test("syncGroup() takes a size of 0 or none for unknown: what is there is there", async () => {
  for (const fileSize of ["zero", "missing"] as const) {
    await inFolder(async (folder) => {
      const { data } = emulated({ files: filesOf(0, 10), assumptions: { fileSize } });
      assertEquals((await syncGroup(data, GROUP, { folder })).fetched.length, 2);
      assertEquals((await syncGroup(data, GROUP, { folder })).there, 2);
    });
  }
});

Deno.test("syncGroup() with dryRun tells what it would fetch, and makes nothing", async () => {
  await inFolder(async (folder) => {
    const { data, operations } = emulated();
    const at = `${folder}/orders`;
    const dry = await syncGroup(data, ORDERS, { folder: at, dryRun: true, once: true });
    assertEquals([dry.files, dry.there, dry.fetched.length, dry.bytes], [2, 0, 2, 878]);
    assert(dry.fetched.every(({ path }) => path.startsWith(`${at}/active_orders_8a7c2f0e-`)));
    assertEquals([...Deno.readDirSync(folder)], []);
    assertEquals(operations(), ["authLogin", "searchFiles"]);
  });
});

Deno.test("syncGroup() with since looks at the newest files alone, and leaves the parts of older ones", async () => {
  await inFolder(async (folder) => {
    const { data } = emulated({ files: filesOf(...SIZES) });
    await Deno.mkdir(`${folder}/.xsignals`);
    await Deno.writeTextFile(`${folder}/.xsignals/f1.json`, JSON.stringify({ fid: "f1", group: GROUP, begun: "" }));
    const result = await syncGroup(data, GROUP, { folder, since: "2024-03-01T12:00:10", names: "arrival" });
    assertEquals([result.files, result.fetched.length], [2, 2]);
    assertEquals(await pathsIn(folder), [
      ".xsignals/f1.json",
      "2024-03-01T12_00_10_prices_f10.csv",
      "2024-03-01T12_00_11_prices_f11.csv",
    ]);
    await assertRejects(
      () => syncGroup(data, GROUP, { folder: `${folder}/x`, since: "yesterday" }),
      TypeError,
      "since",
    );
    await assertRejects(() => Deno.stat(`${folder}/x`), Deno.errors.NotFound);
  });
});

Deno.test("syncGroup() with once fetches nothing again that was moved away, also after a torn note of it", async () => {
  await inFolder(async (folder) => {
    const { data } = emulated({ files: filesOf(1, 2, 3) });
    await syncGroup(data, GROUP, { folder });
    await syncGroup(data, GROUP, { folder, once: true });
    const seen = `${folder}/.xsignals/seen`;
    assertEquals(await Deno.readTextFile(seen), '"f0"\n"f1"\n"f2"\n');
    for (const index of [0, 1, 2]) await Deno.remove(`${folder}/prices_f${index}.csv`);
    assertEquals(await syncGroup(data, GROUP, { folder, once: true }), {
      files: 3,
      there: 3,
      fetched: [],
      failed: [],
      bytes: 0,
    });
    await Deno.writeTextFile(seen, '"f0"\n"f1');
    assertEquals((await syncGroup(data, GROUP, { folder, once: true })).fetched.map(({ file }) => file.fid).sort(), [
      "f1",
      "f2",
    ]);
    assertEquals((await Deno.readTextFile(seen)).split("\n").sort(), ["", '"f0"', '"f1"', '"f2"']);
    assertEquals((await syncGroup(data, GROUP, { folder: `${folder}/b` })).fetched.length, 3);
    assertEquals(await pathsIn(`${folder}/b`), ["prices_f0.csv", "prices_f1.csv", "prices_f2.csv"]);
  });
});

Deno.test("syncGroup() goes on when one file fails, and tells of it", async () => {
  await inFolder(async (folder) => {
    const { data, emulator, events } = emulated({ files: filesOf(...SIZES) });
    await Deno.mkdir(`${folder}/prices_f2.csv`);
    emulator.faults.add({ operation: "downloadFile", path: "/file/f4/download", status: 500, times: Infinity });
    emulator.faults.add({ operation: "downloadFile", path: "/file/f7/download", cutAfter: 50, times: 1 });
    emulator.faults.add({ operation: "fetchLink", path: "/f7", cutAfter: 1, times: 3 });
    const result = await syncGroup(data, GROUP, { folder });
    assertEquals([result.files, result.fetched.length, result.there], [12, 9, 0]);
    const failures = result.failed.map(({ file, error }) => [file.fid, error.code]);
    assertEquals(failures.sort(), [["f2", "unsafe_target"], ["f4", "http_error"], ["f7", "truncated"]]);
    assertStringIncludes(String(result.failed.find(({ file }) => file.fid === "f7")?.error), "53 of 107 bytes came");
    assertEquals(events.filter(({ type }) => type === "not_fetched").length, 2);
    assertEquals((await pathsIn(folder)).slice(0, 2), [".xsignals/f7.json", ".xsignals/f7.part"]);
    emulator.faults.clear();
    const next = await syncGroup(data, GROUP, { folder });
    assertEquals([next.fetched.length, next.failed.length, next.there], [2, 1, 9]);
    assertEquals([...Deno.readDirSync(folder)].some(({ name }) => name === ".xsignals"), false);
  });
});

Deno.test("syncGroup() removes the remains of parts that are complete or gone, and leaves those of others", async () => {
  await inFolder(async (folder) => {
    const { data } = emulated({ files: filesOf(10, 20) });
    await Deno.mkdir(`${folder}/.xsignals`);
    const put = (name: string, content: unknown) =>
      Deno.writeTextFile(
        `${folder}/.xsignals/${name}`,
        typeof content === "string" ? content : JSON.stringify(content),
      );
    await syncGroup(data, GROUP, { folder });
    await Deno.mkdir(`${folder}/.xsignals`);
    const known = { group: GROUP, size: 9, etag: '"1"', begun: "2024-01-01T00:00:00Z" };
    for (const fid of ["f0", "gone", "other"]) {
      await put(`${fid}.part`, "x");
      await put(`${fid}.json`, { fid, ...known, ...(fid === "other" && { group: "Other" }) });
    }
    await put("torn.part", "x");
    await put("torn.json", '{"fid":');
    await put("alone.part", "x");
    await put("f1.lock", "");
    await put("mine.txt", "x");
    await syncGroup(data, GROUP, { folder });
    assertEquals((await pathsIn(folder)).filter((path) => path.startsWith(".")), [
      ".xsignals/mine.txt",
      ".xsignals/other.json",
      ".xsignals/other.part",
    ]);
  });
});

Deno.test("syncGroup() gives each file a name of its own, on a disk that ignores case, too", async () => {
  await inFolder(async (folder) => {
    const [file] = filesOf(10);
    const files = [
      { ...file!, fid: "AB", fileName: "Prices.csv" },
      { ...file!, fid: "ab", fileName: "prices.CSV" },
      { ...file!, fid: "c", fileName: "a_b.csv" },
      { ...file!, fid: "b_c", fileName: "a.csv" },
      { ...file!, fid: "../d", fileName: "../d" },
    ];
    const { data } = emulated({ files });
    assertEquals((await syncGroup(data, GROUP, { folder })).fetched.length, 5);
    const paths = await pathsIn(folder);
    assertEquals(new Set(paths.map((path) => path.toLowerCase())).size, 5);
    assertEquals((await syncGroup(data, GROUP, { folder })).there, 5);
  });
});

Deno.test("syncGroup() fetches a file once that the list has twice, and tells of one that goes meanwhile", async () => {
  await inFolder(async (folder) => {
    const { data, emulator } = emulated({ files: filesOf(10, 20, 30) });
    emulator.faults.add({
      operation: "searchFiles",
      stage: "after",
      async respond(_, answer) {
        const { items } = await answer!.json();
        emulator.removeFile("f2");
        return Response.json({ from: 0, totalSize: 3, items: [...items, ...items] });
      },
    });
    const { failed, fetched, files } = await syncGroup(data, GROUP, { folder });
    assertEquals([files, fetched.length, failed.map(({ error }) => error.code)], [3, 2, ["gone"]]);
    assertEquals(emulator.count({ operation: "downloadFile", status: 200 }), 2);
  });
});

Deno.test("syncGroup() takes wrong arguments for a TypeError, and says that there is no such group", async () => {
  const { data, emulator } = emulated();
  const wrong: [unknown, unknown, string][] = [
    ["", { folder: "x" }, "group must be a non-empty string"],
    [ORDERS, {}, "folder must be a path that is not empty"],
    [ORDERS, { folder: "x", once: "yes" }, "once must be true or false"],
    [ORDERS, { folder: "x", names: "fid" }, "names must be id or arrival"],
    [ORDERS, { folder: "x", dryRun: 1 }, "dryRun must be true or false"],
    [ORDERS, { folder: "x", delete: true }, "there is no option delete"],
  ];
  for (const [group, options, message] of wrong) {
    const error = await assertRejects(() => syncGroup(data, group as string, options as never), TypeError);
    assertEquals(error.message, `Cannot sync the group: ${message}`);
  }
  assertEquals(emulator.log.length, 0);
  await inFolder(async (folder) => {
    assertEquals((await dataError(() => syncGroup(data, "Nope", { folder }))).code, "not_found");
    const error = await dataError(() => syncGroup(data, "R&D", { folder }));
    assertEquals([error.code, [...Deno.readDirSync(folder)].length], ["name_not_searchable", 0]);
  });
});
