import { assertEquals, assertRejects } from "@std/assert";
import { retryingFetch } from "./api_retry.ts";
import { fakeClock } from "./testing/fake_clock.ts";
import { fakeIo } from "./testing/fake_io.ts";

/** A retrying fetch over answers in a row, the last of which is given again and again. */
function setUp(answers: (() => Response)[], retries = 2) {
  const clock = fakeClock();
  let sent = 0;
  const io = fakeIo(clock, {
    fetch: () => Promise.resolve().then(() => answers[Math.min(sent++, answers.length - 1)]!()),
  });
  const fetch = retryingFetch(io, retries);
  const call = async (init?: RequestInit) => {
    const response = fetch("https://api.example/x", init);
    const settled = response.then(() => {}, () => {});
    await clock.advance(30_000);
    await settled;
    return response;
  };
  return { call, sent: () => sent };
}

const status = (code: number, headers: HeadersInit = {}) => () => new Response("x", { status: code, headers });
const broken = () => {
  throw new TypeError("connection lost");
};

Deno.test("retryingFetch() sends a GET again when the server fails in passing", async () => {
  for (const first of [status(429, { "retry-after": "2" }), status(502), status(503), status(504), broken]) {
    const { call, sent } = setUp([first, status(200)]);
    const response = await call();
    assertEquals([response.status, sent()], [200, 2]);
    await response.body?.cancel();
  }
});

Deno.test("retryingFetch() gives up after so many tries, and hands back what came last", async () => {
  const { call, sent } = setUp([status(503)]);
  const response = await call({ method: "HEAD" });
  assertEquals([response.status, sent()], [503, 3]);
  await response.body?.cancel();
  const failing = setUp([broken]);
  await assertRejects(() => failing.call(), TypeError);
  assertEquals(failing.sent(), 3);
});

Deno.test("retryingFetch() waits no longer than the budget", async () => {
  const { call, sent } = setUp([status(503, { "retry-after": "3600" }), status(200)]);
  const response = await call();
  assertEquals([response.status, sent()], [503, 1]);
  await response.body?.cancel();
});

Deno.test("retryingFetch() repeats no other status, no other method, and nothing that was aborted", async () => {
  for (const code of [200, 400, 401, 404, 500]) {
    const { call, sent } = setUp([status(code)]);
    await (await call()).body?.cancel();
    assertEquals(sent(), 1);
  }
  for (const init of [{ method: "POST" }, { method: "put" }, { signal: AbortSignal.abort() }]) {
    const { call, sent } = setUp([status(503)]);
    await (await call(init)).body?.cancel();
    assertEquals(sent(), 1);
  }
});
