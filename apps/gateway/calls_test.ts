import { assertEquals } from "@std/assert";
import { makeCalls } from "./calls.ts";
import { serveGateway } from "./testing/served_gateway.ts";
import { clientLine } from "./testing/test_app.ts";

/** So many calls of a client may be under way. */
const LIMIT = 32;

/** Bodies that this process relays, and bodies that the platform hands on. */
const VARIABLES: Record<string, string>[] = [{}, {
  GATEWAY_CLIENTS_FILE: "",
  GATEWAY_CLIENTS: clientLine("client", "secret"),
}];

Deno.test("makeCalls() lets a client call again on each connection as soon as it has the answer", async () => {
  for (const variables of VARIABLES) {
    await using gateway = await serveGateway(() => new Response("x".repeat(1_000)), variables);
    const head = `GET /api/file/1 HTTP/1.1\r\nhost: a\r\nauthorization: Bearer ${await gateway.token()}\r\n`;
    const inTurn = `${head}\r\n`.repeat(9) + `${head}connection: close\r\n\r\n`;
    const answers = (await Promise.all(Array.from({ length: LIMIT }, () => gateway.raw(inTurn)))).join("");
    const statuses = Array.from(answers.matchAll(/HTTP\/1\.1 (\d+)/g), ([, status]) => status);
    assertEquals([statuses.length, new Set(statuses)], [10 * LIMIT, new Set(["200"])]);
  }
});

Deno.test("makeCalls() refuses a call beside as many downloads, until one of them is over", async () => {
  for (const variables of VARIABLES) {
    const open: ReadableStreamDefaultController<Uint8Array>[] = [];
    const body = (long: boolean) =>
      new ReadableStream<Uint8Array>({
        start(controller) {
          controller.enqueue(new Uint8Array(1));
          if (long) open.push(controller);
          else controller.close();
        },
      });
    await using gateway = await serveGateway(({ url }) => new Response(body(url.endsWith("/long"))), variables);
    const status = async () => {
      const answer = await gateway.call("/api/file/1");
      await answer.bytes();
      return answer.status;
    };
    assertEquals(await status(), 200);
    const downloads = await Promise.all(Array.from({ length: LIMIT }, () => gateway.call("/api/file/long")));
    assertEquals([new Set(downloads.map(({ status }) => status)), await status()], [new Set([200]), 429]);
    open.shift()!.close();
    const ends = downloads.map((answer) => answer.bytes());
    await Promise.race(ends);
    assertEquals(await status(), 200);
    for (const controller of open) controller.close();
    await Promise.all(ends);
  }
});

Deno.test("makeCalls() ends a call after an hour, and one whose client was removed though the clock was set back", async () => {
  const { setInterval } = globalThis;
  let tick = () => {};
  Object.assign(globalThis, { setInterval: (work: () => void) => void (tick = work) });
  try {
    let time = Date.UTC(2030, 0, 1);
    let isGood = true;
    const calls = makeCalls(() => Promise.resolve(isGood), () => time);
    const [long, short] = [await calls.begin("a", "long", 1_000), await calls.begin("a", "short", 1_000)];
    const look = async () => {
      tick();
      await new Promise((resolve) => setTimeout(resolve));
      return [long.end, short.end];
    };
    for (const call of [long, short]) Object.assign(call, { hasHead: true, nextBy: Infinity });
    assertEquals(await look(), [undefined, undefined]);
    calls.finish(short);
    time += 3_600_000;
    assertEquals([await look(), long.controller.signal.aborted], [["too_long", undefined], true]);
    calls.finish(long);

    const other = await calls.begin("a", "other", 1_000);
    time -= 3_600_000;
    isGood = false;
    await look();
    assertEquals([other.end, other.controller.signal.aborted], ["removed", true]);
    calls.finish(other);
  } finally {
    Object.assign(globalThis, { setInterval });
  }
});
