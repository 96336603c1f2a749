import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import type { MadeContent } from "@xsignals/emulator";
import { dataError, emulated, fileEntry, NOTE, scripted } from "./stage_test.ts";

const TEXT = "Quiet trading. Zażółć gęślą jaźń.\n";
const BYTES = new TextEncoder().encode(TEXT);

/** Content of any size that can be checked by position: each byte follows from where it stands. */
function madeContent(size: number, onMade: (end: number) => void = () => {}): MadeContent {
  const block = Uint8Array.from({ length: 65_536 + 251 }, (_, at) => at % 251);
  return {
    size,
    chunk(offset) {
      onMade(offset + 65_536);
      return block.subarray(offset % 251, offset % 251 + 65_536);
    },
  };
}

Deno.test("open() says truncated for a body that is cut, however its end is told, and never ends short (6.3, 6)", async () => {
  for (const operation of ["downloadFile", "fetchLink"] as const) {
    for (const framing of [undefined, "close", "chunked"] as const) {
      for (const cutAfter of [0, 1, 20, BYTES.length - 1, BYTES.length]) {
        if (operation === "fetchLink" && framing === "close") continue; // then nobody knows the size
        const { data, emulator } = emulated();
        const file = await data.newest("Market Notes");
        emulator.faults.add({ operation, cutAfter, framing });
        const response = await data.open(operation === "fetchLink" ? NOTE : file!);
        const text = await response.text().catch((error) => error);
        if (text === TEXT) continue;
        assertEquals([text.code, text.received, text.retryable, text.fid], ["truncated", cutAfter, true, NOTE]);
        if (cutAfter === BYTES.length) assertEquals(framing, "chunked"); // whose end did not come
      }
    }
  }
});

Deno.test("open() says truncated for no body where there should be one", async () => {
  const { data } = scripted(() => new Response(null, { headers: { "content-length": "9" } }));
  const response = await data.open({ ...fileEntry("f1"), size: 9 });
  assertEquals((await dataError(() => response.text())).code, "truncated");
});

Deno.test("open() says size_mismatch for more bytes than the list says, where the answer has no length", async () => {
  const { data, emulator } = emulated();
  const file = await data.newest("Market Notes");
  emulator.faults.add({ operation: "downloadFile", framing: "close" });
  const response = await data.open({ ...file!, size: 10 });
  const error = await dataError(() => response.text());
  assertEquals([error.code, error.received, error.expected], ["size_mismatch", BYTES.length, 10]);
});

Deno.test("open() says stalled when no byte comes for idleMs, and not for a slow reader or a drip (6.3, 8)", async () => {
  const bytes = (...numbers: number[]) => new Uint8Array(numbers);
  let controller!: ReadableStreamDefaultController<Uint8Array>;
  let cancelled = false;
  const content = () =>
    new Response(
      new ReadableStream<Uint8Array>({
        start: (one) => void (controller = one),
        cancel: () => void (cancelled = true),
      }),
      { headers: { "content-length": "9" } },
    );
  const { data, clock } = scripted(content);
  const reader = (await data.open({ ...fileEntry("f1"), size: 9 })).body!.getReader();
  for (let drip = 0; drip < 3; drip++) {
    const read = reader.read();
    await clock.advance(29_000);
    controller.enqueue(bytes(drip));
    assertEquals((await read).value, bytes(drip));
  }
  await clock.advance(600_000); // nobody reads
  const failing = dataError(() => reader.read());
  await clock.advance(30_000);
  const error = await failing;
  assertEquals([error.code, error.received, error.expected], ["stalled", 3, 9]);
  assertStringIncludes(error.message, "Cannot open the file f1: no byte came for 30 s, 3 of 9 bytes came");
  assertEquals([cancelled, clock.sleeping()], [true, 0]);
});

Deno.test("open() ends its body with the caller's reason, and leaves no timer behind when it is cancelled", async () => {
  const never = () => new Response(new ReadableStream(), { headers: { "content-length": "9" } });
  const { data, clock } = scripted(never);
  const stop = new AbortController();
  const text = (await data.open({ ...fileEntry("f1"), size: 9 }, { signal: stop.signal })).text();
  await clock.advance(1_000);
  stop.abort(new Error("mine"));
  await assertRejects(() => text, Error, "mine");
  assertEquals(clock.sleeping(), 0);

  const reader = (await data.open({ ...fileEntry("f1"), size: 9 })).body!.getReader();
  const read = reader.read();
  await clock.advance(1_000);
  await reader.cancel();
  assertEquals([(await read).done, clock.sleeping()], [true, 0]);
});

Deno.test("open() ignores a length that is not that of the bytes, where the answer came compressed", async () => {
  const headers = { "content-encoding": "gzip", "content-length": "5" };
  const { data } = scripted(() => new Response("123456789", { headers })); // as Node leaves them after decoding
  const response = await data.open({ ...fileEntry("f1"), size: 9 });
  assertEquals([response.headers.has("content-length"), response.headers.has("content-encoding")], [false, false]);
  assertEquals(await response.text(), "123456789");
});

Deno.test("open() decodes what came compressed with gzip, and refuses another encoding", async () => {
  const gzipped = () => new Blob(["123456789"]).stream().pipeThrough(new CompressionStream("gzip"));
  const opened = (encoding: string) => {
    const { data } = scripted(() => new Response(gzipped(), { headers: { "content-encoding": encoding } }));
    return data.open({ ...fileEntry("f1"), size: 9 });
  };
  for (const encoding of ["gzip", " X-GZIP"]) assertEquals(await (await opened(encoding)).text(), "123456789");
  const error = await dataError(() => opened("br"));
  assertEquals(error.code, "bad_response");
  assertStringIncludes(error.message, "in an encoding that nobody asked for (status 200)");
});

Deno.test("open() gives a file that is HTML, an empty one, and one whose size nobody knows", async () => {
  const html = scripted(() => new Response("<html>", { headers: { "content-type": "text/html" } }));
  const response = await html.data.open({ ...fileEntry("f1"), size: 6 });
  assertEquals([response.headers.get("content-type"), await response.text()], ["text/html", "<html>"]);
  for (const fileSize of ["zero", "missing", "wrong"] as const) {
    const empty = { fid: "e", fileName: "e", groupName: "G", content: "", arrivalTime: "2024-03-01" };
    const { data } = emulated({ files: [empty, { ...empty, fid: "x", content: "x" }], assumptions: { fileSize } });
    const texts = await Promise.all(
      ["e", "x"].map(async (fid) => await (await data.open(await data.file(fid))).text()),
    );
    assertEquals(texts, ["", "x"]);
  }
});

Deno.test("open() passes 10 GB on as they are read, each block as it was made, and holds 1 MiB at most (6.3, 18)", async () => {
  const size = 10_000_000_000;
  let [made, at, most] = [0, 0, 0];
  const content = madeContent(size, (end) => made = end);
  const { data } = emulated({ files: [{ fid: "big", fileName: "b", groupName: "G", content }] });
  for await (const chunk of (await data.open("big")).body!) {
    if (chunk[0] !== at % 251 || chunk.at(-1) !== (at + chunk.length - 1) % 251) throw new Error(`wrong at ${at}`);
    at += chunk.length;
    most = Math.max(most, made - at);
    if (at > 16 * 1024 * 1024) break; // bench:data reads all of it
  }
  assert(most <= 1024 * 1024, `${most} bytes were held`);
  assertEquals((await data.file("big")).size, size);
});
