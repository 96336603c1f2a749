import { assert, assertEquals, assertRejects } from "@std/assert";
import { SessionError } from "../errors.ts";
import { createFetch } from "./fetch.ts";
import { fakeClock } from "../testing/fake_clock.ts";
import { fakeContext, type FakeContextOptions } from "../testing/fake_context.ts";
import type { FetchLike, Token, TokenSource } from "../types.ts";

const API = "https://api.xsignals.xpansiv.com";

/** A source of `t1`, then `t2`, and so on: another one each time a token is refused. Some are another process's. */
function counting(
  ...ofOthers: string[]
): TokenSource & { readonly refused: string[]; readonly notAcceptedValues: string[] } {
  let serial = 1;
  const refused: string[] = [];
  const notAcceptedValues: string[] = [];
  const current = (): Token => ({ scheme: "Bearer", value: `t${serial}` });
  return {
    refused,
    notAcceptedValues,
    token: current,
    replace(token) {
      refused.push(token.value);
      if (token.value === `t${serial}`) serial++;
      return Promise.resolve(current());
    },
    notAccepted({ value }) {
      notAcceptedValues.push(value);
      return ofOthers.includes(value);
    },
  };
}

/** A transport over a server function, and what the server saw. */
function setUp(
  answer: (request: Request, serial: number) => Response | Promise<Response>,
  options: FakeContextOptions = {},
  source = counting(),
) {
  const seen: { request: Request; body: string; type: string | null }[] = [];
  const context = fakeContext(fakeClock(), {
    async fetch(input, init) {
      const request = new Request(input, init);
      const body = new TextDecoder().decode(await request.clone().arrayBuffer());
      seen.push({ request, body, type: request.headers.get("content-type") });
      return await answer(request, seen.length);
    },
    ...options,
  });
  return { fetch: createFetch(context, source), seen, source };
}

const ok = () => new Response("ok");
/** 401 to `t1`, then fine. */
const refuseFirst = (request: Request) =>
  request.headers.get("authorization") === "Bearer t1" ? new Response("no", { status: 401 }) : new Response("ok");

async function text(promise: Promise<Response>): Promise<string> {
  return await (await promise).text();
}

Deno.test("session.fetch() takes every input form that fetch takes, and relative paths", async () => {
  const { fetch, seen } = setUp(ok);
  for (
    const input of [
      "/file/group?size=5",
      "file/group?size=5",
      `${API}/file/group?size=5`,
      new URL(`${API}/file/group?size=5`),
      new Request(`${API}/file/group?size=5`),
    ]
  ) {
    assertEquals(await text(fetch(input)), "ok");
  }
  assertEquals(new Set(seen.map(({ request }) => request.url)), new Set([`${API}/file/group?size=5`]));
  assertEquals(new Set(seen.map(({ request }) => request.headers.get("authorization"))), new Set(["Bearer t1"]));
});

Deno.test("session.fetch() keeps a path in the base URL", async () => {
  const { fetch, seen } = setUp(ok, { baseUrl: "http://127.0.0.1:8080/api" });
  await text(fetch("/file/group"));
  assertEquals(seen[0]!.request.url, "http://127.0.0.1:8080/api/file/group");
});

Deno.test("session.fetch() keeps headers, method and options of every input form, and changes none of the caller's", async () => {
  const { fetch, seen } = setUp(ok);
  const headers = new Headers({ "x-a": "1", accept: "text/csv" });
  const init = Object.freeze({ method: "PUT", headers, body: "body", cache: "no-store" as const });
  const request = new Request(`${API}/x`, init);
  await text(fetch("/x", init));
  await text(fetch(request));
  await text(fetch(new Request(`${API}/x`, { headers: { "x-a": "0" } }), init));
  await text(fetch("/x", { ...init, headers: [["x-a", "1"], ["accept", "text/csv"]] }));
  for (const { request: { method, headers: sent }, body } of seen) {
    assertEquals([method, sent.get("x-a"), sent.get("accept"), body], ["PUT", "1", "text/csv", "body"]);
  }
  assertEquals([...headers.keys()], ["accept", "x-a"]);
  assertEquals(request.headers.get("authorization"), null);
});

Deno.test("session.fetch() keeps every option of a Request, but for redirects, which it follows itself", async () => {
  const { fetch, seen } = setUp(ok);
  const controller = new AbortController();
  const own = {
    method: "DELETE",
    cache: "no-store",
    credentials: "include",
    integrity: "sha256-x",
    keepalive: true,
    mode: "same-origin",
    referrer: "about:client",
    referrerPolicy: "no-referrer",
    signal: controller.signal,
  } as const;
  const { signal: _, ...options } = own;
  await text(fetch(new Request(`${API}/x`, own)));
  const { request } = seen[0]!;
  for (const [name, value] of Object.entries(options)) assertEquals(request[name as keyof Request], value, name);
  assertEquals([request.redirect, request.signal.aborted], ["manual", false]);
  controller.abort();
  assert(request.signal.aborted);
});

Deno.test("session.fetch() lets an option replace a Request's, unless it is undefined", async () => {
  const { fetch, seen } = setUp(ok);
  const request = new Request(`${API}/x`, { method: "PUT", cache: "no-store", headers: { "x-a": "1" } });
  await text(fetch(request, { method: "PATCH", cache: "reload", headers: undefined }));
  await text(fetch(request, { method: undefined, cache: undefined, headers: { "x-a": "2" } }));
  assertEquals(
    seen.map(({ request: { method, cache, headers } }) => [method, cache, headers.get("x-a")]),
    [["PATCH", "reload", "1"], ["PUT", "no-store", "2"]],
  );
});

Deno.test("session.fetch() takes a Request as the options of another address", async () => {
  const { fetch, seen } = setUp(refuseFirst);
  const request = new Request("https://other.example/y", { method: "PUT", body: "body", headers: { "x-a": "1" } });
  assertEquals(await text(fetch("/x", request)), "ok");
  assertEquals(
    seen.map(({ request: { url, method, headers }, body }) => [url, method, headers.get("x-a"), body]),
    Array(2).fill([`${API}/x`, "PUT", "1", "body"]),
  );
  await assertRejects(() => fetch("https://other.example/y", new Request(`${API}/x`)), SessionError);
});

Deno.test("session.fetch() refuses another origin before anything is sent", async () => {
  const { fetch, seen } = setUp(ok);
  for (
    const input of [
      "https://evil.example/x",
      "//evil.example",
      "http://api.xsignals.xpansiv.com/x",
      `${API}:444/x`,
      "https://xsignals.xpansiv.com/",
      "data:,x",
      new URL("https://evil.example"),
      new Request("https://files.example/f?X-Amz-Signature=SECRET"),
    ]
  ) {
    const error = await assertRejects(() => fetch(input), SessionError);
    assertEquals(error.code, "origin_refused");
    assert(!error.message.includes("SECRET"));
  }
  assertEquals(seen, []);
});

Deno.test("session.fetch() refuses the caller's own Authorization in every form", async () => {
  const { fetch, seen } = setUp(ok);
  const headers = { Authorization: "Bearer SECRET" };
  for (
    const call of [
      () => fetch("/x", { headers }),
      () => fetch("/x", { headers: new Headers(headers) }),
      () => fetch("/x", { headers: [["authorization", "x"]] }),
      () => fetch(new Request(`${API}/x`, { headers })),
    ]
  ) {
    const error = await assertRejects(call, TypeError, "an Authorization header");
    assert(!error.message.includes("SECRET"));
  }
  await text(fetch(new Request(`${API}/x`, { headers }), { headers: { "x-a": "1" } })); // these replace the Request's
  assertEquals(seen.length, 1);
  const unread = new Request(`${API}/x`, { method: "POST", body: "body", headers });
  await assertRejects(() => fetch(unread), TypeError);
  assertEquals(await unread.text(), "body");
});

Deno.test("session.fetch() refuses the endpoints that the session calls itself, and names its methods", async () => {
  const { fetch, seen } = setUp(ok);
  const paths = ["/auth/login", "/auth/refresh", "/AUTH/ChangePassword?x", "/%61uth/logout", "/auth", "/oauth/token"];
  for (const path of paths) {
    const call = () => fetch(path, { method: "POST", body: "x" });
    await assertRejects(call, TypeError, "use session.token(), logout() or changePassword()");
  }
  assertEquals(seen, []);
});

Deno.test("session.fetch() answers one 401 with one other credential and one resend", async () => {
  const { fetch, seen, source } = setUp(refuseFirst);
  assertEquals(await text(fetch("/x")), "ok");
  assertEquals(seen.map(({ request }) => request.headers.get("authorization")), ["Bearer t1", "Bearer t2"]);
  assertEquals([source.refused, source.notAcceptedValues], [["t1"], []]);
});

Deno.test("session.fetch() changes nothing of what it sent the first time", async () => {
  const inits: RequestInit[] = [];
  const context = fakeContext(fakeClock(), {
    fetch: (_address, init = {}) => Promise.resolve(new Response(null, { status: inits.push(init) === 1 ? 401 : 200 })),
  });
  for (const headers of [undefined, { "x-a": "1" }]) {
    inits.length = 0;
    await createFetch(context, counting())("/x", { ...(headers ? { headers } : {}) });
    const sent = inits.map((init) => [...new Headers(init.headers)]);
    const others = headers ? [["x-a", "1"]] : [];
    assertEquals(sent, [[["authorization", "Bearer t1"], ...others], [["authorization", "Bearer t2"], ...others]]);
  }
});

Deno.test("session.fetch() returns the second 401, and says that the new credential was not accepted", async () => {
  const { fetch, seen, source } = setUp(() => new Response("no", { status: 401 }));
  const response = await fetch("/x");
  assertEquals([response.status, await response.text()], [401, "no"]);
  assertEquals([seen.length, source.refused, source.notAcceptedValues], [2, ["t1"], ["t2"]]);
});

Deno.test("session.fetch() sends a call three times at most, and the third only after another process's token", async () => {
  const refuse = () => Promise.resolve(new Response("no", { status: 401 }));
  for (
    const [ofOthers, sent] of [
      [[], ["t1", "t2"]],
      [["t1"], ["t1", "t2"]],
      [["t2"], ["t1", "t2", "t3"]],
      [["t2", "t3", "t4"], ["t1", "t2", "t3"]],
    ] as const
  ) {
    const seen: string[] = [];
    const source = counting(...ofOthers);
    const context = fakeContext(fakeClock(), {
      fetch: (_address, init) => (seen.push(new Headers(init?.headers).get("authorization")!), refuse()),
    });
    assertEquals(await text(createFetch(context, source)("/x", { method: "POST", body: "x" })), "no");
    assertEquals(seen, sent.map((value) => `Bearer ${value}`));
    assertEquals(source.notAcceptedValues, sent.slice(1));
  }
});

Deno.test("session.fetch() sends the third time what it sent the first time", async () => {
  const source = counting("t2");
  const { seen, ...server } = setUp(
    (_request, serial) => new Response("x", { status: serial < 3 ? 401 : 200 }),
    {},
    source,
  );
  const response = await server.fetch("/x", { method: "POST", body: "body", headers: { "x-a": "1" } });
  assertEquals([response.status, await response.text()], [200, "x"]);
  assertEquals(
    seen.map(({ request: { headers }, body }) => [headers.get("authorization"), headers.get("x-a"), body]),
    ["t1", "t2", "t3"].map((value) => [`Bearer ${value}`, "1", "body"]),
  );
});

Deno.test("session.fetch() returns the 401 when there is no other credential", async () => {
  const same: TokenSource = {
    token: () => ({ scheme: "Basic", value: "b" }),
    replace: (token) => Promise.resolve(token),
  };
  let sent = 0;
  const context = fakeContext(fakeClock(), {
    fetch: () => Promise.resolve(new Response(`no ${++sent}`, { status: 401 })),
  });
  assertEquals(await text(createFetch(context, same)("/x")), "no 1");
});

Deno.test("session.fetch() renews on 401 only", async () => {
  for (const status of [400, 403, 404, 429, 500, 503]) {
    const { fetch, seen } = setUp(() => new Response(null, { status }));
    assertEquals((await fetch("/x")).status, status);
    assertEquals(seen.length, 1);
  }
});

Deno.test("session.fetch() sends every kind of body again byte for byte", async () => {
  const form = new FormData();
  form.append("file", new File(["content"], "name.csv", { type: "text/csv" }));
  const bodies: [BodyInit, RegExp | null][] = [
    ['{"a":"ł"}', /^text\/plain;charset=UTF-8$/i],
    [new URLSearchParams({ a: "b c" }), /^application\/x-www-form-urlencoded/],
    [form, /^multipart\/form-data; boundary=/],
    [new Blob(["blob"], { type: "text/csv" }), /^text\/csv$/],
    [new Blob(["blob"]), null],
    [new TextEncoder().encode("bytes"), null],
    [new TextEncoder().encode("buffer").buffer, null],
    ["", /^text\/plain/],
  ];
  for (const [body, type] of bodies) {
    const { fetch, seen } = setUp(refuseFirst);
    assertEquals(await text(fetch("/x", { method: "POST", body })), "ok");
    assertEquals(seen.length, 2);
    assertEquals([seen[0]!.body, seen[0]!.type], [seen[1]!.body, seen[1]!.type]);
    assert(type === null ? seen[0]!.type === null : type.test(seen[0]!.type ?? ""), String(seen[0]!.type));
    assert(body === "" || seen[0]!.body.length > 0);
  }
});

Deno.test("session.fetch() keeps the caller's own content type", async () => {
  const { fetch, seen } = setUp(refuseFirst);
  await text(fetch("/x", { method: "POST", body: "{}", headers: { "content-type": "application/json" } }));
  assertEquals(seen.map(({ type }) => type), ["application/json", "application/json"]);
});

Deno.test("session.fetch() sends a Request's body again up to the limit, and beyond it once", async () => {
  for (const [size, sent] of [[1000, 2], [1001, 1]] as const) {
    const { fetch, seen } = setUp(refuseFirst, { limits: { replayBytes: 1000 } });
    const request = new Request(`${API}/x`, {
      method: "POST",
      body: "b".repeat(size),
      headers: { "content-type": "text/csv" },
    });
    const response = await fetch(request);
    assertEquals([response.status, seen.length], [sent === 2 ? 200 : 401, sent]);
    await response.body?.cancel();
    for (const one of seen) assertEquals([one.body.length, one.type], [size, "text/csv"]);
    await text(fetch("/next")); // has the new token in either case
    assertEquals(seen.at(-1)!.request.headers.get("authorization"), "Bearer t2");
  }
});

Deno.test("session.fetch() sends a stream once: the 401 comes back, the next call has the new token", async () => {
  const { fetch, seen } = setUp(refuseFirst);
  const body = new Blob(["stream"]).stream();
  const response = await fetch("/x", { method: "POST", body, ...{ duplex: "half" } });
  assertEquals([response.status, await response.text(), seen.length, seen[0]!.body], [401, "no", 1, "stream"]);
  assertEquals(await text(fetch("/x")), "ok");
});

Deno.test("session.fetch() follows redirects within the origin for GET and HEAD, five at most", async () => {
  const hop = (n: number) => new Response(null, { status: 302, headers: { location: `/hop/${n}` } });
  const { fetch, seen } = setUp((request) => {
    const n = Number(new URL(request.url).pathname.split("/")[2]);
    return n < 5 ? hop(n + 1) : new Response("end");
  });
  assertEquals(await text(fetch("/hop/0")), "end");
  assertEquals(seen.map(({ request }) => request.headers.get("authorization")), Array(6).fill("Bearer t1"));
  assertEquals((await fetch("/hop/-1")).status, 302);
  assertEquals((await fetch("/hop/0", { method: "HEAD" })).status, 200);
});

Deno.test("session.fetch() returns every other redirect as it is", async () => {
  for (
    const [location, init] of [
      ["https://files.example/f?X-Amz-Signature=s", {}],
      ["https://www.xpansiv.com/home", {}],
      ["/other", { method: "POST", body: "x" }],
      ["/other", { redirect: "manual" }],
      ["/auth/logout", {}],
      [null, {}],
    ] as [string | null, RequestInit][]
  ) {
    const { fetch, seen } = setUp(() => new Response(null, { status: 307, headers: location ? { location } : {} }));
    const response = await fetch("/x", init);
    assertEquals([response.status, response.headers.get("location"), seen.length], [307, location, 1]);
  }
});

Deno.test("session.fetch() honours redirect: error", async () => {
  const { fetch } = setUp(() => new Response("moved", { status: 307, headers: { location: "/other" } }));
  await assertRejects(() => fetch("/x", { redirect: "error" }), TypeError, "redirect: error");
  await assertRejects(() => fetch(new Request(`${API}/x`, { redirect: "error" })), TypeError, "redirect: error");
  const { fetch: unchanged } = setUp(() => new Response(null, { status: 304 }));
  assertEquals((await unchanged("/x", { redirect: "error" })).status, 304);
});

Deno.test("session.fetch() passes the caller's signal to the fetch and to the source", async () => {
  const { signal } = new AbortController();
  const signals: (AbortSignal | undefined)[] = [];
  const source: TokenSource = {
    token: (options) => {
      signals.push(options?.signal);
      return { scheme: "Bearer", value: "t" };
    },
    replace: (token, given) => {
      signals.push(given);
      return Promise.resolve(token);
    },
  };
  const fetch: FetchLike = (_input, init) => {
    signals.push(init?.signal ?? undefined);
    return Promise.resolve(new Response(null, { status: 401 }));
  };
  await createFetch(fakeContext(fakeClock(), { fetch }), source)("/x", { signal });
  assert(signals.length === 3 && signals.every((one) => one === signal));
});

Deno.test("session.fetch() cancels the 401 if getting another credential fails, and rejects with the reason", async () => {
  let cancelled = false;
  const body = new ReadableStream({ cancel: () => void (cancelled = true) });
  const context = fakeContext(fakeClock(), { fetch: () => Promise.resolve(new Response(body, { status: 401 })) });
  const source: TokenSource = {
    token: () => ({ scheme: "Bearer", value: "t" }),
    replace: () => Promise.reject(new SessionError("login_required", "Cannot renew the session: no")),
  };
  await assertRejects(() => createFetch(context, source)("/x"), SessionError, "Cannot renew");
  assert(cancelled);
});

Deno.test("session.fetch() refuses headers that cannot be sent, and quotes nothing of them", async () => {
  const { fetch, seen } = setUp(ok);
  for (const headers of [{ "x-k": "S3cr3t\r\nX" }, { "x k S3cr3t": "v" }] as Record<string, string>[]) {
    const error = await assertRejects(() => fetch("/x", { headers }), TypeError, "an HTTP header cannot carry");
    assert(!Deno.inspect(error, { depth: 20, showHidden: true }).includes("S3cr3t"));
  }
  assertEquals(seen, []);
});

Deno.test("session.fetch() keeps a form's type beside other headers, but not over the caller's own", async () => {
  for (const [headers, type] of [[{ "x-a": "1" }, /^application\/x-www-form/], [{ "content-type": "a/b" }, /^a\/b$/]]) {
    const { fetch, seen } = setUp(refuseFirst);
    const init = { method: "POST", body: new URLSearchParams({ a: "b" }), headers: headers as HeadersInit };
    assertEquals(await text(fetch("/x", init)), "ok");
    for (const one of seen) assert((type as RegExp).test(one.type ?? ""), String(one.type));
  }
});

Deno.test("session.fetch() keeps a Request's body where the options have none, and says that it may be a stream", async () => {
  for (const body of [undefined, null]) {
    const { fetch, seen } = setUp(ok);
    await text(fetch(new Request(`${API}/x`, { method: "POST", body: "kept" }), { body }));
    assertEquals(seen.map((one) => one.body), ["kept"]);
  }
  const inits: object[] = [];
  const context = fakeContext(fakeClock(), {
    fetch: (_address, init = {}) => (inits.push(init), Promise.resolve(ok())),
  });
  const fetch = createFetch(context, counting());
  await text(fetch("/x", { method: "POST", body: new Blob(["x"]).stream() }));
  await text(fetch("/x"));
  assertEquals(inits.map((init) => Object.entries(init).find(([name]) => name === "duplex")?.[1]), ["half", undefined]);
});

Deno.test("session.fetch() lets the options replace a Request's signal and referrer, the signal by none too", async () => {
  const { fetch, seen } = setUp(ok);
  const own = new AbortController();
  const given = new AbortController();
  const request = new Request(`${API}/x`, { signal: own.signal, referrer: "" });
  await text(fetch(request, { signal: given.signal, referrer: "about:client" }));
  await text(fetch(request, { signal: null }));
  own.abort();
  assertEquals(seen.map(({ request: { signal, referrer } }) => [signal.aborted, referrer]), [
    [false, "about:client"],
    [false, ""],
  ]);
  given.abort();
  assertEquals(seen.map(({ request: { signal } }) => signal.aborted), [true, false]);
});

Deno.test("session.fetch() returns the 401 of a call that cannot be sent again, even if there is no other credential", async () => {
  const context = fakeContext(fakeClock(), { fetch: () => Promise.resolve(new Response("no", { status: 401 })) });
  const source: TokenSource = {
    token: () => ({ scheme: "Bearer", value: "t" }),
    replace: () => Promise.reject(new SessionError("login_required", "Cannot renew the session: no")),
  };
  const body = new Blob(["stream"]).stream();
  assertEquals(await text(createFetch(context, source)("/x", { method: "POST", body })), "no");
});

Deno.test("session.fetch() takes answers without a body, and a source without notAccepted()", async () => {
  const reply = (status: number) => () =>
    Promise.resolve(new Response(null, { status, headers: { location: "/other" } }));
  const { token, replace } = counting();
  const refused = createFetch(fakeContext(fakeClock(), { fetch: reply(401) }), { token, replace });
  assertEquals((await refused("/x")).status, 401);
  const failing: TokenSource = { token, replace: () => Promise.reject(new RangeError("no")) };
  await assertRejects(
    () => createFetch(fakeContext(fakeClock(), { fetch: reply(401) }), failing)("/x"),
    RangeError,
  );
  const moved = createFetch(fakeContext(fakeClock(), { fetch: reply(302) }), { token, replace });
  await assertRejects(() => moved("/x", { redirect: "error" }), TypeError, "redirect: error");
});

Deno.test("session.fetch() follows a redirect that comes after the resend, with the new credential", async () => {
  const { fetch, seen } = setUp((request) => {
    if (request.headers.get("authorization") === "Bearer t1") return new Response("no", { status: 401 });
    return request.url.endsWith("/x") ? new Response(null, { status: 302, headers: { location: "y" } }) : ok();
  });
  assertEquals(await text(fetch("/x")), "ok");
  assertEquals(seen.map(({ request }) => [request.url, request.headers.get("authorization")]), [
    [`${API}/x`, "Bearer t1"],
    [`${API}/x`, "Bearer t2"],
    [`${API}/y`, "Bearer t2"],
  ]);
});

Deno.test("session.fetch() follows no redirect of a method that only sounds like GET or HEAD", async () => {
  for (const method of ["GETS", "WIDGET", "HEADS", "AHEAD"]) {
    const { fetch, seen } = setUp(() => new Response(null, { status: 302, headers: { location: "/other" } }));
    assertEquals([(await fetch("/x", { method })).status, seen.length], [302, 1]);
  }
});
