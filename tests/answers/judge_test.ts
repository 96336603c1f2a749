import { assertEquals } from "@std/assert";
import type { Answer } from "./answer.ts";
import { judge } from "./judge.ts";

function answer(host: string, operation: string | undefined, response: Response): Answer {
  return { host, ...operation === undefined ? {} : { operation }, response };
}

function json(body: unknown, status = 200, headers: HeadersInit = {}): Response {
  return Response.json(body, { status, headers });
}

const pair = { token: "a token", refreshToken: "a refresh token" };
const file = { fid: "1", fileName: "a.csv", groupName: "group", fields: { anything: [1] } };
const link = { location: "https://bucket.s3.amazonaws.com/1?X-Amz-Signature=1" };

const RIGHT: readonly Answer[] = [
  answer("api", "authLogin", json(pair)),
  answer("api", "authLogin", json({ message: "Unauthorized" }, 401)),
  answer("api", "authLogin", new Response("Unauthorized", { status: 401 })),
  answer("api", "authLogin", new Response(null, { status: 401 })),
  answer("api", "authLogout", new Response(null)),
  answer("api", "authLogout", new Response("anything", { headers: { "content-type": "x/y" } })),
  answer("api", "searchFiles", json({ from: 0, totalSize: 1, files: [file] })),
  answer("api", "getFile", json(file, 200, link)),
  answer("api", "downloadFile", new Response("a,b", { headers: { "content-type": "text/csv" } })),
  answer("auth0", "oauthToken", json({ access_token: "a", token_type: "Bearer", expires_in: 60 })),
  answer("auth0", "oauthToken", json({ error: "too_many_requests" }, 429, { "retry-after": "30" })),
  answer("api", undefined, new Response(null, { status: 307, headers: { location: "https://www.xpansiv.com/home" } })),
  answer("api", undefined, json({ message: "No" }, 405, { allow: "POST" })),
];

for (const one of RIGHT) {
  const { host, operation = "elsewhere", response } = one;
  const type = response.headers.get("content-type") ?? "no type";
  Deno.test(`judge() finds nothing wrong in what is documented: ${host} ${operation} ${response.status}, ${type}`, async () => {
    assertEquals(await judge(one), []);
  });
}

const WRONG: readonly (readonly [what: string, Answer, string[]])[] = [
  ["a required member with another name", answer("api", "authLogin", json({ accessToken: "a", refreshToken: "b" })), [
    "api authLogin 200: the body must have required property 'token'",
    "api authLogin 200: the body must NOT have additional properties: accessToken",
  ]],
  ["a member that may be missing with another name", answer("auth0", "oauthToken", json({ err: "x" }, 403)), [
    "auth0 oauthToken 403: the body must NOT have additional properties: err",
    "auth0 oauthToken 403: the body must be string",
    "auth0 oauthToken 403: the body must match a schema in anyOf",
  ]],
  [
    "a member of another type, deep inside",
    answer("api", "searchFiles", json({ from: 0, totalSize: 1, items: [{ ...file, size: "1" }] })),
    [
      "api searchFiles 200: the body/items/0/size must be integer",
    ],
  ],
  ["a page without a list", answer("api", "searchFiles", json({ from: 0, totalSize: 0 })), [
    "api searchFiles 200: the body must NOT be valid",
  ]],
  ["a status", answer("api", "authLogin", json(pair, 201)), [
    "api authLogin 201: the status is not documented",
  ]],
  ["a status of another operation", answer("api", "listFileGroups", json({ message: "Gone" }, 410)), [
    "api listFileGroups 410: the status is not documented",
  ]],
  ["an operation", answer("api", "authDance", json({})), ["api authDance 200: the status is not documented"]],
  ["a content type", answer("api", "authLogin", new Response(JSON.stringify(pair))), [
    "api authLogin 200: the content type text/plain is not documented",
  ]],
  ["no content type", answer("api", "authLogin", new Response(new TextEncoder().encode("{}"))), [
    "api authLogin 200: the content type (none) is not documented",
  ]],
  ["no body", answer("api", "authLogin", new Response(null)), [
    "api authLogin 200: the content type (none) is not documented",
  ]],
  ["no JSON", answer("api", "authLogin", new Response("<p>", { headers: { "content-type": "application/json" } })), [
    "api authLogin 200: the body is no JSON",
  ]],
  ["a header that is missing", answer("api", "getFile", json(file)), ["api getFile 200: Location is missing"]],
  ["a header that is no address", answer("api", "getFile", json(file, 200, { location: "/1" })), [
    'api getFile 200: Location must match format "uri"',
  ]],
  ["a header that is no number", answer("auth0", "oauthToken", json({ error: "x" }, 429, { "retry-after": "soon" })), [
    'auth0 oauthToken 429: Retry-After must match pattern "^-?\\d+$"',
  ]],
  [
    "a private member of a key",
    answer("auth0", "jwks", json({ keys: [{ kty: "RSA", kid: "1", use: "sig", alg: "RS256", d: "1" }] })),
    [
      "auth0 jwks 200: the body/keys/0 must NOT have additional properties: d",
    ],
  ],
  [
    "a 405 without Allow",
    answer(
      "files",
      undefined,
      new Response("<Error><Code>A</Code><Message>B</Message></Error>", {
        status: 405,
        headers: { "content-type": "application/xml" },
      }),
    ),
    ["files elsewhere 405: Allow is missing"],
  ],
];

for (const [what, one, wrongs] of WRONG) {
  Deno.test(`judge() finds what is not documented: ${what}`, async () => {
    assertEquals(await judge(one), wrongs);
  });
}
