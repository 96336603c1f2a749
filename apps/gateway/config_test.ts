import { Buffer } from "node:buffer";
import { assertEquals, assertThrows } from "@std/assert";
import { isMisspelt, readConfig } from "./config.ts";

function read(variables: Record<string, string>): ReturnType<typeof readConfig> {
  return readConfig(new Map(Object.entries({ GATEWAY_CLIENTS: "a:b", ...variables })));
}

Deno.test("readConfig() has a default for all but the clients", () => {
  assertEquals(read({}), {
    clients: { line: "a:b" },
    host: "127.0.0.1",
    port: 8080,
    issuer: undefined,
    lifetimeMs: 900_000,
    rate: 60,
    proxies: 0,
    audit: false,
    signingKeys: [],
    store: undefined,
    corsOrigins: [],
    storeKeys: [],
  });
  const names = ["PORT", "HOST", "LIFETIME", "RATE", "PROXIES", "CORS_ORIGINS", "STORE_KEYS"]
    .concat("ISSUER", "SIGNING_KEY", "STORE", "CLIENTS_FILE");
  assertEquals(read(Object.fromEntries(names.map((name) => [`GATEWAY_${name}`, ""]))), read({}));
});

Deno.test("readConfig() reads what is set", () => {
  const bytes = Uint8Array.from({ length: 32 }, (_, i) => 7 * i);
  const key = Buffer.from(bytes).toString("base64url");
  assertEquals(
    read({
      GATEWAY_CLIENTS: "",
      GATEWAY_CLIENTS_FILE: "/etc/clients.json",
      GATEWAY_HOST: "::1",
      GATEWAY_PORT: "0",
      GATEWAY_ISSUER: "https://tokens.example/",
      GATEWAY_LIFETIME: "3600",
      GATEWAY_RATE: "5",
      GATEWAY_PROXIES: "1",
      GATEWAY_CORS_ORIGINS: "https://a.example, http://localhost:3000",
      GATEWAY_SIGNING_KEY: key,
      GATEWAY_STORE: "kv",
      GATEWAY_STORE_KEYS: `${key},${key}`,
    }),
    {
      clients: { file: "/etc/clients.json" },
      host: "::1",
      port: 0,
      issuer: "https://tokens.example",
      lifetimeMs: 3_600_000,
      rate: 5,
      proxies: 1,
      corsOrigins: ["https://a.example", "http://localhost:3000"],
      audit: false,
      signingKeys: [bytes],
      store: { kind: "kv" },
      storeKeys: [bytes, bytes],
    },
  );
});

Deno.test("readConfig() takes addresses and names to listen on", () => {
  for (const host of ["0.0.0.0", "::", "fe80::1", "localhost", "token.internal", "my_host"]) {
    assertEquals(read({ GATEWAY_HOST: host }).host, host);
  }
});

Deno.test("readConfig() names the variable that is missing or wrong, and quotes no value", () => {
  const cases: [Record<string, string>, string][] = [
    [{ GATEWAY_CLIENTS: "" }, "Cannot start: GATEWAY_CLIENTS is not set, nor is GATEWAY_CLIENTS_FILE"],
    [
      { GATEWAY_CLIENTS_FILE: "x" },
      "Cannot start: GATEWAY_CLIENTS and GATEWAY_CLIENTS_FILE are both set, and one of them holds the clients",
    ],
    [
      { GATEWAY_STORE: "kv" },
      "Cannot start: GATEWAY_SIGNING_KEY is not set, and processes that share GATEWAY_STORE need the same",
    ],
    ...["swordfish", "file:", "kvx", "postgres:"].map((store): [Record<string, string>, string] => [
      { GATEWAY_STORE: store },
      "Cannot use GATEWAY_STORE: it must be memory, kv, kv:PATH, file:DIRECTORY or postgres://…",
    ]),
    ...["http://a.example", "https://a.example/x", "https://u:p@a.example", "a.example", "https://a.example?"].map((
      issuer,
    ): [Record<string, string>, string] => [
      { GATEWAY_ISSUER: issuer },
      "Cannot use GATEWAY_ISSUER: it must be an origin such as https://tokens.example, with no path",
    ]),
    ...["swordfish", "A".repeat(42), "A".repeat(43), "AB".repeat(22).slice(0, 43)].map((
      key,
    ): [Record<string, string>, string] => [
      { GATEWAY_SIGNING_KEY: key },
      "Cannot use GATEWAY_SIGNING_KEY: it must be 32 random bytes as base64url; make one with deno task gateway:key",
    ]),
    ...["59", "3601"].map((seconds): [Record<string, string>, string] => [
      { GATEWAY_LIFETIME: seconds },
      "Cannot use GATEWAY_LIFETIME: it must be a whole number from 60 to 3600",
    ]),
    ...["http://a", "a b", "a/b", "[::1]", ":::", "a:80", "1.2.3.256"].map((
      host,
    ): [Record<string, string>, string] => [
      { GATEWAY_HOST: host },
      "Cannot use GATEWAY_HOST: it is not an address or a host name",
    ]),
    ...["-1", "65536", "8080 ", "0x50", "1e3", "8.5", "http", "12345678"].map((
      port,
    ): [Record<string, string>, string] => [
      { GATEWAY_PORT: port },
      "Cannot use GATEWAY_PORT: it must be a whole number from 0 to 65535",
    ]),
  ];
  for (const [variables, message] of cases) {
    assertEquals(assertThrows(() => read(variables), TypeError).message, message, JSON.stringify(variables));
  }
});

Deno.test("isMisspelt() knows a name that is one or two letters away from one of ours", () => {
  for (const name of ["GATEWAY_ISUER", "GATEWAY_POTR", "GATEWAY_STORE_KEYZZ", "GATEWAY_CLIENT_FILE", "GATEWY_HOST"]) {
    assertEquals(isMisspelt(name), true, name);
  }
  for (const name of ["GATEWAY_ISSUER", "GATEWAY_ISS", "GATEWAY_SERVICE_HOST", "PORT", "", "XSIGNALS_USERNAME"]) {
    assertEquals(isMisspelt(name), false, name);
  }
});
