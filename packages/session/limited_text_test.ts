import { assertEquals, assertRejects } from "@std/assert";
import { limitedText } from "./limited_text.ts";

const never = new AbortController().signal;

/** A response of these chunks, and what became of it. */
function chunked(chunks: Uint8Array[], end: "close" | "stall" | "error" = "close") {
  const seen = { cancelled: false };
  const body = new ReadableStream<Uint8Array>({
    pull(controller) {
      const chunk = chunks.shift();
      if (chunk) return controller.enqueue(chunk);
      if (end === "stall") return new Promise(() => {});
      if (end === "close") controller.close();
      if (end === "error") controller.error(new RangeError("dropped"));
    },
    cancel() {
      seen.cancelled = true;
    },
  }, { highWaterMark: 0 });
  return { response: new Response(body), seen };
}

Deno.test("limitedText() is the body as text, wherever the chunks are cut", async () => {
  const bytes = new TextEncoder().encode("zażółć 😀");
  for (let size = 1; size <= bytes.length; size++) {
    const chunks = Array.from(
      { length: Math.ceil(bytes.length / size) },
      (_, i) => bytes.slice(i * size, (i + 1) * size),
    );
    assertEquals(await limitedText(chunked(chunks).response, bytes.length, never), "zażółć 😀");
  }
});

Deno.test("limitedText() of no body is empty", async () => {
  assertEquals(await limitedText(new Response(null), 10, never), "");
  assertEquals(await limitedText(new Response(""), 0, never), "");
});

Deno.test("limitedText() takes exactly so many bytes, and cancels at one more", async () => {
  const exact = chunked([new Uint8Array(6).fill(97), new Uint8Array(4).fill(98)]);
  assertEquals(await limitedText(exact.response, 10, never), "aaaaaabbbb");
  const over = chunked([new Uint8Array(6).fill(97), new Uint8Array(5).fill(98)], "stall");
  assertEquals(await limitedText(over.response, 10, never), undefined);
  assertEquals(over.seen.cancelled, true);
});

Deno.test("limitedText() drops a byte order mark and replaces what is no UTF-8", async () => {
  assertEquals(await limitedText(new Response(Uint8Array.of(0xef, 0xbb, 0xbf, 0x7b, 0x7d)), 10, never), "{}");
  assertEquals(await limitedText(new Response(Uint8Array.of(0x61, 0xff)), 10, never), "a\ufffd");
  assertEquals(await limitedText(new Response(Uint8Array.of(0x61, 0xc5)), 10, never), "a\ufffd");
});

Deno.test("limitedText() rejects when the body breaks off", async () => {
  await assertRejects(
    () => limitedText(chunked([Uint8Array.of(97)], "error").response, 10, never),
    RangeError,
    "dropped",
  );
});

Deno.test("limitedText() drops what a body says that cannot be cancelled (31)", async () => {
  const stubborn = () =>
    new ReadableStream({
      pull: (controller) => controller.enqueue(Uint8Array.of(97)),
      cancel: () => Promise.reject(new Error("no")),
    });
  assertEquals(await limitedText(new Response(stubborn()), 3, never), undefined);
  assertEquals(await limitedText(new Response(stubborn()), 3, AbortSignal.abort()), undefined);
  await new Promise((resolve) => setTimeout(resolve, 0)); // an unhandled rejection would fail the run
});

Deno.test("limitedText() leaves no listener on the signal, however it ends", async () => {
  const { signal } = new AbortController();
  const listening = new Set<unknown>();
  const { addEventListener: add, removeEventListener: remove } = signal;
  signal.addEventListener = (...args: Parameters<typeof add>) => (listening.add(args[1]), add.apply(signal, args));
  signal.removeEventListener = (...args: Parameters<typeof remove>) => {
    if (args[0] === "abort") listening.delete(args[1]);
    remove.apply(signal, args);
  };
  await limitedText(new Response("abc"), 3, signal);
  await limitedText(new Response("abcd"), 3, signal);
  await limitedText(chunked([], "error").response, 3, signal).catch(() => {});
  assertEquals(listening.size, 0);
});

Deno.test("limitedText() cancels the body when the signal aborts, before or while it is read, and leaves no listener", async () => {
  const controller = new AbortController();
  const late = chunked([], "stall");
  const reading = limitedText(late.response, 10, controller.signal);
  controller.abort();
  assertEquals([await reading, late.seen.cancelled], [undefined, true]);
  const before = chunked([Uint8Array.of(97)]);
  assertEquals([await limitedText(before.response, 10, controller.signal), before.seen.cancelled], [undefined, true]);
  const { response, seen } = chunked([Uint8Array.of(97)]);
  const other = new AbortController();
  assertEquals(await limitedText(response, 10, other.signal), "a");
  other.abort();
  assertEquals(seen.cancelled, false);
});
