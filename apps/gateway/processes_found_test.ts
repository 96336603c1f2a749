/**
 * What ends a process: its log, its open files, its database, its variables. Run by `deno task test:processes`, since each
 * case starts programs and some wait for real timeouts.
 *
 * @module
 */
import { assert, assertEquals, assertMatch } from "@std/assert";
import { createEmulator } from "@xsignals/emulator";
import { randomBytes } from "node:crypto";
import { setTimeout as pause } from "node:timers/promises";
import pg from "pg";
import { clientLine } from "./testing/test_app.ts";
import { serveUpstream } from "./testing/run_app.ts";
import { silentProxy } from "./testing/silent_proxy.ts";

const POSTGRES = Deno.env.get("POSTGRES_URL");
const ignore = POSTGRES === undefined;
const KEY = randomBytes(32).toString("base64url");
const STORED = { GATEWAY_SIGNING_KEY: KEY, GATEWAY_STORE_KEYS: KEY };
const CWD = new URL(".", import.meta.url).pathname;
const FORM = {
  method: "POST",
  headers: { authorization: `Basic ${btoa("client:secret")}` },
  body: new URLSearchParams({ grant_type: "client_credentials" }),
};

/** Starts the gateway by a line of the shell, in which `GATEWAY` is the gateway, on a port that is free. */
function start(line: string, env: Record<string, string>) {
  const probe = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = probe.addr;
  probe.close();
  const gateway = `${Deno.execPath()} run -A --unstable-kv main.ts`;
  const process = new Deno.Command("bash", {
    args: ["-c", line.replace("GATEWAY", gateway)],
    env: { NO_COLOR: "1", ...env, GATEWAY_PORT: String(port) },
    cwd: CWD,
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const origin = `http://127.0.0.1:${port}`;
  return { process, origin, port };
}

/** The status of a request, or 0 when there is no answer within two seconds. */
async function status(address: string, init: RequestInit = {}): Promise<number> {
  try {
    const answer = await fetch(address, { ...init, signal: AbortSignal.timeout(2_000) });
    await answer.body?.cancel();
    return answer.status;
  } catch {
    return 0;
  }
}

/** Waits until a request is answered so; fails after some seconds. */
async function until(wanted: number, ask: () => Promise<number>, seconds = 15): Promise<void> {
  let last = 0;
  for (let tries = 0; tries < seconds * 5; tries++) {
    if ((last = await ask()) === wanted) return;
    await pause(200);
  }
  assertEquals(last, wanted);
}

async function stop(process: Deno.ChildProcess): Promise<string> {
  process.kill("SIGTERM");
  const [out, err] = await Promise.all([process.stdout.text(), process.stderr.text(), process.stdin.close()]);
  await process.status;
  return out + err;
}

Deno.test({
  name: "main.ts goes on with its log on a full disk, and with a reader that stalls (found 141)",
  ignore,
  async fn() {
    await using upstream = await serveUpstream();
    for (const line of ["exec GATEWAY > /dev/full", "exec GATEWAY > >(exec sleep 60)"]) {
      const { process, origin } = start(line, upstream.env);
      await until(200, () => status(`${origin}/healthz`));
      for (let round = 0; round < 60; round++) {
        const asked = await Promise.all(Array.from({ length: 50 }, () => status(`${origin}/healthz`)));
        assertEquals(asked.filter((one) => one !== 200).length, 0, line);
      }
      const begun = performance.now();
      process.kill("SIGTERM");
      assertEquals((await process.status).code, 0, line);
      assert(performance.now() - begun < 6_000, "SIGTERM ends it");
      await Promise.all([process.stdout.cancel(), process.stderr.cancel(), process.stdin.close()]);
    }
  },
});

Deno.test({
  name: "main.ts goes on when bodies break off and nobody reads its errors (found 141)",
  ignore,
  async fn() {
    await using upstream = await serveUpstream();
    upstream.emulator.faults.add({ operation: "listFileGroups", cutAfter: 3, times: Infinity });
    const full = "exec 2> >(exec sleep 60); head -c 65000 /dev/zero >&2; exec GATEWAY";
    const { process, origin } = start(full, { ...upstream.env, GATEWAY_AUDIT: "true" });
    await until(200, () => status(`${origin}/healthz`));
    const { access_token: token } = await (await fetch(`${origin}/token`, FORM)).json();
    const headers = { authorization: `Bearer ${token}` };
    const read = async () => {
      const answer = await fetch(`${origin}/api/file/group`, { headers, signal: AbortSignal.timeout(5_000) });
      return await answer.text().catch(() => answer.status);
    };
    for (let round = 0; round < 3; round++) {
      assertEquals(new Set(await Promise.all(Array.from({ length: 20 }, read))), new Set([200]));
    }
    assertEquals(await status(`${origin}/healthz`), 200);
    process.kill("SIGTERM");
    await Promise.all([process.status, process.stdout.cancel(), process.stderr.cancel(), process.stdin.close()]);
  },
});

Deno.test({
  name: "main.ts with the Containerfile's variables hands on no trace of a caller's (found 158)",
  ignore,
  async fn() {
    const seen: (string | null)[] = [];
    const emulator = createEmulator({ users: { login: "password" } });
    await using api = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, ({ url, method, headers }) => {
      seen.push(headers.get("baggage"), headers.get("traceparent"));
      return emulator.fetch(`https://api.xsignals.xpansiv.com${new URL(url).pathname}`, { method, headers });
    });
    await using upstream = await serveUpstream();
    const containerfile = await Deno.readTextFile(`${CWD}/Containerfile`);
    const { process, origin } = start("exec GATEWAY", {
      ...upstream.env,
      XSIGNALS_BASE_URL: `http://127.0.0.1:${api.addr.port}`,
      OTEL_DENO: "true",
      OTEL_EXPORTER_OTLP_ENDPOINT: "http://127.0.0.1:9",
      OTEL_PROPAGATORS: /OTEL_PROPAGATORS=(\w+)/.exec(containerfile)?.[1] ?? "tracecontext,baggage", // the default
    });
    const traced = { baggage: "secret=1", traceparent: "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01" };
    await until(200, () => status(`${origin}/readyz`, { headers: traced }));
    const form = { ...FORM, headers: { ...FORM.headers, ...traced } };
    const { access_token: token } = await (await fetch(`${origin}/token`, form)).json();
    const headers = { ...traced, authorization: `Bearer ${token}` };
    assertEquals(await status(`${origin}/api/file/group`, { headers }), 200);
    await stop(process);
    assertEquals(seen, Array(4).fill(null)); // a login, and the listing
  },
});

Deno.test({
  name: "main.ts goes on with thousands of idle connections, more than it may have files, with one alert (found 140)",
  ignore,
  async fn() {
    await using upstream = await serveUpstream();
    const { process, origin, port } = start("ulimit -n 1000; exec GATEWAY", upstream.env);
    await until(200, () => status(`${origin}/healthz`));
    const idle: Deno.Conn[] = [];
    const open = () => Deno.connect({ hostname: "127.0.0.1", port }).then((one) => idle.push(one), () => pause(100));
    for (let round = 0; round < 30; round++) {
      await Promise.all(Array.from({ length: 100 }, open));
      await until(200, () => status(`${origin}/healthz`), 5);
    }
    assert(idle.length > 2_000, `${idle.length} connections`);
    for (const one of idle) one.close();
    await until(200, () => status(`${origin}/healthz`), 3);
    const text = await stop(process);
    assertEquals(text.match(/"reason":"connections"/g)?.length, 1, text.slice(-3_000));
  },
});

Deno.test({
  name: "main.ts stays with a refused account, and ten restarts on one store send eight logins at most (found 147)",
  ignore,
  async fn() {
    await using upstream = await serveUpstream();
    const directory = await Deno.makeTempDir();
    const env = { ...upstream.env, ...STORED, XSIGNALS_PASSWORD: "wrong", GATEWAY_STORE: `file:${directory}` };
    for (let run = 0; run <= 10; run++) {
      const { process, origin } = start("exec GATEWAY", env);
      await until(503, () => status(`${origin}/readyz`));
      // Each process takes a tenth of the minute's tokens.
      if (run > 0) assertEquals(await status(`${origin}/token`, FORM), 200);
      const text = await stop(process);
      assertMatch(text, /; account: credentials_rejected, store: works\n/);
      assertEquals(text.match(/"event":"alert","reason":"login"/g)?.length, 1, text);
    }
    const logins = upstream.emulator.count({ operation: "authLogin", status: 401 });
    assert(logins >= 1 && logins <= 8, `${logins} logins`);
    await Deno.remove(directory, { recursive: true });
  },
});

Deno.test({
  name: "main.ts is well again in seconds when Postgres was silent (found 145)",
  ignore,
  async fn() {
    await using upstream = await serveUpstream();
    const path = `${new URL(POSTGRES!).searchParams.get("host")}/.s.PGSQL.5432`;
    await using proxy = silentProxy(() => Deno.connect({ transport: "unix", path }));
    const owner = new pg.Client({ connectionString: POSTGRES! });
    await owner.connect();
    await owner.query("CREATE DATABASE silent"); // others have left records under other keys
    await owner.end();
    const store = `postgres://postgres@127.0.0.1:${proxy.port}/silent`;
    const variables = { ...upstream.env, ...STORED, GATEWAY_STORE: store, GATEWAY_PROXIES: "1" };
    const { process, origin } = start("exec GATEWAY", variables);
    await until(200, () => status(`${origin}/readyz`));
    const { access_token } = await (await fetch(`${origin}/token`, FORM)).json();
    const call = () => status(`${origin}/api/file/group`, { headers: { authorization: `Bearer ${access_token}` } });
    const guess = (address: string) => { // a count of its own in the store
      const headers = { authorization: `Basic ${btoa("client:wrong")}`, "x-forwarded-for": address };
      return status(`${origin}/token`, { ...FORM, headers });
    };
    const guessFrom = (net: string) => Promise.all(Array.from({ length: 20 }, (_, i) => guess(`${net}.${i}`)));
    await guessFrom("192.0.2"); // all connections of the pool are open now
    proxy.isSilent = true;
    const guesses = guessFrom("198.51.100"); // and now all of them wait
    const end = performance.now() + 20_000;
    while (performance.now() < end) await Promise.all([...Array.from({ length: 5 }, call), pause(500)]);
    await guesses;
    proxy.isSilent = false;
    const failure = await until(200, call, 4).then(() => "", String);
    const ready = await until(200, () => status(`${origin}/readyz`), 4).then(() => "", String);
    const text = await stop(process);
    assertEquals([failure, ready], ["", ""], text.slice(-3_000));
    assertEquals(text.match(/"reason":"store_failed","message"/g)?.length, 1, text);
  },
});

Deno.test({
  name: "main.ts says in one line which variable is wrong, and no value of it (found 144, 168)",
  ignore,
  async fn() {
    const env = {
      XSIGNALS_USERNAME: "login",
      XSIGNALS_PASSWORD: "password",
      XSIGNALS_BASE_URL: "http://127.0.0.1:1",
      GATEWAY_CLIENTS: clientLine("client", "secret"),
    };
    const stores = [
      "kv:/none/x",
      "postgres://user:SECRET#PW@host/db",
      "postgres://h/d?sslmode=verify-full&sslrootcert=/none",
    ];
    for (const store of [...stores, "kv:https://127.0.0.1:1/none"]) {
      const { process } = start("exec GATEWAY", { ...env, ...STORED, DENO_KV_ACCESS_TOKEN: "", GATEWAY_STORE: store });
      const [{ code }, out, err] = await Promise.all([process.status, process.stdout.text(), process.stderr.text()]);
      await process.stdin.close();
      assertMatch(err, /^Cannot use GATEWAY_STORE: .*\n$/);
      assertEquals([code, out, /SECRET|none|user/.test(err)], [1, "", false], err);
    }
    const { process, origin } = start("exec GATEWAY", { ...env, GATEWAY_PROT: "8000" });
    await until(200, () => status(`${origin}/healthz`));
    assertMatch(await stop(process), /"reason":"GATEWAY_PROT"/);
  },
});

Deno.test({
  name: "main.ts says in its first line, and in /readyz, that the store does not work (found 147)",
  ignore,
  async fn() {
    await using upstream = await serveUpstream();
    const store = new URL(POSTGRES!);
    store.pathname = "/there_is_none";
    const { process, origin } = start("exec GATEWAY", { ...upstream.env, ...STORED, GATEWAY_STORE: store.href });
    await until(503, () => status(`${origin}/readyz`));
    await until(503, () => status(`${origin}/readyz`));
    const text = await stop(process);
    assertMatch(text, /^Listening on .*; account: \w+, store: store_failed\n/);
    assertEquals(
      text.match(/"reason":"store_failed","message":"Cannot use GATEWAY_STORE \([^)]*3D000/g)?.length,
      1,
      text,
    );
  },
});
