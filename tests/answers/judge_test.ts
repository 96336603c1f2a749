import { assertEquals } from "@std/assert";
import { judge } from "./judge.ts";

const pair = { token: "a token", refreshToken: "a refresh token" };
const file = { fid: "1", fileName: "a.csv", groupName: "group", fields: { anything: [1] } };
const page = { from: 0, totalSize: 1 };
const location = "https://bucket.s3.amazonaws.com/1?X-Amz-Signature=1";
const key = { kty: "RSA", kid: "1", use: "sig", alg: "RS256" };

const json = (body: unknown, headers: HeadersInit = {}) => Response.json(body, { headers });
const typed = (type: string, body: string) => new Response(body, { headers: { "content-type": type } });
const untyped = () => new Response(new TextEncoder().encode("{}"));

/** Each by the operation and the status that it is to have. */
const RIGHT: readonly (readonly [of: string, answer: Response])[] = [
  ["api authLogin 200", json(pair)],
  ["api authLogin 401", json({ message: "Unauthorized" })],
  ["api authLogin 401", typed("text/plain;charset=UTF-8", "Unauthorized")],
  ["api authLogin 401", new Response()],
  ["api authLogout 200", new Response()],
  ["api authLogout 200", typed("x/y", "anything")],
  ["api searchFiles 200", json({ ...page, files: [file] })],
  ["api getFile 200", json(file, { location })],
  ["api downloadFile 200", typed("text/csv", "a,b")],
  ["auth0 oauthToken 200", json({ access_token: "a", token_type: "Bearer", expires_in: 60 })],
  ["auth0 oauthToken 429", json({ error: "too_many_requests" }, { "retry-after": "30" })],
  ["auth0 jwks 200", json({ keys: [key] })],
  ["api elsewhere 307", new Response(null, { headers: { location } })],
  ["api elsewhere 405", json({ message: "No" }, { allow: "POST" })],
];

/** Each by what is found in it. */
const WRONG: Readonly<Record<string, Response>> = {
  "api authLogin 200 application/json: body must have required property 'token'": json({ refreshToken: "a" }),
  "api authLogin 200 application/json: body must NOT have additional properties: x": json({ ...pair, x: 1 }),
  "auth0 oauthToken 403 application/json: body must NOT have additional properties: err": json({ err: "x" }),
  "api searchFiles 200 application/json: body/items/0/size must be integer": json({ ...page, items: [{ size: "1" }] }),
  "api searchFiles 200 application/json: body must NOT be valid": json(page),
  "api authLogin 201 application/json: not documented": json(pair),
  "api listFileGroups 410 application/json: not documented": json({}),
  "api authDance 200 application/json: not documented": json({}),
  "api authLogin 200 text/plain: not documented": typed("text/plain", JSON.stringify(pair)),
  "api authLogin 200 none: not documented": untyped(),
  "api downloadFile 200 none: not documented": new Response(),
  "api authLogin 401 none: body must be equal to constant": untyped(),
  "api authLogin 200 application/json: the body is no JSON": typed("application/json", "<p>"),
  "api authLogin 401 application/json: the body is no JSON": typed("application/json", "<p>"),
  "api getFile 200 application/json: headers must have required property 'location'": json(file),
  'api getFile 200 application/json: headers/location must match format "uri"': json(file, { location: "/1" }),
  'auth0 oauthToken 429 application/json: headers/retry-after must match pattern "^-?\\d+$"': json({}, {
    "retry-after": "soon",
  }),
  "auth0 jwks 200 application/json: body/keys/0 must NOT have additional properties: d": json({ keys: [{ d: "1" }] }),
  "files elsewhere 405 application/xml: headers must have required property 'allow'": typed("application/xml", "<E/>"),
};

function judged(of: string, { body, headers }: Response): Promise<string[]> {
  const [host = "", operation = "", status] = of.split(/[ :]/);
  return judge({ host, operation, response: new Response(body, { status: Number(status), headers }) });
}

Deno.test("judge() finds nothing wrong in what is documented", async () => {
  for (const [of, answer] of RIGHT) assertEquals(await judged(of, answer), [], of);
});

Deno.test("judge() finds what is not documented", async () => {
  for (const [found, answer] of Object.entries(WRONG)) {
    const all = await judged(found, answer);
    assertEquals(all.filter((one) => one === found), [found], all.join("; "));
  }
});
