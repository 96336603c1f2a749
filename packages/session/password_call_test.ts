import { assert, assertEquals, assertRejects } from "@std/assert";
import { SessionError, type SessionErrorCode } from "./errors.ts";
import { sendNewPassword } from "./password_call.ts";
import { fakeClock } from "./testing/fake_clock.ts";
import { fakeIo } from "./testing/fake_io.ts";

const TOKEN = { scheme: "Bearer", value: "abc", refresh: "r" };
const NEXT = 's3cr3t "zażółć" \\ 😀';

function world(answer: () => Promise<Response>) {
  const sent: Request[] = [];
  const io = fakeIo(fakeClock(), {
    baseUrl: "https://gateway.example/v1",
    tokenFetch: (input, init) => (sent.push(new Request(input, init)), answer()),
  });
  return { io, sent };
}

Deno.test("sendNewPassword() sends the documented request, with the credential in force", async () => {
  for (const current of [TOKEN, { scheme: "Basic", value: "QTpC" }]) {
    const { io, sent } = world(() => Promise.resolve(new Response(null)));
    await sendNewPassword(io, current, NEXT);
    const [request] = sent as [Request];
    assertEquals([request.method, request.url], ["POST", "https://gateway.example/v1/auth/changePassword"]);
    assertEquals(request.headers.get("authorization"), `${current.scheme} ${current.value}`);
    assertEquals(request.headers.get("content-type"), "application/json");
    assertEquals(await request.json(), { password: NEXT });
    assertEquals(sent.length, 1);
  }
});

Deno.test("sendNewPassword() takes any 2xx, whatever the body", async () => {
  for (const answer of [new Response("<html>"), Response.json({ ok: false }), new Response(null, { status: 204 })]) {
    await sendNewPassword(world(() => Promise.resolve(answer)).io, TOKEN, NEXT);
  }
});

Deno.test("sendNewPassword() sends nothing that Basic could not carry afterwards", async () => {
  for (const next of ["", "a\nb", "a\0", "a\ud800"]) {
    const { io, sent } = world(() => Promise.resolve(new Response(null)));
    await assertRejects(() => sendNewPassword(io, TOKEN, next), TypeError, "Cannot use the password");
    assertEquals(sent, []);
  }
});

Deno.test("sendNewPassword() says what was refused, and never the password", async () => {
  const table: [number, SessionErrorCode, string][] = [
    [400, "credentials_rejected", "Cannot change the password: the server refused the new password"],
    [401, "credentials_rejected", "Cannot change the password: the server refused the credential"],
    [403, "credentials_rejected", "Cannot change the password: the server refused the credential"],
    [404, "bad_response", "Cannot change the password: the server answered with status 404"],
    [429, "rate_limited", "Cannot change the password: the server asks to slow down"],
    [500, "unreachable", "Cannot change the password: the server failed with status 500"],
  ];
  for (const [status, code, message] of table) {
    const { io, sent } = world(() => Promise.resolve(Response.json({ message: NEXT }, { status })));
    const error = await assertRejects(() => sendNewPassword(io, TOKEN, NEXT), SessionError);
    assertEquals([error.code, error.message, error.status, sent.length], [code, message, status, 1]);
    assert(!Deno.inspect(error, { depth: 20, showHidden: true, getters: true }).includes("s3cr3t"));
  }
});

Deno.test("sendNewPassword() sends it once when the answer is lost", async () => {
  const { io, sent } = world(() => Promise.reject(new TypeError(NEXT)));
  const error = await assertRejects(() => sendNewPassword(io, TOKEN, NEXT), SessionError);
  assertEquals([error.code, error.sent, sent.length], ["unreachable", undefined, 1]);
  assert(!Deno.inspect(error, { depth: 20, showHidden: true, getters: true }).includes("s3cr3t"));
});
