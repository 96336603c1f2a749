import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { SessionError } from "@xsignals/session";
import { createData } from "@xsignals/data";
import { dataError, fids, page, scripted } from "./stage_test.ts";

const status = (code: number, headers: Record<string, string> = {}) => () =>
  new Response(JSON.stringify({ message: "no" }), { status: code, headers });

/** Answers in their order, the last one for ever; `null` is a lost connection. */
function inOrder(...answers: ((() => Response) | null)[]) {
  return (_: unknown, count: number) => {
    const answer = answers[Math.min(count, answers.length) - 1];
    if (answer) return answer();
    throw new TypeError("error sending request for url (https://api.example/?SECRET)");
  };
}

const works = () => page(["f1"]);

Deno.test("a call is sent again after a lost connection, 502 and 504, three times at most, with growing pauses", async () => {
  const { data, sent, events, finish } = scripted(inOrder(null, status(502), status(504), works));
  assertEquals(await finish(fids(data.files("G"))), ["f1"]);
  assertEquals(sent.length, 4);
  const retries = events.flatMap((event) => event.type === "retrying" ? [[event.ms, event.reason]] : []);
  assertEquals(retries, [[500, "the connection to https://api.example failed (TypeError)"], [1_000, "502"], [
    2_000,
    "504",
  ]]);

  const failing = scripted(inOrder(null));
  const error = await dataError(() => failing.finish(fids(failing.data.files("G"))));
  assertEquals([error.code, error.retryable, failing.sent.length], ["unreachable", true, 4]);
  const why = "the connection to https://api.example failed (TypeError)";
  assertEquals(error.message, `Cannot list the files of G: ${why} (4 tries)`);

  const refusals = [
    new TypeError("fetch failed", {
      cause: new Error("client error (Connect): tcp connect error: Connection refused"),
    }),
    new TypeError("fetch failed", { cause: Object.assign(new Error("SECRET"), { code: "ECONNREFUSED" }) }),
  ];
  for (const refusal of refusals) {
    const refused = scripted(() => Promise.reject(refusal));
    const { message } = await dataError(() => refused.finish(fids(refused.data.files("G"))));
    assertStringIncludes(message, "nothing listens at https://api.example; is the address right? (TypeError");
  }

  const down = scripted(inOrder(status(502)));
  const last = await dataError(() => down.finish(fids(down.data.files("G"))));
  assertEquals([last.code, last.status, last.retryable, down.sent.length], ["http_error", 502, true, 4]);
});

Deno.test("a call waits as long as Retry-After says, as seconds or a date, one second at least", async () => {
  const date = new Date(Date.UTC(2030, 0, 1, 0, 0, 20)).toUTCString();
  const serverNow = new Date(Date.UTC(2031, 0, 1)).toUTCString();
  const serverDate = new Date(Date.UTC(2031, 0, 1, 0, 0, 7)).toUTCString();
  const table: [Record<string, string>, number][] = [
    [{ "retry-after": "5" }, 5_000],
    [{ "retry-after": "0" }, 1_000],
    [{ "retry-after": "-3" }, 1_000],
    [{ "retry-after": date }, 20_000],
    [{ "retry-after": serverDate, date: serverNow }, 7_000],
    [{ "retry-after": date, date: serverNow, age: "9" }, 20_000], // kept by a cache: its date is an old one
    [{ "retry-after": "soon" }, 1_000],
    [{}, 1_000],
  ];
  for (const [headers, ms] of table) {
    for (const code of [429, 503]) {
      const { data, sent, events, finish } = scripted(inOrder(status(code, headers), works));
      assertEquals(await finish(fids(data.files("G"))), ["f1"]);
      assertEquals(sent.length, 2);
      const waits = events.flatMap((event) => event.type === "waiting" ? [[event.ms, event.status]] : []);
      assertEquals(waits, [[ms, code]], JSON.stringify(headers));
    }
  }
});

Deno.test("a call without Retry-After waits longer each time, until the budget ends it (6.3, 10)", async () => {
  const { data, sent, events, finish } = scripted(inOrder(status(429)));
  const error = await dataError(() => finish(fids(data.files("G"))));
  assertEquals([error.code, error.status, error.retryable], ["rate_limited", 429, true]);
  const waits = events.flatMap((event) => event.type === "waiting" ? [event.ms] : []);
  assertEquals(waits, [1_000, 1_500, 2_500, 4_500, 8_500, 15_500, 15_500]);
  assertEquals(sent.length, 8);
});

Deno.test("a call does not wait longer than its budget, and says when to come back", async () => {
  const { data, clock, sent } = scripted(inOrder(status(429, { "retry-after": "61" })));
  const error = await dataError(() => data.newest("G"));
  assertEquals([error.code, error.retryAt, sent.length], ["rate_limited", clock.now() + 61_000, 1]);

  const maintained = scripted(inOrder(status(503, { "retry-after": "99999999999" })), { waitBudgetMs: 0 });
  const other = await dataError(() => maintained.data.newest("G"));
  assertEquals([other.code, other.status, other.retryable], ["http_error", 503, true]);
  assertEquals(other.retryAt, maintained.clock.now() + 86_400_000);
});

Deno.test("a call is sent once with retries: 0, whatever the server asks", async () => {
  for (const answer of [null, status(502), status(429, { "retry-after": "1" }), status(503)]) {
    const { data, sent } = scripted(inOrder(answer), { retries: 0 });
    await dataError(() => data.newest("G"));
    assertEquals(sent.length, 1);
  }
});

Deno.test("a 429 stops all calls of the same data", async () => {
  const { data, sent, clock } = scripted(inOrder(status(429, { "retry-after": "10" }), works));
  const first = data.newest("G");
  await clock.advance(0);
  const second = data.newest("G");
  await clock.advance(9_000);
  assertEquals(sent.length, 1);
  await clock.advance(1_000);
  await Promise.all([first, second]);
  assertEquals(sent.length, 3);
});

Deno.test("a call ends with the code of its status, and is not sent again", async () => {
  const table: [number, string, boolean][] = [
    [400, "http_error", false],
    [401, "http_error", false],
    [403, "forbidden", false],
    [404, "not_found", false],
    [405, "http_error", false],
    [406, "http_error", false],
    [410, "gone", false],
    [418, "http_error", false],
    [500, "http_error", true],
  ];
  for (const [code, name, retryable] of table) {
    const { data, sent } = scripted(inOrder(status(code)));
    const error = await dataError(() => data.file("f1"));
    assertEquals([error.code, error.status, error.retryable, error.fid], [name, code, retryable, "f1"]);
    assertStringIncludes(error.message, `Cannot get the file f1: `);
    assertStringIncludes(error.message, `(status ${code}; no)`);
    assertEquals(sent.length, 1);
  }
});

Deno.test("an error shows of the server's words what can be shown, and no secret", async () => {
  const token = "eyJhbGciOiJSUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiJTRUNSRVQifQ.SECRETSECRETSECRET";
  const words =
    `\u202emoc\u001b[31m Bearer ${token} ${token} https://files.example/a?X-Amz-Signature=SECRET Basic SECRET /a?b=SECRET ${
      "long ".repeat(90)
    }`;
  const { data } = scripted(() => Response.json({ message: words }, { status: 400 }));
  const error = await dataError(() => data.file("f1"));
  assertStringIncludes(error.message, "\\u{202e}moc\\u{1b}[31m Bearer … … [address] Basic … /a?… long");
  assert(error.message.length < 250, error.message);
  assert(!Deno.inspect(error).includes("SECRET") && !error.message.includes("\u202e"));

  const { data: other } = scripted(() => new Response("x".repeat(1_000_000), { status: 400 }));
  assertEquals((await dataError(() => other.file("f1"))).message.length < 250, true);
  const name = `\u001b]0;${"n".repeat(2_000)}\u0007`;
  assertStringIncludes((await dataError(() => other.group(name))).message, "Cannot get the group \\u{1b}]0;nnn");
});

Deno.test("SessionErrors and the caller's own reason pass through as they are", async () => {
  const lost = new SessionError("login_required", "Cannot use the session: it was logged out");
  const { data, sent } = scripted(() => Promise.reject(lost));
  const errors = await Promise.all([
    data.newest("G").catch((error) => error),
    data.open("f1").catch((error) => error),
    fids(data.files("G")).catch((error) => error),
  ]);
  assertEquals(errors.map((error) => error === lost), [true, true, true]);
  assertEquals(sent.length, 3);

  const reason = new Error("mine");
  const { data: other } = scripted(() => new Promise<Response>(() => {}));
  const stop = new AbortController();
  const call = other.newest("G", { signal: stop.signal }).catch((error) => error);
  stop.abort(reason);
  assertEquals(await call === reason, true);
  assertEquals(await other.newest("G", { signal: stop.signal }).catch((error) => error) === reason, true);
});

Deno.test("a pause ends at once when the caller aborts", async () => {
  const { data, clock, sent } = scripted(inOrder(status(429, { "retry-after": "30" })));
  const stop = new AbortController();
  const call = data.newest("G", { signal: stop.signal }).catch((error) => error);
  await clock.advance(1_000);
  stop.abort("enough");
  assertEquals([await call, sent.length, clock.sleeping()], ["enough", 1, 0]);
});

Deno.test("an abort ends every call, whatever a network makes of its signal, and at whatever moment it comes", async () => {
  const stop = new AbortController();
  const { data, sent, clock } = scripted(() => { // the second call is on its way then, and not sent
    stop.abort("enough");
    return new Promise<Response>(() => {});
  });
  const calls = ["f1", "f2"].map((fid) => data.file(fid, { signal: stop.signal }).catch((error) => error));
  assertEquals([await Promise.all(calls), sent.length, clock.sleeping()], [["enough", "enough"], 1, 0]);

  for (const status of [200, 400]) { // a body that never ends
    const user = new AbortController();
    const pull = () => Promise.resolve(user.abort("enough"));
    const body = new ReadableStream<Uint8Array>({ pull }, { highWaterMark: 0 });
    const { data, clock } = scripted(() => new Response(body, { status }));
    const call = data.file("f1", { signal: user.signal }).catch((error) => error);
    assertEquals([await call, clock.sleeping()], ["enough", 0]);
  }
});

Deno.test("a call that gets no answer within idleMs is sent again, and so is one whose body stops", async () => {
  const stops = new Response(new ReadableStream({ start: (c) => c.enqueue(new TextEncoder().encode('{"items":[')) }));
  const answers = [new Promise<Response>(() => {}), stops, works()];
  const { data, sent, events, finish, clock } = scripted((_, count) => answers[count - 1]!, { idleMs: 5_000 });
  assertEquals(await finish(fids(data.files("G"))), ["f1"]);
  assertEquals([sent.length, clock.sleeping()], [3, 0]);
  assertEquals(sent[0]!.init.signal!.aborted, true);
  const reasons = events.flatMap((event) => event.type === "retrying" ? [event.reason] : []);
  assertEquals(reasons, ["no answer came within 5 s", "the answer did not come whole (DataError stalled)"]);
});

Deno.test("a call lets go of its signal when the answer is there: a long sync would keep them all", async () => {
  const { data, sent, finish } = scripted(inOrder(works));
  await finish(fids(data.files("G", { signal: new AbortController().signal })));
  const { signal } = sent[0]!.init;
  let looks = 0;
  Object.defineProperty(signal, "reason", { get: () => looks++ });
  signal!.dispatchEvent(new Event("abort"));
  assertEquals(looks, 0);
});

Deno.test("a call that the program may not make is not sent again", async () => {
  const { data, sent } = scripted(() => Promise.reject(new Deno.errors.NotCapable("net access to https://x/?SECRET")));
  const error = await dataError(() => data.newest("G"));
  assertEquals([error.code, error.retryable, sent.length], ["unreachable", false, 1]);
  assertStringIncludes(error.message, "run the program with --allow-net=api.example");
});

Deno.test("a function that is told of events may fail", async () => {
  const fetch = () => Promise.resolve(works());
  const onEvent = () => {
    throw new Error("its own");
  };
  assertEquals(await fids(createData({ fetch, baseUrl: "https://api.example" }, { onEvent }).files("G")), ["f1"]);
});
