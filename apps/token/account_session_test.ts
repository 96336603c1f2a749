import { assertEquals, assertMatch, assertThrows } from "@std/assert";
import { createEmulator } from "@xsignals/emulator";
import { accountSession } from "./account_session.ts";

const ACCOUNT = { XSIGNALS_USERNAME: "login", XSIGNALS_PASSWORD: "password" };

function refusal(variables: Record<string, string>): string {
  return assertThrows(() => accountSession(new Map(Object.entries(variables))), TypeError).message;
}

Deno.test("accountSession() makes a session that gets a bearer token", async () => {
  const { fetch } = createEmulator({ users: { login: "password" } });
  const session = accountSession(new Map(Object.entries(ACCOUNT)), { fetch });

  assertEquals((await session.token()).scheme, "Bearer");
});

Deno.test("accountSession() refuses to hand out the account itself", () => {
  assertEquals(
    refusal({ ...ACCOUNT, XSIGNALS_AUTH: "basic" }),
    "Cannot use XSIGNALS_AUTH: basic has no token; every client would get the account itself",
  );
  assertMatch(refusal({ XSIGNALS_API_KEY: "key", XSIGNALS_AUTH: "apikey" }), /^Cannot use XSIGNALS_AUTH: apikey/);
});

Deno.test("accountSession() names the variable that is missing or wrong, and quotes no value", () => {
  const insecure = "http://swordfish.example";
  const broker = { XSIGNALS_AUTH: "broker", XSIGNALS_CLIENT_ID: "a", XSIGNALS_CLIENT_SECRET: "b" };
  const cases: [Record<string, string>, RegExp][] = [
    [{}, /XSIGNALS_USERNAME/],
    [{ XSIGNALS_USERNAME: "login" }, /XSIGNALS_PASSWORD/],
    [{ ...ACCOUNT, XSIGNALS_AUTH: "swordfish" }, /XSIGNALS_AUTH/],
    [{ ...ACCOUNT, XSIGNALS_AUTH: "bearer" }, /XSIGNALS_USERNAME/],
    [{ ...ACCOUNT, XSIGNALS_BASE_URL: "swordfish" }, /XSIGNALS_BASE_URL/],
    [{ ...ACCOUNT, XSIGNALS_BASE_URL: insecure }, /\(from XSIGNALS_BASE_URL\)$/],
    [{ ...ACCOUNT, XSIGNALS_BASE_URL: "https://a:swordfish@b.example" }, /XSIGNALS_BASE_URL/],
    [{ ...broker }, /XSIGNALS_TOKEN_URL/],
    [{ ...broker, XSIGNALS_TOKEN_URL: insecure }, /\(from XSIGNALS_TOKEN_URL\)$/],
  ];
  for (const [variables, expected] of cases) {
    const message = refusal(variables);
    assertMatch(message, expected);
    assertMatch(message, /^Cannot /);
    assertEquals(message.includes("swordfish") && !message.includes(insecure), false, message);
  }
});
