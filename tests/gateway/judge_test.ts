import { assertEquals } from "@std/assert";
import { fault, SECRETS } from "./judge.ts";
import type { RawAnswer } from "./raw_http.ts";

const POST = { method: "POST", bytes: new Uint8Array(), isCut: false };
const REFUSAL = { error: "invalid_request", error_description: "Cannot" };

function answer(status: number, body: unknown, headers: Record<string, string> = {}): RawAnswer {
  const text = typeof body === "string" ? body : JSON.stringify(body);
  const own = { "content-type": "application/json", "cache-control": "no-store" };
  return { status, headers: new Headers({ ...own, ...headers }), body: text, text };
}

function token(claims: unknown): string {
  const part = (value: unknown) => btoa(JSON.stringify(value)).replaceAll("=", "");
  return `${part({ alg: "HS256" })}.${part(claims)}.c2ln`;
}

Deno.test("fault() finds nothing wrong with what is documented", () => {
  const own = { access_token: token({ aud: "xsignals-gateway" }) };
  const right = [
    answer(400, REFUSAL),
    answer(405, REFUSAL, { allow: "GET" }),
    answer(429, REFUSAL, { "retry-after": "1" }),
    answer(200, own),
  ];
  assertEquals(right.map((one) => fault(POST, one)), right.map(() => undefined));
  assertEquals(fault({ ...POST, method: "HEAD" }, answer(404, "")), undefined);
});

Deno.test("fault() finds what is wrong with an answer", () => {
  const wrong: [RawAnswer, string][] = [
    [answer(500, REFUSAL), "status 500"],
    [answer(302, REFUSAL), "status 302"],
    [answer(204, ""), "status 204"],
    [answer(405, REFUSAL), "405 without Allow"],
    [answer(429, REFUSAL), "429 without Retry-After"],
    [answer(400, "Bad Request"), "the refusal cannot be parsed"],
    [answer(400, REFUSAL, { "content-type": "text/plain" }), "the refusal is no JSON"],
    [answer(400, { error: "invalid_request" }), "the refusal has no error and description"],
    [answer(400, { ...REFUSAL, error_description: "é" }), "the refusal has no error and description"],
    [answer(400, REFUSAL, { "cache-control": "public" }), "it may be cached"],
    [answer(200, SECRETS[0]), `the answer has a secret in it: ${SECRETS[0]}`],
    [answer(200, token({ sub: "account" })), "the answer has a token in it that is not for clients"],
    [
      answer(400, { ...REFUSAL, token: token({ aud: "xsignals-gateway" }) }),
      "the answer has a token in it that is not for clients",
    ],
  ];
  assertEquals(wrong.map(([one]) => fault(POST, one)), wrong.map(([, found]) => found));
});
