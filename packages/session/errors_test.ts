import { assert, assertEquals, assertInstanceOf, assertStringIncludes } from "@std/assert";
import { describeError, loggedOut, SessionError } from "./errors.ts";

const SECRET = "s3cr3t-of-the-test";

function printed(value: unknown): string {
  const inspected = Deno.inspect(value, { depth: 20, showHidden: true, getters: true });
  const stack = value instanceof Error ? value.stack : "";
  return [inspected, JSON.stringify(value), String(value), stack, JSON.stringify(Object.entries(value ?? {}))].join(
    "\n",
  );
}

Deno.test("SessionError carries its code, its message and what else is known", () => {
  const details = { status: 429, retryAt: 5_000, sent: false, tried: ["refresh: refused"] };
  const error = new SessionError("rate_limited", "Cannot log in: the server asks to slow down", details);
  assertInstanceOf(error, Error);
  assertEquals(error.name, "SessionError");
  assertEquals(error.code, "rate_limited");
  assertEquals(error.message, "Cannot log in: the server asks to slow down");
  assertEquals([error.status, error.retryAt, error.sent, error.tried], [429, 5_000, false, ["refresh: refused"]]);
  assertEquals(error.mfaToken(), undefined);
});

Deno.test("SessionError has no member for what is not known", () => {
  const error = new SessionError("unreachable", "Cannot log in: the connection failed");
  for (const member of ["status", "retryAt", "sent", "tried", "cause"]) {
    assertEquals(Reflect.get(error, member), undefined, member);
  }
  assert(!printed(error).includes("undefined"));
});

Deno.test("SessionError keeps a status of 0 and a wait until 0", () => {
  const error = new SessionError("unreachable", "Cannot log in: no", { status: 0, retryAt: 0 });
  assertEquals([error.status, error.retryAt], [0, 0]);
});

Deno.test("mfaToken() gives the token, and nothing prints it", () => {
  const error = new SessionError("mfa_required", "Cannot log in: a second factor is needed", { mfaToken: SECRET });
  assertEquals(error.mfaToken(), SECRET);
  const wrapped = new Error("outer", { cause: error });
  for (const value of [error, wrapped, { error }, [error]]) assert(!printed(value).includes(SECRET), printed(value));
});

Deno.test("loggedOut() is login_required", () => {
  assertEquals(loggedOut().code, "login_required");
});

Deno.test("describeError() names class and code only", () => {
  const coded = (code: unknown) => Object.assign(new Error(SECRET), { code });
  const table: [unknown, string][] = [
    [new TypeError(SECRET), "TypeError"],
    [new DOMException(SECRET, "TimeoutError"), "TimeoutError"],
    [coded("ECONNREFUSED"), "Error ECONNREFUSED"],
    [new TypeError("fetch failed", { cause: coded("UND_ERR_SOCKET") }), "TypeError UND_ERR_SOCKET"],
    [coded(SECRET), "Error"],
    [coded("A".repeat(41)), "Error"],
    [coded(7), "Error"],
    [Object.assign(new Error(SECRET), { name: `${SECRET} Error` }), "Error"],
    [Object.assign(new Error(SECRET), { name: "" }), "Error"],
    [new Error(SECRET, { cause: null }), "Error"],
    [new Error(SECRET, { cause: SECRET }), "Error"],
    [SECRET, "string"],
    [{ message: SECRET }, "object"],
    [null, "object"],
    [undefined, "undefined"],
  ];
  for (const [error, expected] of table) assertEquals(describeError(error), expected);
});

Deno.test("SessionError says its code where it is printed", () => {
  assertStringIncludes(printed(new SessionError("blocked", "Cannot log in: no")), "blocked");
});
