import { assert, assertEquals, assertMatch, assertRejects } from "@std/assert";
import { HTTPError, type Options } from "ky";
import type { Check } from "../judge.ts";
import { type Echo, LARGE } from "./echo_api.ts";
import type { OpenKy } from "./open_ky.ts";

/** Bodies of every kind, sent again after a renewal, and answers that are streams. */
export async function kyBodies(check: Check, { api, renewals }: OpenKy): Promise<void> {
  const form = new FormData();
  form.set("file", new Blob(["content"], { type: "text/plain" }), "name.txt");
  const bodies: Readonly<Record<string, readonly [options: () => Options, type: RegExp, body: RegExp]>> = {
    JSON: [() => ({ json: { of: ["ä", 1] } }), /^application\/json/, /^{"of":\["ä",1\]}$/],
    "a text": [() => ({ body: "a text" }), /^text\/plain/, /^a text$/],
    "parameters of a form": [() => ({ body: new URLSearchParams({ a: "1 2" }) }), /urlencoded/, /^a=1\+2$/],
    "a form with a file": [
      () => ({ body: form }),
      /^multipart\/form-data; boundary=/,
      /filename="name.txt"[^]*content/,
    ],
    "a Blob": [() => ({ body: new Blob(["bytes"], { type: "text/csv" }) }), /^text\/csv/, /^bytes$/],
    "a stream": [
      () => ({ body: streamOf("some", "more"), headers: { "content-type": "a/b" } }),
      /^a\/b$/,
      /^somemore$/,
    ],
  };
  for (const [what, [options, type, body]] of Object.entries(bodies)) {
    await check(`${what} is sent, and sent again whole when the token was taken back`, async () => {
      async function send(): Promise<void> {
        const found = await api.post("echo", options()).json<Echo>();
        assertEquals(found.method, "POST");
        assertMatch(`${found.type}`, type);
        assertMatch(found.body, body);
      }
      await send();
      assertEquals(await renewals(send), 1);
    });
  }
  await check("a body that is too long to be kept is sent once, and its 401 handed over", async () => {
    const body = "x".repeat(2 * 1024 * 1024);
    assertEquals((await api.post("echo", { body }).json<Echo>()).body, body);
    const spent = await renewals(async () => {
      const error = await assertRejects(() => api.post("echo", { body }).json(), HTTPError);
      assertEquals(error.response.status, 401);
    });
    assertEquals(spent, 1);
    assertEquals((await api.post("echo", { body }).json<Echo>()).body, body);
  });
  await check("a long answer comes in pieces, with its progress", async () => {
    const told: number[] = [];
    const bytes = await api.get("large", {
      onDownloadProgress: ({ transferredBytes }) => void told.push(transferredBytes),
    }).bytes();
    assertEquals([bytes.length, told.at(-1)], [LARGE, LARGE]);
    assert(told.length > 2);
  });
  await check("an answer may be left in the middle", async () => {
    const { body } = await api.get("large");
    const reader = body!.getReader();
    assert((await reader.read()).value!.length > 0);
    await reader.cancel();
  });
}

function streamOf(...texts: readonly string[]): ReadableStream<Uint8Array> {
  return ReadableStream.from(texts).pipeThrough(new TextEncoderStream());
}
