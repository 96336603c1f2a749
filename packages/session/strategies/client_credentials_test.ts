import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import { SessionError } from "../errors.ts";
import { createSession } from "../session.ts";
import { fakeClock } from "../testing/fake_clock.ts";
import type { Strategy } from "../types.ts";
import { clientCredentials, type ClientCredentialsOptions } from "./client_credentials.ts";

const OPTIONS = { tokenUrl: "https://tokens.example/token", clientId: "id &", clientSecret: "s:cr+t" };

Deno.test("clientCredentials() asks with Basic in the form's encoding, and again when the token expires", async () => {
  const clock = fakeClock();
  const sent: string[] = [];
  const session = createSession({
    strategy: clientCredentials(OPTIONS),
    clock,
    async fetch(input, init) {
      const request = new Request(input, init);
      sent.push(`${request.url} ${await request.text()} ${request.headers.get("authorization")}`);
      return Response.json({ access_token: `t${sent.length}`, token_type: "bearer", expires_in: 600 });
    },
  });
  assertEquals((await session.token()).value, "t1");
  await clock.advance(600_000);
  assertEquals((await session.token()).value, "t2");
  await session.logout();
  assertEquals(
    sent,
    Array(2).fill(
      `https://tokens.example/token grant_type=client_credentials Basic ${btoa("id+%26:s%3Acr%2Bt")}`,
    ),
  );
});

Deno.test("clientCredentials() says when its client is refused, once", async () => {
  let asked = 0;
  const session = createSession({
    strategy: clientCredentials(OPTIONS),
    clock: fakeClock(),
    fetch: () => Promise.resolve(Response.json({ error: "invalid_client" }, { status: 400 + ++asked })),
  });
  for (let call = 0; call < 2; call++) {
    const error = await assertRejects(() => session.token(), SessionError);
    assertEquals(error.code, "credentials_rejected");
  }
  assertEquals(asked, 1);
});

Deno.test("clientCredentials() refuses wrong options at once", () => {
  for (
    const options of [
      { tokenUrl: "tokens.example" },
      { tokenUrl: "https://id:pw@tokens.example" },
      { tokenUrl: "https://tokens.example/#x" },
      { tokenUrl: "https://api.xsignals.xpansiv.com/token" },
      { clientId: "" },
      { clientSecret: "" },
    ]
  ) {
    assertThrows(() => clientCredentials({ ...OPTIONS, ...options } as ClientCredentialsOptions), TypeError);
  }
  const strategy = clientCredentials({ ...OPTIONS, tokenUrl: "http://tokens.example/token" });
  assertThrows(() => createSession({ strategy }), TypeError, "unencrypted");
});

Deno.test("clientCredentials() names the option that is wrong, and says what it could not do", async () => {
  const wrong: [Partial<Record<keyof ClientCredentialsOptions, unknown>>, string][] = [
    [{ tokenUrl: "tokens.example" }, "Cannot use tokenUrl: it must be an http or https URL"],
    [
      { tokenUrl: "https://id@tokens.example" },
      "Cannot use tokenUrl: it must be an http or https URL without credentials",
    ],
    [
      { tokenUrl: "https://:pw@tokens.example" },
      "Cannot use tokenUrl: it must be an http or https URL without credentials",
    ],
    [
      { tokenUrl: "https://tokens.example/#x" },
      "Cannot use tokenUrl: it must be an http or https URL without credentials",
    ],
    [{ tokenUrl: "https://api.xsignals.xpansiv.com/" }, "Cannot use tokenUrl: api.xsignals.xpansiv.com is the API's"],
    [{ clientId: "" }, "Cannot use the clientId: it must be a non-empty string"],
    [{ clientId: 7 }, "Cannot use the clientId: it must be a non-empty string"],
    [{ clientSecret: "" }, "Cannot use the client secret: it must be"],
  ];
  for (const [options, message] of wrong) {
    assertThrows(() => clientCredentials({ ...OPTIONS, ...options } as ClientCredentialsOptions), TypeError, message);
  }
  const fetch = () => Promise.resolve(new Response(null, { status: 404 }));
  const ask = (strategy: Strategy) => createSession({ strategy, fetch, clock: fakeClock() }).token();
  await assertRejects(
    () => ask(clientCredentials(OPTIONS)),
    SessionError,
    "Cannot get a token at https://tokens.example: ",
  );
  const failing = clientCredentials({ ...OPTIONS, clientSecret: () => Promise.reject(new Error("x")) });
  await assertRejects(() => ask(failing), SessionError, "Cannot get the client secret: its function failed (Error)");
});

Deno.test("clientCredentials() asks again after a refusal once the secret is another", async () => {
  let secret = "wrong";
  let asked = 0;
  const session = createSession({
    strategy: clientCredentials({ ...OPTIONS, clientId: "id", clientSecret: () => secret }),
    clock: fakeClock(),
    fetch: (_input, init) => {
      asked++;
      return Promise.resolve(
        new Headers(init?.headers).get("authorization") === `Basic ${btoa("id:right")}`
          ? Response.json({ access_token: "a", token_type: "Bearer" })
          : Response.json({ error: "invalid_client" }, { status: 401 }),
      );
    },
  });
  for (let call = 0; call < 2; call++) await assertRejects(() => session.token(), SessionError);
  assertEquals(asked, 1);
  secret = "right";
  assertEquals((await session.token()).value, "a");
});
