import { assertEquals } from "@std/assert";
import { readLog } from "./log.ts";

Deno.test("readLog() lists requests, and violations of every severity by the request that they came with", () => {
  const lines = [
    "[11:20:30 AM] › [CLI] ▶  start     Prism is listening on http://127.0.0.1:8911",
    "[11:20:31 AM] › [HTTP SERVER] post /auth/refresh ℹ  info      Request received",
    '[11:20:31 AM] ›     [PROXY] ℹ  info      > Forwarding "post" request to http://127.0.0.1:8901/auth/refresh...',
    "[11:20:31 AM] ›     [VALIDATOR] ✖  error     Violation: request.body.refreshToken must be string",
    "[11:20:31 AM] › [HTTP SERVER] get /file/group?size=1 ℹ  info      Request received",
    "[11:20:31 AM] › [HTTP SERVER] get /marker ℹ  info      Request received",
    "[11:20:31 AM] ›     [VALIDATOR] ⚠  warning   Violation: request Selected route not found",
    "[11:20:31 AM] › [HTTP SERVER] get /marker ✖  error     Request terminated with error: no such upstream",
  ];

  assertEquals(readLog(lines), {
    requests: ["POST /auth/refresh", "GET /file/group", "GET /marker"],
    violations: [
      "POST /auth/refresh: request.body.refreshToken must be string",
      "GET /marker: request Selected route not found",
      "GET /marker: no such upstream",
    ],
  });
});
