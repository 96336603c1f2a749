import { assertEquals, assertMatch } from "@std/assert";
import { serveEmulator } from "@xsignals/emulator/serve";
import { auth0, clientCredentials, createSession, login } from "@xsignals/session";
import { http, rawServer } from "../system/raw_server.ts";
import { leaksIn } from "../system/secrets.ts";
import { tokenCalls } from "../system/token_calls.ts";
import { runCommand } from "./command.ts";
import { ANSWER, HELD, openFailing, SAID, TRUST } from "./failing.ts";
import { PACKAGES } from "./packages.ts";
import { exportedNames } from "./program/entries.ts";
import type { FailTask, Told } from "./program/failures.ts";
import { type Life, LIFE_MS, LIFE_STEPS, type LiveTask } from "./program/life.ts";
import type { ReadTask } from "./program/records.ts";
import { type Runtime, RUNTIMES, start, wayToNpm } from "./runtimes.ts";
import { nowhere, openServers } from "./servers.ts";
import { compile, furnish } from "./workshop.ts";

const ROOT = new URL("../../", import.meta.url);
const NAMES = Object.keys(RUNTIMES);
const DEPENDENCIES: Record<string, string[]> = { data: ["csv-parse"], emulator: ["hono", "jose"] };
const ON_DEAD_CONNECTION = new URL("tests/system/programs/on_dead_connection.ts", ROOT).pathname;
const PAIR = { token: "a", refreshToken: "b", access_token: "a", refresh_token: "b", token_type: "Bearer" };

let workshop: string;
const servers = new Map<string, Awaited<ReturnType<typeof openServers>>>();
const lives = new Map<string, Promise<Life>>();

Deno.test.beforeAll(async () => {
  workshop = await Deno.makeTempDir({ prefix: "xsignals-runtimes-" });
  await furnish(workshop);
  for (const name of NAMES) servers.set(name, await openServers());
});

Deno.test.afterAll(async () => {
  for (const one of servers.values()) await one[Symbol.asyncDispose]();
  await Deno.remove(workshop, { recursive: true });
});

/** What sessions in a runtime say of servers: one that logs in by GET, and one that refreshes by POST. */
async function askAbout(
  origins: Readonly<Record<string, string>>,
  runtime: Runtime,
  variables: Runtime["env"],
  isOwnFetch = false,
): Promise<Record<string, [login: Told, refresh: Told]>> {
  const task: FailTask = { ...HELD, servers: origins, isOwnFetch };
  const printed = await start(workshop, runtime, "main", task, variables);
  assertEquals(leaksIn(printed), []);
  return JSON.parse(printed);
}

/** The two errors that a session should give about a failing server. */
function errorsAbout(name: string, origin: string): unknown[] {
  const [reason, retryable, maybeSent, why] = SAID[name]!;
  const code = reason === "not_permitted" ? reason : "unreachable";
  const details = { name: "SessionError", code, host: new URL(origin).host, reason, retryable };
  const [login, refresh] = ["log in", "renew the session"].map((what) => `Cannot ${what} at ${origin}: ${why}`);
  if (!maybeSent) return [[login, { ...details, sent: false }], [refresh, { ...details, sent: false }]];
  const lost =
    `Cannot renew the session for ${origin}: refresh: outcome unknown, and no credentials are held; make a new session`;
  return [[login, details], [lost, { name: "SessionError", code: "login_required", retryable: false }]];
}

async function entriesOf(name: string): Promise<string[]> {
  return Object.keys(JSON.parse(await Deno.readTextFile(new URL(`packages/${name}/deno.json`, ROOT))).exports);
}

/** What a runtime does by itself, with servers of its own; once, because all the others read its records. */
function lifeIn(name: string): Promise<Life> {
  async function live(): Promise<Life> {
    const { upstream } = servers.get(name)!;
    const task: LiveTask = { do: "live", upstream, nowhere: await nowhere(), copies: NAMES.length };
    return JSON.parse(await start(workshop, RUNTIMES[name]!, "main", task));
  }
  const life = lives.get(name) ?? live();
  lives.set(name, life);
  return life;
}

Deno.test("the packed packages keep every entry point and add no dependency", async () => {
  for (const name of PACKAGES) {
    const manifest = `${workshop}/node_modules/@xsignals/${name}/package.json`;
    const { exports, dependencies = {} } = JSON.parse(await Deno.readTextFile(manifest));
    assertEquals(Object.keys(exports), await entriesOf(name));
    assertEquals(Object.keys(dependencies).sort(), DEPENDENCIES[name] ?? [], name);
  }
});

for (const module of ["nodenext", "preserve"] as const) { // the latter resolves as bundlers do
  Deno.test(`the packed types compile strictly for the newest Node, with module ${module}`, async () => {
    await compile(workshop, "node26", module);
  });
}

for (const [name, runtime] of Object.entries(RUNTIMES)) {
  Deno.test(`createSession() logs in, renews what expired or was taken back, and logs out: ${name}`, async () => {
    const { agent, steps, wrong, entries } = await lifeIn(name);
    assertEquals([agent, steps, wrong], [runtime.agent, LIFE_STEPS, []]);
    assertEquals(entries, exportedNames()); // every entry point loads
  });

  Deno.test(`createSession() goes on with the records of every other runtime: ${name}`, async () => {
    const sets: ReadTask["sets"][number][] = [];
    for (const writer of NAMES) {
      const { records } = await lifeIn(writer);
      sets.push({ writer, upstream: servers.get(writer)!.upstream, records: records[NAMES.indexOf(name)]! });
    }
    const task: ReadTask = { do: "read", ahead: LIFE_MS, sets };
    const outcome = JSON.parse(await start(workshop, runtime, "main", task));
    assertEquals(outcome, { steps: NAMES.length * 2 * 6, wrong: [] }); // six kinds, twice
  });

  Deno.test(`createData() lists, opens and reads tables, and saves in Deno: ${name}`, async () => {
    await using own = await openServers();
    const isDeno = runtime.agent.startsWith("Deno");
    const folder = isDeno ? { folder: `places/${crypto.randomUUID()}` } : {};
    const task = { upstream: own.upstream, ...folder };
    const way = name.includes("sources") ? { DENO_TLS_CA_STORE: "mozilla,system", ...wayToNpm() } : {}; // csv-parse
    const outcome = JSON.parse(await start(workshop, runtime, "data", task, way));
    assertEquals(outcome, { agent: runtime.agent, steps: isDeno ? 13 : 9, wrong: [] });
  });

  Deno.test(`SessionError says why there is no answer and what to do: ${name} (found 115)`, async () => {
    await using stack = new AsyncDisposableStack();
    const servers = await openFailing(stack);
    const origins = Object.fromEntries(Object.entries(servers).map(([key, { origin }]) => [key, origin]));
    const forbidden = "https://127.0.0.2";
    const told = await askAbout({ ...origins, ...(name.startsWith("Deno") && { forbidden }) }, runtime, TRUST);
    if (name === "Node 26") { // the first one with a permission for the network
      const variables = { NODE_OPTIONS: "--permission --allow-fs-read=*" };
      Object.assign(told, await askAbout({ forbidden }, runtime, variables));
    }
    const { good, ...failed } = told;
    assertEquals(good, [[ANSWER], [ANSWER]]);
    for (const [key, both] of Object.entries(failed)) {
      const origin = origins[key] ?? forbidden;
      if (name === "workerd") { // it gives no reasons
        assertEquals(both.map(([, details]) => details?.code), ["unreachable", "login_required"], key);
      } else {
        assertEquals(both.map(([said, details]) => [said, details]), errorsAbout(key, origin), key);
      }
      const { requests = [], connections } = servers[key] ?? {};
      const copies = SAID[key]![2] ? (runtime.repeatsGet && key !== "silent" ? 3 : 2) : 0;
      assertEquals(key === "reset" ? connections : requests.length, copies, key);
      assertEquals(requests.filter(({ method }) => method === "POST").length <= 1, true, key);
    }
  });

  if (runtime.onlyMain) continue;

  Deno.test(`createSession() keeps credentials from a proxy of the environment: ${name} (found 122)`, async () => {
    await using api = rawServer(() => ({ write: http(200, ANSWER) }));
    await using proxy = rawServer(() => ({ write: http(200, ANSWER) }));
    const allowEnv = (one: string) => one === "--quiet" ? [one, "--allow-env"] : [one];
    const readsEnv: Runtime = { ...runtime, command: (program) => runtime.command(program).flatMap(allowEnv) };
    const ask = async (which: Runtime, variables: Runtime["env"] = {}, isOwnFetch = false) => {
      const all = { HTTP_PROXY: proxy.origin, ...variables };
      const { api: told } = await askAbout({ api: api.origin }, which, all, isOwnFetch);
      return told!.map(([said, details]) => details ? `${details.name}: ${said}` : said);
    };
    const why = "the proxy of HTTP_PROXY would read it; set NO_PROXY=127.0.0.1";
    const refused = Array(2).fill(`TypeError: Cannot use ${api.origin}: ${why}`);
    const except = { NO_PROXY: "127.0.0.1" };
    const answered = [ANSWER, ANSWER];

    assertEquals(await ask(runtime), answered);
    assertEquals(await ask(readsEnv), answered);
    assertEquals(await ask(readsEnv, {}, true), refused);
    assertEquals(await ask(readsEnv, except, true), answered);
    if (name.startsWith("Node")) {
      for (const [key, value] of [["NODE_USE_ENV_PROXY", "1"], ["NODE_OPTIONS", "--use-env-proxy"]] as const) {
        assertEquals(await ask(runtime, { [key]: value }), refused);
        assertEquals(await ask(runtime, { [key]: value, ...except }), answered);
      }
    }
    assertEquals(proxy.requests, []);
    assertEquals(api.requests.length % 4, 0); // a login, a refresh, and a call after each
    if (!name.startsWith("Deno")) return;
    await ask(runtime, {}, true); // it cannot know of the proxy, which is there
    assertEquals(proxy.requests.length > 0, true);
  });

  Deno.test(`the ten lines of the session's README run: ${name}`, async () => {
    const { emulator, api, stop } = await serveEmulator();
    try {
      const variables = { XSIGNALS_BASE_URL: api, XSIGNALS_USERNAME: "login", XSIGNALS_PASSWORD: "password" };
      const printed = await start(workshop, runtime, "readme", null, variables);
      assertMatch(printed, /^200 \{[^]*name: ['"]Market Notes['"]/);
      assertEquals(emulator.log.map(({ operation }) => operation), ["authLogin", "listFileGroups", "authLogout"]);
    } finally {
      await stop();
    }
  });

  Deno.test(`serveEmulator() answers over loopback: ${name}`, async () => {
    assertEquals(JSON.parse(await start(workshop, runtime, "serve")), {
      saw: "200, 3 groups",
      moved: 200,
      received: ["authLogin 200", "listFileGroups 200", "authLogout 200"],
    });
  });
}

for (const place of ["file", "kv"] as const) {
  const sharing = Object.entries(RUNTIMES).filter(([, { places }]) => places.includes(place));
  for (const [index, one] of sharing.entries()) {
    for (const other of sharing.slice(index + 1)) {
      const both = `${one[0]}, ${other[0]}`;
      Deno.test(`${place}Store() goes on with the session that the other one left there: ${both}`, async () => {
        await using own = await openServers();
        const path = `${workshop}/places/${crypto.randomUUID()}`;
        for (const [turn, [name, runtime]] of [one, other, one].entries()) {
          const task = { place, path, isFirst: turn === 0, upstream: own.upstream };
          const outcome = JSON.parse(await start(workshop, runtime, "shared", task));
          assertEquals(outcome, { steps: 2, wrong: [] }, `${name}, turn ${turn}`);
        }
      });
    }
  }
}

for (const then of ["stall", "reset"] as const) {
  for (const name of ["Deno", "Bun"]) {
    Deno.test(`createSession() needs no connection of the pool for a token call: ${name}, ${then} (found 120)`, async () => {
      const bun = `${workshop}/node_modules/bun/bin/bun`;
      const command = name === "Bun" ? [bun] : [Deno.execPath(), "run", "-A", "--quiet"];
      const session = new URL("packages/session/mod.ts", ROOT).pathname;
      const calls = Object.keys(tokenCalls({ auth0, clientCredentials, createSession, login }));
      assertEquals(calls.length, 8);
      for (const call of calls) {
        await using server = rawServer(({ path }) =>
          path === "/prime" ? { write: http(200, "primed"), then } : { write: http(200, JSON.stringify(PAIR)) }
        );
        const [told] = JSON.parse(await runCommand([...command, ON_DEAD_CONNECTION, session, server.origin, call]));
        // A password that was changed is changed back; no other call is repeated.
        assertEquals([told, server.requests.length - 1], ["done", call === "changePassword" ? 2 : 1], call);
      }
    });
  }
}

Deno.test("exportedNames() knows every entry point of client and session", async () => {
  const entries: string[] = [];
  for (const name of ["client", "session"]) {
    entries.push(...(await entriesOf(name)).map((entry) => entry === "." ? name : entry.slice("./".length)));
  }
  assertEquals(Object.keys(exportedNames()).sort(), entries.sort());
});
