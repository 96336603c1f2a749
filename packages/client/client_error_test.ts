import { assert, assertEquals, assertFalse, assertInstanceOf, assertRejects } from "@std/assert";
import { authChangePassword, authLogin, authRefresh, ClientError, connect, listFileGroups } from "@xsignals/client";
import { connect as connectAuth0, oauthToken } from "@xsignals/client/auth0";
import { GRANT, recorder, untyped } from "./recorder_test.ts";

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

Deno.test("an operation hands on a session's word that it must not be called", async () => {
  const mistake = Object.assign(new TypeError("Cannot fetch /auth/* by session.fetch: use session.token()"), {
    code: "misuse",
  });
  const client = connect({ fetch: () => Promise.reject(mistake) });
  for (const throwOnError of [true, false]) {
    await assertRejects(() => authLogin({ client, throwOnError }), TypeError, "use session.token()");
  }
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
