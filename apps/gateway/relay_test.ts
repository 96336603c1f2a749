import { assertEquals } from "@std/assert";
import { madeContent } from "@xsignals/emulator";
import { createHash } from "node:crypto";
import { serveGateway } from "./testing/served_gateway.ts";

const CONTENT = madeContent(16 * 2 ** 20);

/** All of the content, in pieces of many sizes. */
function* pieces(): Generator<Uint8Array> {
  for (let at = 0, size = 1; at < CONTENT.size; size = size * 7 % 300_007) {
    const piece = CONTENT.chunk(at).subarray(0, size);
    yield piece;
    at += piece.length;
  }
}

Deno.test("relay() hands on every byte of pieces that it frees, with a length and without, to a slow reader", async () => {
  await using gateway = await serveGateway(({ url }) =>
    new Response(ReadableStream.from(pieces()), {
      headers: url.endsWith("/long") ? { "content-length": String(CONTENT.size) } : {},
    }), { GATEWAY_AUDIT: "true" });
  const expected = createHash("sha256");
  for (const piece of pieces()) expected.update(piece);
  const digest = expected.digest("hex");
  for (const path of ["/api/file/long", "/api/file/chunked"]) {
    const actual = createHash("sha256");
    const reader = (await gateway.call(path)).body!.getReader({ mode: "byob" });
    for (let size = 1;; size = size * 5 % 60_013) { // smaller than the pieces: they wait for it
      const { done, value } = await reader.read(new Uint8Array(size));
      if (done) break;
      actual.update(value);
    }
    assertEquals(actual.digest("hex"), digest, path);
  }
  const { bytes, outcome } = Object(gateway.log.at(-1));
  assertEquals([bytes, outcome], [CONTENT.size, "whole"]);
});
