import { assert, assertEquals, assertMatch, assertRejects, assertThrows } from "@std/assert";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { memoryStore } from "@xsignals/session";
import { openClientBook } from "./client_book.ts";
import { readConfig } from "./config.ts";
import { hashSecret, parseClientFile } from "./clients.ts";
import { openShared } from "./deno_world.ts";
import { makeAlerts } from "./log.ts";
import { OAuthError } from "./oauth_error.ts";
import { operate } from "./operator.ts";
import { keepRevocations } from "./revocations.ts";
import { CLIENTS, type ServedGateway, serveGateway } from "./testing/served_gateway.ts";
import { gatewayTokens } from "./tokens.ts";

const KEY = "AQIDBAUGBwgJCgsMDQ4PEBESExQVFhcYGRobHB0eHyA";
const OTHER_KEY = "ISIjJCUmJygpKissLS4vMDEyMzQ1Njc4OTo7PD0-P0A";
const EMPTY = '{"clients":[]}';

function alerts({ log }: ServedGateway): string[] {
  return log.filter((entry) => entry.event === "alert").map(({ reason }) => reason);
}

async function status(answer: Promise<Response>): Promise<number> {
  const { status, body } = await answer;
  await body?.cancel();
  return status;
}

/** Resolves once a test holds; real connections have no clock that a test could move. */
async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => setTimeout(resolve, 5));
}

Deno.test("apiRoute() bounds a client's calls in flight, and gives up an API that says nothing (found 140)", async () => {
  let waiting = 0;
  const released = Promise.withResolvers<void>();
  await using gateway = await serveGateway(async ({ url }) => {
    if (url.endsWith("/slow")) {
      waiting++;
      await released.promise;
    }
    return new Response("x");
  });
  await gateway.call("/api/file/1").then((answer) => answer.text());
  const calls = Array.from({ length: 32 }, () => gateway.call("/api/file/slow"));
  await until(() => waiting === 32);
  const refused = await gateway.call("/api/file/1");
  await refused.body?.cancel();
  assertEquals([refused.status, refused.headers.get("retry-after")], [429, "1"]);
  await gateway.clock.advance(30_000);
  assertEquals(new Set(await Promise.all(calls.map(status))), new Set([504]));
  assertEquals(await status(gateway.call("/api/file/1")), 200);
  released.resolve();
});

Deno.test("openClientBook() lets the last client go, and keeps the clients of a file that is broken (found 143)", async () => {
  await using gateway = await serveGateway(() => new Response("x"));
  assertEquals(await status(gateway.call("/api/file/1")), 200);
  for (const broken of ["", CLIENTS.slice(0, -5), "{}"]) {
    gateway.clients = broken;
    await gateway.clock.advance(30_000);
    assertEquals(await status(gateway.call("/api/file/1")), 200, broken);
  }
  assertEquals(alerts(gateway), ["clients"]);
  await gateway.clock.advance(300_000);
  assertEquals(await status(gateway.call("/api/file/1")), 200, "who has a token keeps it");
  assertEquals([await status(fetch(`${gateway.origin}/readyz`)), await gateway.token()], [503, undefined]);
  gateway.clients = EMPTY;
  await gateway.clock.advance(30_000);
  assertEquals([await status(gateway.call("/api/file/1")), await gateway.token()], [401, undefined]);
  assertEquals(await status(fetch(`${gateway.origin}/readyz`)), 200);
});

Deno.test("apiRoute() ends the downloads of a client that is removed within a minute (found 166)", async () => {
  for (const audit of ["true", "false"]) await removeDuringDownload(audit);
});

/** After this the platform's abort does not end a body any more, unless somebody holds the answer that it was part of. */
function collectGarbage(): void {
  setFlagsFromString("--expose-gc");
  runInNewContext("gc")();
}

async function removeDuringDownload(audit: string): Promise<void> {
  let pull: () => void = () => {};
  await using gateway = await serveGateway(() => {
    return new Response(
      new ReadableStream({ start: (controller) => pull = () => controller.enqueue(new Uint8Array(9)) }),
    );
  }, { GATEWAY_AUDIT: audit });
  const asked = gateway.call("/api/file/1/download");
  await until(() => (pull(), true));
  const timer = setInterval(() => pull(), 10);
  const reader = (await asked).body!.getReader();
  await reader.read();
  collectGarbage();
  gateway.clients = EMPTY;
  await gateway.clock.advance(30_000);
  const cut = await (async () => {
    for (;;) if ((await reader.read()).done) return "whole";
  })().catch(() => "cut");
  clearInterval(timer);
  assertEquals(cut, "cut");
  await until(() => gateway.log.length > 1);
  if (audit === "true") assertMatch(JSON.stringify(gateway.log.at(-1)), /"outcome":"removed"/);
}

Deno.test("requestLog() tells under audit who took what, and how it ended (found 169)", async () => {
  await using gateway = await serveGateway(({ url }) => {
    if (!url.endsWith("/cut")) return new Response("x".repeat(1_000));
    return new Response(
      new ReadableStream({
        start: (controller) => controller.enqueue(new Uint8Array(9)),
        pull: (controller) => controller.error(new Error("cut")),
      }),
    );
  }, { GATEWAY_AUDIT: "true" });
  assertEquals((await (await gateway.call("/api/file/1/download?secret=1")).text()).length, 1_000);
  await until(() => gateway.log.length === 2);
  const { path, bytes, outcome, address, client, token } = Object(gateway.log.at(-1));
  assertEquals([path, bytes, outcome, address, client], [
    "/api/file/1/download",
    1_000,
    "whole",
    "192.0.2.1",
    "client",
  ]);
  assertMatch(token, /^[\w-]{12}$/);
  await gateway.call("/api/file/cut").then((answer) => answer.text()).catch(() => {});
  await until(() => gateway.log.length === 3);
  assertMatch(JSON.stringify(gateway.log.at(-1)), /"bytes":\d+,"outcome":"upstream_cut"/);
  await status(fetch(`${gateway.origin}/api/file/secret`));
  await until(() => gateway.log.length === 4);
  const guess = Object(gateway.log.at(-1));
  assertEquals([guess.path, guess.address, guess.status], ["/api/*", "192.0.2.1", 401]);
});

Deno.test("watchHealth() tells of a wrong password and of a store that fails, tried, with one alert each (found 147)", async () => {
  await using gateway = await serveGateway(() => new Response("x"), { XSIGNALS_PASSWORD: "swordfish" });
  assertEquals(await gateway.health.check(), { account: "credentials_rejected", store: "works", clients: "works" });
  for (let i = 0; i < 3; i++) {
    assertEquals(await status(fetch(`${gateway.origin}/readyz`)), 503);
    await gateway.clock.advance(10_000);
  }
  assertEquals(alerts(gateway), ["login"]);
  assertMatch(JSON.stringify(gateway.log), /credentials_rejected/);
});

Deno.test("rateLimits() takes a failure before anything is awaited: as many as the limit, however bodies come (found 149)", async () => {
  await using gateway = await serveGateway(() => new Response("x"));
  const gate = Promise.withResolvers<void>();
  const body = () =>
    new ReadableStream({
      async pull(controller) {
        await gate.promise;
        controller.enqueue(new TextEncoder().encode("grant_type=client_credentials"));
        controller.close();
      },
    });
  const headers = {
    authorization: `Basic ${btoa("client:wrong")}`,
    "content-type": "application/x-www-form-urlencoded",
  };
  const asked = Array.from({ length: 60 }, () => {
    return gateway.app.request("/token", { method: "POST", headers, body: body() });
  });
  gate.resolve();
  const statuses = await Promise.all(asked.map(async (answer) => (await answer).status));
  assertEquals([401, 429].map((one) => statuses.filter((status) => status === one).length), [30, 30]);
});

Deno.test("readConfig() takes no key without a store, where revoked tokens would live again (found 151)", () => {
  const env = new Map([["GATEWAY_CLIENTS", "a:b"], ["GATEWAY_SIGNING_KEY", KEY]]);
  assertThrows(() => readConfig(env), TypeError, "GATEWAY_SIGNING_KEY is set without GATEWAY_STORE");
});

Deno.test("readConfig() takes for loopback what is, and nothing that begins alike (found 160)", () => {
  for (const name of ["GATEWAY_ISSUER", "GATEWAY_CORS_ORIGINS"]) {
    const read = (origin: string) => readConfig(new Map([["GATEWAY_CLIENTS", "a:b"], [name, origin]]));
    for (const host of ["127.evil.example", "localhost.example", "127.0.0.1.example"]) {
      assertThrows(() => read(`http://${host}`), TypeError, name, host);
    }
    for (const host of ["127.0.0.1:8080", "localhost", "[::1]"]) read(`http://${host}`);
  }
});

Deno.test("readConfig() names a store's address that cannot be read, and what Kubernetes sets, without a value (found 144, 168)", () => {
  const read = (name: string, text: string) => () => {
    readConfig(
      new Map([["GATEWAY_CLIENTS", "a:b"], ["GATEWAY_SIGNING_KEY", KEY], ["GATEWAY_STORE", "kv"], [name, text]]),
    );
  };
  const wrong = assertThrows(read("GATEWAY_STORE", "postgres://user:SECRET#PW@host/db"), TypeError).message;
  assertMatch(wrong, /^Cannot use GATEWAY_STORE: (?!.*(SECRET|user|host)).*$/);
  const port = assertThrows(read("GATEWAY_PORT", "tcp://10.0.0.1:80"), TypeError).message;
  assertMatch(port, /^Cannot use GATEWAY_PORT: .*enableServiceLinks: false$/);
});

Deno.test("parseClientFile() takes times of ISO 8601 with a zone, and a byte order mark (found 161)", () => {
  const read = (expires: string) => {
    const { clients } = JSON.parse(CLIENTS);
    return parseClientFile(`\ufeff${JSON.stringify({ clients: [{ ...clients[0], expires }] })}`).get("client")
      ?.expiresAt;
  };
  for (const wrong of ["client 5", "2030-02-31T00:00:00Z", "2030-02-31", "01/02/2030", "2030-01-31T00:00:00", "2030"]) {
    assertThrows(() => read(wrong), TypeError, "2030-01-31T00:00:00Z", wrong);
  }
  assertEquals(read("2030-01-31T01:00:00.5+01:00"), Date.UTC(2030, 0, 31, 0, 0, 0, 500));
});

Deno.test("openShared() keeps a KV file from everybody else (found 150)", async () => {
  const directory = await Deno.makeTempDir();
  const program = `const { openShared } = await import("./deno_world.ts");
    await (await openShared({ store: { kind: "kv", at: "${directory}/kv" }, storeKeys: [] }))
      .open("session").write(new Uint8Array(1), null);`;
  const cwd = new URL(".", import.meta.url).pathname;
  const { stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["eval", "--unstable-kv", program],
    cwd,
    stdout: "null",
  }).output();
  const modes = [];
  for await (const { name } of Deno.readDir(directory)) {
    modes.push(`${name} ${((await Deno.stat(`${directory}/${name}`)).mode! & 0o777).toString(8)}`);
  }
  await Deno.remove(directory, { recursive: true });
  assert(modes.includes("kv 600"), new TextDecoder().decode(stderr));
  assertEquals(modes.filter((mode) => !mode.endsWith(" 600")), []);
});

Deno.test("the operator ends all of a client's tokens, keeps secrets in files, and rotates keys (found 170)", async () => {
  const directory = await Deno.makeTempDir();
  await Deno.writeTextFile(`${directory}/key`, `${OTHER_KEY} ${KEY}\n`);
  const env = new Map([
    ["GATEWAY_STORE", `file:${directory}`],
    ["GATEWAY_SIGNING_KEY_FILE", `${directory}/key`],
    ["GATEWAY_CLIENTS", "a:b"],
  ]);
  const printed: string[] = [];
  const output = { log: (text: string) => printed.push(text), error: (text: string) => printed.push(text) };
  assertEquals(await operate(["client", "revoke", "client"], env, output), 0, printed.join());
  const shared = await openShared(readConfig(new Map([...env, ["GATEWAY_SIGNING_KEY", KEY]])));
  const entry = await shared!.open("revocations").read();
  assertMatch(new TextDecoder().decode(entry!.data), /^\[\["@client",\d{13}\]\]$/);
  await Deno.remove(directory, { recursive: true });

  let time = Date.UTC(2030, 0, 1);
  const now = () => time;
  const none = makeAlerts(() => {}, now);
  const list = parseClientFile(CLIENTS);
  const clients = openClientBook(list, () => Promise.resolve(list), now, none);
  const revocations = keepRevocations(memoryStore(), now, none);
  const [old, next] = [new Uint8Array(32).fill(1), new Uint8Array(32).fill(2)] as const;
  const options = { lifetimeMs: 900_000, clients, revocations, now };
  const before = gatewayTokens({ ...options, keys: [old] });
  const after = gatewayTokens({ ...options, keys: [next, old] });
  const to = { client: list.get("client")!, hash: hashSecret("secret") };
  const first = before.issue(to).access_token;
  assertEquals((await after.verify(first)).id, "client", "no gap");
  await assertRejects(() => before.verify(after.issue(to).access_token), OAuthError);
  await revocations.addClient("client");
  await assertRejects(() => after.verify(first), OAuthError);
  time += 1_000;
  assertEquals((await after.verify(after.issue(to).access_token)).id, "client");
});
