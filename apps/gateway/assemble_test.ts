import { randomBytes } from "node:crypto";
import { assert, assertEquals, assertMatch, assertRejects, assertThrows } from "@std/assert";
import { createEmulator, type Emulator } from "@xsignals/emulator";
import { memoryStore } from "@xsignals/session";
import { type FakeClock, fakeClock } from "@xsignals/session/testing";
import { accountSession, assemble, type SharedStores } from "./assemble.ts";
import { readConfig } from "./config.ts";
import { FAILURES } from "./rate_limits.ts";
import { CLIENT, clientLine } from "./testing/test_app.ts";

const START = Date.UTC(2030, 0, 1);
const KEY = randomBytes(32).toString("base64url");
const WRONG = `Basic ${btoa("client:wrong")}`;

/** What apps may share. */
interface Common {
  readonly clock?: FakeClock;
  readonly emulator?: Emulator;
  readonly shared?: SharedStores;
  readonly readFile?: (path: string) => Promise<string>;
}

/** Starts an app on these variables, with all of its own that is not given. */
async function start(variables: Record<string, string> = {}, common: Common = {}) {
  const { clock = fakeClock(START), emulator = upstream(clock), shared } = common;
  const { readFile = () => Promise.reject(new Deno.errors.NotFound("swordfish")) } = common;
  const env = new Map(Object.entries({
    XSIGNALS_USERNAME: "login",
    XSIGNALS_PASSWORD: "password",
    GATEWAY_CLIENTS: clientLine("client", "secret"),
    GATEWAY_SIGNING_KEY: KEY,
    GATEWAY_STORE: "kv", // so the key is taken; what is shared is told below
    ...variables,
  }));
  const { app } = await assemble(readConfig(env), {
    env,
    clock,
    log: () => {},
    readFile,
    socketAddress: () => "192.0.2.1",
    fetch: emulator.fetch,
    ...(shared ? { shared } : {}),
  });
  async function ask(authorization = CLIENT, forwarded = ""): Promise<Response> {
    const headers = { authorization, ...(forwarded === "" ? {} : { "x-forwarded-for": forwarded }) };
    return await app.request("/token", {
      method: "POST",
      headers,
      body: new URLSearchParams({ grant_type: "client_credentials" }),
    });
  }
  async function call(token: string): Promise<number> {
    const answer = await app.request("/api/file/group", { headers: { authorization: `Bearer ${token}` } });
    await answer.body?.cancel();
    return answer.status;
  }
  return { app, ask, call };
}

function upstream({ now }: FakeClock): Emulator {
  return createEmulator({ users: { login: "password" }, now });
}

function shareMemory(): SharedStores {
  const stores = new Map<string, ReturnType<typeof memoryStore>>();
  return {
    open(entry) {
      const store = stores.get(entry) ?? memoryStore();
      stores.set(entry, store);
      return store;
    },
  };
}

Deno.test("assemble() makes a gateway whose tokens another process with the same key and store takes", async () => {
  const clock = fakeClock(START);
  const common = { clock, emulator: upstream(clock), shared: shareMemory() };
  const [first, second] = [await start({}, common), await start({}, common)];
  const { access_token } = await (await first.ask()).json();
  assertEquals([await first.call(access_token), await second.call(access_token)], [200, 200]);
  assertEquals(
    common.emulator.log.map(({ path }) => path),
    ["/auth/login", "/file/group", "/file/group"],
    "one login for both",
  );

  const body = new URLSearchParams({ token: access_token });
  await first.app.request("/revoke", { method: "POST", headers: { authorization: CLIENT }, body });
  assertEquals(await first.call(access_token), 401);
  const stranger = await start({ GATEWAY_SIGNING_KEY: "", GATEWAY_STORE: "" });
  assertEquals(await stranger.call((await (await second.ask()).json()).access_token), 401);
});

Deno.test("assemble() holds a client's rate over four processes of one store", async () => {
  const shared = shareMemory();
  const processes = await Promise.all(Array.from({ length: 4 }, () => start({ GATEWAY_RATE: "40" }, { shared })));
  const statuses = await Promise.all(
    processes.flatMap(({ ask }) => Array.from({ length: 30 }, async () => (await ask()).status)),
  );

  assertEquals(statuses.filter((status) => status === 200).length, 40);
  assertEquals(statuses.filter((status) => status === 429).length, 80);
});

Deno.test("assemble() renews once a lifetime for four processes of one store", async () => {
  const clock = fakeClock(START);
  const emulator = upstream(clock);
  const common = { clock, emulator, shared: shareMemory() };
  const apps = await Promise.all(Array.from({ length: 4 }, () => start({ GATEWAY_RATE: "1000" }, common)));
  const lifetimes = 3;
  for (let minute = 0; minute < lifetimes * 60; minute++) {
    let isDone = false;
    const called = Promise.all(
      apps.map(async ({ ask, call }) => await call((await (await ask()).json()).access_token)),
    ).finally(() => isDone = true);
    // Who waits for another process's renewal looks again every few ms, and a deadline sleeps while one goes on in the
    // background. Time goes no faster than work outside the event loop: a renewal that takes too long is taken over.
    for (let quiet = 0; quiet < 3; quiet = isDone && clock.sleeping() === 0 ? quiet + 1 : 0) {
      await new Promise((resolve) => setTimeout(resolve, 1));
      await clock.advance(1);
    }
    assertEquals(await called, [200, 200, 200, 200]);
    await clock.advance(60_000);
  }
  const renewals = emulator.log.filter(({ path }) => path === "/auth/refresh").length;

  assertEquals(emulator.log.filter(({ path }) => path === "/auth/login").length, 1);
  assert(renewals >= lifetimes - 1 && renewals <= lifetimes + 1, `${renewals} renewals`);
});

Deno.test("assemble() sends a refused account eight times, through ten restarts in ten days", async () => {
  const clock = fakeClock(START);
  const common = { clock, emulator: upstream(clock), shared: shareMemory() };
  for (let day = 0; day <= 10; day++) {
    const { app, ask } = await start({ XSIGNALS_PASSWORD: "wrong" }, common);
    assertEquals([(await app.request("/readyz")).status, (await ask()).status], [503, 200]);
    await clock.advance(24 * 3_600_000 + 1);
  }
  const logins = common.emulator.count({ operation: "authLogin", status: 401 });
  assertEquals(logins, 8);
});

Deno.test("assemble() counts failures by the address that a proxy saw, where one is configured", async () => {
  const { ask } = await start({ GATEWAY_PROXIES: "1" });
  for (let i = 0; i < FAILURES + 5; i++) await ask(WRONG, `203.0.113.${i}, 198.51.100.7`);
  assertEquals((await ask(WRONG, "198.51.100.7")).status, 429);
  assertEquals((await ask(WRONG, "198.51.100.7, 198.51.100.8")).status, 401);

  const direct = await start();
  for (let i = 0; i < FAILURES + 5; i++) await direct.ask(WRONG, `203.0.113.${i}`);
  assertEquals((await direct.ask(WRONG, "198.51.100.8")).status, 429, "a header that nobody vouches for");
});

Deno.test("assemble() reads the clients from a file", async () => {
  const [id, hash] = clientLine("client", "secret").split(":");
  const text = JSON.stringify({ clients: [{ id, hashes: [hash] }] });
  const paths: string[] = [];
  const variables = { GATEWAY_CLIENTS: "", GATEWAY_CLIENTS_FILE: "/clients.json" };
  const { ask } = await start(variables, {
    readFile(path) {
      paths.push(path);
      return Promise.resolve(text);
    },
  });
  assertEquals([(await ask()).status, (await ask(WRONG)).status, paths], [200, 401, ["/clients.json"]]);
});

Deno.test("assemble() refuses clients that cannot be read, or none, by the variable's name and without a word of them", async () => {
  const file = { GATEWAY_CLIENTS: "", GATEWAY_CLIENTS_FILE: "/clients.json" };
  const cases: [Record<string, string>, string, string][] = [
    [file, "", "Cannot use the clients: the file is not JSON (from GATEWAY_CLIENTS_FILE)"],
    [{ GATEWAY_CLIENTS: " , " }, "", "Cannot use the clients: there are none (from GATEWAY_CLIENTS)"],
    [
      { GATEWAY_CLIENTS: "a:b" },
      "",
      "Cannot use the clients: client 1 has a hash that is not valid: make one with deno task " +
      "gateway:client (from GATEWAY_CLIENTS)",
    ],
  ];
  for (const [variables, text, message] of cases) {
    const refused = start(variables, { readFile: () => Promise.resolve(text) });
    assertEquals((await assertRejects(() => refused, TypeError)).message, message);
  }
  const missing = await assertRejects(() => start(file), TypeError);
  assertEquals(missing.message, "Cannot read the clients: NotFound (from GATEWAY_CLIENTS_FILE)");
});

Deno.test("assemble() forwards with any kind of credential, and hands out none of it", async () => {
  const clock = fakeClock(START);
  const common = { clock, emulator: upstream(clock) };
  const { ask, call } = await start({ XSIGNALS_AUTH: "basic" }, common);
  const text = await (await ask()).text();

  assertEquals(await call(JSON.parse(text).access_token), 200);
  assertEquals(common.emulator.log.map(({ path, credential }) => `${path} ${credential}`), ["/file/group basic"]);
  assertEquals(text.includes(btoa("login:password")), false);
});

const ACCOUNT = { XSIGNALS_USERNAME: "login", XSIGNALS_PASSWORD: "password" };

function refusal(variables: Record<string, string>): string {
  return assertThrows(() => accountSession(new Map(Object.entries(variables))), TypeError).message;
}

Deno.test("accountSession() names the variable that is missing or wrong, and quotes no value", () => {
  const insecure = "http://swordfish.example";
  const sso = { ...ACCOUNT, XSIGNALS_AUTH: "auth0", XSIGNALS_CLIENT_ID: "a" };
  const cases: [Record<string, string>, RegExp][] = [
    [{}, /XSIGNALS_USERNAME/],
    [{ XSIGNALS_USERNAME: "login" }, /XSIGNALS_PASSWORD/],
    [{ ...ACCOUNT, XSIGNALS_AUTH: "swordfish" }, /XSIGNALS_AUTH/],
    [{ ...ACCOUNT, XSIGNALS_AUTH: "bearer" }, /XSIGNALS_USERNAME/],
    [{ ...ACCOUNT, XSIGNALS_BASE_URL: "swordfish" }, /XSIGNALS_BASE_URL/],
    [{ ...ACCOUNT, XSIGNALS_BASE_URL: insecure }, /\(from XSIGNALS_BASE_URL\)$/],
    [{ ...ACCOUNT, XSIGNALS_BASE_URL: "https://a:swordfish@b.example" }, /XSIGNALS_BASE_URL/],
    [{ ...sso, XSIGNALS_CLIENT_ID: "" }, /XSIGNALS_CLIENT_ID/],
    [{ ...sso, XSIGNALS_AUTH_DOMAIN: insecure }, /\(from XSIGNALS_AUTH_DOMAIN\)$/],
  ];
  for (const [variables, expected] of cases) {
    const message = refusal(variables);
    assertMatch(message, expected);
    assertMatch(message, /^Cannot /);
    assertEquals(message.includes("swordfish") && !message.includes(insecure), false, message);
  }
});
