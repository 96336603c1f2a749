import { assertEquals } from "@std/assert";
import { Hono } from "hono";
import { setImmediate } from "node:timers/promises";
import { type AppEnv, type LogEntry, logLines, requestLog } from "./log.ts";

function entry(reason: string): LogEntry {
  return { at: "2030-01-01T00:00:00.000Z", event: "alert", reason, message: "Cannot" };
}

Deno.test("logLines() writes what one turn brings in one piece, in order and once", async () => {
  const written: string[] = [];
  const log = logLines((lines) => written.push(lines));
  log(entry("first"));
  log(entry("second"));
  assertEquals(written, []);
  await setImmediate();
  assertEquals(written, [`${JSON.stringify(entry("first"))}\n${JSON.stringify(entry("second"))}`]);
  log(entry("third"));
  await setImmediate();
  assertEquals(written.slice(1), [JSON.stringify(entry("third"))]);
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
  assertEquals(lines, [
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
  assertEquals(lines, [{ at: "1970-01-01T00:00:00.000Z", event: "request", id, ...expected }]);
});
