import { assert, assertEquals, assertRejects, assertStrictEquals } from "@std/assert";
import { DataError } from "@xsignals/data";
import type { Clock } from "../types.ts";
import { emulated, ORDERS, prices } from "./emulated_test.ts";

const GEO = { group: ORDERS, symbols: { Instrument: "GEO-V23" } };
/** More rows than are read at a time. */
const LONG = Array.from(
  { length: 3_000 },
  (_, second) => [new Date(Date.UTC(2024, 2, 4) + second * 1000).toISOString().slice(0, 19), second] as const,
);

Deno.test("series() refuses an answer that is not a table, and takes one without rows", async () => {
  async function faultOf(answer: Response): Promise<unknown[]> {
    const { data } = emulated({}, { answer: (path) => path === "/ts" ? answer : undefined });
    const error = await assertRejects(async () => await Array.fromAsync(await data.series(GEO)), DataError);
    assert(error.message.startsWith(`Cannot query the series of ${ORDERS}: `), error.message);
    return [error.code, error.line, error.column];
  }
  const csv = (text: string | null) => new Response(text, { headers: { "content-type": "text/csv" } });

  assertEquals((await faultOf(csv('\n<!doctype html><p class="a">')))[0], "bad_response");
  assertEquals((await faultOf(new Response("Moved", { headers: { "content-type": "text/html" } })))[0], "bad_response");
  assertEquals((await faultOf(csv('{"values":[]}')))[0], "bad_response");
  assertEquals((await faultOf(Response.json([])))[0], "bad_response");
  const elsewhere = new Response(null, { status: 307, headers: { location: "https://www.xpansiv.com/home" } });
  assertEquals((await faultOf(elsewhere))[0], "unknown_path");
  assertEquals(await faultOf(csv("")), ["bad_ncsv", 1, undefined]);
  assertEquals(await faultOf(csv(null)), ["bad_ncsv", 1, undefined]);
  assertEquals(await faultOf(csv("A,Date,Price\nx,2024-01-01,1\nx,2024-01-02,abc\n")), ["bad_ncsv", 3, "Price"]);
  assertEquals(await faultOf(csv("A,Date,Price\nx,2024-01-01")), ["bad_ncsv", 2, "Price"]);

  const { data } = emulated({}, { answer: (path) => path === "/ts" ? csv("A,Date(UTC),Price\n") : undefined });
  assertEquals(await Array.fromAsync(await data.series(GEO)), []);
});

Deno.test("series() says that the rest of a table did not come, and ends with its signal", async () => {
  const bytes = new TextEncoder().encode("A,Date,Price\nx,2024-01-01,1\n");
  const broken = () => {
    let chunks = 0;
    return new ReadableStream({
      pull: (controller) =>
        chunks++ === 0 ? controller.enqueue(bytes) : controller.error(new TypeError("https://secret")),
    });
  };
  const { data } = emulated({}, { answer: (path) => path === "/ts" ? new Response(broken()) : undefined });
  const error = await assertRejects(async () => await Array.fromAsync(await data.series(GEO)), DataError);
  assertEquals([error.code, error.retryable, error.received], ["truncated", true, bytes.length]);
  assert(!error.message.includes("secret"));

  const reason = new Error("stop");
  assertStrictEquals(await assertRejects(() => data.series({ ...GEO, signal: AbortSignal.abort(reason) })), reason);
  const [stop, { data: whole }] = [new AbortController(), emulated({ series: [prices(LONG)] })];
  const table = await whole.series({ group: "G", symbols: {}, signal: stop.signal });
  let count = 0;
  const read = async () => {
    for await (const _ of table) if (++count === 10) stop.abort(reason);
  };
  assertStrictEquals(await assertRejects(read), reason);
  assert(count < LONG.length, `${count} rows were read`);
});

/** A clock on which pauses are over at once, and deadlines, which are longer, when `expire` says so. */
function movedClock(): Clock & { expire(): number[] } {
  let now = 0;
  const deadlines = new Map<() => void, number>();
  return {
    now: () => now,
    sleep: (ms, signal) =>
      new Promise((resolve, reject) => {
        if (ms < 30_000) {
          now += ms;
          return resolve();
        }
        deadlines.set(resolve, ms);
        signal?.addEventListener("abort", () => {
          deadlines.delete(resolve);
          reject(signal.reason);
        });
      }),
    expire() {
      const passed = [...deadlines.values()];
      now += Math.max(...passed);
      for (const resolve of deadlines.keys()) resolve();
      return passed;
    },
  };
}

Deno.test("series() waits two minutes for an answer to begin, and does not send a late one again", async () => {
  const clock = movedClock();
  const expired: number[] = [];
  const { data, sent } = emulated({}, {
    clock,
    answer(path) {
      if (path !== "/ts") return;
      expired.push(...clock.expire());
      return new Promise<never>(() => {});
    },
  });
  const error = await assertRejects(() => data.series(GEO), DataError);

  assertEquals([error.code, error.retryable, expired], ["unreachable", true, [120_000]]);
  assertEquals(sent.filter(({ path }) => path === "/ts").length, 1);
});

Deno.test("series() is sent again, whole, after 401, 503 and a failed connection", async () => {
  const { data, bodies } = emulated({}, {
    clock: movedClock(),
    retries: 1,
    answer(path, count) {
      if (path === "/ts" && count < 3) return new Response(null, { status: count === 1 ? 401 : 503 });
      if (path === "/ts" && count === 3) throw new TypeError("connection reset");
    },
  });
  assertEquals((await Array.fromAsync(await data.series({ ...GEO, columns: ["Price"] }))).length, 4);
  assertEquals([bodies().length, new Set(bodies().map((body) => JSON.stringify(body))).size], [4, 1]);
});

Deno.test("series() warns of a nextPageToken, hands it out, and goes on by it", async () => {
  const series = prices(Array.from({ length: 5 }, (_, day) => [`2024-03-0${day + 1}T00:00:00`, day] as const));
  const { data, events } = emulated({ series: [series], assumptions: { tsCap: 2 } });
  const read: unknown[] = [];
  let token: string | undefined;
  do {
    const table = await data.series({
      group: "G",
      symbols: {},
      ...(token === undefined ? {} : { nextPageToken: token }),
    });
    token = table.nextPageToken;
    read.push((await Array.fromAsync(table)).map(({ Price }) => Price));
  } while (token !== undefined);

  assertEquals(read, [[0, 1], [2, 3], [4]]);
  assertEquals(events.filter(({ type }) => type === "next_page_token").length, 2);
});
