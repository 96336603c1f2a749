import { setImmediate } from "node:timers/promises";
import { assertEquals } from "@std/assert";
import type { LogEntry } from "./log.ts";
import { logLines } from "./log_lines.ts";

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
