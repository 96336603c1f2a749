import { assertEquals, assertMatch } from "@std/assert";
import { basic, type Caller, createCaller } from "./caller_test.ts";

const FILE = "/file/8a7c2f0e-5d0b-4d9c-9c1e-3f6b1f0a2d14";

async function linkOf({ get }: Caller): Promise<URL> {
  const answer = await get(FILE, basic());
  await answer.body?.cancel();
  return new URL(answer.headers.get("location")!);
}

/** The status and the S3 code of an answer. */
async function outcome(answer: Promise<Response>): Promise<[number, string | undefined]> {
  const { status, headers } = await answer;
  assertEquals(headers.get("content-type"), "application/xml");
  return [status, /<Code>(\w+)<\/Code>/.exec(await (await answer).text())?.[1]];
}

Deno.test("createFileHost() serves a presigned link until it expires", async () => {
  const caller = createCaller();
  const { emulator: { fetch }, clock } = caller;
  const link = await linkOf(caller);
  clock.ms += 3_599_999;
  assertMatch(await (await fetch(link)).text(), /^Quiet trading/);
  clock.ms += 1;
  assertEquals(await outcome(fetch(link)), [403, "AccessDenied"]);
});

Deno.test("createFileHost() rejects a request with Authorization, whatever the link", async () => {
  const caller = createCaller();
  const { emulator: { fetch, count } } = caller;
  const link = await linkOf(caller);
  const headers = { authorization: basic() };
  assertEquals(await outcome(fetch(link, { headers })), [400, "InvalidArgument"]);
  assertEquals(await outcome(fetch(new URL("/a/b", link), { headers })), [400, "InvalidArgument"]);
  assertEquals(count({ violation: "authorization_on_files", host: "files" }), 2);
});

Deno.test("createFileHost() rejects a link that was changed after it was signed", async () => {
  const caller = createCaller();
  const { fetch } = caller.emulator;
  const link = await linkOf(caller);
  const changed = (change: (link: URL) => void) => {
    const other = new URL(link);
    change(other);
    return outcome(fetch(other));
  };
  assertEquals(await changed((link) => link.search = ""), [403, "AccessDenied"]);
  assertEquals(await changed((link) => link.pathname = "/a/b"), [403, "AccessDenied"]);
  assertEquals(await changed((link) => link.pathname = "/%ff"), [403, "SignatureDoesNotMatch"]);
  assertEquals(await changed((link) => link.searchParams.delete("X-Amz-Signature")), [403, "AccessDenied"]);
  for (
    const [name, value] of [
      ["X-Amz-Expires", "999999"],
      ["X-Amz-Date", "20300101T000000Z"],
      ["X-Amz-Signature", "00"],
      [
        "X-Amz-Signature",
        "",
      ],
      ["X-Amz-Signature", "zz".repeat(32)],
      ["added", "1"],
    ] as const
  ) {
    assertEquals(await changed((link) => link.searchParams.set(name, value)), [403, "SignatureDoesNotMatch"], name);
  }
  assertEquals(await changed((link) => link.pathname = link.pathname.replace("14", "13")), [
    403,
    "SignatureDoesNotMatch",
  ]);
  const foreign = await linkOf(createCaller());
  assertEquals(await outcome(fetch(foreign)), [403, "SignatureDoesNotMatch"]);
});

Deno.test("createFileHost() answers 404 for a removed file, 405 for another method", async () => {
  const caller = createCaller();
  const { fetch, removeFile, log } = caller.emulator;
  const link = await linkOf(caller);
  assertEquals(await outcome(fetch(link, { method: "PUT", body: "x" })), [405, "invalid_request"]);
  removeFile(FILE.slice(6));
  assertEquals(await outcome(fetch(link)), [404, "NoSuchKey"]);
  assertEquals(log.some(({ path }) => path.includes("?") || path.includes("X-Amz")), false);
});
