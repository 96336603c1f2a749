import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import { SessionError } from "../errors.ts";
import { createSession } from "../session.ts";
import { memoryStore } from "../stores/memory.ts";
import { fakeClock } from "../testing/fake_clock.ts";
import { assertion, type AssertionOptions } from "./assertion.ts";

const TOKEN_URL = "https://gateway.example/token";

/** An assertion of a subject; no two of them are equal. */
function jwt(sub: string, jti: string = crypto.randomUUID(), aud = "https://gateway.example"): string {
  const part = (members: object) => btoa(JSON.stringify(members)).replace(/=+$/, "");
  return `${part({ alg: "RS256" })}.${part({ iss: "https://issuer.example", sub, aud, jti })}.c2lnbmF0dXJl`;
}

/** A server that trusts one subject; notes what it was sent. */
function server(trusted: () => string) {
  const sent: string[] = [];
  const fetch = async (input: RequestInfo | URL, init?: RequestInit) => {
    const request = new Request(input, init);
    const form = Object.fromEntries(new URLSearchParams(await request.text()));
    sent.push(`${request.url} ${request.headers.get("authorization")} ${form.grant_type} ${Object.keys(form)}`);
    const isTrusted = atob(form.assertion!.split(".")[1]!).includes(`"sub":"${trusted()}"`);
    return isTrusted
      ? Response.json({ access_token: `t${sent.length}`, token_type: "Bearer", expires_in: 600 })
      : Response.json({ error: "invalid_grant" }, { status: 401 });
  };
  return { sent, fetch };
}

Deno.test("assertion() sends a new assertion for each token, and no client id", async () => {
  const clock = fakeClock();
  const { sent, fetch } = server(() => "app");
  let asked = 0;
  const strategy = assertion({ tokenUrl: TOKEN_URL, assertion: () => jwt("app", `${++asked}`) });
  const session = createSession({ strategy, clock, fetch });
  assertEquals((await session.token()).value, "t1");
  await clock.advance(600_000);
  assertEquals((await session.token()).value, "t2");
  await session.logout();
  const grant = "urn:ietf:params:oauth:grant-type:jwt-bearer";
  assertEquals(sent, Array(2).fill(`${TOKEN_URL} null ${grant} grant_type,assertion`));
  assertEquals(asked, 2);
});

Deno.test("assertion() is not asked again and again when its subject is refused, though each assertion is new", async () => {
  const clock = fakeClock();
  let trusted = "other";
  const { sent, fetch } = server(() => trusted);
  const strategy = assertion({ tokenUrl: TOKEN_URL, assertion: () => Promise.resolve(jwt("app")) });
  const session = createSession({ strategy, clock, fetch });
  for (let call = 0; call < 3; call++) {
    const error = await assertRejects(() => session.token(), SessionError);
    assertEquals(error.code, "credentials_rejected");
    if (call === 0) assertEquals(error.message.includes("its audience, subject or claims"), true, error.message);
  }
  assertEquals(sent.length, 1);
  trusted = "app";
  await clock.advance(60_000);
  assertEquals((await session.token()).value, "t2");
});

Deno.test("assertion() asks at once when the subject is another one, and shares no token with that one", async () => {
  const clock = fakeClock();
  let subject = "wrong";
  const { sent, fetch } = server(() => "right");
  const make = (sub: () => string, store = memoryStore()) =>
    createSession({ strategy: assertion({ tokenUrl: TOKEN_URL, assertion: () => jwt(sub()) }), clock, fetch, store });
  const session = make(() => subject);
  await assertRejects(() => session.token(), SessionError);
  subject = "right";
  assertEquals((await session.token()).value, "t2");

  const store = memoryStore();
  assertEquals((await make(() => "right", store).token()).value, "t3");
  assertEquals((await make(() => "right", store).token()).value, "t3");
  await assertRejects(() => make(() => "wrong", store).token(), SessionError);
  assertEquals(sent.length, 4);
});

Deno.test("assertion() says which option is wrong, and what it could not get", async () => {
  const wrong: [Partial<Record<keyof AssertionOptions, unknown>>, string][] = [
    [{ tokenUrl: "gateway.example" }, "Cannot use tokenUrl: it must be an http or https URL"],
    [{ tokenUrl: "https://api.xsignals.xpansiv.com/" }, "Cannot use tokenUrl: api.xsignals.xpansiv.com is the API's"],
    [{ assertion: jwt("app") }, "Cannot use the assertion: it must be a function"],
    [{ assertion: undefined }, "Cannot use the assertion: it must be a function"],
  ];
  const good = { tokenUrl: TOKEN_URL, assertion: () => jwt("app") };
  for (const [options, message] of wrong) {
    assertThrows(() => assertion({ ...good, ...options } as AssertionOptions), TypeError, message);
  }
  const plain = assertion({ ...good, tokenUrl: "http://gateway.example/token" });
  assertThrows(() => createSession({ strategy: plain }), TypeError, "unencrypted");
  const { sent, fetch } = server(() => "app");
  const ask = (assertionOf: () => string | Promise<string>) =>
    createSession({ strategy: assertion({ ...good, assertion: assertionOf }), fetch, clock: fakeClock() }).token();
  for (const text of ["", "a.b", "a.b.c\n", "a b.c.d", "a.b.", "a.b.c.d.e"]) {
    await assertRejects(() => ask(() => text), TypeError, "Cannot use the assertion: it must be a non-empty string");
  }
  const failed = "Cannot get the assertion: its function failed (Error)";
  await assertRejects(() => ask(() => Promise.reject(new Error("x"))), SessionError, failed);
  assertEquals(sent, []);
});
