import { assert, assertEquals, assertFalse, assertMatch } from "@std/assert";
import { login } from "@xsignals/session";
import { makeAlerts } from "./log.ts";
import { type TestApp, testApp } from "./testing/test_app.ts";
import { UpstreamUnavailable, watchUpstream } from "./upstream.ts";

const HOUR = 3_600_000;
const MINUTES = 60_000;

/** An upstream at a time that a test moves, and for how many seconds it is closed. */
function watched() {
  const clock = { time: Date.UTC(2030, 0, 1) };
  const now = () => clock.time;
  const alerts: string[] = [];
  const upstream = watchUpstream(now, makeAlerts((entry) => alerts.push(Object(entry).reason), now));
  function closedFor(): number {
    try {
      upstream.checkOpen({ state: "expired" });
      return 0;
    } catch (error) {
      assert(error instanceof UpstreamUnavailable);
      return Number(error.headers["retry-after"]);
    }
  }
  return { clock, upstream, alerts, closedFor };
}

Deno.test("watchUpstream() closes for twice as long after each failure, five seconds at most, and opens with a success", () => {
  const { clock, upstream, closedFor } = watched();
  const fail = () => {
    upstream.onEvent({ type: "renewal_failed", at: clock.time, code: "unreachable" });
    upstream.checkOpen({ state: "active" }); // the token that is held works
    return closedFor();
  };
  assertEquals(closedFor(), 0);
  assertEquals([fail(), fail(), fail(), fail(), fail(), fail(), fail()], [1, 2, 4, 5, 5, 5, 5]);
  clock.time += 4_999;
  assertEquals(closedFor(), 1);
  clock.time += 1;
  assertEquals(closedFor(), 0);
  assertEquals(fail(), 5);
  clock.time -= HOUR; // it was set back
  assertEquals(closedFor(), 5);
  upstream.onEvent({ type: "renewed", at: clock.time });
  assertEquals([closedFor(), fail()], [0, 1]);
});

Deno.test("watchUpstream() asks again at once when the upstream was silent for longer than the pause", () => {
  const { clock, upstream, closedFor } = watched();
  for (const [silence, isOpen] of [[8_000, true], [500, false], [3_999, false], [8_000, true]] as const) {
    clock.time += 5_000;
    upstream.asked();
    clock.time += silence;
    upstream.onEvent({ type: "renewal_failed", at: clock.time, code: "unreachable" });
    assertEquals(closedFor() === 0, isOpen, `${silence} ms`);
  }
  clock.time += 5_000;
  upstream.onEvent({ type: "renewal_failed", at: clock.time, code: "store_failed" });
  assert(closedFor() > 0, "nobody was asked");
});

Deno.test("watchUpstream() alerts once when the upstream is away for half a minute, and again after it was back", () => {
  const { clock, upstream, alerts } = watched();
  for (const expected of [["unreachable"], ["unreachable", "unreachable"]]) {
    upstream.unreachable();
    clock.time += 29_999;
    upstream.unreachable();
    assertEquals(alerts.length, expected.length - 1);
    clock.time += 1;
    for (let times = 0; times < 3; times++) upstream.unreachable();
    assertEquals(alerts, expected);
    upstream.heard("/file/1", 200);
  }
});

Deno.test("watchUpstream() blames the account after a minute of nothing but 401, on three paths", () => {
  const { clock, upstream, alerts } = watched();
  const refuse = (...paths: string[]) => {
    for (const path of paths) upstream.heard(path, 401);
    return upstream.refusal();
  };
  assertEquals(refuse("/1", "/2"), undefined);
  clock.time += 60_000;
  assertEquals([refuse("/1", "/2"), refuse("/3"), alerts], [undefined, "credentials_rejected", ["refused"]]);
  upstream.heard("/1", 200);
  assertEquals(refuse("/1", "/2", "/3"), undefined);
  clock.time += 59_999;
  assertEquals(refuse("/1"), undefined);
  clock.time += 1;
  assertEquals([refuse("/1"), alerts], ["credentials_rejected", ["refused", "refused"]]);
});

/** Takes what `isDown` names away for ten minutes, in which five clients ask each second, and gives it back. */
async function outage(
  app: TestApp,
  ask: () => Promise<Response>,
  isDown: (path: string) => boolean = () => true,
): Promise<{ statuses: number[]; tries: number }> {
  let tries = 0;
  app.intercept((input, init) => {
    if (!isDown(new URL(new Request(input, init).url).pathname)) return app.emulator.fetch(input, init);
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

Deno.test("the gateway goes on with the token that it holds while logins fail, with few tries", async () => {
  const app = testApp({ rate: 1_000_000 });
  await (await app.file()).body?.cancel();
  app.advance(HOUR - 5 * MINUTES);
  const { statuses, tries } = await outage(app, app.file, (path) => path.startsWith("/auth/"));

  assertEquals(statuses.map((status) => status === 200), statuses.map((_, second) => second < 300));
  assertEquals(new Set(statuses), new Set([200, 503]));
  assert(tries <= 130, `${tries} tries`);
  app.advance(30_000);
  assertEquals((await app.file()).status, 200);
  const alerts = app.log.filter((entry) => entry.event === "alert");
  assertEquals(alerts.map(({ reason }) => reason), ["unreachable"], "one, and not before half a minute of 503");
});

Deno.test("the gateway passes on how long the login server wants it to wait, and not that server's words", async () => {
  const app = testApp();
  app.intercept(() => Promise.resolve(new Response("swordfish", { status: 429, headers: { "retry-after": "7" } })));
  const answer = await app.file();

  assertEquals([answer.status, answer.headers.get("retry-after")], [503, "7"]);
  assertFalse((await answer.text() + JSON.stringify(app.log)).includes("swordfish"));
});

Deno.test("the gateway writes one alert an incident when the upstream refuses the account", async () => {
  let password = "swordfish";
  const app = testApp({ strategy: login({ username: "login", password: () => password }) });
  for (let i = 0; i < 3; i++) {
    const answer = await app.file();
    assertEquals([answer.status, (await answer.json()).error], [503, "temporarily_unavailable"]);
  }
  const alerts = () => app.log.filter((entry) => entry.event === "alert");
  assertEquals(alerts(), [{
    at: "2030-01-01T00:00:00.000Z",
    event: "alert",
    reason: "login",
    message: "Cannot get a token (credentials_rejected): waiting will not help, see to account and variables",
  }]);
  assertEquals(app.emulator.log.filter(({ operation }) => operation === "authLogin").length, 1);
  assertFalse(JSON.stringify(app.log).includes("swordfish"));

  password = "password";
  app.advance(1_000); // the upstream is left alone for a second after a failure
  assertEquals((await app.file()).status, 200);
  password = "wrong";
  app.advance(31 * 24 * HOUR); // the refresh token ends too
  assertEquals((await app.file()).status, 503);
  assertEquals(alerts().length, 2);
});

Deno.test("the gateway lets no call wait for a renewal while the account's token is valid", async () => {
  const app = testApp();
  await (await app.file()).body?.cancel();
  app.advance(HOUR - 5_000);
  const { promise, resolve } = Promise.withResolvers<void>();
  app.intercept(async (input, init) => {
    if (new URL(new Request(input, init).url).pathname.startsWith("/auth/")) await promise;
    return await app.emulator.fetch(input, init);
  });
  assertEquals((await app.file()).status, 200);
  resolve();
  await app.quiet();

  assertEquals(app.emulator.log.map(({ path }) => path), [
    "/auth/login",
    "/file/group",
    "/file/group",
    "/auth/refresh",
  ]);
});

Deno.test("the gateway issues tokens all the while, and answers 503 where the upstream is needed", async () => {
  const app = testApp({ rate: 1_000_000 });
  const first = await app.token();
  await (await app.call("/api/file/group", first)).body?.cancel();
  app.advance(HOUR); // the account's token has ended
  const token = await app.token();
  const { statuses, tries } = await outage(app, () => app.call("/api/file/group", token));

  assertEquals(new Set(statuses), new Set([503]));
  assert(tries <= 130, `${tries} tries`);
  assertEquals((await app.ask()).status, 200);
  app.advance(30_000);
  assertEquals((await app.call("/api/file/group", token)).status, 200);
  assertMatch(JSON.stringify(app.log.find((entry) => entry.event === "request" && entry.status === 503)), /"reason":"/);
});

Deno.test("/healthz causes no call upstream, and /readyz one try in five seconds, which it needs to know (found 146)", async () => {
  const app = testApp();
  let calls = 0;
  app.intercept(() => (calls++, Promise.reject(new TypeError("down"))));
  const seen = new Set<string>();
  for (let i = 0; i < 500; i++) {
    for (const path of ["/healthz", "/readyz"]) seen.add(await (await app.request(path)).text());
    app.advance(1_000);
  }
  assert(calls >= 90 && calls <= 110, `${calls} calls`);
  assertEquals([...seen], ['{"status":"ok"}', '{"status":"not ready"}']);
  app.intercept();
  app.advance(5_000); // and no client asks: a balancer sends none
  assertEquals((await app.request("/readyz")).status, 200);
  for (let i = 0; i < 100; i++) await (await app.request("/readyz")).body?.cancel();
  assertEquals(app.emulator.log.length, 1, "a token that works is not tried again");
});

Deno.test("/readyz answers 503 after the upstream failed, until it works again", async () => {
  const app = testApp();
  app.intercept(() => Promise.reject(new TypeError("down")));
  await app.file();
  const answer = await app.request("/readyz");
  assertEquals([answer.status, await answer.json()], [503, { status: "not ready" }]);
  assertEquals((await app.request("/healthz")).status, 200);
  app.intercept();
  app.advance(1_000);
  await app.file();
  assertEquals((await app.request("/readyz")).status, 200);
});
