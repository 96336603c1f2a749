import { assertEquals, assertStringIncludes } from "@std/assert";
import { connect, queryTimeSeries, searchSymbols } from "@xsignals/client";
import { clientCredentials, createSession } from "@xsignals/session";
import { formatHash, hashSecret, parseClientFile, type Scope } from "./clients.ts";
import { type TestApp, testApp } from "./testing/test_app.ts";

const QUERY = {
  groupName: "CBL_Trades Compliance",
  startDate: "2024-03-05T00:00:00",
  endDate: "2024-03-05T23:59:59",
  formatType: "NCSV",
} as const;
const JSON_TYPE = { "content-type": "application/json" };

/** The gateway with one client that has these scopes, over an upstream that it is heard with. */
function appWith(...scopes: Scope[]): TestApp & { readonly sent: Request[] } {
  const hashes = [formatHash(hashSecret("secret"))];
  const app = testApp({
    issuer: "https://tokens.invalid",
    clients: () => parseClientFile(JSON.stringify({ clients: [{ id: "client", hashes, scopes }] })),
  });
  const sent: Request[] = [];
  app.intercept((input, init) => {
    const request = new Request(input, init);
    if (!request.url.includes("/auth/")) sent.push(request.clone());
    return app.emulator.fetch(request);
  });
  return { ...app, sent };
}

async function ask(app: TestApp, body: BodyInit | null, headers: HeadersInit = JSON_TYPE): Promise<Response> {
  return await app.call("/api/ts", await app.token(), { method: "POST", body, headers });
}

Deno.test("apiRoute() forwards POST /ts and GET /ts/symbol/search, with their queries, for series:read", async () => {
  const app = appWith("series:read");
  const answer = await ask(app, JSON.stringify(QUERY), { ...JSON_TYPE, accept: "text/csv" });
  assertEquals([answer.status, answer.headers.get("content-type")], [200, "text/csv; charset=utf-8"]);
  assertStringIncludes(await answer.text(), "CCA-V24,COMPLIANCE,000000731,2024-03-05T10:15:00.000,USD,41.2,5000");
  const search = "/api/ts/symbol/search?query=symbol.Side%3DASK&size=1";
  const { totalSize } = await (await app.call(search, await app.token())).json();
  assertEquals(totalSize, 1);
  assertEquals(app.emulator.log.map((entry) => `${entry.operation} ${entry.credential} ${entry.status}`), [
    "authLogin basic 200",
    "queryTimeSeries bearer 200",
    "searchSymbols bearer 200",
  ]);
  assertEquals(app.log.filter(({ event }) => event === "request").slice(1).map((entry) => Object(entry).path), [
    "/api/ts",
    "/token",
    "/api/ts/symbol/search",
  ]);
});

Deno.test("apiRoute() lets a token do what its scopes say, and names the one that is missing", async () => {
  const paths = ["/api/file/group", "/api/ts/symbol/search", "/api/ts"];
  const cases: [Scope[], string | undefined, number[]][] = [
    [["files:read"], undefined, [200, 403, 403]],
    [["series:read"], undefined, [403, 200, 200]],
    [["files:read", "series:read"], undefined, [200, 200, 200]],
    [["files:read", "series:read"], "files:read", [200, 403, 403]],
    [["files:read", "series:read"], "series:read", [403, 200, 200]],
  ];
  for (const [scopes, scope, statuses] of cases) {
    const app = appWith(...scopes);
    const form = { grant_type: "client_credentials", ...(scope ? { scope } : {}) };
    const token: string = (await (await app.ask(form)).json()).access_token;
    for (const [index, path] of paths.entries()) {
      const init = path === "/api/ts" ? { method: "POST", headers: JSON_TYPE, body: JSON.stringify(QUERY) } : {};
      const answer = await app.call(path, token, init);
      assertEquals(answer.status, statuses[index], `${scopes} ${scope} ${path}`);
      const needed = index === 0 ? "files:read" : "series:read";
      const challenge = `Bearer realm="api", error="insufficient_scope", scope="${needed}"`;
      assertEquals(answer.headers.get("www-authenticate"), answer.status === 403 ? challenge : null);
      if (answer.status === 403) assertEquals((await answer.json()).error, "insufficient_scope");
      else await answer.body?.cancel();
    }
    assertEquals(app.sent.length, statuses.filter((status) => status === 200).length);
  }
});

Deno.test("apiRoute() takes JSON only for POST /ts, at most 64 KiB, and writes it anew", async () => {
  const app = appWith("series:read");
  const text = JSON.stringify(QUERY);
  for (
    const type of [undefined, "text/plain", "application/x-www-form-urlencoded", "application/json; charset=utf-16"]
  ) {
    const answer = await ask(app, new TextEncoder().encode(text), type === undefined ? {} : { "content-type": type });
    assertEquals([answer.status, (await answer.json()).error], [415, "invalid_request"], type);
  }
  for (const body of ["", "{", "[]", "null", "1", '"x"', `${text},`, new Uint8Array([123, 0xff, 125])]) {
    assertEquals((await ask(app, body)).status, 400, String(body));
  }
  const padded = (bytes: number) => text + " ".repeat(bytes - text.length);
  assertEquals((await ask(app, padded(65_537))).status, 413);
  assertEquals((await ask(app, new Blob([padded(65_537)]).stream())).status, 413);
  assertEquals(app.sent, []);

  for (const body of [padded(65_536), new Blob([padded(65_536)]).stream(), `{"groupName":"other",${text.slice(1)}`]) {
    const answer = await ask(app, body, { "content-type": 'Application/JSON; charset="UTF-8"', "range": "bytes=0-3" });
    await answer.body?.cancel();
    assertEquals(answer.status, 200);
    const [sent] = app.sent.splice(0);
    assertEquals([await sent?.text(), sent?.headers.get("content-type")], [text, "application/json"]);
    assertEquals(sent?.headers.get("range"), null);
  }
});

Deno.test("apiRoute() reaches nothing else below /ts, by no method, and sends a query again after a 401", async () => {
  const app = appWith("files:read", "series:read");
  const token = await app.token();
  for (
    const path of [
      "/api/ts/",
      "/api/ts/stream",
      "/api/%74s",
      "/api/TS",
      "/api/ts/../auth/logout",
      "/api/ts/symbol/values",
    ]
      .concat(
        "/api/ts;x",
        "/api//ts",
        "/api/ts/symbol/search/",
        "/api/ts/symbol/search/stream",
        "/api/ts%2fsymbol/search",
      )
  ) {
    for (const method of ["GET", "POST"]) {
      const init = method === "POST" ? { method, headers: JSON_TYPE, body: JSON.stringify(QUERY) } : {};
      const { status } = await app.call(path, token, init);
      assertEquals([404, 405].includes(status), true, `${method} ${path} ${status}`);
    }
  }
  for (
    const [method, path, allow] of [["GET", "/api/ts", "POST"], ["HEAD", "/api/ts", "POST"], ["PUT", "/api/ts", "POST"]]
  ) {
    const answer = await app.call(path!, token, { method: method! });
    assertEquals([answer.status, answer.headers.get("allow")?.includes(allow!)], [405, true], method);
  }
  assertEquals((await app.call("/api/ts/symbol/search", token, { method: "POST", body: "{}" })).status, 405);
  assertEquals(app.sent, []);

  await (await ask(app, JSON.stringify(QUERY))).body?.cancel();
  app.emulator.revokeAccessTokens();
  assertEquals((await ask(app, JSON.stringify(QUERY))).status, 200);
  assertEquals(await Promise.all(app.sent.map((request) => request.text())), Array(3).fill(JSON.stringify(QUERY)));
});

Deno.test("apiRoute() hands back where rows go on, so that no answer is short without a word", async () => {
  const app = appWith("series:read");
  app.intercept((input, init) => {
    const request = new Request(input, init);
    if (request.url.includes("/auth/")) return app.emulator.fetch(request);
    return Promise.resolve(new Response("a,Date,b\n", { headers: { nextPageToken: "more" } }));
  });
  assertEquals((await ask(app, JSON.stringify(QUERY))).headers.get("nextPageToken"), "more");
});

Deno.test("the client's operations work over the gateway, for a session that has its credentials", async () => {
  const app = appWith("series:read");
  const session = createSession({
    baseUrl: "https://tokens.invalid/api",
    strategy: clientCredentials({
      tokenUrl: "https://tokens.invalid/token",
      clientId: "client",
      clientSecret: "secret",
    }),
    fetch: (input, init) => {
      const request = new Request(input, init);
      return app.request(new URL(request.url).pathname + new URL(request.url).search, request);
    },
  });
  const client = connect(session);
  const { data } = await queryTimeSeries({ client, body: QUERY, throwOnError: true });
  assertEquals((await new Response(data).text()).split("\n").length, 4);
  const found = await searchSymbols({
    client,
    query: { query: "groupName.keyword=CBL_Trades Compliance" },
    throwOnError: true,
  });
  assertEquals(found.data.items.length, 3);
});
