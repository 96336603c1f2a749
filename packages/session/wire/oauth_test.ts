import { assert, assertEquals, assertRejects } from "@std/assert";
import { SessionError, type SessionErrorCode } from "../errors.ts";
import { type OAuthClient, oauthError, type OAuthForm, postForm, requestToken } from "./oauth.ts";
import { fakeClock } from "../testing/fake_clock.ts";
import { fakeContext } from "../testing/fake_context.ts";
import type { Token } from "../types.ts";

const CALL = { purpose: "log in", method: "POST", url: "https://auth.example/oauth/token" } as const;

const SECRET = "s3cr3t-of-the-test";
const URL_OF_TOKEN = "https://auth.xpansiv.com/oauth/token";

function formOf(client: OAuthClient, members: OAuthForm["members"] = {}): OAuthForm {
  return { purpose: "log in at Auth0", url: URL_OF_TOKEN, client, members };
}

/** A world whose token calls get this answer; notes what was sent. */
function world(answer: () => Response) {
  const sent: { url: string; headers: Headers; body: string }[] = [];
  const context = fakeContext(fakeClock(0), {
    async tokenFetch(input, init) {
      const request = new Request(input, init);
      sent.push({ url: request.url, headers: request.headers, body: await request.text() });
      return answer();
    },
  });
  return { context, sent };
}

function assertUnprintable(error: unknown): void {
  const inspected = Deno.inspect(error, { depth: 20, showHidden: true, getters: true });
  for (const form of [inspected, JSON.stringify(error), String(error)]) assert(!form.includes(SECRET), form);
}

Deno.test("postForm() sends the client's secret in the form, and leaves out what is undefined", async () => {
  const { context, sent } = world(() => Response.json({}));
  const members = { grant_type: "g", username: "zażółć", password: "a b+c&d=e%", scope: undefined };
  await postForm(context, {
    ...formOf({ id: "id", secret: SECRET, auth: "post" }, members),
    headers: { "x-extra": "1" },
  });
  const [{ url, headers, body }] = sent as [typeof sent[number]];
  assertEquals(url, URL_OF_TOKEN);
  assertEquals(headers.get("content-type"), "application/x-www-form-urlencoded");
  assertEquals([headers.get("authorization"), headers.get("x-extra")], [null, "1"]);
  assertEquals([...new URLSearchParams(body)], [
    ["grant_type", "g"],
    ["username", "zażółć"],
    ["password", "a b+c&d=e%"],
    ["client_id", "id"],
    ["client_secret", SECRET],
  ]);
});

Deno.test("postForm() sends it as Basic alone, in the form's encoding (RFC 6749, 2.3.1)", async () => {
  const { context, sent } = world(() => Response.json({}));
  const client: OAuthClient = { id: "id:with ł", secret: `${SECRET} &+:ł`, auth: "basic" };
  await postForm(context, formOf(client, { grant_type: "g" }));
  const [{ headers, body }] = sent as [typeof sent[number]];
  assertEquals(body, "grant_type=g");
  const value = atob(headers.get("authorization")!.replace("Basic ", ""));
  assertEquals(value, `id%3Awith+%C5%82:${SECRET}+%26%2B%3A%C5%82`);
});

Deno.test("postForm() of a public client sends its id only, whichever way it authenticates", async () => {
  for (const auth of ["post", "basic"] as const) {
    const { context, sent } = world(() => Response.json({}));
    await postForm(context, formOf({ id: "id", auth }));
    const [{ headers, body }] = sent as [typeof sent[number]];
    assertEquals([body, headers.get("authorization")], ["client_id=id", null]);
  }
});

Deno.test("requestToken() reads the token, and keeps the spent refresh token if the answer has none", async () => {
  const spent: Token = { scheme: "Bearer", value: "old", refresh: "r1" };
  const { context } = world(() => Response.json({ access_token: "abc", token_type: "Bearer", expires_in: 60 }));
  const form = formOf({ id: "id", auth: "post" });
  const fresh = { scheme: "Bearer", value: "abc", lifetime: 60_000, expiresAt: 60_000 };
  assertEquals(await requestToken(context, form), fresh);
  assertEquals(await requestToken(context, form, spent), { ...fresh, refresh: "r1" });
});

Deno.test("requestToken() takes no token from an error answer, whatever its status", async () => {
  const table: [Response, SessionErrorCode][] = [
    [Response.json({ error: "invalid_grant" }), "credentials_rejected"],
    [Response.json({ error: "invalid_grant", access_token: "abc", token_type: "Bearer" }), "credentials_rejected"],
    [Response.json({ access_token: "abc", token_type: "Bearer" }, { status: 201 }), "bad_response"],
    [Response.json({ access_token: "abc", token_type: "Bearer" }, { status: 401 }), "credentials_rejected"],
    [new Response(`<html>${SECRET}</html>`), "bad_response"],
    [new Response(null), "bad_response"],
    [Response.json({ access_token: SECRET }), "bad_response"],
  ];
  for (const [answer, code] of table) {
    const { context, sent } = world(() => answer);
    const error = await assertRejects(() => requestToken(context, formOf({ id: "id", auth: "post" })), SessionError);
    assertEquals([error.code, sent.length], [code, 1]);
    assertUnprintable(error);
  }
});

Deno.test("oauthError() says why, in words of its own", () => {
  const why = (error: string | undefined, isRefresh = false, status = 403) =>
    oauthError({ call: CALL, status, json: { error, error_description: SECRET }, receipt: { at: 0 } }, isRefresh)
      .message;
  const table: [string, string][] = [
    [why("invalid_grant"), "the server refused the credentials"],
    [why("invalid_grant", true), "the server refused the refresh token"],
    [why("invalid_client"), "the server refused the client"],
    [why("mfa_required"), "a second factor is needed"],
    [why("association_required"), "a second factor is needed, and none is set up"],
    [why("too_many_attempts"), "the account or the address is blocked after too many attempts"],
    [why("password_leaked"), "the password is known to have leaked and must be changed"],
    [why("unauthorized"), "the account is blocked"],
    [why("invalid_scope"), "the server refused the request (invalid_scope)"],
    [why(undefined, false, 404), "the server answered with status 404 to /oauth/token; is the address right?"],
  ];
  for (const [message, expected] of table) assertEquals(message, `Cannot log in at https://auth.example: ${expected}`);
});

/** The code for an answer, at a login and at a refresh. */
function codes(status: number, json: unknown): [SessionErrorCode, SessionErrorCode] {
  const answer = { call: CALL, status, json, receipt: { at: 0 } };
  const both = [false, true].map((isRefresh) => oauthError(answer, isRefresh));
  for (const error of both) {
    assertUnprintable(error);
    assertEquals(error.status, status);
  }
  return [both[0]!.code, both[1]!.code];
}

Deno.test("oauthError() goes by the error first, whatever status the server chose for it", () => {
  const table: Record<string, SessionErrorCode | [SessionErrorCode, SessionErrorCode]> = {
    invalid_grant: ["credentials_rejected", "login_required"],
    invalid_user_password: ["credentials_rejected", "login_required"],
    invalid_client: "credentials_rejected",
    unauthorized_client: "credentials_rejected",
    access_denied: "credentials_rejected",
    mfa_required: "mfa_required",
    mfa_registration_required: "mfa_required",
    association_required: "mfa_required",
    too_many_attempts: "blocked",
    password_leaked: "blocked",
    unauthorized: "blocked",
    blocked_user: "blocked",
    invalid_request: "bad_response",
    invalid_scope: "bad_response",
    unsupported_grant_type: "bad_response",
  };
  for (const [error, code] of Object.entries(table)) {
    for (const status of [200, 400, 401, 403, 429]) {
      const expected = typeof code === "string" ? [code, code] : code;
      assertEquals(codes(status, { error, error_description: SECRET }), expected, `${error} ${status}`);
    }
  }
});

Deno.test("oauthError() goes by the status if the error code is unknown", () => {
  for (
    const json of [undefined, null, {}, [], "invalid_grant", { error: "weird" }, { error: 7 }, { error: [SECRET] }]
  ) {
    assertEquals(codes(401, json), ["credentials_rejected", "login_required"]);
    const isPage = Object(json) !== json; // such as a firewall's
    assertEquals(
      codes(403, json),
      isPage ? ["unreachable", "unreachable"] : ["credentials_rejected", "login_required"],
    );
    assertEquals(codes(400, json), ["bad_response", "login_required"]);
    assertEquals(codes(429, json), ["rate_limited", "rate_limited"]);
    assertEquals(codes(500, json), ["unreachable", "unreachable"]);
    assertEquals(codes(503, json), ["unreachable", "unreachable"]);
    assertEquals(codes(404, json), ["bad_response", "bad_response"]);
  }
});

Deno.test("oauthError() takes no error from a prototype", () => {
  assertEquals(codes(404, JSON.parse('{"__proto__":{"error":"invalid_grant"}}')), ["bad_response", "bad_response"]);
});

Deno.test("oauthError() keeps the mfa_token, by a method only (46)", () => {
  for (const error of ["mfa_required", "mfa_registration_required", "association_required"]) {
    const answer = { call: CALL, status: 403, json: { error, mfa_token: SECRET }, receipt: { at: 0 } };
    const refused = oauthError(answer, false);
    assertEquals([refused.code, refused.mfaToken()], ["mfa_required", SECRET]);
    assertUnprintable(refused);
  }
  const without = oauthError({
    call: CALL,
    status: 403,
    json: { error: "mfa_required", mfa_token: 7 },
    receipt: { at: 0 },
  }, false);
  assertEquals(without.mfaToken(), undefined);
});

Deno.test("oauthError() takes the server's hint, for whatever it says (found 101)", () => {
  const hint = (status: number, json: unknown) =>
    oauthError({ call: CALL, status, json, receipt: { at: 0 }, retryAt: 9 }, false);
  assertEquals(hint(429, undefined).retryAt, 9);
  assertEquals(hint(429, { error: "too_many_attempts" }).retryAt, 9);
  assertEquals(hint(403, { error: "invalid_grant" }).retryAt, 9);
});
