import { assertEquals } from "@std/assert";
import { fault, SECRETS } from "./judge.ts";

const REFUSAL = { error: "invalid_request", error_description: "Cannot" };
const OWN = token({ aud: "xsignals-gateway" });

function token(claims: unknown): string {
  return `${btoa('{"alg":"HS256"}')}.${btoa(JSON.stringify(claims)).replaceAll("=", "")}.c2ln`;
}

function judge(
  status: number,
  body: unknown,
  headers: Record<string, string> = {},
  method = "POST",
): string | undefined {
  const text = typeof body === "string" ? body : JSON.stringify(body);
  const all = new Headers({ "content-type": "application/json", "cache-control": "no-store", ...headers });
  return fault(method, { status, headers: all, body: text, text });
}

Deno.test("fault() finds nothing wrong with what is documented, and what is wrong with other answers", () => {
  assertEquals(judge(400, REFUSAL), undefined);
  assertEquals(judge(405, REFUSAL, { allow: "GET" }), undefined);
  assertEquals(judge(429, REFUSAL, { "retry-after": "1" }), undefined);
  assertEquals(judge(200, { access_token: OWN }), undefined);
  assertEquals(judge(404, "", {}, "HEAD"), undefined);
  for (const status of [500, 302]) assertEquals(judge(status, REFUSAL), `status ${status}`);
  assertEquals(judge(204, ""), "status 204");
  assertEquals(judge(405, REFUSAL), "405 without Allow");
  assertEquals(judge(429, REFUSAL), "429 without Retry-After");
  assertEquals(judge(400, "Bad Request"), "the refusal cannot be parsed");
  assertEquals(judge(400, REFUSAL, { "content-type": "text/plain" }), "the refusal is not JSON");
  assertEquals(judge(400, { error: "invalid_request" }), "the refusal has no error and description");
  assertEquals(judge(400, { ...REFUSAL, error_description: "é" }), "the refusal has no error and description");
  assertEquals(judge(400, REFUSAL, { "cache-control": "public" }), "it may be cached");
  for (const one of SECRETS) assertEquals(judge(200, one), `the answer has a secret in it: ${one}`);
  for (const [status, text] of [[200, token({ sub: "account" })], [400, OWN]] as const) {
    assertEquals(judge(status, { token: text }), "the answer has a token in it that is not for clients");
  }
});
