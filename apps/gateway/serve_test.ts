import { randomBytes } from "node:crypto";
import { assertEquals, assertMatch } from "@std/assert";
import { runApp, type RunningApp, runToEnd, serveUpstream } from "./testing/run_app.ts";

const KEY = randomBytes(32).toString("base64url");
const SERVE = ["serve", "-A", "--unstable-kv", "--host", "127.0.0.1", "--port", "0"];
const MAIN = ["run", "-A", "--unstable-kv", "main.ts"];

/** The server of `deno task test:processes`, which runs this file; `deno task test` leaves it out. */
const POSTGRES = Deno.env.get("POSTGRES_URL");

/** A place for a store of each kind, in a folder that is removed. */
async function place(
  kind: "kv" | "file" | "postgres",
): Promise<AsyncDisposable & { variables: Record<string, string> }> {
  const directory = await Deno.makeTempDir();
  const store = { kv: `kv:${directory}/kv`, file: `file:${directory}`, postgres: POSTGRES ?? "" }[kind];
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
  assertEquals(upstream.emulator.log.filter(({ path }) => path === "/auth/login").length, 1);
});

for (const kind of ["kv", "file", "postgres"] as const) {
  Deno.test({
    name: `four processes of main.ts share a login, and take each other's tokens: ${kind}`,
    ignore: kind === "postgres" && POSTGRES === undefined,
    async fn() {
      await using upstream = await serveUpstream();
      await using store = await place(kind);
      await using stack = new AsyncDisposableStack();
      const starts = Array.from({ length: 4 }, () => runApp(MAIN, { ...upstream.env, ...store.variables }));
      const apps = (await Promise.all(starts)).map((app) => stack.use(app));
      const token = (await (await apps[0]!.ask()).json()).access_token;

      assertEquals(await Promise.all(apps.map((app) => fileStatus(app, token))), [200, 200, 200, 200]);
      assertEquals(upstream.emulator.log.filter(({ path }) => path === "/auth/login").length, 1);
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
