import { assert, assertEquals, assertRejects, assertStrictEquals } from "@std/assert";
import { type Replay, replayInit, replayStream } from "./replay.ts";

/** What the platform sends for it. */
async function sent(body: BodyInit, type?: string | null): Promise<{ bytes: number[]; type: string | null }> {
  const headers = new Headers(type ? [["content-type", type]] : []);
  const init = { method: "POST", body, headers, ...(body instanceof ReadableStream ? { duplex: "half" } : {}) };
  const request = new Request("https://api.example/", init);
  return { bytes: [...new Uint8Array(await request.arrayBuffer())], type: request.headers.get("content-type") };
}

function replayed({ body, type }: Replay) {
  return sent(body, type);
}

function streamOf(sizes: number[], end: "close" | "error" = "close") {
  const seen: { pulled: number; cancelled?: unknown } = { pulled: 0 };
  const stream = new ReadableStream<Uint8Array<ArrayBuffer>>({
    pull(controller) {
      const size = sizes[seen.pulled];
      if (size !== undefined) return controller.enqueue(new Uint8Array(size).fill(++seen.pulled));
      if (end === "close") controller.close();
      else controller.error(new RangeError("dropped"));
    },
    cancel(reason) {
      seen.cancelled = reason;
    },
  }, { highWaterMark: 0 });
  return { stream, seen };
}

const BYTES = Uint8Array.from({ length: 32 }, (_, index) => index);

const BODIES: Record<string, () => BodyInit> = {
  "a text": () => "zażółć 😀",
  "an empty text": () => "",
  "half a surrogate pair": () => "a\ud800b",
  "URLSearchParams": () => new URLSearchParams([["a", "b c&d"], ["a", "ł"]]),
  "empty URLSearchParams": () => new URLSearchParams(),
  "a blob": () => new Blob([BYTES, "x"], { type: "application/x-thing" }),
  "a blob without a type": () => new Blob([BYTES]),
  "a file": () => new File([BYTES], "name.csv", { type: "text/csv" }),
  "an array buffer": () => BYTES.slice().buffer,
  "an empty array buffer": () => new ArrayBuffer(0),
  "a view": () => BYTES.slice(),
  "a part of a buffer": () => new Uint8Array(BYTES.slice().buffer, 5, 7),
  "a data view of a part": () => new DataView(BYTES.slice().buffer, 3, 11),
  "a view of wider numbers": () => new Float64Array(BYTES.slice().buffer, 8, 2),
};

Deno.test("replayInit() sends the same bytes and type as the platform, twice", async () => {
  for (const [name, make] of Object.entries(BODIES)) {
    const replay = await replayInit(make());
    const expected = await sent(make());
    assertEquals(replay.again, true, name);
    assertEquals(await replayed(replay), expected, name);
    assertEquals(await replayed(replay), expected, name);
  }
});

Deno.test("replayInit() writes a form out once, so that its boundary is the same each time", async () => {
  const form = new FormData();
  form.append("field", "zażółć");
  form.append("file", new File([BYTES], "a b.bin", { type: "application/x-thing" }));
  const replay = await replayInit(form);
  assertEquals(replay.again, true);
  const [first, second] = [await replayed(replay), await replayed(replay)];
  assertEquals(first, second);
  const read = await new Response(Uint8Array.from(first.bytes), { headers: { "content-type": first.type! } })
    .formData();
  assertEquals(read.get("field"), "zażółć");
  const file = read.get("file");
  assert(file instanceof File);
  assertEquals([file.name, file.type], ["a b.bin", "application/x-thing"]);
  assertEquals(await file.bytes(), BYTES);
});

Deno.test("replayInit() keeps what was given at the call, whatever its owner does to it then", async () => {
  const bytes = BYTES.slice();
  const view = new Uint8Array(bytes.buffer, 4, 4);
  const params = new URLSearchParams("a=b");
  const form = new FormData();
  form.append("a", "b");
  const calls = [replayInit(bytes.buffer), replayInit(view), replayInit(params), replayInit(form)];
  bytes.fill(255);
  params.set("a", "changed");
  form.set("a", "changed");
  const [buffer, part, search, written] = await Promise.all(calls);
  assertEquals((await replayed(buffer!)).bytes, [...BYTES]);
  assertEquals((await replayed(part!)).bytes, [4, 5, 6, 7]);
  for (const form of [search!, written!]) {
    const text = new TextDecoder().decode(Uint8Array.from((await replayed(form)).bytes));
    assert(!text.includes("changed"), text);
  }
});

Deno.test("replayInit() leaves the caller's own object as it was", async () => {
  const blob = new Blob(["x"]);
  assertStrictEquals((await replayInit(blob)).body, blob);
  const bytes = BYTES.slice();
  assert((await replayInit(bytes)).body !== bytes);
  assertEquals(bytes, BYTES);
});

Deno.test("replayInit() hands a stream through unread, to be sent once", async () => {
  const { stream, seen } = streamOf([3]);
  const replay = await replayInit(stream);
  assertEquals(replay.again, false);
  assertStrictEquals(replay.body, stream);
  assertEquals([stream.locked, seen.pulled], [false, 0]);
});

Deno.test("replayStream() keeps up to exactly so many bytes", async () => {
  for (const sizes of [[], [0], [10], [4, 6], [1, 0, 9], [5]]) {
    const replay = await replayStream(streamOf(sizes).stream, 10);
    assertEquals(replay.again, true, String(sizes));
    const expected = sizes.flatMap((size, index) => Array(size).fill(index + 1));
    assertEquals((await replayed(replay)).bytes, expected);
    assertEquals((await replayed(replay)).bytes, expected);
  }
});

Deno.test("replayStream() of one byte more is a stream of all bytes, sent once, read one chunk further than needed at most", async () => {
  for (const sizes of [[11], [10, 1], [4, 6, 1, 5, 5], [1_000, 3]]) {
    const { stream, seen } = streamOf(sizes);
    const replay = await replayStream(stream, 10);
    assertEquals(replay.again, false, String(sizes));
    assert(seen.pulled <= sizes.findIndex((_, at) => sizes.slice(0, at + 1).reduce((a, b) => a + b) > 10) + 2);
    assertEquals((await replayed(replay)).bytes, sizes.flatMap((size, index) => Array(size).fill(index + 1)));
  }
});

Deno.test("replayStream() keeps nothing at a limit of 0, but an empty body", async () => {
  assertEquals((await replayStream(streamOf([]).stream, 0)).again, true);
  assertEquals((await replayStream(streamOf([1]).stream, 0)).again, false);
});

Deno.test("replayStream() rejects with the stream's own error", async () => {
  await assertRejects(() => replayStream(streamOf([4], "error").stream, 10), RangeError, "dropped");
});

Deno.test("replayStream() passes on an error that comes after the limit", async () => {
  const { body, again } = await replayStream(streamOf([11, 4], "error").stream, 10);
  assertEquals(again, false);
  assert(body instanceof ReadableStream);
  const sizes: number[] = [];
  const reading = (async () => {
    for await (const chunk of body) sizes.push(chunk.byteLength);
  })();
  await assertRejects(() => reading, RangeError, "dropped");
  assertEquals(sizes, [11, 4]);
});

Deno.test("replayStream() cancels the caller's stream when what it made of it is cancelled", async () => {
  const { stream, seen } = streamOf([11, 4]);
  const { body } = await replayStream(stream, 10);
  assert(body instanceof ReadableStream);
  await body.cancel("enough");
  assertEquals([seen.cancelled].flat()[0], "enough");
});

Deno.test("replayStream() takes the body of a Request", async () => {
  const { body } = new Request("https://api.example/", { method: "POST", body: "zażółć" });
  const replay = await replayStream(body!, 100);
  assertEquals(new TextDecoder().decode(Uint8Array.from((await replayed(replay)).bytes)), "zażółć");
});
