import { assertEquals, assertThrows } from "@std/assert";
import type { BodyFault } from "./body_faults.ts";
import { basic, createCaller } from "./caller_test.ts";
import { createEmulator, type Emulator } from "./emulator.ts";
import type { EmulatorFile } from "./options.ts";
import { serveEmulator } from "./serve.ts";

const SIZE = 100_000;
const CONTENT = Uint8Array.from({ length: SIZE }, (_, index) => index % 251);
const FILES: EmulatorFile[] = [{ fid: "f", fileName: "f", groupName: "G", content: CONTENT }];

/** How much of a body came, whether it was right, and whether it seemed whole. */
async function read(answer: Response): Promise<[received: number, end: "whole" | "lost"]> {
  let received = 0;
  try {
    for await (const chunk of answer.body ?? []) {
      assertEquals(chunk, CONTENT.subarray(received, received + chunk.length));
      received += chunk.length;
    }
    return [received, "whole"];
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    return [received, "lost"];
  }
}

interface Way {
  readonly name: string;
  readonly emulator: Emulator;
  /** The content, by a link. */
  readonly get: (headers?: HeadersInit) => Promise<Response>;
  readonly stop: () => Promise<void>;
}

/** In process, and over real connections. */
async function ways(): Promise<Way[]> {
  const served = await serveEmulator({ files: FILES });
  const all = [];
  for (
    const { name, api, fetch, emulator, stop } of [
      { name: "connection", ...served, fetch: globalThis.fetch },
      inProcess(),
    ]
  ) {
    const answer = await fetch(`${api}/file/f`, { headers: { authorization: basic() } });
    await answer.body?.cancel();
    const link = answer.headers.get("location")!;
    all.push({ name, emulator, get: (headers: HeadersInit = {}) => fetch(link, { headers }), stop });
  }
  return all;

  function inProcess() {
    const emulator = createEmulator({ files: FILES });
    const api = "https://api.xsignals.xpansiv.com";
    return { name: "process", api, fetch: emulator.fetch, emulator, stop: () => Promise.resolve() };
  }
}

Deno.test("faults.add() cuts a body after its bytes, and the client sees it as the framing lets it, in process and over connections", async () => {
  const cases: [BodyFault, received: number, end: "whole" | "lost"][] = [
    ...[0, 1, SIZE / 2, SIZE - 1].flatMap((cutAfter): [BodyFault, number, "whole" | "lost"][] => [
      [{ cutAfter }, cutAfter, "lost"],
      [{ cutAfter, framing: "chunked" }, cutAfter, "lost"],
      [{ cutAfter, framing: "close" }, cutAfter, "whole"],
    ]),
    [{ cutAfter: SIZE }, SIZE, "whole"],
    [{ cutAfter: SIZE, framing: "chunked" }, SIZE, "lost"],
    [{ cutAfter: SIZE + 1, framing: "chunked" }, SIZE, "whole"],
    [{ framing: "chunked" }, SIZE, "whole"],
    [{ framing: "close" }, SIZE, "whole"],
    [{ contentLength: SIZE + 1 }, SIZE, "lost"],
    [{ contentLength: SIZE - 1 }, SIZE - 1, "whole"],
    [{ contentLength: 0 }, 0, "whole"],
    [{ contentLength: SIZE + 1, cutAfter: 5 }, 5, "lost"],
  ];
  for (const { name, emulator, get, stop } of await ways()) {
    for (const [fault, received, end] of cases) {
      emulator.faults.add({ operation: "fetchLink", ...fault });
      const answer = await get();
      const length = fault.framing ? null : String(fault.contentLength ?? SIZE);
      const what = `${name} ${JSON.stringify(fault)}`;
      assertEquals([answer.status, answer.headers.get("content-length")], [200, length], what);
      assertEquals(await read(answer), [received, end], what);
    }
    assertEquals(await read(await get()), [SIZE, "whole"], name); // The server goes on.
    await stop();
  }
});

Deno.test("faults.add() cuts a range, and the rest can be asked for", async () => {
  for (const { emulator, get, stop } of await ways()) {
    emulator.faults.add({ operation: "fetchLink", cutAfter: 30_000 });
    assertEquals(await read(await get()), [30_000, "lost"]);
    const rest = await get({ range: "bytes=30000-" });
    assertEquals(await rest.bytes(), CONTENT.slice(30_000));
    await stop();
  }
});

Deno.test("faults.add() compresses a body that nobody asked to be", async () => {
  for (const { name, emulator, get, stop } of await ways()) {
    emulator.faults.add({ operation: "fetchLink", gzip: true });
    const answer = await get();
    assertEquals(["content-encoding", "content-length"].map((name) => answer.headers.get(name)), ["gzip", null], name);
    assertEquals(await read(answer), [SIZE, "whole"]);
    emulator.faults.add({ operation: "fetchLink", gzip: true });
    const raw = await get({ "accept-encoding": "identity" }); // Deno then hands it on as it came.
    const bytes = await raw.bytes();
    assertEquals([raw.headers.get("content-encoding"), bytes[0], bytes[1]], ["gzip", 0x1f, 0x8b], name);
    emulator.faults.add({ operation: "fetchLink", gzip: true, cutAfter: 100 });
    assertEquals((await read(await get()))[1], "lost");
    emulator.faults.add({ operation: "fetchLink", gzip: true });
    await (await get()).body?.cancel();
    await stop();
  }
});

Deno.test("faults.add() stalls a body after its bytes until the caller gives up", async () => {
  for (const { name, emulator, get, stop } of await ways()) {
    emulator.faults.add({ operation: "fetchLink", stallAfter: 70_000 });
    const reader = (await get()).body!.getReader();
    let received = 0;
    while (received < 70_000) received += (await reader.read()).value!.length;
    const next = reader.read();
    const first = await Promise.race([next, new Promise((resolve) => setTimeout(() => resolve("nothing"), 20))]);
    assertEquals([received, first], [70_000, "nothing"], name);
    await reader.cancel();
    await next;
    await stop();
  }
});

Deno.test("fetch() of the emulator ends a body with the reason of the caller's abort, and leaves a whole one alone", async () => {
  const { emulator: { fetch } } = createCaller({ files: FILES });
  const caller = new AbortController();
  const [broken, whole] = await Promise.all([1, 2].map(() =>
    fetch("https://api.xsignals.xpansiv.com/file/f/download", {
      headers: { authorization: basic() },
      signal: caller.signal,
    })
  ));
  const bytes = await whole!.bytes();
  const reader = broken!.body!.getReader();
  await reader.read();
  const reason = new Error("enough");
  caller.abort(reason);
  assertEquals(await reader.read().then(() => "read", (error) => error === reason), true);
  assertEquals(bytes, CONTENT);
});

Deno.test("faults.add() sends a body at its rate", async () => {
  const slept: number[] = [];
  const { emulator: { faults }, get } = createCaller({
    files: [{ fid: "f", fileName: "f", groupName: "G", content: "0123456789" }],
    sleep: (ms) => (slept.push(ms), Promise.resolve()),
  });
  for (const [rate, pieces, each] of [[1, 10, 1000], [20, 5, 100], [0.5, 10, 2000], [1e9, 1, 1e-5]] as const) {
    faults.add({ rate });
    assertEquals(await (await get("/file/f/download", basic())).text(), "0123456789");
    assertEquals(slept.splice(0).map((ms) => ms.toFixed(6)), Array(pieces).fill(each.toFixed(6)), `${rate}`);
  }
});

Deno.test("faults.add() makes a link expire between two ranges, for good, and no other link", async () => {
  const { emulator: { faults, fetch }, get } = createCaller({ files: FILES });
  const linkOf = async () => {
    const answer = await get("/file/f", basic());
    await answer.body?.cancel();
    return answer.headers.get("location")!;
  };
  const link = await linkOf();
  const ask = (link: string) => fetch(link, { headers: { range: "bytes=0-9" } });
  faults.add({ operation: "fetchLink", skip: 1, expire: true });
  assertEquals((await (await ask(link)).bytes()).length, 10);
  for (let count = 0; count < 2; count++) {
    const refused = await ask(link);
    assertEquals([refused.status, (await refused.text()).includes("Request has expired")], [403, true]);
  }
  assertEquals((await (await ask(await linkOf())).bytes()).length, 10);
});

Deno.test("faults.add() throws for a wrong member of a body fault", () => {
  const { faults } = createEmulator();
  const wrong: [Record<string, unknown>, string][] = [
    [{ cutAfter: -1 }, "cutAfter must be a whole number of bytes from 0"],
    [{ cutAfter: 1.5 }, "cutAfter must be"],
    [{ cutAfter: "1" }, "cutAfter must be"],
    [{ stallAfter: Infinity }, "stallAfter must be"],
    [{ contentLength: NaN }, "contentLength must be"],
    [{ contentLength: 1, framing: "close" }, "contentLength and framing exclude each other"],
    [{ rate: 0 }, "rate must be bytes a second, more than 0"],
    [{ rate: -1 }, "rate must be"],
    [{ rate: Infinity }, "rate must be"],
    [{ framing: "length" }, "framing must be chunked or close"],
    [{ gzip: 1 }, "gzip must be true or false"],
    [{ bodyDelay: -1 }, "bodyDelay must be milliseconds"],
    [{ expire: true }, "expire needs the operation fetchLink"],
    [{ expire: "yes", operation: "fetchLink" }, "expire must be true or false"],
  ];
  for (const [fault, message] of wrong) assertThrows(() => faults.add(fault), TypeError, message);
  assertEquals(faults.pending, 0);
});
