import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { saveFile } from "@xsignals/data/disk";
import { dataError, emulated, NOTE } from "../stage_test.ts";
import { filesOf, inFolder, pathsIn, until, withFile } from "./disk_stage_test.ts";

Deno.test("saveFile() saves a file under its name and id, and leaves nothing else", async () => {
  await inFolder(async (folder) => {
    const { data, emulator } = emulated();
    const path = await saveFile(data, await data.file(NOTE), { folder: `${folder}/a/b/` });
    assertEquals(path, `${folder}/a/b/note_${NOTE}.txt`);
    assertEquals(await Deno.readTextFile(path), "Quiet trading. Zażółć gęślą jaźń.\n");
    assertEquals(await pathsIn(folder), [`a/b/note_${NOTE}.txt`]);
    assertEquals(
      await saveFile(data, NOTE, { folder, names: "arrival" }),
      `${folder}/2024-03-05T20_00_00_note_${NOTE}.txt`,
    );
    assertEquals(await saveFile(data, NOTE, { folder, name: "any name.txt" }), `${folder}/any name.txt`);
    assertEquals(emulator.log.filter(({ violation }) => violation !== undefined), []);
  });
});

Deno.test("saveFile() leaves a file alone that is there with its size, and sends nothing", async () => {
  await inFolder(async (folder) => {
    for (const fileSize of ["exact", "zero", "missing"] as const) {
      const { data, file, emulator, bytes } = await withFile(1_000, { assumptions: { fileSize } });
      const path = await saveFile(data, file, { folder: `${folder}/${fileSize}` });
      const before = emulator.log.length;
      for (const overwrite of [true, false]) await saveFile(data, file, { folder: `${folder}/${fileSize}`, overwrite });
      assertEquals([await Deno.readFile(path), emulator.log.length], [bytes, before]);
    }
  });
});

Deno.test("saveFile() replaces another file only if it is told to", async () => {
  await inFolder(async (folder) => {
    const { data, file, bytes, operations } = await withFile(1_000);
    const path = `${folder}/prices_f0.csv`;
    await Deno.writeTextFile(path, "other");
    const error = await dataError(() => saveFile(data, file, { folder }));
    assertEquals([error.code, error.fid, error.retryable], ["exists", "f0", false]);
    assertStringIncludes(
      error.message,
      `Cannot save the file f0: ${path} is there with 5 bytes, and the file has 1000`,
    );
    assertEquals([await Deno.readTextFile(path), operations().includes("downloadFile")], ["other", false]);
    await saveFile(data, file, { folder, overwrite: true });
    assertEquals(await Deno.readFile(path), bytes);

    // A name of the caller's says nothing of the file, even with the same size.
    await Deno.writeFile(`${folder}/latest.csv`, new Uint8Array(1_000));
    assertEquals((await dataError(() => saveFile(data, file, { folder, name: "latest.csv" }))).code, "exists");
    await saveFile(data, file, { folder, name: "latest.csv", overwrite: true });
    assertEquals(await Deno.readFile(`${folder}/latest.csv`), bytes);
    assertEquals(await pathsIn(folder), ["latest.csv", "prices_f0.csv"]);
  });
});

Deno.test("saveFile() refuses a link, a folder and a device as its target, before it asks for the content", async () => {
  await inFolder(async (folder) => {
    const { data, file, operations } = await withFile(1_000);
    await Deno.writeTextFile(`${folder}/elsewhere`, "x".repeat(1_000));
    await Deno.symlink(`${folder}/elsewhere`, `${folder}/link`);
    await Deno.symlink(`${folder}/nowhere`, `${folder}/dangling`);
    await Deno.mkdir(`${folder}/folder`);
    for (const [name, at] of [["link", folder], ["dangling", folder], ["folder", folder], ["full", "/dev"]] as const) {
      for (const overwrite of [false, true]) {
        const error = await dataError(() => saveFile(data, file, { folder: at, name, overwrite }));
        assertEquals(error.code, "unsafe_target");
        assertStringIncludes(error.message, `${at}/${name} is`);
      }
    }
    assertEquals(await pathsIn(folder), ["dangling", "elsewhere", "link"]);
    assertEquals([(await Deno.lstat(`${folder}/link`)).isSymlink, operations().includes("downloadFile")], [
      true,
      false,
    ]);
  });
});

Deno.test("saveFile() refuses a file where a folder should be, and parts that would be elsewhere", async () => {
  await inFolder(async (folder) => {
    const { data, file } = await withFile(1_000);
    await Deno.writeTextFile(`${folder}/file`, "x");
    for (const at of [`${folder}/file`, `${folder}/file/below`]) {
      assertEquals((await dataError(() => saveFile(data, file, { folder: at }))).code, "unsafe_target");
    }
    await Deno.mkdir(`${folder}/elsewhere`);
    await Deno.mkdir(`${folder}/a`);
    await Deno.symlink(`${folder}/elsewhere`, `${folder}/a/.xsignals`);
    assertEquals((await dataError(() => saveFile(data, file, { folder: `${folder}/a` }))).code, "unsafe_target");
    assertEquals(await pathsIn(`${folder}/elsewhere`), []);
    assertEquals(
      (await dataError(() => saveFile(data, file, { folder: `${folder}/${"x".repeat(300)}` }))).code,
      "unsafe_target",
    );
    assertEquals((await dataError(() => saveFile(data, file, { folder: "/proc" }))).code, "unsafe_target");
  });
});

Deno.test("saveFile() keeps hostile names and ids inside the folder, each another file", async () => {
  await inFolder(async (folder) => {
    const names = ["../../evil.csv", "a/b\\c:*?.csv", "CON", ".", "ž".repeat(300), "evil.csv\u202e\n"];
    const ids = ["../up", "a/b", "f2", "f3", "f4", "a:b"];
    const files = names.map((fileName, index) => ({ ...filesOf(10 + index)[0]!, fileName, fid: ids[index]! }));
    const { data } = emulated({ files });
    const paths: string[] = [];
    for (const [index, fileName] of names.entries()) {
      const entry = { fid: ids[index]!, fileName, fileType: "SOURCE", groupName: "Prices", size: 10 + index };
      paths.push(await saveFile(data, entry, { folder: `${folder}/in` }));
    }
    const found = await pathsIn(folder);
    assertEquals(found, paths.map((path) => path.slice(folder.length + 1)).sort());
    assert(found.every((path) => /^in\/[^/]+$/.test(path)) && new Set(found).size === names.length);
  });
});

Deno.test("saveFile() takes wrong arguments for a TypeError, before anything is sent", async () => {
  const { data, emulator, session } = emulated();
  await session.token();
  const before = emulator.log.length;
  const wrong: [unknown, unknown, string][] = [
    ["", { folder: "x" }, "file must be a file of files(), or its fid"],
    [{ fid: "" }, { folder: "x" }, "file must be a file of files(), or its fid"],
    ["..", { folder: "x" }, "file must be a file with an id"],
    [NOTE, undefined, "its options must be an object"],
    [NOTE, {}, "folder must be a path that is not empty"],
    [NOTE, { folder: "a\0b" }, "folder must be a path that is not empty"],
    [NOTE, { folder: "x", name: "../a" }, "name must be a file name, not a path"],
    [NOTE, { folder: "x", name: "" }, "name must be a file name, not a path"],
    [NOTE, { folder: "x", names: "date" }, "names must be id or arrival"],
    [NOTE, { folder: "x", overwrite: 1 }, "overwrite must be true or false"],
    [NOTE, { folder: "x", resume: true }, "there is no option resume"],
    [NOTE, { folder: "x", signal: {} }, "signal must be an AbortSignal"],
  ];
  for (const [file, options, message] of wrong) {
    const error = await assertRejects(() => saveFile(data, file as never, options as never), TypeError);
    assertEquals(error.message, `Cannot save the file: ${message}`);
  }
  await assertRejects(() => saveFile({} as never, NOTE, { folder: "x" }), TypeError, "createData()");
  assertEquals(emulator.log.length, before);
});

Deno.test("saveFile() says what the API says of a file that is not there, was removed, or is hidden", async () => {
  await inFolder(async (folder) => {
    const { data, emulator, file } = await withFile(1_000);
    emulator.removeFile("f0");
    assertEquals((await dataError(() => saveFile(data, file, { folder }))).code, "gone");
    assertEquals((await dataError(() => saveFile(data, { ...file, fid: "f1" }, { folder }))).code, "not_found");
    emulator.faults.add({ operation: "downloadFile", status: 403 });
    assertEquals((await dataError(() => saveFile(data, file, { folder }))).code, "forbidden");
    assertEquals(await pathsIn(folder), []);
  });
});

Deno.test("saveFile() leaves a file alone that another program has put there meanwhile, and leaves no part", async () => {
  await inFolder(async (folder) => {
    const { data, emulator, file, bytes } = await withFile(1_000);
    const path = `${folder}/prices_f0.csv`;
    const others = new Uint8Array(1_000);
    emulator.faults.add({
      operation: "downloadFile",
      async respond() {
        await Deno.writeFile(path, others);
        return new Response(bytes as Uint8Array<ArrayBuffer>, { headers: { etag: '"v1"', "content-length": "1000" } });
      },
    });
    assertEquals(await saveFile(data, file, { folder }), path);
    assertEquals([await Deno.readFile(path), await pathsIn(folder)], [others, ["prices_f0.csv"]]);
  });
});

Deno.test("saveFile() lets two calls save the same file at once", async () => {
  await inFolder(async (folder) => {
    const { data, file, emulator, bytes } = await withFile(300_000);
    const paths = await Promise.all([1, 2, 3].map(() => saveFile(data, file, { folder })));
    assertEquals(new Set(paths), new Set([`${folder}/prices_f0.csv`]));
    assertEquals([await Deno.readFile(paths[0]!), emulator.count("downloadFile")], [bytes, 1]);
    assertEquals(await pathsIn(folder), ["prices_f0.csv"]);
  });
});

Deno.test("saveFile() lets the next file come while one is brought to the disk", async () => {
  await inFolder(async (folder) => {
    const { data, emulator } = emulated({ files: filesOf(10, 20) }, { concurrency: 1 });
    const { sync } = Deno.FsFile.prototype;
    Deno.FsFile.prototype.sync = async function () {
      Deno.FsFile.prototype.sync = sync;
      await until(() => emulator.count("downloadFile") === 2); // a disk that is slower than the other file
      await sync.call(this);
    };
    try {
      await Promise.all(["f0", "f1"].map((fid) => saveFile(data, fid, { folder })));
    } finally {
      Deno.FsFile.prototype.sync = sync;
    }
    assertEquals(await pathsIn(folder), ["prices_f0.csv", "prices_f1.csv"]);
  });
});
