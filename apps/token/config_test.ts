import { Buffer } from "node:buffer";
import { assertEquals, assertThrows } from "@std/assert";
import { readConfig } from "./config.ts";

function read(variables: Record<string, string>): ReturnType<typeof readConfig> {
  return readConfig(new Map(Object.entries({ TOKEN_CLIENTS: "a:b", ...variables })));
}

Deno.test("readConfig() has a default for all but the clients", () => {
  assertEquals(read({}), {
    mode: "gateway",
    clients: { line: "a:b" },
    host: "127.0.0.1",
    port: 8080,
    minValidMs: 60_000,
    lifetimeMs: 900_000,
    rate: 60,
    proxies: 0,
    corsOrigins: [],
    storeKeys: [],
  });
  const names = ["MODE", "PORT", "HOST", "MIN_VALID", "LIFETIME", "RATE", "PROXIES", "CORS_ORIGINS", "STORE_KEYS"]
    .concat("ISSUER", "SIGNING_KEY", "STORE", "CLIENTS_FILE");
  assertEquals(read(Object.fromEntries(names.map((name) => [`TOKEN_${name}`, ""]))), read({}));
});

Deno.test("readConfig() reads what is set", () => {
  const bytes = Uint8Array.from({ length: 32 }, (_, i) => 7 * i);
  const key = Buffer.from(bytes).toString("base64url");
  assertEquals(
    read({
      TOKEN_MODE: "passthrough",
      TOKEN_CLIENTS: "",
      TOKEN_CLIENTS_FILE: "/etc/clients.json",
      TOKEN_HOST: "::1",
      TOKEN_PORT: "0",
      TOKEN_ISSUER: "https://tokens.example/",
      TOKEN_MIN_VALID: "300",
      TOKEN_LIFETIME: "3600",
      TOKEN_RATE: "5",
      TOKEN_PROXIES: "1",
      TOKEN_CORS_ORIGINS: "https://a.example, http://localhost:3000",
      TOKEN_SIGNING_KEY: key,
      TOKEN_STORE: "kv",
      TOKEN_STORE_KEYS: `${key},${key}`,
    }),
    {
      mode: "passthrough",
      clients: { file: "/etc/clients.json" },
      host: "::1",
      port: 0,
      issuer: "https://tokens.example",
      minValidMs: 300_000,
      lifetimeMs: 3_600_000,
      rate: 5,
      proxies: 1,
      corsOrigins: ["https://a.example", "http://localhost:3000"],
      signingKey: bytes,
      store: { kind: "kv" },
      storeKeys: [bytes, bytes],
    },
  );
});

Deno.test("readConfig() takes addresses and names to listen on", () => {
  for (const host of ["0.0.0.0", "::", "fe80::1", "localhost", "token.internal", "my_host"]) {
    assertEquals(read({ TOKEN_HOST: host }).host, host);
  }
});

Deno.test("readConfig() names the variable that is missing or wrong, and quotes no value", () => {
  const cases: [Record<string, string>, string][] = [
    [{ TOKEN_CLIENTS: "" }, "Cannot start: TOKEN_CLIENTS is not set, nor is TOKEN_CLIENTS_FILE"],
    [
      { TOKEN_CLIENTS_FILE: "x" },
      "Cannot start: TOKEN_CLIENTS and TOKEN_CLIENTS_FILE are both set, and one of them holds the clients",
    ],
    [{ TOKEN_MODE: "swordfish" }, "Cannot use TOKEN_MODE: it must be gateway or passthrough"],
    [
      { TOKEN_STORE: "kv" },
      "Cannot start: TOKEN_SIGNING_KEY is not set, and processes that share TOKEN_STORE need the same",
    ],
    ...["swordfish", "file:", "kvx", "postgres:"].map((store): [Record<string, string>, string] => [
      { TOKEN_STORE: store },
      "Cannot use TOKEN_STORE: it must be memory, kv, kv:PATH, file:DIRECTORY or postgres://…",
    ]),
    ...["http://a.example", "https://a.example/x", "https://u:p@a.example", "a.example", "https://a.example?"].map((
      issuer,
    ): [Record<string, string>, string] => [
      { TOKEN_ISSUER: issuer },
      "Cannot use TOKEN_ISSUER: it must be an origin such as https://tokens.example, with no path",
    ]),
    ...["swordfish", "A".repeat(42), "A".repeat(43), "AB".repeat(22).slice(0, 43)].map((
      key,
    ): [Record<string, string>, string] => [
      { TOKEN_SIGNING_KEY: key },
      "Cannot use TOKEN_SIGNING_KEY: it must be 32 random bytes as base64url; make one with deno task token:key",
    ]),
    ...["59", "3601"].map((seconds): [Record<string, string>, string] => [
      { TOKEN_LIFETIME: seconds },
      "Cannot use TOKEN_LIFETIME: it must be a whole number from 60 to 3600",
    ]),
    ...["http://a", "a b", "a/b", "[::1]", ":::", "a:80", "1.2.3.256"].map((
      host,
    ): [Record<string, string>, string] => [
      { TOKEN_HOST: host },
      "Cannot use TOKEN_HOST: it is no address and no host name",
    ]),
    ...["-1", "65536", "8080 ", "0x50", "1e3", "8.5", "http", "12345678"].map((
      port,
    ): [Record<string, string>, string] => [
      { TOKEN_PORT: port },
      "Cannot use TOKEN_PORT: it must be a whole number from 0 to 65535",
    ]),
    ...["-1", "1m", "86401", "Infinity"].map((seconds): [Record<string, string>, string] => [
      { TOKEN_MIN_VALID: seconds },
      "Cannot use TOKEN_MIN_VALID: it must be a whole number from 0 to 86400",
    ]),
  ];
  for (const [variables, message] of cases) {
    assertEquals(assertThrows(() => read(variables), TypeError).message, message, JSON.stringify(variables));
  }
});
