import { assertEquals, assertRejects } from "@std/assert";
import { limitedText } from "./limited_text.ts";

/** A response of these chunks, and what became of it. */
function chunked(chunks: Uint8Array[], end: "close" | "stall" | "error" = "close") {
  const seen = { cancelled: false };
  const body = new ReadableStream<Uint8Array>({
    pull(controller) {
      const chunk = chunks.shift();
      if (chunk) return controller.enqueue(chunk);
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
    assertEquals(await limitedText(chunked(chunks).response, bytes.length), "zażółć 😀");
  }
});

Deno.test("limitedText() of no body is empty", async () => {
  assertEquals(await limitedText(new Response(null), 10), "");
  assertEquals(await limitedText(new Response(""), 0), "");
});

Deno.test("limitedText() takes exactly so many bytes, and cancels at one more", async () => {
  const exact = chunked([new Uint8Array(6).fill(97), new Uint8Array(4).fill(98)]);
  assertEquals(await limitedText(exact.response, 10), "aaaaaabbbb");
  const over = chunked([new Uint8Array(6).fill(97), new Uint8Array(5).fill(98)], "stall");
  assertEquals(await limitedText(over.response, 10), undefined);
  assertEquals(over.seen.cancelled, true);
});

Deno.test("limitedText() drops a byte order mark and replaces what is no UTF-8", async () => {
  assertEquals(await limitedText(new Response(Uint8Array.of(0xef, 0xbb, 0xbf, 0x7b, 0x7d)), 10), "{}");
  assertEquals(await limitedText(new Response(Uint8Array.of(0x61, 0xff)), 10), "a\ufffd");
  assertEquals(await limitedText(new Response(Uint8Array.of(0x61, 0xc5)), 10), "a\ufffd");
});

Deno.test("limitedText() rejects when the body breaks off", async () => {
  await assertRejects(() => limitedText(chunked([Uint8Array.of(97)], "error").response, 10), RangeError, "dropped");
});
