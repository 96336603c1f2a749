import { assert, assertEquals, assertThrows } from "@std/assert";
import { createSession } from "./session.ts";
import { optionsFromEnv } from "./env.ts";

type Vars = Record<string, string>;

/** What the session that the variables make sends first: method, address, Authorization or form. */
async function firstCall(vars: Vars, legacy = false): Promise<string> {
  let sent = "";
  const session = createSession({
    ...optionsFromEnv(new Map(Object.entries(vars)), { legacy }),
    async fetch(input, init) {
      const request = new Request(input, init);
      const form = request.method === "POST" ? `${await request.text()} ` : "";
      sent ||= `${request.method} ${request.url} ${form}${request.headers.get("authorization") ?? ""}`.trim();
      return new Response(null, { status: 418 });
    },
  });
  await session.fetch("/file/group").catch(() => {});
  return sent;
}

function errorOf(vars: Vars, legacy = false): string {
  return assertThrows(() => optionsFromEnv(new Map(Object.entries(vars)), { legacy }), TypeError).message;
}

const USER = { XSIGNALS_USERNAME: "login", XSIGNALS_PASSWORD: "password" };
const BASIC = `Basic ${btoa("login:password")}`;
const API = "https://api.xsignals.xpansiv.com";

Deno.test("optionsFromEnv() makes each kind of session", async () => {
  assertEquals(await firstCall(USER), `GET ${API}/auth/login ${BASIC}`);
  assertEquals(await firstCall({ ...USER, XSIGNALS_AUTH: "login" }), `GET ${API}/auth/login ${BASIC}`);
  assertEquals(await firstCall({ ...USER, XSIGNALS_AUTH: "basic" }), `GET ${API}/file/group ${BASIC}`);
  assertEquals(await firstCall({ XSIGNALS_AUTH: "bearer", XSIGNALS_TOKEN: "t" }), `GET ${API}/file/group Bearer t`);
  assertEquals(await firstCall({ XSIGNALS_AUTH: "apikey", XSIGNALS_API_KEY: "k" }), `GET ${API}/file/group ApiKey k`);
  assertEquals(
    await firstCall({
      XSIGNALS_AUTH: "client_credentials",
      XSIGNALS_TOKEN_URL: "https://tokens.example/token",
      XSIGNALS_CLIENT_ID: "id",
      XSIGNALS_CLIENT_SECRET: "secret",
    }),
    `POST https://tokens.example/token grant_type=client_credentials Basic ${btoa("id:secret")}`,
  );
});

Deno.test("optionsFromEnv() makes an Auth0 session with every variable of it", async () => {
  const sent = await firstCall({
    ...USER,
    XSIGNALS_AUTH: "auth0",
    XSIGNALS_CLIENT_ID: "id",
    XSIGNALS_CLIENT_SECRET: "secret",
    XSIGNALS_AUTH_DOMAIN: "auth.example",
    XSIGNALS_AUDIENCE: "https://audience",
    XSIGNALS_SCOPE: "offline_access",
  });
  const [method, url, form] = sent.split(" ");
  assertEquals([method, url], ["POST", "https://auth.example/oauth/token"]);
  assertEquals(Object.fromEntries(new URLSearchParams(form)), {
    grant_type: "http://auth0.com/oauth/grant-type/password-realm",
    username: "login",
    password: "password",
    realm: "Username-Password-Authentication",
    audience: "https://audience",
    scope: "offline_access",
    client_id: "id",
    client_secret: "secret",
  });
});

Deno.test("optionsFromEnv() takes the base URL", async () => {
  assertEquals(
    await firstCall({ ...USER, XSIGNALS_BASE_URL: "https://api.data.xpansiv.com/" }),
    `GET https://api.data.xpansiv.com/auth/login ${BASIC}`,
  );
});

Deno.test("optionsFromEnv() names the variable that is missing", () => {
  for (
    const [vars, name] of [
      [{}, "XSIGNALS_USERNAME"],
      [{ XSIGNALS_USERNAME: "login" }, "XSIGNALS_PASSWORD"],
      [{ XSIGNALS_PASSWORD: "p" }, "XSIGNALS_USERNAME"],
      [{ ...USER, XSIGNALS_PASSWORD: "" }, "XSIGNALS_PASSWORD"],
      [{ XSIGNALS_AUTH: "bearer" }, "XSIGNALS_TOKEN"],
      [{ XSIGNALS_AUTH: "apikey" }, "XSIGNALS_API_KEY"],
      [{ XSIGNALS_AUTH: "assertion", XSIGNALS_TOKEN_URL: "https://a" }, "XSIGNALS_ASSERTION_FILE"],
      [{ XSIGNALS_AUTH: "auth0", ...USER }, "XSIGNALS_CLIENT_ID"],
      [
        { XSIGNALS_AUTH: "client_credentials", XSIGNALS_CLIENT_ID: "a", XSIGNALS_CLIENT_SECRET: "b" },
        "XSIGNALS_TOKEN_URL",
      ],
    ] as [Vars, string][]
  ) {
    assert(errorOf(vars).includes(`${name} is not set`), `${name}: ${errorOf(vars)}`);
  }
});

Deno.test("optionsFromEnv() names the variable that is wrong, and quotes no value", () => {
  for (
    const [vars, name] of [
      [{ XSIGNALS_AUTH: "HUSH" }, "XSIGNALS_AUTH"],
      [{ XSIGNALS_AUTH: "toString" }, "XSIGNALS_AUTH"],
      [{ ...USER, XSIGNALS_BASE_URL: "HUSH" }, "XSIGNALS_BASE_URL"],
      [{ ...USER, XSIGNALS_USERNAME: "HU:SH" }, "XSIGNALS_USERNAME"],
      [{ ...USER, XSIGNALS_PASSWORD: "HUSH\n" }, "XSIGNALS_PASSWORD"],
      [{ XSIGNALS_AUTH: "bearer", XSIGNALS_TOKEN: "HU SH" }, "XSIGNALS_TOKEN"],
      [{ XSIGNALS_AUTH: "apikey", XSIGNALS_API_KEY: "HU\r\nSH" }, "XSIGNALS_API_KEY"],
      [{
        XSIGNALS_AUTH: "client_credentials",
        XSIGNALS_TOKEN_URL: "HUSH",
        XSIGNALS_CLIENT_ID: "a",
        XSIGNALS_CLIENT_SECRET: "b",
      }, "XSIGNALS_TOKEN_URL"],
    ] as [Vars, string][]
  ) {
    const message = errorOf(vars);
    assert(message.includes(name), message);
    assert(!message.includes("HU"), message);
  }
});

Deno.test("optionsFromEnv() refuses a variable that the kind does not take", () => {
  assert(errorOf({ ...USER, XSIGNALS_TOKEN: "t" }).includes("XSIGNALS_TOKEN"));
  assert(
    errorOf({ XSIGNALS_AUTH: "bearer", XSIGNALS_TOKEN: "t", XSIGNALS_PASSWORD: "p" }).includes("XSIGNALS_PASSWORD"),
  );
  assert(errorOf({ ...USER, XSIGNALS_AUTH: "basic", XSIGNALS_CLIENT_ID: "c" }).includes("XSIGNALS_CLIENT_ID"));
});

Deno.test("optionsFromEnv() reads the Python SDK's names only when told to, in its order", async () => {
  const old = { LOGIN: "login", PASSWORD: "password", NG_API_ENDPOINT: "https://api.data.xpansiv.com" };
  assert(errorOf(old).includes("XSIGNALS_USERNAME"));
  assertEquals(await firstCall(old, true), `GET https://api.data.xpansiv.com/auth/login ${BASIC}`);
  const auth0 = { ...old, CLIENT_ID: "id", CLIENT_SECRET: "s", DOMAIN: "evil.example" };
  assert((await firstCall(auth0, true)).startsWith("POST https://auth.xpansiv.com/oauth/token "));
  assertEquals(await firstCall({ ...auth0, NG_API_KEY: "k" }, true), `GET ${old.NG_API_ENDPOINT}/file/group ApiKey k`);
  assertEquals(
    await firstCall({ ...auth0, NG_API_KEY: "k", NG_API_AUTHTOKEN: "t" }, true),
    `GET ${old.NG_API_ENDPOINT}/file/group Bearer t`,
  );
});

Deno.test("optionsFromEnv() takes the SDK's words None and False for nothing", async () => {
  const vars = { LOGIN: "login", PASSWORD: "password", CLIENT_ID: "None", CLIENT_SECRET: "False" };
  assertEquals(await firstCall(vars, true), `GET ${API}/auth/login ${BASIC}`);
});

Deno.test("optionsFromEnv() refuses half of the SDK's client, and two names that differ", () => {
  const old = { LOGIN: "login", PASSWORD: "password" };
  assert(errorOf({ ...old, CLIENT_ID: "id" }, true).includes("CLIENT_SECRET"));
  assert(errorOf({ ...old, CLIENT_SECRET: "s" }, true).includes("CLIENT_ID"));
  assert(errorOf({ ...old, XSIGNALS_USERNAME: "other" }, true).includes("XSIGNALS_USERNAME and LOGIN"));
});

Deno.test("optionsFromEnv() names the variables that it read, not those that it might have", () => {
  const user = { LOGIN: "login", PASSWORD: "password" };
  assert(errorOf({ LOGIN: "a:b", PASSWORD: "p" }, true).endsWith("(from LOGIN)"));
  assert(errorOf({ ...user, CLIENT_SECRET: "s" }, true).includes("CLIENT_ID is not set"));
  assert(errorOf({ NG_API_KEY: "k", XSIGNALS_USERNAME: "u" }, true).includes("NG_API_KEY means apikey"));
  assert(
    errorOf({ ...USER, XSIGNALS_TOKEN: "t" }).includes(
      "XSIGNALS_TOKEN is set but XSIGNALS_AUTH is not: set it to bearer",
    ),
  );
  assert(errorOf({ ...user, NG_API_ENDPOINT: "nowhere" }, true).includes("NG_API_ENDPOINT"));
  for (const address of ["https://u:x@h.example", "ftp://h.example", "https://h.example/?q", "https://h.example/#f"]) {
    assert(errorOf({ ...USER, XSIGNALS_BASE_URL: address }).includes("XSIGNALS_BASE_URL"), address);
  }
});
