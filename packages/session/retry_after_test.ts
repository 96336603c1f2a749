import { assertEquals } from "@std/assert";
import { retryAfterMs } from "./retry_after.ts";

const NOW = Date.UTC(2030, 0, 1, 12);
const DAY = 86_400_000;

function http(ms: number): string {
  return new Date(ms).toUTCString();
}

function check(table: [Record<string, string>, number | undefined][]): void {
  for (const [headers, expected] of table) {
    assertEquals(retryAfterMs(new Headers(headers), NOW), expected, JSON.stringify(headers));
  }
}

Deno.test("retryAfterMs() without a hint is undefined", () =>
  check([[{}, undefined], [{ date: http(NOW) }, undefined]]));

Deno.test("retryAfterMs() reads seconds, whatever the clocks say", () => {
  check([
    [{ "retry-after": "0" }, 0],
    [{ "retry-after": "120" }, 120_000],
    [{ "retry-after": " 7 " }, 7_000],
    [{ "retry-after": "5", date: http(NOW - 5 * DAY) }, 5_000],
    [{ "retry-after": "86400" }, DAY],
  ]);
});

Deno.test("retryAfterMs() reads a date, by the server's clock where the answer tells it", () => {
  check([
    [{ "retry-after": http(NOW + 30_000) }, 30_000],
    [{ "retry-after": http(NOW - 3_600_000 + 30_000), date: http(NOW - 3_600_000) }, 30_000],
    [{ "retry-after": http(NOW), date: http(NOW) }, 0],
    [{ "retry-after": http(NOW + 30_000), date: "rubbish" }, 30_000],
  ]);
});

Deno.test("retryAfterMs() reads x-ratelimit-reset, in Unix seconds, where Retry-After says nothing", () => {
  const reset = String(NOW / 1000 + 45);
  check([
    [{ "x-ratelimit-reset": reset }, 45_000],
    [{ "x-ratelimit-reset": reset, date: http(NOW + 15_000) }, 30_000],
    [{ "x-ratelimit-reset": reset, "retry-after": "3" }, 3_000],
    [{ "x-ratelimit-reset": reset, "retry-after": "soon" }, 45_000],
    [{ "x-ratelimit-reset": reset, "retry-after": "" }, 45_000],
    [{ "x-ratelimit-reset": "45" }, undefined],
    [{ "x-ratelimit-reset": `${reset}.5` }, undefined],
    [{ "x-ratelimit-reset": String(NOW / 1000 - 1) }, undefined],
  ]);
});

Deno.test("retryAfterMs() ignores a hint that makes no sense: past, beyond a day, no number, no date", () => {
  check([
    [{ "retry-after": "86401" }, undefined],
    [{ "retry-after": "999999999" }, undefined],
    [{ "retry-after": "9999999999" }, undefined],
    [{ "retry-after": "-5" }, undefined],
    [{ "retry-after": "1.5" }, undefined],
    [{ "retry-after": "1e3" }, undefined],
    [{ "retry-after": "5 minutes" }, undefined],
    [{ "retry-after": "3, 5" }, undefined],
    [{ "retry-after": http(NOW - 1_000) }, undefined],
    [{ "retry-after": http(NOW + DAY + 1_000) }, undefined],
  ]);
});
