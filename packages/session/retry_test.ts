import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import { createEmulator } from "@xsignals/emulator";
import { SessionError } from "./errors.ts";
import { waitWithin } from "./platform.ts";
import { retryAfterMs, retrying } from "./retry.ts";
import { createSession } from "./session.ts";
import { login } from "./strategies/login.ts";
import { fakeClock } from "./testing/fake_clock.ts";

// --- retryAfterMs

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

Deno.test("retryAfterMs() reads a date, by the server's clock if the answer tells it", () => {
  check([
    [{ "retry-after": http(NOW + 30_000) }, 30_000],
    [{ "retry-after": http(NOW - 3_600_000 + 30_000), date: http(NOW - 3_600_000) }, 30_000],
    [{ "retry-after": http(NOW), date: http(NOW) }, 0],
    [{ "retry-after": http(NOW + 30_000), date: "rubbish" }, 30_000],
  ]);
});

Deno.test("retryAfterMs() reads x-ratelimit-reset, in Unix seconds, if Retry-After says nothing", () => {
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

Deno.test("retryAfterMs() reads no number as a year (found 102)", () => {
  for (const text of ["-1", "-3600", "1.5", "1e9", "+5", "3600 s", "0x10"]) {
    assertEquals(retryAfterMs(new Headers({ "retry-after": text }), 0), undefined, text);
  }
});

Deno.test("retryAfterMs() takes a wish of more than a day for a day (found 102)", () => {
  check([
    [{ "retry-after": "86401" }, DAY],
    [{ "retry-after": "172800" }, DAY],
    [{ "retry-after": "9".repeat(400) }, DAY],
    [{ "retry-after": http(NOW + DAY + 1_000) }, DAY],
    [{ "retry-after": "Fri, 01 Jan 2098 00:00:00 GMT" }, DAY],
    [{ "x-ratelimit-reset": "99999999999" }, DAY],
  ]);
});

Deno.test("retryAfterMs() compares a date with the Date of no answer that a cache has kept (found 109)", () => {
  check([
    [{ "retry-after": http(NOW + 10_000), date: http(NOW - 5_000_000), age: "5000" }, 10_000],
    [{ "x-ratelimit-reset": String(NOW / 1000 + 10), date: http(NOW - 5_000_000), age: "0" }, 10_000],
  ]);
});

Deno.test("retryAfterMs() ignores a hint that makes no sense: past, not a number, not a date", () => {
  check([
    [{ "retry-after": "-5" }, undefined],
    [{ "retry-after": "1.5" }, undefined],
    [{ "retry-after": "1e3" }, undefined],
    [{ "retry-after": "5 minutes" }, undefined],
    [{ "retry-after": "3, 5" }, undefined],
    [{ "retry-after": http(NOW - 1_000) }, undefined],
  ]);
});

// --- waitWithin

/** Waits so often, for a server that wants it at these times from now, and returns how long each pause took. */
async function pauses(budgetMs: number, random: number, wishes: (number | undefined)[]): Promise<(number | false)[]> {
  const clock = fakeClock();
  const wait = waitWithin({ clock, random: () => random }, budgetMs);
  const seen: (number | false)[] = [];
  for (const wish of wishes) {
    const start = clock.monotonic();
    const waited = wait(wish === undefined ? undefined : clock.now() + wish);
    let isOver = false;
    void waited.then(() => isOver = true);
    await clock.advance(0);
    while (!isOver) await clock.advance(1);
    seen.push(await waited ? clock.monotonic() - start : false);
  }
  return seen;
}

Deno.test("waitWithin() waits as long as the server wishes and up to a tenth longer", async () => {
  assertEquals(await pauses(30_000, 0, [2_000, 5_000]), [2_000, 5_000]);
  assertEquals(await pauses(30_000, 1, [2_000]), [2_200]);
});

Deno.test("waitWithin() waits longer each time for a server that wants to be asked at once (found 103)", async () => {
  assertEquals(await pauses(30_000, 0, [0, 0, -5, 100, 0]), [1_000, 2_000, 4_000, 8_000, false]);
});

Deno.test("waitWithin() counts all that passes, not the pauses alone (found 103)", async () => {
  const clock = fakeClock();
  const wait = waitWithin({ clock, random: () => 0 }, 30_000);
  await clock.advance(29_001);
  assertEquals(await wait(clock.now()), false);
});

Deno.test("waitWithin() doubles its pauses up to 8 s if the server has no wish, and shortens them at random", async () => {
  const none = Array<undefined>(6).fill(undefined);
  assertEquals(await pauses(30_000, 1, none), [500, 1_000, 2_000, 4_000, 8_000, 8_000]);
  assertEquals(await pauses(30_000, 0.5, none), [250, 500, 1_000, 2_000, 4_000, 4_000]);
  assertEquals(await pauses(30_000, 0, none), Array(6).fill(50));
});

Deno.test("waitWithin() waits no longer than the budget in all, and says so at once", async () => {
  assertEquals(await pauses(5_000, 0, [2_000, 3_001, 3_000, 1]), [2_000, false, 3_000, false]);
  assertEquals(await pauses(0, 0, [undefined]), [false]);
});

Deno.test("waitWithin() ends with the signal's reason", async () => {
  const controller = new AbortController();
  const clock = fakeClock();
  const waited = waitWithin({ clock, random: () => 0 }, 30_000, controller.signal)(clock.now() + 1_000);
  controller.abort(new RangeError("enough"));
  await assertRejects(() => waited, RangeError, "enough");
  assertEquals(clock.sleeping(), 0);
});

// --- retrying

/** A retrying fetch over answers in a row, the last of which is given again and again. */
function setUp(answers: (() => Response)[], retries = 2, budgetMs?: number) {
  const clock = fakeClock();
  const inputs: unknown[] = [];
  const fetch = retrying((input) => {
    inputs.push(input);
    return Promise.resolve().then(() => answers[Math.min(inputs.length, answers.length) - 1]!());
  }, { retries, clock, random: () => 0.5, ...(budgetMs === undefined ? {} : { budgetMs }) });
  const call = async (init?: RequestInit, input: string | Request = "https://api.example/x") => {
    const response = fetch(input, init);
    const settled = response.then(() => {}, () => {});
    await clock.advance(60_000);
    await settled;
    return response;
  };
  return { call, fetch, clock, inputs, sent: () => inputs.length };
}

const status = (code: number, headers: HeadersInit = {}) => () => new Response("x", { status: code, headers });
const throwing = (error: Error) => () => {
  throw error;
};
const broken = throwing(new TypeError("connection lost"));

Deno.test("retrying() sends a GET again if the server fails in passing or the connection does", async () => {
  for (const first of [status(429, { "retry-after": "2" }), status(502), status(503), status(504), broken]) {
    const { call, sent } = setUp([first, status(200)]);
    const response = await call();
    assertEquals([response.status, sent()], [200, 2]);
    await response.body?.cancel();
  }
});

Deno.test("retrying() sends a Request again, unchanged, and cancels the answers that nobody gets", async () => {
  let cancelled = 0;
  const body = () => new ReadableStream({ cancel: () => void cancelled++ });
  const { call, inputs } = setUp([() => new Response(body(), { status: 503 }), status(200)]);
  const request = new Request("https://api.example/x", { method: "HEAD" });
  await (await call(undefined, request)).body?.cancel();
  assertEquals([inputs, cancelled], [[request, request], 1]);
});

Deno.test("retrying() gives up after so many tries, and returns what came last", async () => {
  const { call, sent } = setUp([status(503)]);
  const response = await call({ method: "HEAD" });
  assertEquals([response.status, await response.text(), sent()], [503, "x", 3]);
  const failing = setUp([broken]);
  await assertRejects(() => failing.call(), TypeError, "connection lost");
  assertEquals(failing.sent(), 3);
  const never = setUp([status(503)], 0);
  await (await never.call()).body?.cancel();
  assertEquals(never.sent(), 1);
});

Deno.test("retrying() waits no longer than the budget, 30 s unless told otherwise", async () => {
  const twice = [status(503, { "retry-after": "25" }), status(200)];
  for (
    const [answers, budgetMs, expected] of [
      [[status(503, { "retry-after": "3600" }), status(200)], undefined, [503, 1]],
      [twice, undefined, [200, 2]],
      [twice, 20_000, [503, 1]],
    ] as const
  ) {
    const { call, sent } = setUp([...answers], 2, budgetMs);
    const response = await call();
    assertEquals<number[]>([response.status, sent()], [...expected]);
    await response.body?.cancel();
  }
});

Deno.test("retrying() repeats no other status, no other method, and nothing that was aborted", async () => {
  for (const code of [200, 400, 401, 404, 500]) {
    const { call, sent } = setUp([status(code)]);
    await (await call()).body?.cancel();
    assertEquals(sent(), 1);
  }
  for (const init of [{ method: "POST" }, { method: "put" }, { signal: AbortSignal.abort() }]) {
    const { call, sent } = setUp([status(503)]);
    await (await call(init)).body?.cancel();
    assertEquals(sent(), 1);
    const request = setUp([status(503)]);
    await (await request.call(undefined, new Request("https://api.example/x", init))).body?.cancel();
    assertEquals(request.sent(), 1);
  }
});

Deno.test("retrying() ends a pause with the signal's reason", async () => {
  for (const isRequest of [false, true]) {
    const controller = new AbortController();
    const { clock, fetch, sent } = setUp([broken]);
    const init = { signal: controller.signal };
    const call = isRequest ? fetch(new Request("https://api.example/x", init)) : fetch("https://api.example/x", init);
    const settled = assertRejects(() => call, Error);
    await clock.advance(0);
    controller.abort();
    assertEquals((await settled).name, "AbortError");
    assertEquals([sent(), clock.sleeping()], [1, 0]);
  }
});

Deno.test("retrying() repeats no error but that of a failed connection", async () => {
  const misused = Object.assign(new TypeError("Cannot fetch"), { code: "misuse" });
  const refused = new SessionError("unreachable", "Cannot log in: no answer");
  for (const error of [misused, refused, new DOMException("late", "TimeoutError"), new RangeError("fault")]) {
    const { call, sent } = setUp([throwing(error)]);
    assertEquals(await call().catch((thrown) => thrown), error);
    assertEquals(sent(), 1);
  }
});

Deno.test("retrying() refuses retries that are not a whole number from 0", () => {
  for (const wrong of [-1, 1.5, NaN, Infinity, "1", null, undefined, true] as number[]) {
    assertThrows(
      () => retrying(() => Promise.reject(), { retries: wrong }),
      TypeError,
      "Cannot retry: retries must be a whole number from 0",
    );
  }
});

Deno.test("retrying() over session.fetch sends a GET again, which the session alone does not", async () => {
  for (const retries of [undefined, 1]) {
    const clock = fakeClock();
    const emulator = createEmulator({ now: clock.now, users: { login: "password" } });
    const strategy = login({ username: "login", password: "password" });
    const session = createSession({ strategy, fetch: emulator.fetch, clock });
    const fetch = retries === undefined ? session.fetch : retrying(session.fetch, { retries, clock });
    await session.token();
    emulator.faults.add({ operation: "listFileGroups", status: 503, headers: { "retry-after": "1" } });
    const call = fetch("/file/group?size=1");
    let isOver = false;
    void call.finally(() => isOver = true);
    while (!isOver) await clock.advance(20);
    const response = await call;
    await response.body?.cancel();
    assertEquals([response.status, emulator.count("listFileGroups")], retries === undefined ? [503, 1] : [200, 2]);
    await assertRejects(() => fetch("/auth/login"), TypeError, "session.token()");
  }
});
