import { assertEquals, assertThrows } from "@std/assert";
import { authenticate } from "./client_auth.ts";
import { parseClients } from "./clients.ts";
import type { Form, Parameter } from "./form.ts";
import { OAuthError } from "./oauth_error.ts";

const CLIENTS = parseClients("client:secret a%3Ab+%26:%C3%A9%25%2B%3A x:y");
const NO_FORM: Form = new Map();

function form(members: Partial<Record<Parameter, string>>): Form {
  return new Map(Object.entries(members) as [Parameter, string][]);
}

function basic(pair: string): string {
  const bytes = new TextEncoder().encode(pair);
  return `Basic ${btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""))}`;
}

function refusal(authorization: string | null, body: Form = NO_FORM): [number, string] {
  const error = assertThrows(() => authenticate(authorization, body, CLIENTS), OAuthError);
  const challenge = error.headers["www-authenticate"];
  assertEquals(challenge, error.status === 401 ? 'Basic realm="token", charset="UTF-8"' : undefined);
  return [error.status, error.code];
}

Deno.test("authenticate() takes Basic in every spelling of the scheme", () => {
  for (const scheme of ["Basic", "basic", "BASIC", "bAsIc", "Basic  "]) {
    assertEquals(authenticate(`${scheme} ${btoa("client:secret")}`, NO_FORM, CLIENTS).id, "client");
  }
});

Deno.test("authenticate() undoes the form's encoding in Basic, in each half", () => {
  for (const pair of ["a%3Ab+%26:%C3%A9%25%2B%3A", "a%3ab%20&:é%25%2b:"]) {
    assertEquals(authenticate(basic(pair), NO_FORM, CLIENTS).id, "a:b &");
  }
});

Deno.test("authenticate() takes id and secret from the body", () => {
  assertEquals(authenticate(null, form({ client_id: "client", client_secret: "secret" }), CLIENTS).id, "client");
});

Deno.test("authenticate() takes the header with the client's own name in the body, which proves nothing", () => {
  assertEquals(authenticate(basic("client:secret"), form({ client_id: "client" }), CLIENTS).id, "client");
  assertEquals(refusal(basic("client:secret"), form({ client_id: "x" })), [400, "invalid_request"]);
});

Deno.test("authenticate() refuses two ways at once, right or wrong", () => {
  const both = form({ client_id: "client", client_secret: "secret" });
  assertEquals(refusal(basic("client:secret"), both), [400, "invalid_request"]);
  assertEquals(refusal(basic("client:wrong"), both), [400, "invalid_request"]);
  assertEquals(refusal(basic("client:secret"), form({ client_secret: "secret" })), [400, "invalid_request"]);
});

Deno.test("authenticate() refuses wrong credentials in the same words, whichever half is wrong", () => {
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
  const messages = pairs.map((pair) => {
    assertEquals(refusal(basic(pair)), [401, "invalid_client"], pair);
    return assertThrows(() => authenticate(basic(pair), NO_FORM, CLIENTS), OAuthError).message;
  });

  assertEquals(new Set(messages).size, 1);
  assertEquals(refusal(null, form({ client_id: "client", client_secret: "wrong" })), [401, "invalid_client"]);
  assertEquals(refusal(null, form({ client_id: "nobody", client_secret: "secret" })), [401, "invalid_client"]);
});

Deno.test("authenticate() refuses a client that shows nothing, or half of it", () => {
  for (const body of [NO_FORM, form({ client_id: "client" }), form({ client_secret: "secret" })]) {
    assertEquals(refusal(null, body), [401, "invalid_client"]);
  }
});

Deno.test("authenticate() refuses another scheme", () => {
  const token = btoa("client:secret");
  for (
    const header of [`Bearer ${token}`, token, "", "Basic", "Basic\t" + token, `Basically ${token}`, `Digest a="b"`]
  ) {
    assertEquals(refusal(header), [401, "invalid_client"], header);
  }
});

Deno.test("authenticate() refuses Basic that cannot be read", () => {
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
    assertEquals(refusal(header), [400, "invalid_request"], header);
  }
});

Deno.test("authenticate() lets control characters and long values be wrong, nothing more", () => {
  for (
    const pair of ["client:%00", "%00:secret", "cli\nent:secret", "client:secret%0A", `client:${"s".repeat(50_000)}`]
  ) {
    assertEquals(refusal(basic(pair)), [401, "invalid_client"], pair.slice(0, 20));
  }
});
