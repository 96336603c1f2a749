import {
  assert,
  assertEquals,
  assertFalse,
  assertInstanceOf,
  assertRejects,
  assertStringIncludes,
  assertThrows,
} from "@std/assert";
import {
  authChangePassword,
  authLogin,
  authLogout,
  authRefresh,
  type Client,
  ClientError,
  connect,
  getFile,
  listFileGroups,
} from "@xsignals/client";
import { connect as connectAuth0, oauthRevoke, oauthToken } from "@xsignals/client/auth0";
import { createClient, createConfig } from "./gen/xsignals/client/index.ts";

const GRANT = {
  grant_type: "http://auth0.com/oauth/grant-type/password-realm",
  username: "user",
  password: "SECRET",
  realm: "Username-Password-Authentication",
  audience: "https://xpansiv/platform",
  client_id: "id",
} as const;

/** A fetch that keeps what it is sent, and answers with the function's answer. */
function recorder(answer: (request: Request) => Response = () => Response.json({})) {
  const seen: Request[] = [];
  return {
    seen,
    fetch: (input: string | URL | Request, init?: RequestInit) => {
      const request = new Request(input, init);
      seen.push(request);
      return Promise.resolve(answer(request));
    },
  };
}

/** What a caller without types may do. */
function untyped(value: unknown): never {
  return value as never;
}

Deno.test("connect() sends to the host's first server unless told otherwise", async () => {
  const { fetch, seen } = recorder();
  await listFileGroups({ client: connect({ fetch }), query: { size: 5 } });
  await oauthToken({ client: connectAuth0({ fetch }), body: GRANT });
  await listFileGroups({ client: connect({ fetch, baseUrl: "http://127.0.0.1:8787/v1/" }) });
  assertEquals(seen.map(({ url }) => url), [
    "https://api.xsignals.xpansiv.com/file/group?size=5",
    "https://auth.xpansiv.com/oauth/token",
    "http://127.0.0.1:8787/v1/file/group",
  ]);
  assertEquals(await seen[1]!.text(), new URLSearchParams(GRANT).toString());
});

// Every way to send an Auth0 password to the API's host.

Deno.test("oauthToken() refuses a client of the API, by type and at run time, before anything is sent (public bug 24)", async () => {
  const { fetch, seen } = recorder();
  const client = connect({ fetch });
  // @ts-expect-error a client of the API is not a client of Auth0
  await assertRejects(() => oauthToken({ client, body: GRANT }), TypeError, "connected to xsignals");
  await assertRejects(
    () => oauthToken({ client: untyped(client), body: GRANT, throwOnError: true }),
    TypeError,
    "connected to xsignals",
  );
  assertEquals(seen, []);
});

Deno.test("authLogin() refuses a client of Auth0, by type and at run time, before anything is sent", async () => {
  const { fetch, seen } = recorder();
  const client = connectAuth0({ fetch });
  // @ts-expect-error a client of Auth0 is not a client of the API
  await assertRejects(() => authLogin({ client }), TypeError, "connected to auth0");
  assertEquals(seen, []);
});

Deno.test("oauthToken() refuses a call without a client", () => {
  // @ts-expect-error client is required
  assertThrows(() => oauthToken({ body: GRANT }), TypeError);
});

Deno.test("oauthToken() refuses a base URL of the call's own", async () => {
  const { fetch, seen } = recorder();
  const baseUrl = "https://api.xsignals.xpansiv.com";
  await assertRejects(
    () => oauthToken({ client: connectAuth0({ fetch }), body: GRANT, baseUrl }),
    TypeError,
    "baseUrl",
  );
  await assertRejects(
    () => oauthToken({ client: connectAuth0({ fetch }), body: GRANT, baseUrl: "" }),
    TypeError,
    "baseUrl",
  );
  assertEquals(seen, []);
});

Deno.test("oauthToken() refuses a url of the call's own", async () => {
  const { fetch, seen } = recorder();
  const options = untyped({
    client: connectAuth0({ fetch }),
    body: GRANT,
    url: "https://api.xsignals.xpansiv.com/oauth/token",
  });
  await assertRejects(() => oauthToken(options), TypeError, "no such operation");
  assertEquals(seen, []);
});

Deno.test("oauthToken() keeps its own check when the call brings a validator", async () => {
  const { fetch, seen } = recorder();
  const options = untyped({ client: connect({ fetch }), body: GRANT, requestValidator: () => Promise.resolve() });
  await assertRejects(() => oauthToken(options), TypeError, "connected to xsignals");
  assertEquals(seen, []);
});

Deno.test("connect() of Auth0 refuses the API's hosts", () => {
  for (
    const baseUrl of [
      "https://api.xsignals.xpansiv.com",
      "https://api.data.xpansiv.com/",
      "https://API.xsignals.xpansiv.com:443/x",
      "https://api.xsignals.xpansiv.com./",
      "https://api.data.xpansiv.com.",
      new URL("http://api.data.xpansiv.com:8080"),
    ]
  ) {
    assertThrows(() => connectAuth0({ baseUrl }), TypeError, "is a host of xsignals");
  }
  for (const baseUrl of ["https://auth.xpansiv.com", "https://auth.xpansiv.com./"]) {
    assertThrows(() => connect({ baseUrl }), TypeError, "is a host of auth0");
  }
});

Deno.test("connect() of Auth0 refuses a session", () => {
  const session = { fetch: recorder().fetch, baseUrl: "http://127.0.0.1:8787", logout: () => Promise.resolve() };
  // @ts-expect-error a session belongs to the API
  assertThrows(() => connectAuth0(session), TypeError, "bound to the API's host");
});

Deno.test("oauthToken() carries its body to no redirect's target", async () => {
  const { fetch, seen } = recorder(() =>
    new Response(null, { status: 307, headers: { location: "https://api.xsignals.xpansiv.com/oauth/token" } })
  );
  for (const call of [{}, { redirect: "follow" as const }]) {
    const { response, error } = await oauthToken({ client: connectAuth0({ fetch }), body: GRANT, ...call });
    assertEquals(response?.status, 307);
    assert(error !== undefined);
  }
  assertEquals(seen.map(({ redirect }) => redirect), ["manual", "manual"]);
});

Deno.test("connect() refuses a base URL that is not a URL", () => {
  for (
    const baseUrl of ["", "api.xsignals.xpansiv.com", "ftp://x", "https://user:pw@x", "https://x/?q", "https://x/#f"]
  ) {
    assertThrows(() => connect({ baseUrl }), TypeError, "Cannot connect");
  }
});

Deno.test("the generated runtime refuses a `client` option under Deno, which connect() takes away", async () => {
  const runtime = createClient(createConfig({ baseUrl: "https://api.test", fetch: recorder().fetch }));
  const { error } = await runtime.get(untyped({ url: "/file/group", client: {} }));
  assertInstanceOf(error, TypeError, "The generator was mended: connect() need not delete `client` any more");
  assertStringIncludes(error.message, "HttpClient");
  assertEquals((await listFileGroups({ client: connect(recorder()) })).response?.status, 200);
});

Deno.test("an operation refuses a path parameter that would change the path", async () => {
  const { fetch, seen } = recorder();
  for (const fileId of ["", ".", ".."]) {
    await assertRejects(() => getFile({ client: connect({ fetch }), path: { fileId } }), TypeError, "fileId");
  }
  await getFile({ client: connect({ fetch }), path: { fileId: "../a b/ł" } });
  assertEquals(seen.map(({ url }) => new URL(url).pathname), ["/file/..%2Fa%20b%2F%C5%82"]);
});

Deno.test("an operation with throwOnError throws a ClientError with the status, whatever the body (public bug 5)", async () => {
  for (const body of ["", "null", "0", "<html>SECRET</html>", '{"message":"SECRET"}']) {
    const { fetch } = recorder(() => new Response(body, { status: 401 }));
    const error = await assertRejects(
      () => listFileGroups({ client: connect({ fetch }), throwOnError: true }),
      ClientError,
    );
    assertEquals([error.status, error.code], [401, "http_error"]);
    assertEquals(error.message, "Cannot call GET /file/group: the server answered 401");
  }
});

Deno.test("an operation with throwOnError takes over an OAuth error code", async () => {
  const { fetch } = recorder(() =>
    Response.json({ error: "invalid_grant", error_description: "SECRET" }, { status: 403 })
  );
  const client = connectAuth0({ fetch });
  const error = await assertRejects(() => oauthToken({ client, body: GRANT, throwOnError: true }), ClientError);
  assertEquals([error.status, error.code], [403, "invalid_grant"]);
  assert(!Deno.inspect(error, { showHidden: true, getters: true, depth: 20 }).includes("SECRET"));
});

Deno.test("an operation's ClientError says whether to try again, and when (found 115)", async () => {
  const failing = (status: number, headers: HeadersInit = {}) =>
    connect({ fetch: () => Promise.resolve(Response.json({}, { status, headers })) });
  const errorOf = (call: () => Promise<unknown>) => assertRejects(call, ClientError);
  const list = (client: ReturnType<typeof connect>) => errorOf(() => listFileGroups({ client, throwOnError: true }));
  const renew = (client: ReturnType<typeof connect>) =>
    errorOf(() => authRefresh({ client, body: { refreshToken: "r" }, throwOnError: true }));
  for (const status of [429, 503]) {
    assert((await list(failing(status))).retryable && (await renew(failing(status))).retryable, "it was not processed");
  }
  for (const status of [502, 504]) {
    assertEquals([(await list(failing(status))).retryable, (await renew(failing(status))).retryable], [true, false]);
  }
  for (const status of [400, 401, 403, 404, 500]) assertFalse((await list(failing(status))).retryable);
  const lost = connect({ fetch: () => Promise.reject(new TypeError("fetch failed")) });
  assertEquals([(await list(lost)).retryable, (await renew(lost)).retryable], [true, false]);

  const date = "Thu, 01 Jan 2026 00:00:00 GMT";
  for (
    const [headers, ms] of [
      [{ "retry-after": "20" }, 20_000],
      [{ "retry-after": "Thu, 01 Jan 2026 00:00:20 GMT", date }, 20_000],
      [{ "retry-after": "9999999" }, 86_400_000],
    ] as const
  ) {
    const { retryAt = 0 } = await list(failing(429, headers));
    assert(Math.abs(retryAt - Date.now() - ms) < 5_000, `${retryAt}`);
  }
  for (
    const headers of [{}, { "retry-after": "soon" }, { "retry-after": "-1" }, {
      "retry-after": "-3600",
    }] as HeadersInit[]
  ) {
    assertEquals((await list(failing(429, headers))).retryAt, undefined);
  }
  const waiting = Object.assign(new Error("Cannot log in"), { code: "rate_limited", retryable: true, retryAt: 5 });
  waiting.name = "SessionError";
  const { code, retryable, retryAt } = await list(connect({ fetch: () => Promise.reject(waiting) }));
  assertEquals([code, retryable, retryAt], ["rate_limited", true, 5]);
});

Deno.test("an operation reports a success that cannot be read without quoting it (public bug 33)", async () => {
  const { fetch } = recorder(() => new Response('{"token":"SECRET', { headers: { "content-type": "text/html" } }));
  const client = connect({ fetch });
  const thrown = await assertRejects(() => authLogin({ client, throwOnError: true }), ClientError);
  assertEquals([thrown.status, thrown.code], [200, "bad_response"]);
  const { error } = await authRefresh({ client, body: { refreshToken: "SECRET" } });
  assertInstanceOf(error, ClientError);
  for (const one of [thrown, error]) assert(!Deno.inspect(one, { showHidden: true, depth: 20 }).includes("SECRET"));
});

Deno.test("an operation reports a failed fetch without quoting it (public bug 33)", async () => {
  const client = connect({
    fetch: () => Promise.reject(new TypeError("error sending request for url (https://x/?token=SECRET)")),
  });
  const thrown = await assertRejects(() => listFileGroups({ client, throwOnError: true }), ClientError);
  assertEquals([thrown.status, thrown.code], [undefined, "unreachable"]);
  assert(!Deno.inspect(thrown, { showHidden: true, depth: 20 }).includes("SECRET"));
  assertInstanceOf((await listFileGroups({ client })).error, ClientError);
});

Deno.test("an operation keeps a session's error code, and the caller's own abort reason", async () => {
  const sessionError = Object.assign(new Error("Cannot use the session: it was logged out"), {
    code: "login_required",
  });
  sessionError.name = "SessionError";
  const client = connect({ fetch: () => Promise.reject(sessionError) });
  assertEquals((await listFileGroups({ client })).error, untyped(sessionError));
  const thrown = await assertRejects(() => listFileGroups({ client, throwOnError: true }), ClientError);
  assertEquals(thrown.code, "login_required");

  const reason = new Error("enough");
  const aborting = connect({ fetch: (input) => Promise.reject(new Request(input).signal.reason) });
  const caught = await listFileGroups({ client: aborting, signal: AbortSignal.abort(reason), throwOnError: true })
    .catch((error) => error);
  assertEquals(caught, reason);
});

Deno.test("an operation's result shows no credential of the call's own, though it was sent (public bug 33)", async () => {
  const secrets = {
    "Authorization": "Basic SECRET",
    "x-api-key": "SECRET",
    "Cookie": "a=SECRET",
    "password": "SECRET",
  };
  const headers = { ...secrets, "x-request-id": "17" };
  for (const status of [200, 401]) {
    const { fetch, seen } = recorder(() => Response.json({ message: "no" }, { status }));
    const client = connect({ fetch });
    const login = await authLogin({ client: connect({ fetch: () => Promise.reject("not by this") }), fetch, headers });
    const refresh = await authRefresh({ client, headers, body: { refreshToken: "SECRET" } });
    for (const result of [login, refresh]) {
      assert(!Deno.inspect(result, { showHidden: true, getters: true, depth: 20 }).includes("SECRET"));
      assertEquals(result.request?.headers.get("x-request-id"), "17");
      assertEquals(result.response?.status, status);
    }
    for (const request of seen) {
      for (const [name, value] of Object.entries(headers)) assertEquals(request.headers.get(name), value);
    }
    assertEquals(await seen[1]?.json(), { refreshToken: "SECRET" });
  }
  const lost = await authLogin({ client: connect({ fetch: () => Promise.reject(new TypeError("SECRET")) }), headers });
  assert(!Deno.inspect(lost, { showHidden: true, getters: true, depth: 20 }).includes("SECRET"));
});

Deno.test("connect() goes by the platform's fetch of the moment when it is given none", async () => {
  const original = globalThis.fetch;
  const { fetch, seen } = recorder();
  const client = connect();
  globalThis.fetch = fetch;
  try {
    await listFileGroups({ client });
  } finally {
    globalThis.fetch = original;
  }
  assertEquals(seen.map(({ url }) => url), ["https://api.xsignals.xpansiv.com/file/group"]);
});

Deno.test("connect() takes a session's two members", async () => {
  const { fetch, seen } = recorder();
  const client: Client = connect({ fetch, baseUrl: "https://api.data.xpansiv.com" });
  await listFileGroups({ client });
  assertEquals(new URL(seen[0]!.url).host, "api.data.xpansiv.com");
});

Deno.test("an operation sends its auth in UTF-8 where that is Basic", async () => {
  const { fetch, seen } = recorder();
  const client = connect({ fetch });
  await authLogin({ client, auth: "zażółć:p€ss" });
  await authLogin({ client, auth: ({ scheme }) => scheme === "basic" ? "u:pé" : undefined });
  const credentials = seen.map(({ headers }) => atob(headers.get("authorization")!.slice("Basic ".length)));
  const utf8 = (text: string) => String.fromCharCode(...new TextEncoder().encode(text));
  assertEquals(credentials, [utf8("zażółć:p€ss"), utf8("u:pé")]);
});

Deno.test("an operation hands on a session's word that it must not be called", async () => {
  const mistake = Object.assign(new TypeError("Cannot fetch /auth/* by session.fetch: use session.token()"), {
    code: "misuse",
  });
  const client = connect({ fetch: () => Promise.reject(mistake) });
  for (const throwOnError of [true, false]) {
    await assertRejects(() => authLogin({ client, throwOnError }), TypeError, "use session.token()");
  }
});

Deno.test("an operation refuses a path parameter that is missing", async () => {
  const { fetch, seen } = recorder();
  for (const path of [undefined, {}, { fileId: undefined }]) {
    await assertRejects(() => getFile(untyped({ client: connect({ fetch }), path })), TypeError, "fileId is missing");
  }
  assertEquals(seen, []);
});

Deno.test("an operation sends the call's headers in every form that its type allows (found 130)", async () => {
  const { fetch, seen } = recorder();
  const [client, auth0] = [connect({ fetch }), connectAuth0({ fetch })];
  const pairs: [string, string][] = [["X-A", "1"], ["x-b", "2"], ["x-a", "3"]];
  const body = { refreshToken: "r" };
  const plain = { "x-a": ["1", "3"], "x-b": 2, "x-c": null };
  for (const headers of [pairs, new Headers(pairs), new Map([["x-a", "1, 3"], ["x-b", "2"]]), plain]) {
    await listFileGroups({ client, headers });
    await authLogin({ client, headers });
    await authRefresh({ client, headers, body });
    await authLogout({ client, headers, body });
    await authChangePassword({ client, headers, body: { password: "p" } });
    await oauthToken({ client: auth0, headers, body: GRANT });
    await oauthRevoke({ client: auth0, headers, body: { token: "t" } });
  }
  assertEquals(seen.length, 28);
  for (const { headers, method, url } of seen) {
    const names = [...headers.keys()].filter((name) => !["accept", "content-type"].includes(name));
    assertEquals([url, names, headers.get("x-a"), headers.get("x-b")], [url, ["x-a", "x-b"], "1, 3", "2"]);
    const type = url.includes("/oauth/") ? "application/x-www-form-urlencoded" : "application/json";
    if (method === "POST") assertEquals(headers.get("content-type"), type);
  }
  await authRefresh({ client, headers: [["Content-Type", "application/json; charset=utf-8"]], body });
  assertEquals(seen.at(-1)?.headers.get("content-type"), "application/json; charset=utf-8");
  await assertRejects(
    async () => await authRefresh({ client, headers: untyped(["x-a"]), body }),
    TypeError,
    "each pair must be a name and a value",
  );
});

Deno.test("an operation takes no success for one that names an error, or lacks what was asked for (found 131)", async () => {
  const answers: [body: BodyInit | null, init: ResponseInit, code: string][] = [
    ['{"error":"invalid_grant"}', {}, "invalid_grant"],
    ['{"error":"SECRET is wrong"}', {}, "bad_response"],
    ["", {}, "bad_response"],
    ["", { headers: { "content-length": "0" } }, "bad_response"],
    [null, { status: 204 }, "bad_response"],
    ["{}", {}, "bad_response"],
    ["[]", {}, "bad_response"],
    ['"SECRET"', {}, "bad_response"],
    ['{"token":"","refreshToken":"SECRET","access_token":7}', {}, "bad_response"],
  ];
  for (const [body, init, code] of answers) {
    const { fetch } = recorder(() => new Response(body, init));
    const [client, auth0] = [connect({ fetch }), connectAuth0({ fetch })];
    const calls: ((throwOnError: boolean) => Promise<object>)[] = [
      (throwOnError: boolean) => authLogin({ client, throwOnError }),
      (throwOnError: boolean) => authRefresh({ client, body: { refreshToken: "r" }, throwOnError }),
      (throwOnError: boolean) => oauthToken({ client: auth0, body: GRANT, throwOnError }),
    ];
    for (const call of calls) {
      const thrown = await assertRejects(() => call(true), ClientError);
      assertEquals([thrown.code, thrown.status, thrown.message.includes("SECRET")], [code, init.status ?? 200, false]);
      const { data, error }: { data?: unknown; error?: unknown } = await call(false);
      assertEquals([data, error === undefined], [undefined, false]);
    }
  }
  const { fetch } = recorder(() => Response.json({ error: "not_changed" }));
  const changed = await authChangePassword({ client: connect({ fetch }), body: { password: "p" } });
  assertEquals([changed.data, changed.error], [undefined, untyped({ error: "not_changed" })]);
});
