import { randomBytes } from "node:crypto";
import { setTimeout as pause } from "node:timers/promises";
import { assert, assertEquals, assertMatch } from "@std/assert";
import pg from "pg";
import { runApp, type RunningApp, runToEnd, serveUpstream } from "./testing/run_app.ts";

const KEY = randomBytes(32).toString("base64url");
const SERVE = ["serve", "-A", "--unstable-kv", "--host", "127.0.0.1", "--port", "0"];
const MAIN = ["run", "-A", "--unstable-kv", "main.ts"];

/** The server of `deno task test:processes`, which runs this file; `deno task test` leaves it out. */
const POSTGRES = Deno.env.get("POSTGRES_URL");

/** A database that no other test has. */
async function freshDatabase(): Promise<string> {
  const name = `t_${crypto.randomUUID().replaceAll("-", "")}`;
  const owner = new pg.Client({ connectionString: POSTGRES! });
  await owner.connect();
  await owner.query(`CREATE DATABASE ${name}`);
  await owner.end();
  return Object.assign(new URL(POSTGRES!), { pathname: name }).href;
}

/** A place for a store of each kind, in a folder that is removed. */
async function place(
  kind: "kv" | "file" | "postgres",
): Promise<AsyncDisposable & { variables: Record<string, string> }> {
  const directory = await Deno.makeTempDir();
  const postgres = kind === "postgres" ? await freshDatabase() : "";
  const store = { kv: `kv:${directory}/kv`, file: `file:${directory}`, postgres }[kind];
  return {
    variables: { GATEWAY_STORE: store, GATEWAY_SIGNING_KEY: KEY, GATEWAY_STORE_KEYS: KEY },
    [Symbol.asyncDispose]: () => Deno.remove(directory, { recursive: true }),
  };
}

async function fileStatus({ origin }: RunningApp, token: string): Promise<number> {
  const answer = await fetch(`${origin}/api/file/group`, { headers: { authorization: `Bearer ${token}` } });
  await answer.body?.cancel();
  return answer.status;
}

Deno.test("serve.ts refuses to start without a store that processes share", async () => {
  await using upstream = await serveUpstream();
  const { code, text } = await runToEnd([...SERVE, "serve.ts"], upstream.env);
  assertEquals(code, 1);
  assertMatch(text, /^Cannot serve: GATEWAY_STORE is not set, and isolates need one that they share/);
});

Deno.test("serve.ts serves in parallel with one login upstream", async () => {
  await using upstream = await serveUpstream();
  await using kv = await place("kv");
  await using app = await runApp([...SERVE, "--parallel", "serve.ts"], { ...upstream.env, ...kv.variables });
  const answers = await Promise.all(Array.from({ length: 20 }, () => app.ask()));
  assertEquals(answers.map(({ status }) => status), Array(20).fill(200));
  const tokens = await Promise.all(answers.map(async (answer) => (await answer.json()).access_token));
  assertEquals(await Promise.all(tokens.map((token) => fileStatus(app, token))), Array(20).fill(200));
  assertEquals(upstream.emulator.count("authLogin"), 1);
});

/** Sends so many requests at once, shared out to the processes, and counts the statuses of the answers. */
async function countStatuses(apps: readonly RunningApp[], times: number, path: string, init: RequestInit) {
  const statuses = await Promise.all(Array.from({ length: times }, async (_, index) => {
    const answer = await fetch(apps[index % apps.length]!.origin + path, init);
    await answer.body?.cancel();
    return answer.status;
  }));
  return (status: number) => statuses.filter((one) => one === status).length;
}

/** A form of a client with this secret. */
function formOf(secret: string, fields: Record<string, string>): RequestInit {
  const headers = { authorization: `Basic ${btoa(`client:${secret}`)}` };
  return { method: "POST", headers, body: new URLSearchParams(fields) };
}

/** How soon a process knows what another one revoked, in ms. */
const KNOWN = 6_000;

/** Four processes on one store. */
async function fourProcesses(kind: "kv" | "file" | "postgres", more: Record<string, string>) {
  await using stack = new AsyncDisposableStack();
  const upstream = stack.use(await serveUpstream());
  const store = stack.use(await place(kind));
  const env = { ...upstream.env, ...store.variables, ...more };
  const apps = (await Promise.all(Array.from({ length: 4 }, () => runApp(MAIN, env)))).map((app) => stack.use(app));
  const all = stack.move();
  return { emulator: upstream.emulator, apps, [Symbol.asyncDispose]: () => all.disposeAsync() };
}

for (const kind of ["kv", "file", "postgres"] as const) {
  const ignore = kind === "postgres" && POSTGRES === undefined;
  Deno.test({
    name: `four processes of main.ts share a login, tokens, limits and revocations: ${kind}`,
    ignore,
    async fn() {
      await using four = await fourProcesses(kind, { GATEWAY_RATE: "40" });
      const { emulator, apps } = four;
      const left = 60_000 - (Date.now() % 60_000);
      if (left < 5_000) await pause(left); // the minute must not end meanwhile
      const token = (await (await apps[0]!.ask()).json()).access_token;
      assertEquals(await Promise.all(apps.map((app) => fileStatus(app, token))), [200, 200, 200, 200]);
      assertEquals(emulator.count("authLogin"), 1);

      const granted = await countStatuses(apps, 80, "/token", formOf("secret", { grant_type: "client_credentials" }));
      assert(granted(200) >= 25 && granted(200) <= 39 && granted(200) + granted(429) === 80, `${granted(200)} granted`);
      const failed = await countStatuses(apps, 60, "/token", formOf("wrong", { grant_type: "client_credentials" }));
      assert(failed(401) >= 20 && failed(401) <= 30 && failed(401) + failed(429) === 60, `${failed(401)} tried`);

      assertEquals((await countStatuses(apps.slice(1), 1, "/revoke", formOf("secret", { token })))(200), 1);
      const end = performance.now() + KNOWN;
      let statuses: number[] = [];
      while (performance.now() < end && statuses.join() !== "401,401,401,401") {
        statuses = await Promise.all(apps.map((app) => fileStatus(app, token)));
        await pause(100);
      }
      assertEquals(statuses, [401, 401, 401, 401]);
    },
  });

  Deno.test({
    name: `four processes of main.ts are not ready after one login that was refused: ${kind}`,
    ignore,
    async fn() {
      await using four = await fourProcesses(kind, { XSIGNALS_PASSWORD: "wrong" });
      assertEquals((await countStatuses(four.apps, 4, "/readyz", {}))(503), 4);
      assertEquals(four.emulator.count("authLogin"), 1);
    },
  });
}

Deno.test("serve.ts writes its log: what works, and each request", async () => {
  await using upstream = await serveUpstream();
  await using store = await place("file");
  await using app = await runApp([...SERVE, "serve.ts"], { ...upstream.env, ...store.variables });
  await (await app.ask()).body?.cancel();
  while (!app.text().includes('"path":"/token"')) await new Promise((resolve) => setTimeout(resolve, 20));
  assertMatch(app.text(), /^Serving: .*; account: works, store: works$/m);
});
