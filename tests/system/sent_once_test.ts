import { assert, assertEquals, assertMatch, assertRejects } from "@std/assert";
import { auth0, clientCredentials, createSession, login, SessionError } from "@xsignals/session";
import { http, type RawAnswer, type RawRequest, type RawServer, rawServer } from "./raw_server.ts";
import { tokenCalls } from "./token_calls.ts";

const CALLS = tokenCalls({ auth0, clientCredentials, createSession, login });

/** A server that answers `/prime` on a connection that it keeps, and does as told about everything else. */
function primable(answer: (request: RawRequest) => RawAnswer): RawServer {
  return rawServer((request) => request.path === "/prime" ? { write: http(200, "primed") } : answer(request));
}

/** Leaves a connection in the platform's pool. */
async function prime({ origin }: RawServer): Promise<void> {
  assertEquals(await (await fetch(`${origin}/prime`)).text(), "primed");
}

for (const [name, call] of Object.entries(CALLS)) {
  Deno.test(`createSession() sends ${name} once, on a connection of its own, though that drops (public bugs 2, 56; found 120)`, async () => {
    await using server = primable(() => ({ then: "drop" }));
    await prime(server);
    const error = await assertRejects(() => call.make(call.open(server.origin)), SessionError);
    assertEquals(server.requests.map(({ method, path }) => `${method} ${path}`), [
      "GET /prime",
      `${call.method} ${call.path}`,
    ]);
    assertEquals(error.sent, undefined, "it was sent");
    assertEquals(server.requests.map(({ connection }) => connection), [0, 1]);
  });
}

Deno.test("fetch() of Deno sends a string and a pooled GET twice, hence all of this (public bugs 2, 56)", async () => {
  for (const init of [{ method: "POST", body: "{}" }, { method: "GET" }]) {
    await using server = primable(() => ({ then: "drop" }));
    await prime(server);
    await assertRejects(() => fetch(`${server.origin}/x`, init), TypeError);
    assertEquals(server.count(init.method, "/x"), 2, "Deno was mended: the Blob and the own connection can go");
  }
});

Deno.test("fetch() of Deno tells of a string that was sent twice as if it never was, but not of a Blob (public bug 2)", async () => {
  const marks = { string: "{}", Blob: new Blob(["{}"]) };
  const told: Record<string, boolean> = {};
  for (const [kind, body] of Object.entries(marks)) {
    await using server = primable(() => ({ then: "leave" }));
    await prime(server);
    const error = await assertRejects(() => fetch(`${server.origin}/x`, { method: "POST", body }), TypeError);
    assertEquals(server.count("POST", "/x"), 1);
    told[kind] = Deno.inspect(error.cause).includes("client error (Connect)");
  }
  assertEquals(told, { string: true, Blob: false }); // hence what `sent: false` of a SessionError relies on
});

for (const [name, call] of Object.entries(CALLS)) {
  Deno.test(`createSession() carries no body of ${name} to where a 307 or 308 points (public bug 18)`, async () => {
    await using elsewhere = rawServer(() => ({ write: http(200, "{}") }));
    for (const status of [307, 308]) {
      const location = `${elsewhere.origin.replace("127.0.0.1", "localhost")}/there?secret=SECRET`;
      await using server = rawServer(() => ({ write: http(status, "", { location }) }));
      const error = await assertRejects(() => call.make(call.open(server.origin)), SessionError);
      assertEquals([server.count(call.method, call.path), server.requests.length], [1, 1]);
      if (error.code === "bad_response") assertMatch(error.message, /redirect to http:\/\/localhost:\d+$/);
      else assertEquals(error.code, call.lost);
    }
    assertEquals(elsewhere.requests, []);
  });
}

Deno.test("fetch() of Deno carries a body to where a 307 points, hence all of this (public bug 18)", async () => {
  await using elsewhere = rawServer(() => ({ write: http(200) }));
  const location = `${elsewhere.origin.replace("127.0.0.1", "localhost")}/there`;
  await using server = rawServer(() => ({ write: http(307, "", { location }) }));
  await (await fetch(server.origin, { method: "POST", body: "SECRET", headers: { "x-api-key": "KEY" } })).body
    ?.cancel();
  assertEquals(elsewhere.requests.map(({ body, headers }) => [body, headers.get("x-api-key")]), [["SECRET", "KEY"]]);
});

const STALLS: Record<string, RawAnswer> = {
  "headers": { then: "stall" },
  "its body": {
    write: 'HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 99\r\n\r\n{"token":',
    then: "stall",
  },
};

for (const [what, stall] of Object.entries(STALLS)) {
  Deno.test(`createSession() gives up every token call that waits for ${what}, and its connection (public bug 48)`, async () => {
    await Promise.all(
      Object.entries(CALLS).map(async ([name, call]) => {
        await using server = rawServer(() => stall);
        const start = performance.now();
        const session = call.open(server.origin);
        const error = await assertRejects(() => call.make(session), SessionError, undefined, name);
        assert(performance.now() - start < 5_000, name);
        assertEquals([server.count(call.method, call.path), server.requests.length], [1, 1], name);
        assertEquals(error.code, call.lost ?? "unreachable", name);
        await server.alone();
      }),
    );
  });
}
