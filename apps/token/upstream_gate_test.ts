import { assert, assertEquals, assertMatch } from "@std/assert";
import { type TestApp, testApp } from "./testing/test_app.ts";
import { upstreamGate } from "./upstream_gate.ts";

const HOUR = 3_600_000;
const MINUTES = 60_000;

Deno.test("upstreamGate() closes for twice as long after each failure, half a minute at most, and opens with a success", () => {
  let time = Date.UTC(2030, 0, 1);
  const gate = upstreamGate(() => time);
  const fail = () => {
    gate.onEvent({ type: "renewal_failed", at: time, code: "unreachable" });
    return gate.closedFor();
  };
  assertEquals(gate.closedFor(), 0);
  assertEquals([fail(), fail(), fail(), fail(), fail(), fail(), fail()], [1, 2, 4, 8, 16, 30, 30].map((s) => s * 1000));
  time += 29_999;
  assertEquals(gate.closedFor(), 1);
  time += 1;
  assertEquals(gate.closedFor(), 0);
  assertEquals(fail(), 30_000);
  time -= HOUR; // the clock was set back
  assertEquals(gate.closedFor(), 30_000);
  gate.onEvent({ type: "renewed", at: time });
  assertEquals([gate.closedFor(), fail()], [0, 1_000]);
});

/** Takes the upstream away for ten minutes, in which five clients ask each second, and gives it back. */
async function outage(app: TestApp, ask: () => Promise<Response>): Promise<{ statuses: number[]; tries: number }> {
  let tries = 0;
  app.intercept(() => {
    tries++;
    return Promise.reject(new TypeError("down"));
  });
  const statuses: number[] = [];
  for (let second = 0; second < 600; second++) {
    const answers = await Promise.all(Array.from({ length: 5 }, ask));
    for (const { status, headers } of answers) {
      if (status !== 503) continue;
      const wait = Number(headers.get("retry-after"));
      assert(wait >= 1 && wait <= 30, `${wait} s`);
    }
    assertEquals(new Set(answers.map(({ status }) => status)).size, 1, `second ${second}`);
    statuses.push(answers[0]!.status);
    await Promise.all(answers.map(({ body }) => body?.cancel()));
    await app.quiet();
    app.advance(1_000);
  }
  app.intercept();
  return { statuses, tries };
}

Deno.test("the app as passthrough survives ten minutes without its upstream with few tries", async () => {
  const app = testApp({ rate: 1_000_000 });
  await app.token();
  app.advance(HOUR - 5 * MINUTES);
  const { statuses, tries } = await outage(app, app.ask);

  assertEquals(statuses.map((status) => status === 200), statuses.map((_, second) => second < 300));
  assertEquals(new Set(statuses), new Set([200, 503]));
  assert(tries <= 45, `${tries} tries`);
  app.advance(30_000);
  assertEquals((await app.ask()).status, 200);
  assertEquals(app.log.filter(({ event }) => event === "alert"), []);
});

Deno.test("the app as a gateway issues tokens all the while, and answers 503 where the upstream is needed", async () => {
  const app = testApp({ mode: "gateway", rate: 1_000_000 });
  const first = await app.token();
  await (await app.call("/api/file/group", first)).body?.cancel();
  app.advance(HOUR); // the account's token has ended
  const token = await app.token();
  const { statuses, tries } = await outage(app, () => app.call("/api/file/group", token));

  assertEquals(new Set(statuses), new Set([503]));
  assert(tries <= 45, `${tries} tries`);
  assertEquals((await app.ask()).status, 200);
  app.advance(30_000);
  assertEquals((await app.call("/api/file/group", token)).status, 200);
  assertMatch(JSON.stringify(app.log.find((entry) => entry.event === "request" && entry.status === 503)), /"reason":"/);
});
