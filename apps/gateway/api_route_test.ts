import { assert, assertEquals, assertFalse, assertLess, assertMatch } from "@std/assert";
import { type TestApp, testApp } from "./testing/test_app.ts";

/** What the upstream was asked for, `/auth/*` left out, and its answer. */
function overhear(app: TestApp, answer: () => Response | Promise<Response> = () => new Response("file")): Request[] {
  const requests: Request[] = [];
  app.intercept((input, init) => {
    const request = new Request(input, init);
    if (new URL(request.url).pathname === "/auth/login") return app.emulator.fetch(input, init);
    requests.push(request);
    return Promise.resolve(answer());
  });
  return requests;
}

async function assertError(answer: Response, status: number, error: string, what?: string): Promise<void> {
  assertEquals([answer.status, (await answer.json()).error], [status, error], what);
}

Deno.test("apiRoute() forwards a file request with the account's credential", async () => {
  const app = testApp();
  const token = await app.token();
  for (const path of ["/api/file/group?size=1", "/api/file/group/?size=1"]) {
    const answer = await app.call(path, token);
    assertEquals([answer.status, (await answer.json()).totalSize], [200, 3]);
    assertEquals(answer.headers.get("x-content-type-options"), "nosniff");
    assertEquals(answer.headers.get("cache-control"), "no-store");
  }
  assertEquals(app.emulator.log.map((entry) => `${entry.method} ${entry.path} ${entry.credential} ${entry.status}`), [
    "GET /auth/login basic 200",
    "GET /file/group bearer 200",
    "GET /file/group/ bearer 200",
  ]);
});

Deno.test("apiRoute() wants a bearer token, and says in the header which is wrong", async () => {
  const app = testApp();
  const cases: [string | undefined, string][] = [
    [undefined, 'Bearer realm="api"'],
    ["Bearer opaque", 'Bearer realm="api", error="invalid_token"'],
    ["Bearer ", 'Bearer realm="api", error="invalid_token"'],
    [`Basic ${btoa("client:secret")}`, 'Bearer realm="api", error="invalid_token"'],
  ];
  for (const [authorization, challenge] of cases) {
    const answer = await app.request("/api/file/group", authorization ? { headers: { authorization } } : {});
    assertEquals(answer.headers.get("www-authenticate"), challenge);
    await assertError(answer, 401, "invalid_token");
  }
  assertEquals(app.emulator.log, []);
});

Deno.test("apiRoute() passes on nothing that tells who asks, and of the answer only what is meant for the client", async () => {
  const app = testApp();
  const requests = overhear(app, () =>
    new Response("file", {
      status: 206,
      headers: {
        "content-type": "text/csv",
        "content-range": "bytes 0-3/9",
        "etag": '"1"',
        "set-cookie": "upstream=1",
        "www-authenticate": "upstream",
        "connection": "x-hop",
        "x-hop": "1",
        "access-control-allow-origin": "*",
        "server": "upstream",
      },
    }));
  const token = await app.token();
  const answer = await app.call("/api/file/1/download?a=%2F&b=c", token, {
    headers: {
      "accept": "text/csv",
      "range": "bytes=0-3",
      "cookie": "caller=1",
      "proxy-authorization": "Basic caller",
      "connection": "x-caller, upgrade",
      "x-caller": "1",
      "x-api-key": "caller",
      "upgrade": "h2c",
      "te": "trailers",
      "forwarded": "for=1.2.3.4",
      "x-forwarded-for": "1.2.3.4",
      "x-original-url": "/auth/logout",
      "x-rewrite-url": "/auth/logout",
      "x-http-method-override": "POST",
      "userName": "caller",
      "password": "caller",
    },
  });

  const [sent] = requests;
  const { authorization, ...others } = Object.fromEntries(sent!.headers);
  assertEquals([sent!.method, new URL(sent!.url).pathname + new URL(sent!.url).search], [
    "GET",
    "/file/1/download?a=%2F&b=c",
  ]);
  assert(authorization?.startsWith("Bearer ") && !authorization.includes(token));
  assertEquals(others, { accept: "text/csv", "accept-encoding": "identity", range: "bytes=0-3" });
  assertEquals([answer.status, await answer.text()], [206, "file"]);
  const { "x-request-id": id, ...headers } = Object.fromEntries(answer.headers);
  assert(id);
  assertEquals(headers, {
    "cache-control": "no-store",
    "content-range": "bytes 0-3/9",
    "content-type": "text/csv",
    "etag": '"1"',
    "pragma": "no-cache",
    "x-content-type-options": "nosniff",
  });
});

Deno.test("apiRoute() reaches nothing but /file/*, however the address is written, and by no method or header", async () => {
  const app = testApp();
  const requests = overhear(app);
  const token = await app.token();
  const ups = [
    "..",
    "%2e%2e",
    ".%2E",
    "%2e.",
    "..;",
    "..;a=b",
    "..%3b",
    "%2e%2e;",
    "..%20",
    "%252e%252e",
    "%c0%ae%c0%ae",
  ]
    .concat("..%00", "..%0d%0a", "%e0%80%ae%e0%80%ae", "...", ".%09.", "..%c2%a0");
  const slashes = ["/", "\\", "%2f", "%5c", "%252f", "%255c", "//", "/./", "%c0%af", "%u002f"];
  const operations = ["auth/login", "auth/refresh", "auth/logout", "auth/changePassword"];
  const paths = operations.flatMap((operation) => [
    ...ups.flatMap((up) => slashes.map((slash) => `/api/file${slash}${up}${slash}${operation}`)),
    ...ups.flatMap((up) => slashes.map((slash) => `/api/file/group${slash}${up}${slash}${up}${slash}${operation}`)),
    ...slashes.map((slash) => `/api${slash}${operation}`),
    ...[
      "/api/file;/../",
      "/api/%66ile/../",
      "/api//",
      "/api/./",
      "/api/https://api.xsignals.xpansiv.com/",
      "/api/@",
      "/",
    ]
      .concat("/api/file/..//", "/api/FILE/../", "/api/file?/../", "/api/file#/../").map((start) => start + operation),
  ]);
  const headers = [
    "x-original-url",
    "x-rewrite-url",
    "x-http-method-override",
    "x-method-override",
    "x-forwarded-prefix",
  ];
  const over = Object.fromEntries(headers.map((name) => [name, name.includes("method") ? "POST" : "/auth/logout"]));
  for (const path of paths) {
    const answer = await app.call(path, token, { headers: over });
    assertEquals(answer.status, 404, path);
    await answer.body?.cancel();
  }
  for (const operation of operations) {
    for (const method of ["POST", "PUT", "PATCH", "DELETE", "OPTIONS", "FOO", "get"]) {
      for (const path of [`/api/${operation}`, `/api/file/../${operation}`, "/api/file/group"]) {
        if (method === "get" && path === "/api/file/group") continue;
        const answer = await app.call(path, token, { method, headers: over });
        assert(answer.status === 404 || answer.status === 405, `${method} ${path}`);
        await answer.body?.cancel();
      }
    }
  }
  assertEquals(requests, []);
});

Deno.test("apiRoute() reaches nothing else over a raw connection either, where nobody tidies the address", async () => {
  const app = testApp();
  const requests = overhear(app);
  const token = await app.token();
  await using server = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen() {} },
    ({ url, method, headers }) => app.request(url, { method, headers }),
  );
  const { port } = server.addr;
  async function status(target: string): Promise<string> {
    using connection = await Deno.connect({ hostname: "127.0.0.1", port });
    const text = `GET ${target} HTTP/1.1\r\nhost: a\r\nauthorization: Bearer ${token}\r\nconnection: close\r\n\r\n`;
    await connection.write(new TextEncoder().encode(text));
    return (await new Response(connection.readable).text()).slice(9, 12);
  }
  assertEquals(await status("/api/file/group"), "200");
  const targets = ["/api/file/../../auth/logout", "/api/../auth/logout", "/api/file/..\\..\\auth\\logout"]
    .concat("/api/../abcxfile/y", "/api/file/%2e%2e/%2e%2e/auth/logout", "/api/./auth/logout", "/api//auth/logout")
    .concat("http://a/api/file/../../auth/logout", "/api/..//auth/logout", "//a/api/file/group");
  for (const target of targets) assert(/^40[04]$/.test(await status(target)), target);
  assertEquals(requests.map((request) => new URL(request.url).pathname), ["/file/group"]);
});

Deno.test("apiRoute() looks at a long address in a moment, and forwards none over 4,096 characters", async () => {
  const app = testApp();
  const requests = overhear(app);
  const token = await app.token();
  const start = performance.now();
  assertEquals((await app.call(`/api/file/${"a".repeat(60_000)}[`, token)).status, 404);
  assertLess(performance.now() - start, 1_000);

  assertEquals((await app.call(`/api/file/x?${"a".repeat(4_088)}`, token)).status, 200);
  await assertError(await app.call(`/api/file/x?${"a".repeat(4_089)}`, token), 400, "invalid_request");
  assertEquals(requests.length, 1);
});

Deno.test("apiRoute() hands on a redirect and does not follow it", async () => {
  const app = testApp();
  const link = "https://files.example/x?signature=y";
  overhear(app, () => new Response(null, { status: 302, headers: { location: link } }));
  const answer = await app.call("/api/file/1/download", await app.token());

  assertEquals([answer.status, answer.headers.get("location")], [302, link]);
});

Deno.test("apiRoute() streams: the first bytes arrive before the last were sent, and giving up cancels the upstream", async () => {
  const app = testApp();
  const cancelled = Promise.withResolvers<unknown>();
  let sent = 0;
  overhear(app, () =>
    new Response(
      new ReadableStream({
        pull: (controller) => controller.enqueue(new TextEncoder().encode(`${sent++}\n`)),
        cancel: cancelled.resolve,
      }, { highWaterMark: 0 }),
    ));
  const answer = await app.call("/api/file/1/download", await app.token());
  const reader = answer.body!.getReader();

  assertEquals(new TextDecoder().decode((await reader.read()).value), "0\n");
  assertLess(sent, 5);
  await reader.cancel();
  await cancelled.promise;
});

Deno.test("apiRoute() gives up the upstream's answer when the client has gone", async () => {
  const app = testApp();
  const token = await app.token();
  await (await app.call("/api/file/group", token)).body?.cancel(); // the account's token is there by now
  const asked = Promise.withResolvers<Request>();
  app.intercept((input, init) => {
    const request = new Request(input, init);
    asked.resolve(request);
    return new Promise((_, reject) => request.signal.addEventListener("abort", () => reject(request.signal.reason)));
  });
  const client = new AbortController();
  const answer = app.call("/api/file/group", token, { signal: client.signal });
  const { signal } = await asked.promise;
  assertFalse(signal.aborted);
  client.abort();

  assertEquals((await answer).status, 400); // nobody reads it; the log has it
  assert(signal.aborted);
  assertMatch(JSON.stringify(app.log.at(-1)), /"reason":"client_gone"/);
});

Deno.test("apiRoute() answers 403 where the API refuses the account, with one renewal a minute (found 163)", async () => {
  const app = testApp({ rate: 100_000 });
  app.intercept((input, init) => {
    const { pathname } = new URL(new Request(input, init).url);
    if (pathname.startsWith("/auth/")) return app.emulator.fetch(input, init);
    const status = pathname.includes("/secret") ? 401 : 200;
    return Promise.resolve(new Response("swordfish", { status, headers: { "www-authenticate": "swordfish" } }));
  });
  const token = await app.token();
  for (let second = 0; second < 100; second++) {
    const good = await app.call("/api/file/group", token);
    assertEquals([good.status, await good.text()], [200, "swordfish"]);
    const answer = await app.call("/api/file/secret/download", token);
    assertEquals(answer.headers.has("www-authenticate"), false);
    await assertError(answer, 403, "access_denied");
    app.advance(1_000);
  }
  assertEquals(app.log.filter(({ event }) => event === "alert"), []);
  assertFalse(JSON.stringify(app.log).includes("swordfish"));
  assertEquals(app.emulator.log.map(({ path }) => path), ["/auth/login", "/auth/refresh", "/auth/refresh"]);
});

Deno.test("apiRoute() alerts once when the API refuses the account everywhere, and says 503 then (found 163)", async () => {
  const app = testApp({ rate: 100_000 });
  let status = 401;
  overhear(app, () => new Response(null, { status }));
  const token = await app.token();
  const statuses: number[] = [];
  for (let second = 0; second < 200; second++) {
    statuses.push((await app.call(`/api/file/${second % 3}/download`, token)).status);
    app.advance(1_000);
  }
  assertEquals(statuses.slice(0, 60), Array(60).fill(403));
  assertEquals(statuses.at(-1), 503);
  assertEquals((await app.request("/readyz")).status, 503);
  assertEquals(app.log.filter((entry) => entry.event === "alert").map(({ reason }) => reason), ["refused"]);
  status = 200;
  assertEquals((await app.call("/api/file/0/download", token)).status, 200);
  assertEquals((await app.request("/readyz")).status, 200);
});

Deno.test("apiRoute() answers 503 with Retry-After, and not the upstream's words, when the API is in trouble", async () => {
  const cases: [number, string | undefined, string][] = [
    [429, "7", "7"],
    [500, undefined, "5"],
    [502, "swordfish", "5"],
    [503, "99999", "86400"],
  ];
  for (const [status, retryAfter, expected] of cases) {
    const app = testApp();
    const token = await app.token();
    overhear(
      app,
      () => new Response("swordfish", { status, headers: retryAfter ? { "retry-after": retryAfter } : {} }),
    );
    const answer = await app.call("/api/file/group", token);
    assertEquals([answer.status, answer.headers.get("retry-after")], [503, expected], String(status));
    assertFalse((await answer.text()).includes("swordfish"));
  }
  const app = testApp();
  const token = await app.token();
  app.intercept(() => Promise.reject(new TypeError("swordfish")));
  const answer = await app.call("/api/file/group", token);
  assertEquals(answer.headers.has("retry-after"), true);
  assertFalse((await answer.clone().text() + JSON.stringify(app.log)).includes("swordfish"));
  await assertError(answer, 503, "temporarily_unavailable");
});
