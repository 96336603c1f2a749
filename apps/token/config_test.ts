import { assertEquals, assertThrows } from "@std/assert";
import { hashSecret } from "./clients.ts";
import { readConfig } from "./config.ts";

const MALFORMED = "pair 1 is not id:secret, both form-encoded and not empty";

function read(variables: Record<string, string>): ReturnType<typeof readConfig> {
  return readConfig(new Map(Object.entries({ TOKEN_CLIENTS: "a:b", ...variables })));
}

Deno.test("readConfig() has a default for all but the clients", () => {
  const clients = new Map([["a", { id: "a", secretHash: hashSecret("b") }]]);

  assertEquals(read({}), { clients, host: "127.0.0.1", port: 8080, minValidMs: 60_000 });
  assertEquals(read({ TOKEN_PORT: "", TOKEN_HOST: "", TOKEN_MIN_VALID: "" }), read({}));
});

Deno.test("readConfig() reads what is set", () => {
  const { host, port, minValidMs } = read({ TOKEN_HOST: "::1", TOKEN_PORT: "0", TOKEN_MIN_VALID: "300" });

  assertEquals({ host, port, minValidMs }, { host: "::1", port: 0, minValidMs: 300_000 });
});

Deno.test("readConfig() takes addresses and names to listen on", () => {
  for (const host of ["0.0.0.0", "::", "fe80::1", "localhost", "token.internal", "my_host"]) {
    assertEquals(read({ TOKEN_HOST: host }).host, host);
  }
});

Deno.test("readConfig() names the variable that is missing or wrong, and quotes no value", () => {
  const cases: [Record<string, string>, string][] = [
    [{ TOKEN_CLIENTS: "" }, "Cannot start: TOKEN_CLIENTS is not set"],
    [{ TOKEN_CLIENTS: " " }, "Cannot use the clients: there is none (from TOKEN_CLIENTS)"],
    [
      { TOKEN_CLIENTS: "swordfish" },
      `Cannot use the clients: ${MALFORMED} (from TOKEN_CLIENTS)`,
    ],
    ...["http://a", "a b", "a/b", "[::1]", ":::", "a:80", "1.2.3.256"].map((
      host,
    ): [Record<string, string>, string] => [
      { TOKEN_HOST: host },
      "Cannot use TOKEN_HOST: it is no address and no host name",
    ]),
    ...["-1", "65536", "8080 ", "0x50", "1e3", "8.5", "http", "1234567"].map((
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
