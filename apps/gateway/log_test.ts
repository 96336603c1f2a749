import { assert, assertEquals, assertMatch } from "@std/assert";
import { Hono } from "hono";
import { setImmediate, setTimeout } from "node:timers/promises";
import { type AppEnv, causeOf, type LogEntry, logLines, requestLog } from "./log.ts";

function entry(reason: string): LogEntry {
  return { at: "2030-01-01T00:00:00.000Z", event: "alert", reason, message: "Cannot" };
}

/** A log over something that the test lets stall or fail; what it wrote, line by line. */
function setUp(write?: (text: string) => Promise<number>) {
  const pieces: string[] = [];
  const { log, begin } = logLines(async (bytes) => {
    const text = new TextDecoder().decode(bytes);
    const written = await write?.(text) ?? bytes.length;
    pieces.push(text.slice(0, written));
    return written;
  }, () => 0);
  return { log, begin, pieces, lines: () => pieces.join("").split("\n").filter((line) => line !== "") };
}

Deno.test("logLines() writes what one turn brings in one piece, in order and once", async () => {
  const { log, begin, pieces } = setUp();
  log(entry("before"));
  begin("first of all");
  await setImmediate();
  await setImmediate();
  assertEquals(pieces.splice(0), [`first of all\n${JSON.stringify(entry("before"))}\n`]);
  log(entry("first"));
  log(entry("second"));
  assertEquals(pieces, []);
  await setImmediate();
  await setImmediate();
  assertEquals(pieces, [`${JSON.stringify(entry("first"))}\n${JSON.stringify(entry("second"))}\n`]);
  log(entry("third"));
  await setImmediate();
  await setImmediate();
  assertEquals(pieces.slice(1), [`${JSON.stringify(entry("third"))}\n`]);
});

Deno.test("logLines() loses lines, counted, and nothing else while the log cannot be written (found 141)", async () => {
  const failures = [
    new Error("No space left on device (os error 28)"),
    new Deno.errors.WouldBlock("a full pipe"),
  ];
  for (const [index, failure] of failures.entries()) {
    let tries = 0;
    const { log, begin, lines } = setUp((text) => {
      if (++tries === 1) return Promise.resolve(Math.min(3, text.length)); // a part of the line only
      return tries === 2 ? Promise.reject(failure) : Promise.resolve(text.length);
    });
    begin("first");
    while (tries < 2) await setImmediate();
    log(entry("second"));
    while (lines().length < (index === 0 ? 3 : 2)) await setTimeout(20);
    const alert = '{"at":"1970-01-01T00:00:00.000Z","event":"alert","reason":"log_failed",' +
      '"message":"Cannot write the log: 1 lines are lost"}';
    const second = JSON.stringify(entry("second"));
    assertEquals(lines(), index === 0 ? ["fir", second, alert] : ["first", second]);
  }
});

Deno.test("logLines() keeps a bounded number of lines for a reader that stalls (found 141)", async () => {
  const reader = Promise.withResolvers<number>();
  let isStalled = true;
  const { log, begin, lines } = setUp((text) => isStalled ? reader.promise : Promise.resolve(text.length));
  begin("first");
  await setImmediate();
  for (let i = 0; i < 20_000; i++) log(entry("more"));
  isStalled = false;
  reader.resolve(6);
  while (!lines().at(-1)?.includes("log_failed")) await setImmediate();
  assertEquals([lines().length, lines()[0]], [8_194, "first"]);
  assertMatch(lines().at(-1)!, /Cannot write the log: 11808 lines are lost/);
});

Deno.test("requestLog() names known methods only, and bounds every word (found 142)", async () => {
  const lines: LogEntry[] = [];
  const app = new Hono<AppEnv>();
  app.use(requestLog((entry) => lines.push(entry), () => 0, () => "/"));
  app.all("/", (c) => {
    c.set("reason", "R".repeat(60_000));
    return c.text("");
  });
  await app.request("/", { method: "M".repeat(60_000) });
  assert(JSON.stringify(lines).length < 400);
  assertMatch(JSON.stringify(lines), /"method":"other"/);
});

Deno.test("requestLog() writes one line a request, with the path only if it is known, and never the query", async () => {
  let time = Date.UTC(2030, 0, 1);
  const lines: LogEntry[] = [];
  const app = new Hono<AppEnv>();
  app.use(requestLog((entry) => lines.push(entry), () => time, (path) => path === "/known" ? path : undefined));
  app.get("/known", (c) => {
    time += 25;
    c.set("client", "a");
    return c.text("");
  });
  const headers = { "x-request-id": "secret" };
  const answers = [await app.request("/known?secret=1", { headers }), await app.request("/secret", { headers })];

  const ids = lines.map((line) => line.event === "request" ? line.id : "");
  assertEquals(new Set(ids).size, 2);
  assertEquals(ids, answers.map((answer) => answer.headers.get("x-request-id")));
  assertEquals(JSON.parse(JSON.stringify(lines)), [
    {
      at: "2030-01-01T00:00:00.025Z",
      event: "request",
      id: ids[0]!,
      method: "GET",
      path: "/known",
      status: 200,
      ms: 25,
      client: "a",
    },
    { at: "2030-01-01T00:00:00.025Z", event: "request", id: ids[1]!, method: "GET", status: 404, ms: 0 },
  ]);
});

Deno.test("requestLog() writes a line for a request that failed", async () => {
  const lines: LogEntry[] = [];
  const app = new Hono<AppEnv>();
  app.use(requestLog((entry) => lines.push(entry), () => 0, () => "/"));
  app.get("/", () => {
    throw new Error("swordfish");
  });
  app.onError((_error, c) => {
    c.set("error", "server_error");
    c.set("reason", "Error");
    return c.text("", 500);
  });
  const id = (await app.request("/")).headers.get("x-request-id")!;

  const expected = { method: "GET", path: "/", status: 500, ms: 0, error: "server_error", reason: "Error" };
  const line = { at: "1970-01-01T00:00:00.000Z", event: "request", id, ...expected };
  assertEquals(JSON.parse(JSON.stringify(lines)), [line]);
});

Deno.test("causeOf() tells an error by the codes of its causes, or by its name, and quotes no message", () => {
  const cause = Object.assign(new Error("SECRET", { cause: { code: "EPIPE" } }), { code: "ECONNRESET" });
  assertEquals(causeOf(new TypeError("SECRET", { cause })), "ECONNRESET, EPIPE");
  assertEquals(causeOf(Object.assign(new Error("SECRET"), { code: "ENOENT" })), "no such file");
  assertEquals(causeOf(new TypeError("SECRET", { cause: { code: "a SECRET" } })), "TypeError");
  assertEquals(causeOf("SECRET"), "unknown");
});
