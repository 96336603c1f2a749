/** What programs print and export while secrets pass through them (public bug 33). */
import { hash } from "node:crypto";
import { assert, assertEquals, assertMatch } from "@std/assert";
import { overheard } from "./overheard.ts";
import { http, rawServer } from "./raw_server.ts";
import { CLIENT_SECRET, leaksIn, MARK, NEXT_PASSWORD, PASSWORD } from "./secrets.ts";

/** How a program ended, and what it printed. */
interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * Runs a program of this repository, with a network of loopback only.
 *
 * @param use Uses a program that serves: gets its first line, and is followed by SIGTERM.
 */
async function run(
  [path, ...args]: readonly string[],
  env: Readonly<Record<string, string>>,
  use?: (line: string) => Promise<void>,
): Promise<Ended> {
  const root = new URL("../../", import.meta.url).pathname;
  const preload = `--preload=${root}tests/answers/preload_program.ts`;
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "--quiet", preload, "--allow-net=127.0.0.1", "--allow-env", "--allow-run", `${root}${path}`, ...args],
    env: { NO_COLOR: "1", ...env },
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const [head, all] = child.stdout.tee();
  const ended = Promise.all([child.status, new Response(all).text(), child.stderr.text()]);
  if (use !== undefined) {
    const { value } = await head.pipeThrough(new TextDecoderStream()).getReader().read();
    assert(value !== undefined, `${path} ended at once`);
    await use(value).finally(() => child.kill("SIGTERM"));
  }
  const [{ code }, stdout, stderr] = await ended;
  return { code, stdout, stderr };
}

function assertSilent({ stdout, stderr }: Ended, where: string, secrets: Iterable<string> = []): void {
  assertEquals(leaksIn(`${stdout}\n${stderr}`, secrets), [], where);
}

async function send(url: string, init?: RequestInit): Promise<Record<string, string>> {
  const response = await fetch(url, { redirect: "manual", ...init });
  return Object(await response.json().catch(() => undefined));
}

function post(url: string, form: Record<string, string>, headers: Record<string, string> = {}) {
  return send(url, { method: "POST", headers, body: new URLSearchParams(form) });
}

Deno.test("the gateway's log shows no secret (public bug 33)", async () => {
  const { emulator, tokens, serve } = overheard({ users: { user: PASSWORD } });
  await using api = serve("api");
  const env = {
    XSIGNALS_BASE_URL: api.origin,
    XSIGNALS_USERNAME: "user",
    XSIGNALS_PASSWORD: PASSWORD,
    GATEWAY_CLIENTS: `notebook:sha256-${hash("sha256", CLIENT_SECRET, "base64url")}`,
    GATEWAY_PORT: "0",
  };
  const grant = { grant_type: "client_credentials" };
  const good = { ...grant, client_id: "notebook", client_secret: CLIENT_SECRET };
  const own = new Set<string>(); // the gateway's own tokens
  async function serving(use: (url: string, listFiles: () => Promise<void>) => Promise<void>): Promise<Ended> {
    return await run(["apps/gateway/main.ts"], env, async (line) => {
      const [url = ""] = line.match(/http:\S+\d/) ?? [];
      await use(url, async () => {
        const { access_token = "" } = await post(`${url}/token`, good);
        assertMatch(access_token, /^eyJ/);
        own.add(access_token);
        await send(`${url}/api/file/group`, { headers: { authorization: `Bearer ${access_token}` } });
      });
    });
  }
  const faults = [
    { respond: () => new Response(`{"token":"${MARK}`) },
    { status: 500, body: MARK, headers: { "www-authenticate": MARK } },
  ];
  for (const fault of faults) { // a program each: after a failure it leaves the upstream alone
    emulator.faults.add({ operation: "authLogin", ...fault });
    const ended = await serving((_url, listFiles) => listFiles());
    assertSilent(ended, "the log of a failed login", own);
    assertMatch(ended.stdout, /"status":503/);
  }
  const ended = await serving(async (url, listFiles) => {
    await listFiles();
    for (const name of Object.keys({ ...good, scope: "" })) {
      await post(`${url}/token`, { ...good, [name]: MARK });
    }
    for (const basic of [MARK, btoa(`notebook:${MARK}`)]) {
      await post(`${url}/token`, grant, { authorization: `Basic ${basic}` });
    }
    await post(`${url}/token?client_secret=${MARK}`, good);
    await post(`${url}/${MARK}`, good);
    await post(`${url}/revoke`, { ...good, token: MARK });
    await send(`${url}/api/file/group?token=${MARK}`, { headers: { authorization: `Bearer ${MARK}` } });
    emulator.faults.add({ operation: "listFileGroups", status: 500, body: MARK, headers: { "x-mark": MARK } });
    await listFiles();
    emulator.revokeAccessTokens();
    await listFiles(); // renews
    emulator.setPassword("user", NEXT_PASSWORD);
    emulator.revokeRefreshTokens();
    emulator.revokeAccessTokens();
    await listFiles();
    await api[Symbol.asyncDispose]();
    await listFiles();
  });
  assertSilent(ended, "the log", [...tokens, ...own]);
  assertEquals([ended.code, ended.stdout.trimEnd().split("\n").length >= 20], [0, true], ended.stdout);
  assertMatch(ended.stdout, /"event":"alert","reason":"credentials_rejected"/);
  assert(tokens.size > 2, `${tokens.size} tokens`);
});

Deno.test("what OTEL_DENO exports of a session shows no secret (public bug 33)", async () => {
  const { emulator, tokens, serve } = overheard({ users: { user: PASSWORD }, clients: { id: CLIENT_SECRET } });
  await using stack = new AsyncDisposableStack();
  const [api, sso] = [stack.use(serve("api")), stack.use(serve("auth0"))];
  const collector = stack.use(rawServer(() => ({ write: http(200, "{}", { "content-type": "application/json" }) })));
  emulator.faults.add({ operation: "listFileGroups", skip: 1, times: 2, status: 401 });
  emulator.faults.add({ operation: "authRefresh", skip: 1, status: 401, body: JSON.stringify({ message: MARK }) });
  const env = {
    USER_PASSWORD: PASSWORD,
    NEXT_PASSWORD,
    CLIENT_SECRET,
    OTEL_DENO: "true",
    OTEL_EXPORTER_OTLP_PROTOCOL: "http/json",
    OTEL_EXPORTER_OTLP_ENDPOINT: collector.origin,
  };
  const ended = await run(["tests/system/programs/traced.ts", api.origin, sso.origin], env);
  const spans = collector.requests.map(({ body }) => body).join("\n");
  assertEquals(ended.code, 0, ended.stderr);
  assertSilent(ended, "the program's output", tokens);
  assertEquals(leaksIn(spans, tokens), []);
  for (const sign of ["/auth/login", "/auth/refresh", "/auth/changePassword", "/oauth/token", "/oauth/revoke"]) {
    assert(spans.includes(sign), `no span tells of ${sign}`);
  }
  assert(tokens.size >= 8, `${tokens.size} tokens`);
});
