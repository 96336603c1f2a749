import { needing } from "@xsignals/tests/has_program";
import { assert, assertEquals, assertFalse, assertMatch } from "@std/assert";
import { createEmulator, type Emulator } from "@xsignals/emulator";
import { serveEmulator } from "@xsignals/emulator/serve";
import { basic, clientCredentials, createSession, login, type Strategy } from "@xsignals/session";
import * as oauth from "oauth4webapi";
import * as openid from "openid-client";
import { ClientCredentials } from "simple-oauth2";
import { createApp } from "./main.ts";

const ID = "notebook";
const SECRET = "5f3a9c0b7e1d4826a1c3e5f708192a3b";
const BASIC = `Basic ${btoa(`${ID}:${SECRET}`)}`;
const GRANT = "grant_type=client_credentials";
const START = Date.UTC(2030, 0, 1);

interface Fed {
  readonly emulator: Emulator;
  ask(init?: RequestInit, path?: string): Promise<Response>;
  advance(ms: number): void;
}

/** The app over the emulator, on a clock that the test moves. */
function feed(strategy: Strategy = login({ username: "login", password: "password" })): Fed {
  let time = START;
  const now = () => time;
  const emulator = createEmulator({ users: { login: "password" }, now });
  const clock = { now, sleep: () => new Promise<void>(() => {}) };
  const app = createApp(createSession({ strategy, fetch: emulator.fetch, clock }), ID, SECRET, now);
  return {
    emulator,
    ask: async ({ headers, ...init } = {}, path = "/token") =>
      await app.request(path, {
        method: "POST",
        headers: { authorization: BASIC, "content-type": "application/x-www-form-urlencoded", ...headers },
        body: GRANT,
        ...init,
      }),
    advance: (ms) => void (time += ms),
  };
}

/** Keeps what the app writes to standard error. */
function overhearErrors(): Disposable & { readonly lines: string[] } {
  const lines: string[] = [];
  const { error } = console;
  console.error = (...args: unknown[]) => void lines.push(args.map(String).join(" "));
  return { lines, [Symbol.dispose]: () => void (console.error = error) };
}

Deno.test("createApp() answers as RFC 6749, 5.1, with the account's token and its real expiry", async () => {
  const { emulator, ask, advance } = feed();
  const first = await ask();
  const { access_token, ...rest } = await first.json();
  assertEquals([first.status, rest], [200, { token_type: "Bearer", expires_in: 3_600 }]);
  assertEquals(first.headers.get("cache-control"), "no-store");
  const api = await emulator.fetch("https://api.xsignals.xpansiv.com/file/group", {
    headers: { authorization: `Bearer ${access_token}` },
  });
  assertEquals((await api.json()).totalSize, 3);

  advance(1_500);
  assertEquals(await (await ask()).json(), { access_token, token_type: "Bearer", expires_in: 3_598 });
  advance(3_600_000);
  const next = await (await ask()).json();
  assertFalse(next.access_token === access_token);
  assertEquals(next.expires_in, 3_600);
  assertEquals(emulator.log.map(({ path }) => path), ["/auth/login", "/file/group", "/auth/refresh"]);
});

Deno.test("createApp() refuses as RFC 6749, 5.2, and asks the upstream for nothing", async () => {
  const { emulator, ask } = feed();
  const cases: [RequestInit, number, string][] = [
    [{ headers: { authorization: "" } }, 401, "invalid_client"],
    [{ headers: { authorization: `Basic ${btoa(`${ID}:wrong`)}` } }, 401, "invalid_client"],
    [{ headers: { authorization: `Basic ${btoa(`other:${SECRET}`)}` } }, 401, "invalid_client"],
    [{ headers: { authorization: `Bearer ${SECRET}` } }, 401, "invalid_client"],
    [
      { headers: { authorization: "" }, body: `${GRANT}&client_id=${ID}&client_secret=${SECRET}` },
      401,
      "invalid_client",
    ],
    [{ body: `${GRANT}&client_secret=${SECRET}` }, 400, "invalid_request"],
    [{ body: "" }, 400, "invalid_request"],
    [{ body: "grant_type=" }, 400, "invalid_request"],
    [{ body: `${GRANT}&${GRANT}` }, 400, "invalid_request"],
    [{ body: JSON.stringify({ grant_type: "client_credentials" }) }, 400, "invalid_request"],
    [{ body: "grant_type=password" }, 400, "unsupported_grant_type"],
    [{ body: `${GRANT}&scope=all` }, 400, "invalid_scope"],
    [{ body: `${GRANT}&a=${"a".repeat(8_192)}` }, 413, "invalid_request"],
  ];
  for (const [init, status, error] of cases) {
    const answer = await ask(init);
    assertEquals([answer.status, await answer.json()], [status, { error }], Deno.inspect(init));
    assertEquals(answer.headers.get("cache-control"), "no-store");
    assertEquals(answer.headers.get("www-authenticate"), status === 401 ? 'Basic realm="token"' : null);
  }
  const other = [await ask({ method: "GET", body: null }), await ask({}, "/"), await ask({}, "/token/x")];
  assertEquals(other.map(({ status }) => status), [404, 404, 404]);
  assertEquals(emulator.log, []);
});

Deno.test("createApp() answers 503 when the account fails, with Retry-After where it is known, and no secret", async () => {
  using errors = overhearErrors();
  const { emulator, ask } = feed(login({ username: "login", password: "swordfish" }));
  emulator.faults.add({ operation: "authLogin", status: 429, headers: { "retry-after": "70" }, body: "swordfish" });
  const limited = await ask();
  assertEquals([limited.status, limited.headers.get("retry-after")], [503, "70"]);
  const refused = await ask();
  assertEquals(refused.status, 503);
  const texts = [await limited.text(), await refused.text()];
  assertEquals(texts, Array(2).fill('{"error":"temporarily_unavailable"}'));
  assertEquals([limited.headers.get("cache-control"), errors.lines.length], ["no-store", 2]);
  assertFalse(errors.lines.join().includes("swordfish"));
});

Deno.test("createApp() hands out tokens only: a credential that is the account itself is refused", async () => {
  using errors = overhearErrors();
  const answer = await feed(basic({ username: "login", password: "password" })).ask();

  assertEquals([answer.status, await answer.json()], [503, { error: "temporarily_unavailable" }]);
  assertEquals(errors.lines, ["Cannot get a token: XSIGNALS_AUTH has none"]);
});

/** A program that runs, and what it prints. */
interface Running extends AsyncDisposable {
  readonly origin: string;
  readonly api: string;
  /** Ends it; resolves with all that it printed. */
  end(): Promise<string>;
}

const ARGS = ["run", "--allow-net=127.0.0.1", "--allow-env=XSIGNALS_*,TOKEN_*,DENO_DEPLOYMENT_ID,DENO_SERVE_ADDRESS"]
  .concat(new URL("main.ts", import.meta.url).pathname);

const VARIABLES = {
  DENO_SERVE_ADDRESS: "tcp:127.0.0.1:0",
  NO_COLOR: "1",
  XSIGNALS_USERNAME: "login",
  XSIGNALS_PASSWORD: "password",
  TOKEN_CLIENT_ID: ID,
  TOKEN_CLIENT_SECRET: SECRET,
};

function program(env: Record<string, string>, args = ARGS): Deno.Command {
  return new Deno.Command(Deno.execPath(), {
    args,
    env: { ...VARIABLES, ...env },
    stdout: "piped",
    stderr: "piped",
  });
}

/** Starts the file as a program, over an emulator on loopback. */
async function start(env: Record<string, string> = {}): Promise<Running> {
  const { api, stop } = await serveEmulator({ users: { login: "password" } });
  const child = program({ XSIGNALS_BASE_URL: api, ...env }).spawn();
  const printed = new Response(child.stdout).text();
  const lines = child.stderr.pipeThrough(new TextDecoderStream()).getReader();
  let text = "";
  let origin: string | undefined;
  while (origin === undefined) {
    const { done, value } = await lines.read();
    if (done) throw new Error(`The program ended: ${text}`);
    origin = /http:\/\/127\.0\.0\.1:\d+/.exec(text += value)?.[0];
  }
  let ending: Promise<string> | undefined;
  async function end(): Promise<string> {
    child.kill("SIGTERM");
    for (let read = await lines.read(); !read.done; read = await lines.read()) text += read.value;
    await child.status;
    await stop();
    return text + await printed;
  }
  return {
    origin,
    api,
    end: () => ending ??= end(),
    async [Symbol.asyncDispose]() {
      await (ending ??= end());
    },
  };
}

Deno.test("main.ts prints no secret and no token, and why the account failed", async () => {
  for (const password of ["password", "swordfish"]) {
    await using app = await start({ XSIGNALS_PASSWORD: password });
    const headers = { "content-type": "application/x-www-form-urlencoded" };
    const ask = async (authorization: string, path = "/token") =>
      await fetch(app.origin + path, { method: "POST", headers: { ...headers, authorization }, body: GRANT });
    const answers = [
      await ask(BASIC),
      await ask(`Basic ${btoa(`${ID}:salmon`)}`),
      await ask(BASIC, `/token?client_secret=${SECRET}`),
    ];
    const [first = ""] = await Promise.all(answers.map((answer) => answer.text()));
    const isGood = password === "password";
    assertEquals(answers.map(({ status }) => status), isGood ? [200, 401, 200] : [503, 401, 503]);
    const text = await app.end();
    const secrets = [SECRET, BASIC.slice(6), "salmon", "swordfish", "eyJ", btoa(`login:${password}`), first];
    for (const secret of secrets) assertFalse(text.includes(secret), text);
    assertEquals(text.includes("Cannot log in"), !isGood, text);
  }
});

Deno.test("main.ts ends with 1 and one line when a variable is missing, weak or wrong, and quotes no value", async () => {
  const cases: [Record<string, string>, string][] = [
    [{ TOKEN_CLIENT_ID: "" }, "Cannot start: set TOKEN_CLIENT_ID to letters and digits"],
    [{ TOKEN_CLIENT_ID: "a:b" }, "Cannot start: set TOKEN_CLIENT_ID to letters and digits"],
    ...["", SECRET.slice(1), `${SECRET}-`].map((secret): [Record<string, string>, string] => [
      { TOKEN_CLIENT_SECRET: secret },
      "Cannot start: set TOKEN_CLIENT_SECRET to 32 or more letters and digits",
    ]),
    [{ XSIGNALS_PASSWORD: "" }, "Cannot use login: XSIGNALS_PASSWORD is not set"],
  ];
  const ends = await Promise.all(cases.map(([env]) => program(env).output()));
  for (const [index, { code, stderr }] of ends.entries()) {
    const lines = new TextDecoder().decode(stderr).split("\n").filter((line) => !line.startsWith("Blocking waiting"));
    assertEquals([code, lines], [1, [cases[index]![1], ""]]);
  }
});

Deno.test("main.ts says in one line that its address is taken, and where to move it", async () => {
  using taken = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const where = `tcp:127.0.0.1:${taken.addr.port}`;
  const { code, stderr } = await program({ DENO_SERVE_ADDRESS: where }).output();
  const printed = new TextDecoder().decode(stderr);
  assertEquals([code, printed.trimEnd().split("\n").length], [1, 1], printed);
  assertMatch(
    printed,
    new RegExp(`^Cannot listen on ${where}: Address .* in use.*; set DENO_SERVE_ADDRESS to a free one`),
  );
});

Deno.test("main.ts says which permission it lacks, and nothing of an address that is taken", async () => {
  const args = ARGS.map((arg) => arg.startsWith("--allow-net") ? "--allow-net=127.0.0.1:1" : arg);
  const { code, stderr } = await program({}, args).output();
  assertMatch(`${code} ${new TextDecoder().decode(stderr)}`, /^1 Requires net access to "127\.0\.0\.1:0"[^\n]*\n$/);
});

Deno.test("main.ts listens on loopback, and where DENO_SERVE_ADDRESS says", async () => {
  const written = await Deno.readTextFile(new URL("main.ts", import.meta.url));
  assertMatch(written, /Deno\.serve\(\{ hostname: "127\.0\.0\.1", port: 8080 \}/);
  const free = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = free.addr;
  free.close();
  await using app = await start({ DENO_SERVE_ADDRESS: `tcp:127.0.0.1:${port}` });
  assertEquals(app.origin, `http://127.0.0.1:${port}`);
  const answer = await fetch(`${app.origin}/token`, { method: "POST" });
  assertEquals((await answer.json()).error, "invalid_client");
});

Deno.test("main.ts exports its fetch on Deno Deploy, where isolates share one login in Deno KV", async () => {
  const code = `const { default: app } = await import(${JSON.stringify(new URL("main.ts", import.meta.url).href)});
    const headers = { authorization: ${JSON.stringify(BASIC)} };
    const body = new URLSearchParams({ grant_type: "client_credentials" });
    console.log((await app.fetch(new Request("http://a/token", { method: "POST", headers, body }))).status);`;
  const { stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["eval", `${code} Deno.exit();`],
    env: { ...VARIABLES, DENO_DEPLOYMENT_ID: "one", DENO_KV_DB_MODE: "memory" },
  }).output();
  assertEquals(new TextDecoder().decode(stdout), "503\n");
  assertMatch(new TextDecoder().decode(stderr), /no KV database is assigned to this app/);
});

async function assertReads(api: string, token: string): Promise<void> {
  const answer = await fetch(`${api}/file/group`, { headers: { authorization: `Bearer ${token}` } });
  assertEquals([answer.status, (await answer.json()).totalSize], [200, 3]);
}

Deno.test({
  name: "openid-client gets a token, and hears of a wrong secret",
  sanitizeResources: false, // it leaves the body of the refusal unread
  async fn() {
    await using app = await start();
    const server = { issuer: app.origin, token_endpoint: `${app.origin}/token` };
    const config = (secret: string) => {
      const made = new openid.Configuration(server, ID, undefined, openid.ClientSecretBasic(secret));
      openid.allowInsecureRequests(made);
      return made;
    };
    const tokens = await openid.clientCredentialsGrant(config(SECRET));
    assert(tokens.expires_in! > 3_590);
    await assertReads(app.api, tokens.access_token);
    const error = await openid.clientCredentialsGrant(config("wrong")).catch((thrown) => thrown);
    assertEquals(error.status ?? error.cause?.status, 401);
  },
});

Deno.test("oauth4webapi takes answer and refusal for conformant", async () => {
  await using app = await start();
  const insecure = { [oauth.allowInsecureRequests]: true };
  const server = { issuer: app.origin, token_endpoint: `${app.origin}/token` };
  const client = { client_id: ID };
  async function ask(secret: string, form: Record<string, string> = {}) {
    const auth = oauth.ClientSecretBasic(secret);
    const answer = await oauth.clientCredentialsGrantRequest(server, client, auth, form, insecure);
    try {
      return await oauth.processClientCredentialsResponse(server, client, answer);
    } finally {
      if (!answer.bodyUsed) await answer.body?.cancel();
    }
  }
  await assertReads(app.api, (await ask(SECRET)).access_token);
  const scope = await ask(SECRET, { scope: "all" }).catch((thrown) => thrown);
  assertEquals([scope.status, scope.error], [400, "invalid_scope"]);
  const wrong = await ask("wrong").catch((thrown) => thrown);
  assertEquals(wrong.cause[0].parameters.realm, "token");
});

Deno.test("simple-oauth2 gets a token", async () => {
  await using app = await start();
  const client = new ClientCredentials({
    client: { id: ID, secret: SECRET },
    auth: { tokenHost: app.origin, tokenPath: "/token" },
  });
  const got = await client.getToken({});
  assertEquals([got.token.token_type, got.expired()], ["Bearer", false]);
  await assertReads(app.api, String(got.token.access_token));
});

Deno.test({
  ...needing(["curl"], "curl -u gets a token"),
  async fn() {
    await using app = await start();
    const args = ["-sS", "--fail", "-u", `${ID}:${SECRET}`, "-d", GRANT, `${app.origin}/token`];
    const { code, stdout, stderr } = await new Deno.Command("curl", { args }).output();
    assertEquals([code, new TextDecoder().decode(stderr)], [0, ""]);
    await assertReads(app.api, JSON.parse(new TextDecoder().decode(stdout)).access_token);
  },
});

Deno.test("clientCredentials() of @xsignals/session is fed by it", async () => {
  await using app = await start();
  const tokenUrl = `${app.origin}/token`;
  const strategy = clientCredentials({ tokenUrl, clientId: ID, clientSecret: SECRET });
  const session = createSession({ strategy, baseUrl: app.api });
  assertEquals((await (await session.fetch("/file/group")).json()).totalSize, 3);
});
