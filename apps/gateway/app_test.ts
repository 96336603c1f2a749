import { assert, assertEquals, assertFalse, assertMatch } from "@std/assert";
import { testApp } from "./testing/test_app.ts";

/** Checks the form of RFC 6749, 5.2, and the headers that go with every answer. */
async function assertRefusal(answer: Response, what: string): Promise<void> {
  const { error, error_description, ...rest } = await answer.json();
  assertEquals(rest, {}, what);
  assertMatch(error, /^[a-z_]+$/);
  assertMatch(error_description, /^Cannot [\x20-\x21\x23-\x5b\x5d-\x7e]+$/);
  assertEquals(answer.headers.get("content-type"), "application/json", what);
  assertEquals(answer.headers.get("cache-control"), "no-store", what);
  assertEquals(answer.headers.get("pragma"), "no-cache", what);
  assertEquals(answer.headers.has("www-authenticate"), answer.status === 401, what);
}

Deno.test("createApp() answers 404 to an unknown path, in the same form", async () => {
  const app = testApp();
  for (const path of ["//", "/token/", "/Token", "/token/x", "/auth/login", "/.well-known/x", "/%zz", "/%ff", "/*"]) {
    for (const method of ["GET", "POST", "DELETE"]) {
      const answer = await app.request(path, { method });
      assertEquals(answer.status, 404, path);
      await assertRefusal(answer, path);
    }
  }
});

Deno.test("createApp() answers 405 to a wrong method and says which are right", async () => {
  const app = testApp();
  for (const method of ["GET", "PUT", "PATCH", "DELETE", "OPTIONS", "FOO"]) {
    const answer = await app.request("/token", { method });
    assertEquals([answer.status, answer.headers.get("allow")], [405, "POST"], method);
    await assertRefusal(answer, method);
  }
  assertEquals((await app.request("/token", { method: "HEAD" })).status, 405);
  for (const path of ["/", "/healthz", "/openapi.json"]) {
    const answer = await app.request(path, { method: "POST" });
    assertEquals([answer.status, answer.headers.get("allow")], [405, "GET, HEAD"], path);
    await assertRefusal(answer, path);
  }
});

Deno.test("createApp() answers /healthz without a call, a credential or a word of the account", async () => {
  const app = testApp();
  for (let i = 0; i < 100; i++) {
    const answer = await app.request("/healthz");
    assertEquals([answer.status, await answer.text()], [200, '{"status":"ok"}']);
    assertEquals(answer.headers.get("cache-control"), "no-store");
  }
  assertEquals((await app.request("/healthz", { method: "HEAD" })).status, 200);
  assertEquals(app.emulator.log, []);
});

Deno.test("createApp() answers no cross-origin request differently", async () => {
  const answer = await testApp().request("/healthz", { headers: { origin: "https://other.example" } });

  assertEquals([...answer.headers.keys()].filter((name) => name.startsWith("access-control-")), []);
  await answer.body?.cancel();
});

Deno.test("createApp() tells a client nothing of an error that nobody expected, and the log its name", async () => {
  const app = testApp({
    strategy: () => ({
      token: () => Promise.reject(new RangeError("swordfish")),
      replace: () => Promise.reject(new RangeError("swordfish")),
      status() {
        throw new RangeError("swordfish");
      },
    }),
  });
  const answer = await app.request("/readyz");

  assertEquals(answer.status, 500);
  await assertRefusal(answer.clone(), "500");
  assertFalse((await answer.text() + JSON.stringify(app.log)).includes("swordfish"));
  assertMatch(JSON.stringify(app.log), /"reason":"RangeError","error":"server_error"/);
});

Deno.test("createApp() answers whatever comes with a 4xx in the same form, and serves a client between", async () => {
  const app = testApp();
  const pick = picker(20_260_101);
  for (let i = 0; i < 3_000; i++) {
    const { path, init } = randomRequest(pick);
    const what = `${i}: ${path} ${Deno.inspect(init)}`;
    const answer = await app.request(path, init);
    if (answer.status !== 200) {
      assert(answer.status >= 400 && answer.status < 500, what);
      if (init.method === "HEAD") assertEquals(await answer.text(), "");
      else await assertRefusal(answer, what);
    } else await answer.body?.cancel();
    if (i % 500 === 0) {
      app.advance(60_000); // the failures were too many
      assertEquals((await app.ask()).status, 200);
    }
  }
  const statuses = new Set(app.log.map((entry) => entry.event === "request" ? entry.status : 0));

  assertEquals([...statuses].sort(), [200, 400, 401, 404, 405, 413, 429]);
  assertFalse(JSON.stringify(app.log).includes("secret"));
  assertEquals(app.emulator.log.map(({ path }) => path), ["/auth/login"], "the page and /readyz try the account, once");
});

type Pick = <T>(choices: readonly T[]) => T;

/** The same choices for the same seed (mulberry32). */
function picker(seed: number): Pick {
  let state = seed;
  return (choices) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed);
    return choices[((mixed ^ (mixed >>> 14)) >>> 0) % choices.length]!;
  };
}

function randomRequest(pick: Pick): { path: string; init: RequestInit } {
  const method = pick(["POST", "POST", "POST", "POST", "POST", "GET", "HEAD", "PUT", "DELETE", "OPTIONS", "FOO"]);
  const path = pick(["/token", "/token", "/token", "/token", "/healthz", "/", "/secret", "//token", "/%74oken", "/%"]);
  const query = pick(["", "", "", "", "?", "?a=%", "?client_secret=secret", "?grant_type=x", "?=&&="]);
  const headers = new Headers();
  const type = pick([
    ...Array.from({ length: 6 }, () => "application/x-www-form-urlencoded"),
    "application/x-www-form-urlencoded; charset=utf-16",
    "application/json",
    "multipart/form-data; boundary=secret",
    "",
  ]);
  headers.set("content-type", type);
  const pair = pick([
    "client:secret",
    "client:wrong",
    "client",
    ":",
    "client:%zz",
    "%00:\x01",
    "cli%65nt:s%65cret",
    "é:é",
  ]);
  const authorization = pick(["", "", "Basic ", "Basic ", "Basic ", "basic ", "Bearer ", "Basic secret, Basic "]);
  if (authorization !== "") headers.set("authorization", authorization + btoa(pair));
  const names = ["grant_type", "scope", "client_id", "client_secret", "other", "%", "", "GRANT_TYPE", "grant%5Ftype"];
  const values = [
    "client_credentials",
    "client",
    "secret",
    "",
    "%",
    "%ff",
    "é",
    "a=b",
    "+",
    "\u0000",
    "x".repeat(9_000),
  ];
  const members = Array.from({ length: pick([0, 1, 1, 2, 3, 4]) }, () => `${pick(names)}=${pick(values)}`);
  const text = pick([members.join("&"), "grant_type=client_credentials", "grant_type=client_credentials&scope="]);
  const bytes = new TextEncoder().encode(text);
  const body = pick([text, bytes, ReadableStream.from([bytes.slice(0, 7), bytes.slice(7)]), Uint8Array.of(255), null]);
  const hasBody = method !== "GET" && method !== "HEAD";
  return { path: path + query, init: { method, headers, ...(hasBody ? { body } : {}) } };
}
