import { assertEquals, assertMatch } from "@std/assert";
import { readConfig } from "./config.ts";
import { describeStart } from "./describe_start.ts";

function config(mode: string): ReturnType<typeof readConfig> {
  return readConfig(new Map([["TOKEN_CLIENTS", "a:b"], ["TOKEN_MODE", mode]]));
}

Deno.test("describeStart() says where it listens and what it hands out", () => {
  assertEquals(
    describeStart({ hostname: "127.0.0.1", port: 80 }, config("gateway")),
    "Listening on http://127.0.0.1:80: hands out tokens of its own and forwards GET /api/file/*",
  );
  assertMatch(
    describeStart({ hostname: "::1", port: 80 }, config("passthrough")),
    /^Listening on http:\/\/\[::1\]:80: hands out the upstream token itself, .* a change of its password included, until/,
  );
});
