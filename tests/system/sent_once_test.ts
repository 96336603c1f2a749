import { assert, assertEquals, assertMatch, assertRejects } from "@std/assert";
import { auth0, clientCredentials, createSession, login, SessionError } from "@xsignals/session";
import { http, type RawAnswer, type RawServer, rawServer } from "./raw_server.ts";
import { tokenCalls } from "./token_calls.ts";

const CALLS = Object.entries(tokenCalls({ auth0, clientCredentials, createSession, login }));

/** A server that left a connection in the platform's pool, and does as told about what comes next. */
async function primed(answer: RawAnswer): Promise<RawServer> {
  const server = rawServer(({ path }) => path === "/prime" ? { write: http(200, "primed") } : answer);
  assertEquals(await (await fetch(`${server.origin}/prime`)).text(), "primed");
  return server;
}

for (const [name, call] of CALLS) {
  Deno.test(`createSession() sends ${name} once, on a connection of its own, though that drops (public bugs 2, 56; found 120)`, async () => {
    await using server = await primed({ then: "drop" });
    const error = await assertRejects(() => call.make(call.open(server.origin)), SessionError);
    assertEquals(server.requests.slice(1).map(({ method, path }) => [method, path]), [[call.method, call.path]]);
    assertEquals([error.sent, server.requests[1]?.connection], [undefined, 1], "it was sent, and not by the pool");
  });
}

Deno.test("fetch() of Deno sends a string and a pooled GET twice, hence all of this (public bugs 2, 56)", async () => {
  for (const init of [{ method: "POST", body: "{}" }, { method: "GET" }]) {
    await using server = await primed({ then: "drop" });
    await assertRejects(() => fetch(`${server.origin}/x`, init), TypeError);
    assertEquals(server.count(init.method, "/x"), 2, "Deno was mended: the Blob and the own connection can go");
  }
  for (const [body, isTaken] of [["{}", true], [new Blob(["{}"]), false]] as const) {
    await using server = await primed({ then: "leave" });
    const error = await assertRejects(() => fetch(`${server.origin}/x`, { method: "POST", body }), TypeError);
    const isTakenForUnsent = Deno.inspect(error.cause).includes("client error (Connect)");
    assertEquals([server.count("POST", "/x"), isTakenForUnsent], [1, isTaken]); // `sent: false` relies on the Blob
  }
});

for (const [name, call] of CALLS) {
  Deno.test(`createSession() carries no body of ${name} to where a 307 or 308 points (public bug 18)`, async () => {
    await using elsewhere = rawServer(() => ({ write: http(200, "{}") }));
    for (const status of [307, 308]) {
      const location = `${elsewhere.origin.replace("127.0.0.1", "localhost")}/there?secret=SECRET`;
      await using server = rawServer(() => ({ write: http(status, "", { location }) }));
      const error = await assertRejects(() => call.make(call.open(server.origin)), SessionError);
      assertEquals([server.count(call.method, call.path), server.requests.length], [1, 1]);
      if (error.code === "bad_response") {
        assertMatch(error.message, /redirect to http:\/\/localhost:\d+; is the [a-zA-Z ]+ right\?$/);
      } else assertEquals(error.code, call.lost);
    }
    assertEquals(elsewhere.requests, []);
  });
}

const STALLS: Record<string, RawAnswer> = {
  "headers": { then: "stall" },
  "its body": { write: 'HTTP/1.1 200 OK\r\ncontent-length: 99\r\n\r\n{"token":', then: "stall" },
};

for (const [what, stall] of Object.entries(STALLS)) {
  Deno.test(`createSession() gives up every token call that waits for ${what}, and its connection (public bug 48)`, async () => {
    await Promise.all(CALLS.map(async ([name, call]) => {
      await using server = rawServer(() => stall);
      const start = performance.now();
      const error = await assertRejects(() => call.make(call.open(server.origin)), SessionError, undefined, name);
      assert(performance.now() - start < 5_000, name);
      assertEquals([server.count(call.method, call.path), server.requests.length], [1, 1], name);
      assertEquals(error.code, call.lost, name);
      await server.alone();
    }));
  });
}
