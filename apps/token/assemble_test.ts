import { randomBytes } from "node:crypto";
import { assert, assertEquals, assertRejects } from "@std/assert";
import { createEmulator, type Emulator } from "@xsignals/emulator";
import { memoryStore } from "@xsignals/session";
import { type FakeClock, fakeClock } from "@xsignals/session/testing";
import { assemble } from "./assemble.ts";
import { readConfig } from "./config.ts";
import { FAILURES } from "./rate_limits.ts";
import type { SharedStores } from "./shared_stores.ts";
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
    TOKEN_CLIENTS: clientLine("client", "secret"),
    TOKEN_SIGNING_KEY: KEY,
    ...variables,
  }));
  const { app } = await assemble(readConfig(env), {
    env,
    clock,
    log: () => {},
    readFile,
    socketAddress: () => "192.0.2.1",
    fetch: emulator.fetch,
    ...(shared ? { shared, record: shared.open("session") } : {}),
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

Deno.test("assemble() makes a gateway by default, whose tokens another process with the same key and store takes", async () => {
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
  const stranger = await start({ TOKEN_SIGNING_KEY: "" });
  assertEquals(await stranger.call((await (await second.ask()).json()).access_token), 401);
});

Deno.test("assemble() holds a client's rate over four processes of one store", async () => {
  const shared = shareMemory();
  const processes = await Promise.all(Array.from({ length: 4 }, () => start({ TOKEN_RATE: "40" }, { shared })));
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
  const variables = { TOKEN_MODE: "passthrough", TOKEN_RATE: "1000" };
  const apps = await Promise.all(Array.from({ length: 4 }, () => start(variables, common)));
  const lifetimes = 3;
  const tokens = new Set<string>();
  for (let minute = 0; minute < lifetimes * 60; minute++) {
    let isDone = false;
    const asked = Promise.all(apps.map(async ({ ask }) => (await ask()).json())).finally(() => isDone = true);
    // Who waits for another process's renewal looks again every few ms, and a deadline sleeps while one goes on in the
    // background. Time goes no faster than work outside the event loop: a renewal that takes too long is taken over.
    for (let quiet = 0; quiet < 3; quiet = isDone && clock.sleeping() === 0 ? quiet + 1 : 0) {
      await new Promise((resolve) => setTimeout(resolve, 1));
      await clock.advance(1);
    }
    for (const { access_token } of await asked) tokens.add(access_token);
    await clock.advance(60_000);
  }
  const renewals = emulator.log.filter(({ path }) => path === "/auth/refresh").length;

  assertEquals(emulator.log.filter(({ path }) => path === "/auth/login").length, 1);
  assertEquals(tokens.size, 1 + renewals);
  assert(renewals >= lifetimes - 1 && renewals <= lifetimes + 1, `${renewals} renewals`);
});

Deno.test("assemble() counts failures by the address that a proxy saw, where one is configured", async () => {
  const { ask } = await start({ TOKEN_PROXIES: "1" });
  for (let i = 0; i < FAILURES + 5; i++) await ask(WRONG, `203.0.113.${i}, 198.51.100.7`);
  assertEquals((await ask(CLIENT, "198.51.100.7")).status, 429);
  assertEquals((await ask(CLIENT, "198.51.100.7, 198.51.100.8")).status, 200);

  const direct = await start();
  for (let i = 0; i < FAILURES + 5; i++) await direct.ask(WRONG, `203.0.113.${i}`);
  assertEquals((await direct.ask(CLIENT, "198.51.100.8")).status, 429, "a header that nobody vouches for");
});

Deno.test("assemble() reads the clients from a file", async () => {
  const [id, hash] = clientLine("client", "secret").split(":");
  const text = JSON.stringify({ clients: [{ id, hashes: [hash] }] });
  const paths: string[] = [];
  const variables = { TOKEN_CLIENTS: "", TOKEN_CLIENTS_FILE: "/clients.json" };
  const { ask } = await start(variables, {
    readFile(path) {
      paths.push(path);
      return Promise.resolve(text);
    },
  });
  assertEquals([(await ask()).status, (await ask(WRONG)).status, paths], [200, 401, ["/clients.json"]]);
});

Deno.test("assemble() refuses clients that cannot be read, or none, by the variable's name and without a word of them", async () => {
  const file = { TOKEN_CLIENTS: "", TOKEN_CLIENTS_FILE: "/clients.json" };
  const cases: [Record<string, string>, string, string][] = [
    [file, "", "Cannot use the clients: the file is no JSON (from TOKEN_CLIENTS_FILE)"],
    [file, '{"clients":[]}', "Cannot use the clients: there is none (from TOKEN_CLIENTS_FILE)"],
    [{ TOKEN_CLIENTS: " , " }, "", "Cannot use the clients: there is none (from TOKEN_CLIENTS)"],
    [
      { TOKEN_CLIENTS: "a:b" },
      "",
      "Cannot use the clients: client 1 has what is no hash: make one with deno task " +
      "token:client (from TOKEN_CLIENTS)",
    ],
  ];
  for (const [variables, text, message] of cases) {
    const refused = start(variables, { readFile: () => Promise.resolve(text) });
    assertEquals((await assertRejects(() => refused, TypeError)).message, message);
  }
  const missing = await assertRejects(() => start(file), TypeError);
  assertEquals(missing.message, "Cannot read the clients: NotFound (from TOKEN_CLIENTS_FILE)");
});
