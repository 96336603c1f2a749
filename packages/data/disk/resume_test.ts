import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import type { FileEntry } from "@xsignals/data";
import { saveFile } from "@xsignals/data/disk";
import { madeContent } from "@xsignals/emulator";
import { dataError, emulated } from "../stage_test.ts";
import { bytesOf, filesOf, GROUP, inFolder, pathsIn, until, withFile, withServedFile } from "./disk_stage_test.ts";

const SIZE = 300_000;
const ETAG = '"v1"';

/** What the sidecar says, with a word in place of the time. */
async function sidecarIn(folder: string): Promise<Record<string, unknown>> {
  const { begun, ...known } = JSON.parse(await Deno.readTextFile(`${folder}/.xsignals/f0.json`));
  assert(!Number.isNaN(Date.parse(begun)));
  return known;
}

/** Puts a part into a folder: the first bytes of the file, and what is known of it. */
async function putPart(folder: string, bytes: Uint8Array | undefined, sidecar: unknown): Promise<void> {
  await Deno.mkdir(`${folder}/.xsignals`, { recursive: true });
  if (bytes) await Deno.writeFile(`${folder}/.xsignals/f0.part`, bytes);
  const text = typeof sidecar === "string"
    ? sidecar
    : JSON.stringify({ begun: "2024-01-01T00:00:00Z", ...Object(sidecar) });
  if (sidecar) await Deno.writeTextFile(`${folder}/.xsignals/f0.json`, text);
}

/** A file host that answers with what the test says, and tells the ranges that it was asked for. */
function hosted(answer: (range: string | null, count: number) => Response, options = {}) {
  const ranges: (string | null)[] = [];
  const stage = emulated({ files: filesOf(SIZE) }, {
    linkFetch: (_, init) => {
      const headers = new Headers(init?.headers);
      ranges.push(headers.get("range"));
      return Promise.resolve(answer(headers.get("range"), ranges.length));
    },
    ...options,
  });
  const file: FileEntry = { fid: "f0", fileName: "prices.csv", fileType: "SOURCE", groupName: GROUP };
  return { ...stage, ranges, file };
}

/** The answer of a host that knows ranges. */
function part(bytes: Uint8Array, range: string | null, headers: Record<string, string> = {}): Response {
  const from = Number(/\d+/.exec(range ?? "0")?.[0]);
  const body = bytes.slice(from) as Uint8Array<ArrayBuffer>;
  const place = range === null ? {} : { "content-range": `bytes ${from}-${bytes.length - 1}/${bytes.length}` };
  const all = { etag: ETAG, "content-length": String(body.length), ...place, ...headers };
  const own = Object.entries(all).filter(([, value]) => value !== "");
  return new Response(body, { status: range === null ? 200 : 206, headers: own });
}

/** The size of what a host sends before the connection is lost. */
function cutAt(response: Response, bytes: number): Response {
  let left = bytes;
  const cut = new TransformStream<Uint8Array, Uint8Array>({
    transform(chunk, controller) {
      controller.enqueue(chunk.subarray(0, left));
      left -= chunk.length;
      if (left <= 0) controller.error(new TypeError("error reading a body from connection"));
    },
  });
  return new Response(response.body!.pipeThrough(cut), response);
}

Deno.test("saveFile() goes on with what came when the tries are used up, and asks for the rest alone", async () => {
  await inFolder(async (folder) => {
    const { data, emulator, file, bytes, events } = await withFile(SIZE);
    emulator.faults.add({ operation: "downloadFile", cutAfter: 100_000 });
    emulator.faults.add({ operation: "fetchLink", cutAfter: 50_000, times: 3 });
    const error = await dataError(() => saveFile(data, file, { folder }));
    assertEquals([error.code, error.fid, error.retryable], ["truncated", "f0", true]);
    assertEquals([error.received, error.expected], [250_000, SIZE]);
    assertStringIncludes(error.message, "250000 of 300000 bytes came (4 tries)");
    assertEquals(events.filter(({ type }) => type === "retrying").length, 3);
    assertEquals(await pathsIn(folder), [".xsignals/f0.json", ".xsignals/f0.part"]);
    const { etag, ...known } = await sidecarIn(folder);
    assertEquals(known, { fid: "f0", group: GROUP, size: SIZE });
    assert(/^"[0-9a-f-]+"$/.test(String(etag)));

    const stage = hosted((range) => part(bytes, range, { etag: String(etag) }));
    await saveFile(stage.data, file, { folder });
    assertEquals(stage.ranges, ["bytes=250000-"]);
    assertEquals(await Deno.readFile(`${folder}/prices_f0.csv`), bytes);
    assertEquals(await pathsIn(folder), ["prices_f0.csv"]);
  });
});

Deno.test("saveFile() keeps its part when it is aborted, and ends soon", async () => {
  await withServedFile(20_000_000, async ({ data, emulator, file, bytes }) => {
    await inFolder(async (folder) => {
      emulator.faults.add({ operation: "fetchLink", stallAfter: 1_000_000 });
      const abort = new AbortController();
      const saving = saveFile(data, file, { folder, signal: abort.signal });
      const size = async () => (await Deno.stat(`${folder}/.xsignals/f0.part`).catch(() => undefined))?.size ?? 0;
      await until(async () => await size() > 800_000); // older Denos hold back a last piece
      abort.abort(new Error("enough"));
      const startedAt = performance.now();
      await assertRejects(() => saving, Error, "enough");
      assert(performance.now() - startedAt < 200);
      assertEquals(await pathsIn(folder), [".xsignals/f0.json", ".xsignals/f0.part"]);
      await saveFile(data, file, { folder });
      assertEquals(await Deno.readFile(`${folder}/prices_f0.csv`), bytes);
      assertEquals([emulator.count("fetchLink"), emulator.count({ operation: "fetchLink", status: 206 })], [2, 1]);
      await assertRejects(
        () => saveFile(data, file, { folder, signal: AbortSignal.abort(new Error("no")) }),
        Error,
        "no",
      );
    });
  });
});

Deno.test("saveFile() goes on only with a strong version that the server repeats", async () => {
  const bytes = bytesOf(SIZE);
  const half = SIZE / 2;
  const known = { fid: "f0", group: GROUP, size: SIZE, etag: ETAG };
  const begin = bytes.slice(0, half);
  const rest = `bytes=${half}-`;
  const cases: [string, unknown, Uint8Array | undefined, (range: string | null) => Response, (string | null)[]][] = [
    ["the same", known, begin, (range) => part(bytes, range), [rest]],
    ["another version, all of it", known, begin, () => part(bytes, null, { etag: '"v2"' }), [rest]],
    ["the server ignores ranges", known, begin, () => part(bytes, null), [rest]],
    ["another version in a range", known, begin, (range) => part(bytes, range, range ? { etag: '"v2"' } : {}), [
      rest,
      null,
    ]],
    ["no version in a range", known, begin, (range) => part(bytes, range, { etag: "" }), [rest, null]],
    [
      "another length in a range",
      known,
      begin,
      (range) => part(bytes, range, range ? { "content-range": `bytes ${half}-${SIZE}/${SIZE + 1}` } : {}),
      [rest, null],
    ],
    [
      "another range",
      known,
      begin,
      (range) => part(bytes, range, range ? { "content-range": `bytes 0-${SIZE - 1}/${SIZE}` } : {}),
      [rest, null],
    ],
    [
      "416 though there is more",
      known,
      begin,
      (range) => range ? new Response(null, { status: 416 }) : part(bytes, null),
      [
        rest,
        null,
      ],
    ],
    ["all there: 416", known, bytes, () => new Response(null, { status: 416 }), [`bytes=${SIZE}-`]],
    [
      "all there: 416 with the length",
      known,
      bytes,
      () => new Response(null, { status: 416, headers: { "content-range": `bytes */${SIZE}` } }),
      [`bytes=${SIZE}-`],
    ],
    [
      "416 with another length",
      known,
      bytes,
      (range) =>
        range ? new Response(null, { status: 416, headers: { "content-range": "bytes */9" } }) : part(bytes, null),
      [
        `bytes=${SIZE}-`,
        null,
      ],
    ],
    ["longer than the file", known, new Uint8Array(SIZE + 1), (range) => part(bytes, range), [null]],
    ["empty", known, new Uint8Array(), (range) => part(bytes, range), [null]],
    ["a weak version", { ...known, etag: 'W/"v1"' }, begin, (range) => part(bytes, range), [null]],
    ["no version", { ...known, etag: undefined }, begin, (range) => part(bytes, range), [null]],
    ["no length", { ...known, size: undefined }, begin, (range) => part(bytes, range), [null]],
    ["of another file", { ...known, fid: "F0" }, begin, (range) => part(bytes, range), [null]],
    ["of another group", { ...known, group: "Others" }, begin, (range) => part(bytes, range), [null]],
    ["a torn sidecar", JSON.stringify(known).slice(0, 40), begin, (range) => part(bytes, range), [null]],
    ["a sidecar that is something else", "null", begin, (range) => part(bytes, range), [null]],
    ["no sidecar", undefined, begin, (range) => part(bytes, range), [null]],
    ["no part", known, undefined, (range) => part(bytes, range), [null]],
  ];
  for (const [what, sidecar, begun, answer, expected] of cases) {
    await inFolder(async (folder) => {
      await putPart(folder, begun, sidecar);
      const { data, file, ranges } = hosted(answer);
      await saveFile(data, file, { folder });
      assertEquals(await Deno.readFile(`${folder}/prices_f0.csv`), bytes, what);
      assertEquals([ranges, await pathsIn(folder)], [expected, ["prices_f0.csv"]], what);
    });
  }
});

Deno.test("saveFile() follows no link in the place of a part, and writes to no file with a second name", async () => {
  await inFolder(async (folder) => {
    const bytes = bytesOf(SIZE);
    const known = { fid: "f0", group: GROUP, size: SIZE, etag: ETAG };
    for (const make of [Deno.symlink, Deno.link]) {
      await Deno.writeFile(`${folder}/other`, bytes.slice(0, 100));
      await putPart(folder, undefined, known);
      await make(`${folder}/other`, `${folder}/.xsignals/f0.part`);
      const { data, file, ranges } = hosted((range) => part(bytes, range));
      await saveFile(data, file, { folder, name: make.name });
      assertEquals([ranges, (await Deno.stat(`${folder}/other`)).size], [[null], 100]);
      assertEquals(await Deno.readFile(`${folder}/${make.name}`), bytes);
      assert((await Deno.lstat(`${folder}/${make.name}`)).isFile);
    }
    await Deno.mkdir(`${folder}/.xsignals/f0.part/x`, { recursive: true });
    const { data, file } = hosted((range) => part(bytes, range));
    assertEquals((await dataError(() => saveFile(data, file, { folder }))).code, "unsafe_target");
  });
});

Deno.test("saveFile() begins anew once when the file changes meanwhile, then says so", async () => {
  const [one, two] = [bytesOf(SIZE), bytesOf(SIZE + 4).slice(4)];
  const versions = (last: number) => (range: string | null, count: number) => {
    const version = Math.min(count, last);
    const response = part(version === 1 ? one : two, range, { etag: `"v${version}"` });
    return count <= last ? cutAt(response, 100_000) : response;
  };
  await inFolder(async (folder) => {
    const { data, file } = hosted(versions(2));
    await saveFile(data, file, { folder });
    assertEquals(await Deno.readFile(`${folder}/prices_f0.csv`), two);
    const often = hosted(versions(9));
    const error = await dataError(() => saveFile(often.data, file, { folder: `${folder}/often` }));
    assertEquals([error.code, error.retryable, often.ranges.length], ["changed_meanwhile", true, 4]);
    await saveFile(hosted(versions(1)).data, file, { folder: `${folder}/often` });
    assertEquals(await Deno.readFile(`${folder}/often/prices_f0.csv`), one);
  });
});

Deno.test("saveFile() counts its tries anew after each that brought a MiB", async () => {
  await inFolder(async (folder) => {
    const bytes = bytesOf(6_000_000);
    const { data, file, ranges } = hosted((range) => cutAt(part(bytes, range), 1_100_000), { retries: 1 });
    await saveFile(data, file, { folder });
    assertEquals(await Deno.readFile(`${folder}/prices_f0.csv`), bytes);
    assertEquals(ranges.length, 6);
  });
});

Deno.test("saveFile() gets the new content of a file that changed between two runs", async () => {
  await inFolder(async (folder) => {
    const { data, emulator, file } = await withFile(SIZE);
    emulator.faults.add({ operation: "downloadFile", cutAfter: 1_000 });
    emulator.faults.add({ operation: "fetchLink", drop: true, times: 4 });
    await dataError(() => saveFile(data, file, { folder }));
    emulator.changeFile("f0", { content: madeContent(1_234) }); // of which the entry knows nothing
    await saveFile(data, file, { folder });
    assertEquals(await Deno.readFile(`${folder}/prices_f0.csv`), bytesOf(1_234));
  });
});

Deno.test("saveFile() counts a size of 0 or none as unknown, and keeps the part of one that is wrong", async () => {
  await inFolder(async (folder) => {
    for (const fileSize of ["zero", "missing", "wrong"] as const) {
      for (const size of [0, SIZE]) {
        const { data, file, bytes, emulator } = await withFile(size, { assumptions: { fileSize } });
        const at = `${folder}/${fileSize}-${size}`;
        if (fileSize !== "wrong") {
          assertEquals(await Deno.readFile(await saveFile(data, file, { folder: at })), bytes);
          continue;
        }
        for (let run = 0; run < 2; run++) {
          const error = await dataError(() => saveFile(data, file, { folder: at }));
          assertEquals([error.code, error.received, error.expected], ["size_mismatch", size, size + 1]);
          assertEquals(await pathsIn(at), [".xsignals/f0.json", ".xsignals/f0.part"]);
        }
        if (size > 0) assertEquals(emulator.count({ operation: "fetchLink", status: 416 }), 1); // nothing came twice
      }
    }
  });
});

Deno.test("saveFile() leaves no part that cannot be gone on with", async () => {
  await inFolder(async (folder) => {
    for (const etag of ["weak", "none"] as const) {
      const { data, emulator, file } = await withFile(SIZE, { assumptions: { etag } });
      emulator.faults.add({ operation: "downloadFile", cutAfter: 1_000, times: Infinity });
      const error = await dataError(() => saveFile(data, file, { folder: `${folder}/${etag}` }));
      assertEquals([error.code, error.received], ["truncated", 1_000]);
      assertEquals([await pathsIn(folder), emulator.count("downloadFile")], [[], 4]);
    }
  });
});
