import { assertEquals, assertRejects } from "@std/assert";
import { authenticate } from "./client_auth.ts";
import { openClientBook } from "./client_book.ts";
import { hashSecret, parseClientLine } from "./clients.ts";
import type { Form, Parameter } from "./form.ts";
import { makeAlerts } from "./log.ts";
import { OAuthError } from "./oauth_error.ts";
import { clientLine } from "./testing/test_app.ts";

const LIST = parseClientLine(
  `${clientLine("client", "secret")} ${clientLine("odd", "é%+:")} ${clientLine("two", "old", "new")}`,
);
const CLIENTS = openClientBook(LIST, () => Promise.resolve(LIST), () => 0, makeAlerts(() => {}, () => 0));
const NO_FORM: Form = new Map();

function form(members: Partial<Record<Parameter, string>>): Form {
  return new Map(Object.entries(members) as [Parameter, string][]);
}

function basic(pair: string): string {
  const bytes = new TextEncoder().encode(pair);
  return `Basic ${btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""))}`;
}

async function idOf(authorization: string | null, body: Form): Promise<string> {
  return (await authenticate(authorization, body, CLIENTS)).client.id;
}

async function refusal(authorization: string | null, body: Form = NO_FORM): Promise<[number, string]> {
  const error = await assertRejects(() => authenticate(authorization, body, CLIENTS), OAuthError);
  const challenge = error.headers["www-authenticate"];
  assertEquals(challenge, error.status === 401 ? 'Basic realm="token", charset="UTF-8"' : undefined);
  return [error.status, error.code];
}

Deno.test("authenticate() takes Basic in every spelling of the scheme", async () => {
  for (const scheme of ["Basic", "basic", "BASIC", "bAsIc", "Basic  "]) {
    assertEquals(await idOf(`${scheme} ${btoa("client:secret")}`, NO_FORM), "client");
  }
});

Deno.test("authenticate() undoes the form's encoding in Basic, in each half", async () => {
  for (const pair of ["odd:%C3%A9%25%2B%3A", "%6fdd:é%25%2b:"]) {
    assertEquals(await idOf(basic(pair), NO_FORM), "odd");
  }
});

Deno.test("authenticate() takes id and secret from the body", async () => {
  assertEquals(await idOf(null, form({ client_id: "client", client_secret: "secret" })), "client");
});

Deno.test("authenticate() takes the header with the client's own name in the body, which proves nothing", async () => {
  assertEquals(await idOf(basic("client:secret"), form({ client_id: "client" })), "client");
  assertEquals(await refusal(basic("client:secret"), form({ client_id: "x" })), [400, "invalid_request"]);
});

Deno.test("authenticate() refuses two ways at once, right or wrong", async () => {
  const both = form({ client_id: "client", client_secret: "secret" });
  assertEquals(await refusal(basic("client:secret"), both), [400, "invalid_request"]);
  assertEquals(await refusal(basic("client:wrong"), both), [400, "invalid_request"]);
  assertEquals(await refusal(basic("client:secret"), form({ client_secret: "secret" })), [400, "invalid_request"]);
});

Deno.test("authenticate() refuses wrong credentials in the same words, whichever half is wrong", async () => {
  const pairs = [
    "client:wrong",
    "nobody:secret",
    "client:",
    ":secret",
    ":",
    "Client:secret",
    "client:secret ",
    "x:secret",
  ];
  const messages = new Set<string>();
  for (const pair of pairs) {
    assertEquals(await refusal(basic(pair)), [401, "invalid_client"], pair);
    messages.add((await assertRejects(() => authenticate(basic(pair), NO_FORM, CLIENTS), OAuthError)).message);
  }

  assertEquals(messages.size, 1);
  assertEquals(await refusal(null, form({ client_id: "client", client_secret: "wrong" })), [401, "invalid_client"]);
  assertEquals(await refusal(null, form({ client_id: "nobody", client_secret: "secret" })), [401, "invalid_client"]);
});

Deno.test("authenticate() refuses a client that shows nothing, or half of it", async () => {
  for (const body of [NO_FORM, form({ client_id: "client" }), form({ client_secret: "secret" })]) {
    assertEquals(await refusal(null, body), [401, "invalid_client"]);
  }
});

Deno.test("authenticate() refuses another scheme", async () => {
  const token = btoa("client:secret");
  for (
    const header of [`Bearer ${token}`, token, "", "Basic", "Basic\t" + token, `Basically ${token}`, `Digest a="b"`]
  ) {
    assertEquals(await refusal(header), [401, "invalid_client"], header);
  }
});

Deno.test("authenticate() refuses Basic that cannot be read", async () => {
  const good = btoa("client:secret");
  const headers = [
    "Basic %%%",
    "Basic client:secret",
    `Basic ${good}, Basic ${good}`, // two header lines, as they arrive
    `Basic ${good} ${good}`,
    `Basic ${good}=`,
    `Basic ${good.slice(0, -1)}*`,
    `Basic ${btoa("client")}`,
    `Basic ${btoa("")}`,
    `Basic ${btoa("client:%")}`,
    `Basic ${btoa("client:%zz")}`,
    `Basic ${btoa("cl%ffient:secret")}`,
    `Basic ${btoa("client:%C3")}`,
    `Basic ${btoa("client:\xe9")}`, // Latin-1
    `Basic ${btoa("client:\xed\xa0\x80")}`, // half a surrogate pair
  ];
  for (const header of headers) {
    assertEquals(await refusal(header), [400, "invalid_request"], header);
  }
});

Deno.test("authenticate() lets control characters and long values be wrong, nothing more", async () => {
  for (
    const pair of ["client:%00", "%00:secret", "cli\nent:secret", "client:secret%0A", `client:${"s".repeat(50_000)}`]
  ) {
    assertEquals(await refusal(basic(pair)), [401, "invalid_client"], pair.slice(0, 20));
  }
});

Deno.test("authenticate() takes either secret of a client whose secret is rotated, and says which", async () => {
  for (const secret of ["old", "new"]) {
    const { client, hash } = await authenticate(basic(`two:${secret}`), NO_FORM, CLIENTS);
    assertEquals([client.id, hash], ["two", hashSecret(secret)]);
  }
});
