import { assertEquals, assertNotEquals, assertRejects, assertThrows } from "@std/assert";
import { basic, createCaller } from "./caller_test.ts";
import { madeContent } from "./content.ts";
import type { MadeContent } from "./options.ts";

const GIB = 2 ** 30;

function serve(content: MadeContent) {
  const caller = createCaller({
    files: [{ fid: "f", fileName: "f", groupName: "G", content }],
    assumptions: { ranges: "both" },
  });
  return {
    ...caller,
    ask: (range?: string) => caller.get("/file/f/download", basic(), range === undefined ? {} : { range }),
  };
}

Deno.test("madeContent() has bytes that follow from their position", () => {
  const { size, chunk } = madeContent(10 * GIB + 3);
  assertEquals(size, 10 * GIB + 3);
  assertEquals([...chunk(0).slice(0, 8)], [0, 0, 0, 0, 1, 0, 0, 0]);
  for (const offset of [0, 1, 4093, 65_535, 65_536, 5 * GIB + 2, 10 * GIB - 1]) {
    const bytes = chunk(offset);
    for (const at of [0, 1, 2, 3, 1000].filter((at) => offset + at < size && at < bytes.length)) {
      const number = Math.floor((offset + at) / 4) % 2 ** 32;
      assertEquals(bytes[at], Math.floor(number / 256 ** ((offset + at) % 4)) % 256, `${offset} ${at}`);
    }
  }
  assertEquals([chunk(size - 1).length, chunk(size).length, madeContent(0).chunk(0).length], [1, 0, 0]);
  for (const size of [-1, 0.5, NaN, "1"]) {
    assertThrows(() => madeContent(size as number), TypeError, "size must be a whole number");
  }
});

Deno.test("createEmulator() serves parts of made content, as many bytes as there are, and only what is read", async () => {
  const made = madeContent(10 * GIB);
  let asked = 0;
  const content = { size: made.size, chunk: (offset: number) => (asked++, made.chunk(offset)) };
  const { ask, get } = serve(content);
  const query = await (await get("/file/search", basic())).json();
  assertEquals(query.items[0].size, 10 * GIB);
  const part = await ask(`bytes=${8 * GIB + 2}-${8 * GIB + 70_001}`);
  const bytes = await part.bytes();
  assertEquals(bytes.length, 70_000);
  assertEquals(bytes.slice(65_536, 65_544), made.chunk(8 * GIB + 2 + 65_536).slice(0, 8));
  const whole = await ask();
  assertEquals(whole.headers.get("content-length"), String(10 * GIB));
  const reader = whole.body!.getReader();
  assertEquals((await reader.read()).value?.length, 65_536);
  await reader.cancel();
  assertEquals(asked < 10, true);
});

Deno.test("createEmulator() takes pieces of any length, and cuts what is beyond the end", async () => {
  const bytes = crypto.getRandomValues(new Uint8Array(100));
  for (const length of [1, 7, 1000]) {
    const padded = new Uint8Array(2000);
    padded.set(bytes);
    const { ask } = serve({ size: 100, chunk: (offset) => padded.subarray(offset, offset + length) });
    assertEquals(await (await ask()).bytes(), bytes, `${length}`);
    assertEquals(await (await ask("bytes=98-")).bytes(), bytes.slice(98), `${length}`);
  }
  const { ask } = serve({ size: 100, chunk: () => new Uint8Array() });
  const answer = ask().then((answer) => answer.bytes());
  await assertRejects(() => answer, TypeError, "chunk() gave no byte before the end");
});

Deno.test("changeFile() gives made content another ETag although its begin and end are the same", async () => {
  const { ask, emulator } = serve(madeContent(GIB));
  const tag = async () => {
    const { headers, body } = await ask("bytes=0-0");
    await body?.cancel();
    return headers.get("etag");
  };
  const first = await tag();
  assertEquals(await tag(), first);
  emulator.changeFile("f", { content: madeContent(GIB) });
  assertNotEquals(await tag(), first);
});
