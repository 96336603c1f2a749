import { assert, assertEquals, assertInstanceOf, assertRejects } from "@std/assert";
import { SessionError, type SessionErrorCode } from "../errors.ts";
import { fakeClock } from "../testing/fake_clock.ts";
import { fakeContext, type FakeContextOptions } from "../testing/fake_context.ts";
import { callTokenEndpoint, failure, outcomeOf, type TokenCall } from "./token_call.ts";

const SECRET = "s3cr3t-of-the-test";
const URL_OF_LOGIN = "https://api.xsignals.xpansiv.com/auth/login";
const LOGIN: TokenCall = {
  purpose: "log in",
  method: "GET",
  url: URL_OF_LOGIN,
  headers: { authorization: `Basic ${SECRET}` },
};
const REFRESH: TokenCall = {
  purpose: "renew the session",
  method: "POST",
  url: "https://api.xsignals.xpansiv.com/auth/refresh",
  body: new Blob([JSON.stringify({ refreshToken: SECRET })], { type: "application/json" }),
};
const MIB = 1_048_576;

function assertUnprintable(error: unknown): void {
  const inspected = Deno.inspect(error, { depth: 20, showHidden: true, getters: true });
  const stack = error instanceof Error ? error.stack : "";
  for (const form of [inspected, JSON.stringify(error), String(error), stack]) assert(!form?.includes(SECRET), form);
}

/** A world whose token calls get the answer. */
function world(tokenFetch: FakeContextOptions["tokenFetch"], options: FakeContextOptions = {}) {
  const clock = fakeClock();
  const context = fakeContext(clock, { ...options, ...(tokenFetch ? { tokenFetch } : {}) });
  return { clock, call: (call: TokenCall = LOGIN) => callTokenEndpoint(context, call) };
}

/** The error of a call that is answered so. */
async function errorOf(answer: Response | Error, call: TokenCall = LOGIN): Promise<SessionError> {
  const { call: send, clock } = world(() => answer instanceof Error ? Promise.reject(answer) : Promise.resolve(answer));
  const error = await assertRejects(() => send(call), SessionError);
  assertUnprintable(error);
  assertEquals(clock.sleeping(), 0);
  return error;
}

/** A body that says what became of it. */
function watchedBody(chunks: Uint8Array<ArrayBuffer>[], end: "close" | "stall") {
  const seen = { cancelled: 0, pulled: 0 };
  const body = new ReadableStream<Uint8Array<ArrayBuffer>>({
    pull(controller) {
      const chunk = chunks[seen.pulled++];
      if (chunk) return controller.enqueue(chunk);
      if (end === "close") controller.close();
      else return new Promise(() => {});
    },
    cancel() {
      seen.cancelled++;
    },
  }, { highWaterMark: 0 });
  return { body, seen };
}

// --- the request

Deno.test("callTokenEndpoint() sends a GET once, as it is, uncached, following no redirect", async () => {
  const sent: [unknown, RequestInit | undefined][] = [];
  const { call, clock } = world((input, init) => (sent.push([input, init]), Promise.resolve(Response.json({}))));
  await call();
  assertEquals(sent.length, 1);
  const [[input, init]] = sent as [[unknown, RequestInit]];
  const { signal, ...rest } = init;
  assertEquals(input, URL_OF_LOGIN);
  assertInstanceOf(signal, AbortSignal);
  assertEquals(rest, {
    method: "GET",
    headers: { authorization: `Basic ${SECRET}` },
    body: undefined,
    cache: "no-store",
    keepalive: false,
    redirect: "manual",
  });
  assertEquals(clock.sleeping(), 0);
});

Deno.test("callTokenEndpoint() sends a POST's body as a Blob, with its type (2)", async () => {
  const sent: RequestInit[] = [];
  const { call } = world((_input, init = {}) => (sent.push(init), Promise.resolve(Response.json({}))));
  await call({ ...REFRESH, headers: { authorization: "Bearer x" } });
  const [{ body, headers, method, cache, keepalive, redirect }] = sent as [RequestInit];
  assertInstanceOf(body, Blob);
  assertEquals([body.type, await body.text()], ["application/json", await REFRESH.body?.text()]);
  assertEquals(headers, { authorization: "Bearer x" });
  assertEquals([method, cache, keepalive, redirect], ["POST", "no-store", false, "manual"]);
});

Deno.test("callTokenEndpoint() is a request that the platform takes", async () => {
  const bodies: string[] = [];
  const { call } = world(async (input, init) => {
    const request = new Request(input, init);
    bodies.push(`${request.method} ${request.headers.get("content-type")} ${await request.text()}`);
    return Response.json({});
  });
  await call();
  await call({ ...REFRESH, body: new Blob(["a=%C5%82"], { type: "application/x-www-form-urlencoded" }) });
  assertEquals(bodies, ["GET null ", "POST application/x-www-form-urlencoded a=%C5%82"]);
});

// --- the answer

Deno.test("callTokenEndpoint() returns every status that is not a redirect, with the parsed body", async () => {
  for (const status of [200, 201, 400, 401, 403, 404, 429, 500, 503]) {
    const { call, clock } = world(() => Promise.resolve(Response.json({ a: [1] }, { status })));
    const answer = await call();
    assertEquals([answer.status, answer.json, answer.receipt.at], [status, { a: [1] }, clock.now()]);
    assertEquals([answer.receipt.serverAt, answer.retryAt], [undefined, undefined]);
  }
  const { call } = world(() => Promise.resolve(new Response(null, { status: 204 })));
  const answer = await call();
  assertEquals([answer.status, answer.json], [204, undefined]);
});

Deno.test("callTokenEndpoint() reads JSON whatever its type says, and returns none of what is not JSON (6, 33)", async () => {
  const table: [BodyInit | null, unknown][] = [
    ['{"a":"ł"}', { a: "ł" }],
    ['\ufeff{"a":1}', { a: 1 }],
    [" null ", null],
    ["0", 0],
    ['"x"', "x"],
    [null, undefined],
    ["", undefined],
    [`<html>${SECRET}</html>`, undefined],
    [`{"token":"${SECRET}`, undefined],
    [Uint8Array.of(0xff, 0x00), undefined],
    [Uint8Array.of(0xef, 0xbb, 0xbf, 0x7b, 0x7d), {}],
    [Uint8Array.of(0x22, 0x61, 0xff, 0x22), "a\ufffd"],
  ];
  for (const [body, json] of table) {
    const answer = await world(() => Promise.resolve(new Response(body))).call();
    assertEquals(answer.json, json);
    assertUnprintable(answer);
  }
});

Deno.test("callTokenEndpoint() reads the body wherever its chunks are cut", async () => {
  const bytes = new TextEncoder().encode('"zażółć 😀"');
  for (let size = 1; size <= bytes.length; size++) {
    const count = Math.ceil(bytes.length / size);
    const chunks = Array.from({ length: count }, (_, at) => bytes.slice(at * size, (at + 1) * size));
    const { body, seen } = watchedBody(chunks, "close");
    assertEquals((await world(() => Promise.resolve(new Response(body))).call()).json, "zażółć 😀");
    assertEquals(seen, { cancelled: 0, pulled: count + 1 });
  }
});

Deno.test("callTokenEndpoint() notes when the headers came, by both clocks", async () => {
  const stream = new TransformStream<Uint8Array, Uint8Array>();
  const date = "Tue, 01 Jan 2030 05:00:00 GMT";
  const { call, clock } = world(async () => {
    await clock.sleep(2_000);
    return new Response(stream.readable, { headers: { date } });
  });
  const start = clock.now();
  const answer = call();
  await clock.advance(5_000);
  const writer = stream.writable.getWriter();
  await writer.write(new TextEncoder().encode("{}"));
  await writer.close();
  assertEquals((await answer).receipt, { at: start + 2_000, serverAt: Date.parse(date) });
});

Deno.test("callTokenEndpoint() ignores a Date header that is not a date", async () => {
  const { call, clock } = world(() => Promise.resolve(Response.json({}, { headers: { date: "yesterday" } })));
  const { at, serverAt } = (await call()).receipt;
  assertEquals([at, serverAt], [clock.now(), undefined]);
});

Deno.test("callTokenEndpoint() turns the server's hint into a time on this machine's clock", async () => {
  const headers = { "retry-after": "7", date: "Tue, 01 Jan 2030 05:00:00 GMT" };
  const { call, clock } = world(() => Promise.resolve(new Response(null, { status: 429, headers })));
  assertEquals((await call()).retryAt, clock.now() + 7_000);
});

Deno.test("callTokenEndpoint() takes a body of a mebibyte, and is bad_response for one byte more", async () => {
  const text = JSON.stringify("x".repeat(MIB - 2));
  const { call } = world(() => Promise.resolve(new Response(text)));
  assertEquals(String((await call()).json).length, MIB - 2);
  const chunk = new Uint8Array(MIB / 2);
  const { body, seen } = watchedBody([chunk, chunk, Uint8Array.of(1)], "stall");
  const error = await errorOf(new Response(body));
  assertEquals([error.code, error.message], [
    "bad_response",
    "Cannot log in at https://api.xsignals.xpansiv.com: the server's answer is too long",
  ]);
  assertEquals([error.status, seen.cancelled], [200, 1]);
});

Deno.test("callTokenEndpoint() survives a body that cannot be cancelled (31)", async () => {
  const stubborn = (chunk?: Uint8Array<ArrayBuffer>) =>
    new ReadableStream<Uint8Array<ArrayBuffer>>({
      pull: (controller) => chunk ? controller.enqueue(chunk) : new Promise(() => {}),
      cancel: () => Promise.reject(new Error("no")),
    });
  assertEquals((await errorOf(new Response(stubborn(new Uint8Array(MIB))))).code, "bad_response");
  const { call, clock } = world(() => Promise.resolve(new Response(stubborn())));
  const settled = assertRejects(() => call(), SessionError, "no answer");
  await clock.advance(10_000);
  await settled;
  await clock.advance(0); // an unhandled rejection would fail the run
});

// --- redirects

Deno.test("callTokenEndpoint() is bad_response for every redirect, and says which server it leads to (18, 33)", async () => {
  const table: [string | null, string][] = [
    [`https://evil.example/path?token=${SECRET}#${SECRET}`, " to https://evil.example"],
    [`https://user:${SECRET}@evil.example:8443/path`, " to https://evil.example:8443"],
    [`http://evil.example?${SECRET}`, " to http://evil.example"],
    [`//evil.example?${SECRET}`, " to https://evil.example"],
    [`/elsewhere?${SECRET}`, " to https://api.xsignals.xpansiv.com"],
    [`?${SECRET}`, " to https://api.xsignals.xpansiv.com"],
    [`#${SECRET}`, " to https://api.xsignals.xpansiv.com"],
    [`https://evil.example/${SECRET}`, " to https://evil.example"],
    [`http://[${SECRET}`, ""],
    [`javascript:${SECRET}`, ""],
    [`data:text/plain,${SECRET}`, ""],
    [`httpx://evil.example/${SECRET}`, ""],
    ["", ""],
    [null, ""],
  ];
  for (const status of [300, 301, 302, 303, 304, 307, 308]) {
    for (const [location, to] of table) {
      const headers = new Headers(location === null ? [] : [["location", location]]);
      const error = await errorOf(new Response(null, { status, headers }));
      assertEquals([error.code, error.status], ["bad_response", status]);
      assertEquals(
        error.message,
        `Cannot log in at https://api.xsignals.xpansiv.com: the server answered with a redirect${to}; is the address right?`,
      );
    }
  }
});

Deno.test("callTokenEndpoint() is bad_response for a redirect that the platform hides", async () => {
  const hidden = Response.error();
  Object.defineProperty(hidden, "type", { value: "opaqueredirect" });
  const error = await errorOf(hidden, REFRESH);
  assertEquals(error.code, "bad_response");
  assertEquals(
    error.message,
    "Cannot renew the session at https://api.xsignals.xpansiv.com: the server answered with a redirect; is the address right?",
  );
});

Deno.test("callTokenEndpoint() cancels a redirect's body, also one that cannot be cancelled (13)", async () => {
  const { body, seen } = watchedBody([Uint8Array.of(1)], "stall");
  await errorOf(new Response(body, { status: 307 }));
  assertEquals(seen.cancelled, 1);
  const stubborn = new ReadableStream({ cancel: () => Promise.reject(new Error("no")) });
  assertEquals((await errorOf(new Response(stubborn, { status: 307 }))).code, "bad_response");
});

// --- no answer

Deno.test("callTokenEndpoint() is unreachable when the connection fails, and says when nothing was sent", async () => {
  const connect = Object.assign(new Error(`connect ${SECRET}`), { code: "ECONNREFUSED", syscall: "connect" });
  const refused = await errorOf(new TypeError(`fetch failed ?token=${SECRET}`, { cause: connect }));
  assertEquals(
    refused.message,
    "Cannot log in at https://api.xsignals.xpansiv.com: nothing listens there; is the address right?",
  );
  assertEquals([refused.code, refused.sent, refused.cause], ["unreachable", false, undefined]);
  const dropped = await errorOf(new TypeError(`fetch failed ?token=${SECRET}`));
  assertEquals(dropped.message, "Cannot log in at https://api.xsignals.xpansiv.com: the connection failed (TypeError)");
  assertEquals([dropped.code, dropped.sent], ["unreachable", undefined]);
});

Deno.test("callTokenEndpoint() is unreachable when the fetch throws, or the body breaks off", async () => {
  const { call } = world(() => {
    throw new TypeError(SECRET);
  });
  assertEquals((await assertRejects(() => call(), SessionError)).code, "unreachable");
  const broken = new ReadableStream({ pull: (controller) => controller.error(new TypeError(SECRET)) });
  const error = await errorOf(new Response(broken));
  assertEquals([error.code, error.sent], ["unreachable", undefined]);
});

Deno.test("callTokenEndpoint() passes on a SessionError of the fetch", async () => {
  const own = new SessionError("origin_refused", "Cannot fetch: no");
  assertEquals((await errorOf(own)).code, "origin_refused");
});

/** How a fetch may take its signal. */
const TAKES: Record<string, (signal: AbortSignal, onAbort: () => void) => void> = {
  "a fetch that minds its signal": (signal, onAbort) => signal.addEventListener("abort", onAbort),
  "a fetch that ignores its signal": () => {},
};

Deno.test("callTokenEndpoint() is unreachable when no headers came by the deadline, and aborts the fetch (48)", async () => {
  for (const [name, take] of Object.entries(TAKES)) {
    let aborted = false;
    const { call, clock } = world((_input, init) =>
      new Promise((_resolve, reject) => {
        init?.signal?.addEventListener("abort", () => aborted = true);
        take(init!.signal!, () => reject(init!.signal!.reason));
      })
    );
    const settled = assertRejects(() => call(), SessionError);
    await clock.advance(9_999);
    assertEquals([aborted, clock.sleeping()], [false, 1], name);
    await clock.advance(1);
    const error = await settled;
    assertEquals([error.code, error.sent], ["unreachable", undefined], name);
    assertEquals(
      error.message,
      "Cannot log in at https://api.xsignals.xpansiv.com: no answer within 10000 ms; try later",
    );
    assertEquals([aborted, clock.sleeping()], [true, 0], name);
  }
});

Deno.test("callTokenEndpoint() has one deadline over headers and body, and leaves no body open (13, 48)", async () => {
  for (const [name, take] of Object.entries(TAKES)) {
    const { body, seen } = watchedBody([Uint8Array.of(0x7b)], "stall");
    const { call, clock } = world(async (_input, init) => {
      take(init!.signal!, () => {});
      await clock.sleep(6_000);
      return new Response(body);
    });
    const settled = assertRejects(() => call(), SessionError, "no answer within 10000 ms; try later");
    await clock.advance(9_999);
    assertEquals([seen.cancelled, clock.sleeping()], [0, 1], name);
    await clock.advance(1);
    await settled;
    await clock.advance(0);
    assertEquals([seen.cancelled, body.locked], [1, true], name);
  }
});

Deno.test("callTokenEndpoint() cancels an answer that comes after the deadline, unread (13)", async () => {
  const { body, seen } = watchedBody([Uint8Array.of(0x7b)], "stall");
  const { call, clock } = world(async () => {
    await clock.sleep(60_000);
    return new Response(body);
  });
  const settled = assertRejects(() => call(), SessionError, "no answer");
  await clock.advance(10_000);
  await settled;
  await clock.advance(50_000);
  assertEquals(seen, { cancelled: 1, pulled: 0 });
});

Deno.test("callTokenEndpoint() drops a failure that comes after the deadline (31)", async () => {
  const { call, clock } = world(async () => {
    await clock.sleep(60_000);
    throw new TypeError("late");
  });
  const settled = assertRejects(() => call(), SessionError, "no answer");
  await clock.advance(10_000);
  await settled;
  await clock.advance(50_000); // an unhandled rejection would fail the run
});

Deno.test("callTokenEndpoint() keeps to the deadline of its limits", async () => {
  const { call, clock } = world(() => new Promise(() => {}), { limits: { tokenDeadlineMs: 250 } });
  const settled = assertRejects(() => call(), SessionError, "no answer within 250 ms");
  await clock.advance(250);
  await settled;
});

// --- failure

Deno.test("failure() goes by the status, and carries status and hint", () => {
  const table: [number, SessionError["code"], string][] = [
    [429, "rate_limited", "Cannot log in at https://api.xsignals.xpansiv.com: the server asks to slow down"],
    [500, "unreachable", "Cannot log in at https://api.xsignals.xpansiv.com: the server answered with status 500"],
    [502, "unreachable", "Cannot log in at https://api.xsignals.xpansiv.com: the server answered with status 502"],
    [503, "unreachable", "Cannot log in at https://api.xsignals.xpansiv.com: the server answered with status 503"],
    [599, "unreachable", "Cannot log in at https://api.xsignals.xpansiv.com: the server answered with status 599"],
    [
      400,
      "bad_response",
      "Cannot log in at https://api.xsignals.xpansiv.com: the server answered with status 400 to /auth/login; is the address right?",
    ],
    [
      404,
      "bad_response",
      "Cannot log in at https://api.xsignals.xpansiv.com: the server answered with status 404 to /auth/login; is the address right?",
    ],
    [
      204,
      "bad_response",
      "Cannot log in at https://api.xsignals.xpansiv.com: the server answered with status 204 to /auth/login; is the address right?",
    ],
  ];
  for (const [status, code, message] of table) {
    const error = failure({ call: LOGIN, status, json: { message: SECRET }, receipt: { at: 0 }, retryAt: 9 });
    const expected = [code, `${message}; try again after 1970-01-01T00:00:00.009Z`, status, 9];
    assertEquals([error.code, error.message, error.status, error.retryAt], expected);
    assertUnprintable(error);
  }
  assertEquals(failure({ call: LOGIN, status: 500, json: undefined, receipt: { at: 0 } }).retryAt, undefined);
});

// --- outcomeOf

Deno.test("outcomeOf() tells what a failed call did at the server, and that it is unknown unless that is certain", () => {
  const error = (code: SessionErrorCode, details = {}) => new SessionError(code, "Cannot log in: no", details);
  const table: [unknown, string][] = [
    [error("login_required", { status: 401 }), "refused"],
    [error("credentials_rejected"), "denied"],
    [error("blocked"), "denied"],
    [error("mfa_required"), "denied"],
    [error("rate_limited", { status: 429 }), "nothing"],
    [error("unreachable", { sent: false }), "nothing"],
    [error("unreachable", { status: 503 }), "nothing"],
    [error("unreachable"), "outcome unknown"],
    [error("unreachable", { status: 500 }), "outcome unknown"],
    [error("unreachable", { status: 502 }), "outcome unknown"],
    [error("bad_response", { status: 200 }), "outcome unknown"],
    [error("bad_response", { status: 404 }), "outcome unknown"],
    [error("bad_response", { status: 307 }), "outcome unknown"],
    [new TypeError("fetch failed"), "outcome unknown"],
    [undefined, "outcome unknown"],
  ];
  for (const [failed, outcome] of table) assertEquals(outcomeOf(failed), outcome);
});
