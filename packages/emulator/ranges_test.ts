import { assertEquals, assertMatch, assertNotEquals } from "@std/assert";
import { basic, type Caller, createCaller } from "./caller_test.ts";
import type { GivenAssumptions } from "./assumptions.ts";
import type { EmulatorFile } from "./options.ts";

const CONTENT = "0123456789";
const LAST_MODIFIED = "Mon, 04 Mar 2024 12:00:00 GMT";

function callerWith(assumptions: GivenAssumptions, content: EmulatorFile["content"] = CONTENT): Caller {
  const file = { fid: "f", fileName: "f", groupName: "G", content, arrivalTime: "2024-03-04T12:00:00" };
  return createCaller({ files: [file], assumptions });
}

type Ask = (headers?: HeadersInit) => Promise<Response>;

/** The two ways to the content, each with the assumption that only it follows ranges. */
async function ways(
  assumptions: GivenAssumptions = {},
  content?: EmulatorFile["content"],
): Promise<[way: "api" | "files", ask: Ask][]> {
  const api = callerWith({ ranges: "api", ...assumptions }, content);
  const files = callerWith({ ranges: "files", ...assumptions }, content);
  const link = (await files.get("/file/f", basic())).headers.get("location")!;
  return [
    ["api", (headers) => api.get("/file/f/download", basic(), headers)],
    ["files", (headers) => files.emulator.fetch(link, { headers })],
  ];
}

async function outcome(answer: Promise<Response>): Promise<[number, string | null, string]> {
  const { status, headers } = await answer;
  const text = await (await answer).text();
  return [status, headers.get("content-range"), status < 400 ? text : /<Code>(\w+)/.exec(text)?.[1] ?? "json"];
}

Deno.test("deliver() answers one range with 206, and a header that is not a range of bytes with everything", async () => {
  for (const [way, ask] of await ways()) {
    const whole = await ask();
    assertEquals([whole.status, await whole.text()], [200, CONTENT]);
    const names = ["accept-ranges", "content-length", "content-range", "last-modified"];
    assertEquals(names.map((name) => whole.headers.get(name)), ["bytes", "10", null, LAST_MODIFIED]);
    assertMatch(whole.headers.get("etag")!, /^"[0-9a-f]{32}"$/);

    const parts: Record<string, [number, string | null, string]> = {
      "bytes=2-4": [206, "bytes 2-4/10", "234"],
      "bytes=0-0": [206, "bytes 0-0/10", "0"],
      "bytes=7-": [206, "bytes 7-9/10", "789"],
      "bytes=-3": [206, "bytes 7-9/10", "789"],
      "bytes=-30": [206, "bytes 0-9/10", CONTENT],
      "bytes=9-99": [206, "bytes 9-9/10", "9"],
      "bytes=0-99999999999999999999": [206, "bytes 0-9/10", CONTENT],
      "Bytes = 1 - 1": [206, "bytes 1-1/10", "1"],
      "bytes=10-": [416, "bytes */10", way === "files" ? "InvalidRange" : "json"],
      "bytes=-0": [416, "bytes */10", way === "files" ? "InvalidRange" : "json"],
      "bytes=4-2": [200, null, CONTENT],
      "bytes=1-2,4-5": [200, null, CONTENT],
      "bytes=-": [200, null, CONTENT],
      "rows=1-2": [200, null, CONTENT],
      "1-2": [200, null, CONTENT],
    };
    for (const [range, expected] of Object.entries(parts)) {
      assertEquals(await outcome(ask({ range })), expected, `${way} ${range}`);
    }
    const part = await ask({ range: "bytes=2-4" });
    assertEquals([part.headers.get("content-length"), part.headers.get("etag")], ["3", whole.headers.get("etag")]);
    await part.body?.cancel();
  }
});

Deno.test("deliver() answers 416 for every range of empty content", async () => {
  for (const [way, ask] of await ways({}, "")) {
    assertEquals(await outcome(ask()), [200, null, ""], way);
    for (const range of ["bytes=0-", "bytes=-1"]) {
      assertEquals((await outcome(ask({ range }))).slice(0, 2), [416, "bytes */0"], way);
    }
  }
});

Deno.test("deliver() follows If-Range: the strong tag or the exact time, nothing else", async () => {
  for (const [way, ask] of await ways()) {
    const etag = (await ask()).headers.get("etag")!;
    const cases: [string, number][] = [
      [etag, 206],
      [LAST_MODIFIED, 206],
      [`W/${etag}`, 200],
      ['"other"', 200],
      ["Mon, 04 Mar 2024 12:00:01 GMT", 200],
      ["", 200],
    ];
    for (const [ifRange, status] of cases) {
      const answer = await outcome(ask({ range: "bytes=8-", "if-range": ifRange }));
      assertEquals([answer[0], answer[2]], [status, status === 206 ? "89" : CONTENT], `${way} ${ifRange}`);
    }
    assertEquals((await outcome(ask({ range: "bytes=99-", "if-range": '"other"' })))[0], 200);
  }
  for (const [way, ask] of await ways({ etag: "weak" })) {
    const etag = (await ask()).headers.get("etag")!;
    assertMatch(etag, /^W\/"/);
    assertEquals((await outcome(ask({ range: "bytes=8-", "if-range": etag })))[0], 200, way);
  }
});

Deno.test("deliver() follows If-Match, If-None-Match, If-Unmodified-Since and If-Modified-Since", async () => {
  const [before, after] = ["Mon, 04 Mar 2024 11:59:59 GMT", "Mon, 04 Mar 2024 12:00:01 GMT"];
  for (const [way, ask] of await ways()) {
    const etag = (await ask()).headers.get("etag")!;
    const cases: [Record<string, string>, number][] = [
      [{ "if-match": etag }, 200],
      [{ "if-match": `"x", ${etag}` }, 200],
      [{ "if-match": "*" }, 200],
      [{ "if-match": '"x"' }, 412],
      [{ "if-match": `W/${etag}` }, 412],
      [{ "if-match": '"x"', range: "bytes=0-1" }, 412],
      [{ "if-match": etag, range: "bytes=0-1" }, 206],
      [{ "if-match": etag, "if-unmodified-since": before }, 200],
      [{ "if-unmodified-since": before }, 412],
      [{ "if-unmodified-since": LAST_MODIFIED }, 200],
      [{ "if-unmodified-since": "yesterday" }, 200],
      [{ "if-none-match": etag }, 304],
      [{ "if-none-match": `W/${etag}` }, 304],
      [{ "if-none-match": "*" }, 304],
      [{ "if-none-match": '"x"', "if-modified-since": after }, 200],
      [{ "if-modified-since": LAST_MODIFIED }, 304],
      [{ "if-modified-since": before }, 200],
    ];
    for (const [headers, status] of cases) {
      assertEquals((await outcome(ask(headers)))[0], status, `${way} ${JSON.stringify(headers)}`);
    }
    const unchanged = await ask({ "if-none-match": etag });
    assertEquals([unchanged.headers.get("etag"), unchanged.body], [etag, null]);
  }
  const [[, ask]] = await ways({ etag: "none" }) as [[string, Ask]];
  assertEquals((await ask()).headers.get("etag"), null);
  assertEquals((await outcome(ask({ "if-match": '"x"' })))[0], 412);
  assertEquals((await outcome(ask({ "if-none-match": '"x"' })))[0], 200);
});

Deno.test("createEmulator() with ranges answers them only where it says; elsewhere with everything, and no condition counts", async () => {
  const expected = { files: [200, 206], api: [206, 200], both: [206, 206], none: [200, 200] } as const;
  for (const [ranges, statuses] of Object.entries(expected)) {
    const found = [];
    for (const [, ask] of await ways({ ranges })) {
      const answer = await ask({ range: "bytes=1-1", "if-none-match": '"x"' });
      found.push(answer.status);
      assertEquals(answer.headers.get("accept-ranges"), answer.status === 206 ? "bytes" : null);
      assertEquals(await answer.text(), answer.status === 206 ? "1" : CONTENT);
      if (answer.status === 200) assertEquals((await outcome(ask({ "if-match": '"x"' })))[0], 200);
    }
    assertEquals(found, [...statuses], ranges);
  }
});

Deno.test("changeFile() gives content another ETag and a later Last-Modified under the same id", async () => {
  const { emulator, get, clock } = callerWith({ ranges: "both" });
  const ask = (headers: HeadersInit = {}) => get("/file/f/download", basic(), headers);
  const first = await ask();
  await first.body?.cancel();
  const etag = first.headers.get("etag")!;
  clock.ms += 1000;
  emulator.changeFile("f", { content: "9876543210" });
  const resumed = await ask({ range: "bytes=5-", "if-range": etag });
  assertEquals([resumed.status, await resumed.text()], [200, "9876543210"]);
  assertNotEquals(resumed.headers.get("etag"), etag);
  assertEquals(resumed.headers.get("last-modified"), new Date(clock.ms).toUTCString());
  emulator.changeFile("f", { content: CONTENT }); // S3 has the same tag for the same bytes
  assertEquals((await ask()).headers.get("etag"), etag);
});
