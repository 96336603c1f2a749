/** What programs print and export while secrets pass through them (public bug 33). */
import { hash } from "node:crypto";
import { assert, assertEquals, assertMatch } from "@std/assert";
import { startGateway } from "../gateway/program.ts";
import { overheard } from "./overheard.ts";
import { http, rawServer } from "./raw_server.ts";
import { CLIENT_SECRET, leaksIn, MARK, NEXT_PASSWORD, PASSWORD } from "./secrets.ts";

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
    XSIGNALS_USERNAME: "user",
    XSIGNALS_PASSWORD: PASSWORD,
    GATEWAY_CLIENTS: `notebook:sha256-${hash("sha256", CLIENT_SECRET, "base64url")}`,
  };
  const grant = { grant_type: "client_credentials" };
  const good = { ...grant, client_id: "notebook", client_secret: CLIENT_SECRET };
  const own = new Set<string>(); // the gateway's own tokens
  async function logOf(use: (url: string, listFiles: () => Promise<void>) => Promise<void>): Promise<string> {
    const gateway = await startGateway(api.origin, env, { keepsLog: true });
    const url = gateway.origin;
    await use(url, async () => {
      const { access_token = "" } = await post(`${url}/token`, good);
      assertMatch(access_token, /^eyJ/);
      own.add(access_token);
      await send(`${url}/api/file/group`, { headers: { authorization: `Bearer ${access_token}` } });
    }).finally(() => gateway[Symbol.asyncDispose]());
    return gateway.log();
  }
  const faults = [
    { respond: () => new Response(`{"token":"${MARK}`) },
    { status: 500, body: MARK, headers: { "www-authenticate": MARK } },
  ];
  for (const fault of faults) { // a program each: after a failure it leaves the upstream alone
    emulator.faults.add({ operation: "authLogin", ...fault });
    const log = await logOf((_url, listFiles) => listFiles());
    assertEquals(leaksIn(log, own), []);
    assertMatch(log, /"status":503/);
  }
  const log = await logOf(async (url, listFiles) => {
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
  assertEquals(leaksIn(log, [...tokens, ...own]), []);
  assert(log.trimEnd().split("\n").length >= 20, log);
  assertMatch(log, /"event":"alert","reason":"login","message":"Cannot get a token \(credentials_rejected\)/);
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
  const program = new URL("programs/traced.ts", import.meta.url).pathname;
  const args = ["run", "--quiet", "--allow-net=127.0.0.1", "--allow-env", program, api.origin, sso.origin];
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), { args, env }).output();
  const printed = [stdout, stderr].map((bytes) => new TextDecoder().decode(bytes)).join("\n");
  const spans = collector.requests.map(({ body }) => body).join("\n");
  assertEquals(code, 0, printed);
  assertEquals([leaksIn(printed, tokens), leaksIn(spans, tokens)], [[], []]);
  for (const sign of ["/auth/login", "/auth/refresh", "/auth/changePassword", "/oauth/token", "/oauth/revoke"]) {
    assert(spans.includes(sign), `no span tells of ${sign}`);
  }
  assert(tokens.size >= 8, `${tokens.size} tokens`);
});

Deno.test("SessionError prints its code, and no frame of the package (found 117)", async () => {
  const program = `
    import { createSession, login } from ${
    JSON.stringify(new URL("../../packages/session/mod.ts", import.meta.url).href)
  };
    const fetch = () => Promise.resolve(new Response(null, { status: 401 }));
    const session = createSession({ strategy: login({ username: "u", password: "p" }), fetch });
    if (Deno.args[0]) await session.token().catch(console.log);
    else await session.token();`;
  const path = await Deno.makeTempFile({ suffix: ".ts" });
  await Deno.writeTextFile(path, program);
  for (const logged of [[], ["logged"]]) {
    const config = new URL("../../deno.json", import.meta.url).pathname;
    const args = ["run", "--no-check", "--config", config, path, ...logged];
    const { stdout, stderr } = await new Deno.Command(Deno.execPath(), { args, env: { NO_COLOR: "1" } }).output();
    const printed = new TextDecoder().decode(logged.length ? stdout : stderr);
    assertMatch(printed, /SessionError( \[credentials_rejected\])?: Cannot log in at https:\S+: the server refused/);
    assertMatch(printed, /credentials_rejected/);
    assert(!printed.includes("packages/session"), printed);
  }
  await Deno.remove(path);
});
