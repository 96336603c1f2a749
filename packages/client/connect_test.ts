import { assert, assertEquals, assertInstanceOf, assertRejects, assertStringIncludes, assertThrows } from "@std/assert";
import {
  authChangePassword,
  authLogin,
  authLogout,
  authRefresh,
  connect,
  getFile,
  listFileGroups,
} from "@xsignals/client";
import type { Client } from "@xsignals/client";
import { connect as connectAuth0, oauthRevoke, oauthToken } from "@xsignals/client/auth0";
import { createClient, createConfig } from "./gen/xsignals/client/index.ts";
import { GRANT, recorder, untyped } from "./recorder_test.ts";

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
