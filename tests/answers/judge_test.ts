import { assertEquals } from "@std/assert";
import { judge } from "./judge.ts";

const pair = { token: "a token", refreshToken: "a refresh token" };
const file = { fid: "1", fileName: "a.csv", groupName: "group", fields: { anything: [1] } };
const page = { from: 0, totalSize: 1 };

const json = (body: unknown, headers: HeadersInit = {}) => Response.json(body, { headers });
const typed = (type: string, body: string) => new Response(body, { headers: { "content-type": type } });
const untyped = () => new Response(new TextEncoder().encode("{}"));

/** Each by what is found in it; that nothing is found in right ones, all tests show whose answers are judged. */
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
  "api authLogin 200 application/json: the body is not JSON": typed("application/json", "<p>"),
  "api authLogin 401 application/json: the body is not JSON": typed("application/json", "<p>"),
  "api getFile 200 application/json: headers must have required property 'location'": json(file),
  'api getFile 200 application/json: headers/location must match format "uri"': json(file, { location: "/1" }),
  'auth0 oauthToken 429 application/json: headers/retry-after must match pattern "^-?\\d+$"': json({}, {
    "retry-after": "soon",
  }),
  "auth0 jwks 200 application/json: body/keys/0 must NOT have additional properties: d": json({ keys: [{ d: "1" }] }),
  "files elsewhere 405 application/xml: headers must have required property 'allow'": typed("application/xml", "<E/>"),
};

Deno.test("judge() finds what is not documented", async () => {
  for (const [found, { body, headers }] of Object.entries(WRONG)) {
    const [host = "", operation = "", status] = found.split(" ");
    const all = await judge({ host, operation, response: new Response(body, { status: Number(status), headers }) });
    assertEquals(all.filter((one) => one === found), [found], all.join("; "));
  }
});
