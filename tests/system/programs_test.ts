import { hash } from "node:crypto";
import { assert, assertEquals, assertMatch } from "@std/assert";
import { overheard } from "./overheard.ts";
import { type Ended, runProgram, startProgram } from "./run_program.ts";
import { API_KEY, CLIENT_SECRET, leaksIn, MARK, NEXT_PASSWORD, PASSWORD } from "./secrets.ts";

function assertSilent({ stdout, stderr }: Ended, where: string, secrets: Iterable<string> = []): void {
  assertEquals(leaksIn(`${stdout}\n${stderr}`, secrets), [], where);
}

async function send(url: string, init?: RequestInit): Promise<unknown> {
  const response = await fetch(url, { redirect: "manual", ...init });
  return await response.json().catch(() => undefined);
}

Deno.test("the demo prints no secret (public bug 33)", async () => {
  const { code, stdout, stderr } = await runProgram("apps/demo/main.ts");
  assertEquals([code, stderr], [0, ""]);
  assertMatch(stdout, /demo: ok\n$/);
  const secrets = ["another password", "a new password", "client-secret", "notebookSecret"];
  assertEquals(secrets.filter((secret) => stdout.includes(secret)), []);
  const words = stdout.match(/[A-Za-z0-9+=-]{20,}/g) ?? [];
  assertEquals(words, [], "no token, no base64");
});

Deno.test("the emulator's log shows no secret (public bug 33)", async () => {
  await using program = await startProgram("packages/emulator/main.ts", {
    args: ["--port", "0", "--log", "--user", `user:${PASSWORD}`, "--client", `id:${CLIENT_SECRET}`]
      .concat("--api-key", `user:${API_KEY}`, "--fault", JSON.stringify({ path: "/file/x", status: 500, body: MARK })),
  });
  const [api = "", auth0 = ""] = program.first.match(/http:\S+/g) ?? [];
  const basic = (password: string) => {
    const bytes = new TextEncoder().encode(`user:${password}`);
    return { authorization: `Basic ${btoa(String.fromCharCode(...bytes))}` };
  };
  const json = { "content-type": "application/json" };
  const { token, refreshToken } = Object(await send(`${api}/auth/login`, { headers: basic(PASSWORD) }));
  assert(token && refreshToken);
  const bearer = { authorization: `Bearer ${token}` };
  await send(`${api}/auth/login?password=${MARK}`, { headers: { ...basic(MARK), password: MARK, userName: MARK } });
  await send(`${api}/auth/refresh`, { method: "POST", headers: json, body: JSON.stringify({ refreshToken }) });
  await send(`${api}/auth/refresh`, { method: "POST", headers: json, body: `{"refreshToken":"${MARK}` });
  await send(`${api}/auth/changePassword`, { method: "POST", headers: { ...json, ...bearer }, body: `"${MARK}"` });
  await send(`${api}/file/group?token=${MARK}`, { headers: { authorization: `ApiKey ${API_KEY}, Bearer ${MARK}` } });
  await send(`${api}/file/group?token=${MARK}`, { headers: { authorization: `ApiKey ${API_KEY}` } });
  await send(`${api}/file/x?X-Amz-Signature=${MARK}`, { headers: bearer });
  await send(`${auth0}/oauth/token`, {
    method: "POST",
    body: new URLSearchParams({ password: MARK, client_secret: MARK }),
  });
  await send(`${auth0}/oauth/token`, { method: "POST", headers: json, body: `{"client_secret":"${CLIENT_SECRET}` });
  await send(`${api}/oauth/token`, { method: "POST", body: new URLSearchParams({ password: MARK }) });
  const ended = await program.end();
  assertSilent(ended, "the log", [token, refreshToken]);
  assertEquals([ended.code, ended.stdout.trimEnd().split("\n").length], [0, 12], "one line a request, and the first");
});

Deno.test("the emulator quotes no argument that is wrong (public bug 33)", async () => {
  const wrong = [
    ["--user", MARK],
    ["--user", `${MARK}\x01:${PASSWORD}`],
    ["--client", `:${MARK}`],
    ["--api-key", `nobody:${MARK}`],
    ["--port", MARK],
    ["--assume", `rotation=${MARK}`],
    ["--fault", `{"body":"${MARK}`],
    ["--fault", JSON.stringify({ status: MARK, body: MARK })],
    [`--user=`, `user:${MARK}`],
    [MARK],
  ];
  const ends = await Promise.all(wrong.map((args) => runProgram("packages/emulator/main.ts", { args })));
  for (const [index, end] of ends.entries()) {
    assertEquals(end.code, 2, Deno.inspect([wrong[index], end]));
    assertSilent(end, String(wrong[index]));
  }
});

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
  const good = { grant_type: "client_credentials", client_id: "notebook", client_secret: CLIENT_SECRET };
  const own = new Set<string>(); // the gateway's own tokens
  const post = (url: string, form: Record<string, string>, headers: Record<string, string> = {}) =>
    send(url, { method: "POST", headers, body: new URLSearchParams(form) });
  async function listFiles(origin: string): Promise<void> {
    const token = String(Object(await post(`${origin}/token`, good)).access_token);
    assertMatch(token, /^eyJ/);
    own.add(token);
    await send(`${origin}/api/file/group`, { headers: { authorization: `Bearer ${token}` } });
  }
  const faults = [
    { respond: () => new Response(`{"token":"${MARK}`) },
    { status: 500, body: MARK, headers: { "www-authenticate": MARK } },
  ];
  for (const fault of faults) { // a program each: after a failure it leaves the upstream alone
    emulator.faults.add({ operation: "authLogin", ...fault });
    await using program = await startProgram("apps/gateway/main.ts", { env });
    const [origin = ""] = program.first.match(/http:\S+\d/) ?? [];
    await listFiles(origin);
    const ended = await program.end();
    assertSilent(ended, "the log of a failed login", own);
    assertMatch(ended.stdout, /"status":503/);
  }
  await using program = await startProgram("apps/gateway/main.ts", { env });
  const [origin = ""] = program.first.match(/http:\S+\d/) ?? [];
  const ask = (form: Record<string, string>, path = "/token", headers: Record<string, string> = {}) =>
    post(`${origin}${path}`, form, headers);
  await listFiles(origin);
  await ask({ ...good, client_secret: MARK });
  await ask({ ...good, client_id: MARK });
  await ask({ ...good, scope: MARK });
  await ask({ ...good, grant_type: MARK });
  await ask({ grant_type: "client_credentials" }, "/token", { authorization: `Basic ${MARK}` });
  await ask({ grant_type: "client_credentials" }, "/token", { authorization: `Basic ${btoa(`notebook:${MARK}`)}` });
  await ask(good, `/token?client_secret=${MARK}`);
  await ask(good, `/${MARK}`);
  await ask({ ...good, token: MARK }, "/revoke");
  await send(`${origin}/api/file/group?token=${MARK}`, { headers: { authorization: `Bearer ${MARK}` } });
  emulator.faults.add({ operation: "listFileGroups", status: 500, body: MARK, headers: { "x-mark": MARK } });
  await listFiles(origin);
  emulator.revokeAccessTokens();
  await listFiles(origin); // renews
  emulator.setPassword("user", NEXT_PASSWORD);
  emulator.revokeRefreshTokens();
  emulator.revokeAccessTokens();
  await listFiles(origin);
  await api[Symbol.asyncDispose]();
  await listFiles(origin);
  const ended = await program.end();
  assertSilent(ended, "the log", [...tokens, ...own]);
  assertEquals(ended.code, 0);
  assert(ended.stdout.trimEnd().split("\n").length >= 20, ended.stdout);
  assertMatch(ended.stdout, /"event":"alert","reason":"credentials_rejected"/);
  assert(tokens.size > 2, `${tokens.size} tokens`);

  const wrong: Record<string, string>[] = [
    { XSIGNALS_PASSWORD: `${MARK}\x01` },
    { XSIGNALS_USERNAME: `${MARK}:` },
    { XSIGNALS_BASE_URL: `http://user:${MARK}@host` },
    { XSIGNALS_TOKEN: MARK },
    { XSIGNALS_AUTH: MARK },
    { GATEWAY_CLIENTS: MARK },
    { GATEWAY_CLIENTS: `a:${MARK}:b` },
    { GATEWAY_ISSUER: `https://user:${MARK}@host` },
    { GATEWAY_SIGNING_KEY: MARK },
    { GATEWAY_STORE: MARK },
    { GATEWAY_STORE_KEYS: MARK },
    { GATEWAY_CORS_ORIGINS: MARK },
    { GATEWAY_HOST: MARK + "/" },
    { GATEWAY_PORT: MARK },
    { GATEWAY_RATE: MARK },
    { GATEWAY_LIFETIME: MARK },
    { GATEWAY_PROXIES: MARK },
  ];
  const ends = await Promise.all(wrong.map((one) => runProgram("apps/gateway/main.ts", { env: { ...env, ...one } })));
  for (const [index, end] of ends.entries()) {
    assertEquals(end.code, 1, Deno.inspect([wrong[index], end]));
    assertSilent(end, Deno.inspect(wrong[index]));
  }
});

Deno.test("what OTEL_DENO exports of a session shows no secret (public bug 33)", async () => {
  const { emulator, tokens, serve } = overheard({ users: { user: PASSWORD }, clients: { id: CLIENT_SECRET } });
  await using stack = new AsyncDisposableStack();
  const [api, sso] = [stack.use(serve("api")), stack.use(serve("auth0"))];
  const exported: string[] = [];
  const collector = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: () => {} }, async (request) => {
    exported.push(await request.text());
    return Response.json({});
  });
  stack.defer(() => collector.shutdown());
  emulator.faults.add({ operation: "listFileGroups", skip: 1, times: 2, status: 401 });
  emulator.faults.add({ operation: "authRefresh", skip: 1, status: 401, body: JSON.stringify({ message: MARK }) });

  const end = await runProgram("tests/system/programs/traced.ts", {
    args: [api.origin, sso.origin],
    env: {
      USER_PASSWORD: PASSWORD,
      NEXT_PASSWORD,
      CLIENT_SECRET,
      OTEL_DENO: "true",
      OTEL_EXPORTER_OTLP_PROTOCOL: "http/json",
      OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${collector.addr.port}`,
    },
  });
  const spans = exported.join("\n");
  assertEquals(end.code, 0, end.stderr);
  assertSilent(end, "the program's output", tokens);
  assertEquals(leaksIn(spans, tokens), []);
  for (const sign of ["/auth/login", "/auth/refresh", "/auth/changePassword", "/oauth/token", "/oauth/revoke"]) {
    assert(spans.includes(sign), `no span tells of ${sign}`);
  }
  assert(tokens.size >= 8, `${tokens.size} tokens`);
});
