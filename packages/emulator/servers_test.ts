import { assertEquals, assertRejects } from "@std/assert";
import { API, AUTH0, basic, createCaller } from "./caller_test.ts";
import { createEmulator } from "./emulator.ts";

Deno.test("fetch() accepts every form of input", async () => {
  const { emulator: { fetch } } = createCaller();
  const headers = { authorization: basic() };
  const request = new Request(`${API}/file/group`, { headers: { authorization: "Bearer x" } });
  const statuses = [
    await fetch(`${API}/file/group`, { headers }),
    await fetch(new URL(`${API}/file/group`), { headers }),
    await fetch(new Request(`${API}/file/group`, { headers })),
    await fetch(request, { headers }),
    await fetch(request),
  ];
  assertEquals(statuses.map(({ status }) => status), [200, 200, 200, 200, 401]);
  await Promise.all(statuses.map(({ body }) => body?.cancel()));
  await assertRejects(() => fetch("/file/group"), TypeError);
});

Deno.test("fetch() rejects for an unknown host, and logs a violation", async () => {
  const { emulator: { fetch, log } } = createCaller();
  await assertRejects(
    () => fetch("https://www.xpansiv.com/home?q=SECRET", { headers: { authorization: basic() } }),
    TypeError,
  );
  await assertRejects(() => fetch("http://api.xsignals.xpansiv.com/auth/login"), TypeError);
  assertEquals(log.map(({ host, path, credential, violation }) => [host, path, credential, violation]), [
    ["other", "/home", "basic", "unknown_host"],
    ["other", "/auth/login", "none", "unknown_host"],
  ]);
});

Deno.test("fetch() rejects with the reason of a signal that has aborted, and sends nothing", async () => {
  const { emulator: { fetch, log } } = createCaller();
  for (const reason of [new Error("stop"), "text", 0]) {
    const signal = AbortSignal.abort(reason);
    const calls = [
      fetch(`${API}/`, { signal }),
      fetch(new Request(`${API}/`, { signal })),
      fetch(new Request(`${API}/`), { signal }),
    ];
    for (const call of calls) assertEquals(await call.then(() => "answered", (error) => error === reason), true);
  }
  assertEquals(log.length, 0);
});

Deno.test("fetch() drops an answer that comes after the caller has gone", async () => {
  const { emulator: { fetch, faults } } = createCaller();
  const late = Promise.withResolvers<Response>();
  const cancelled = Promise.withResolvers<void>();
  faults.add({ respond: () => late.promise });
  const caller = new AbortController();
  const call = fetch(`${API}/`, { signal: caller.signal });
  await Promise.resolve();
  caller.abort();
  await assertRejects(() => call, DOMException);
  late.resolve(new Response(new ReadableStream({ cancel: () => cancelled.resolve() })));
  await cancelled.promise;
});

Deno.test("fetch() follows redirects like a runtime, as the request says", async () => {
  const { emulator: { fetch, faults, log } } = createCaller();
  const redirect = (status: number, location: string) => faults.add({ status, headers: { location } });
  const init = { method: "POST", headers: { authorization: basic(), "content-type": "text/plain" }, body: "x" };

  redirect(307, "/auth/refresh");
  assertEquals((await fetch(`${API}/a`, init)).status, 400);
  redirect(303, "/auth/refresh");
  assertEquals((await fetch(`${API}/b`, init)).status, 405);
  redirect(302, "/c");
  assertEquals((await fetch(`${API}/b`, { ...init, method: "PUT" })).status, 404);
  redirect(308, `${AUTH0}/oauth/token`);
  assertEquals((await fetch(`${API}/d`, init)).status, 400);
  assertEquals(log.map(({ method, path, credential }) => [method, path, credential]), [
    ["POST", "/a", "basic"],
    ["POST", "/auth/refresh", "basic"],
    ["POST", "/b", "basic"],
    ["GET", "/auth/refresh", "basic"],
    ["PUT", "/b", "basic"],
    ["PUT", "/c", "basic"],
    ["POST", "/d", "basic"],
    ["POST", "/oauth/token", "none"],
  ]);

  redirect(307, "/x");
  const manual = await fetch(`${API}/e`, { ...init, redirect: "manual" });
  assertEquals([manual.status, manual.headers.get("location")], [307, "/x"]);
  redirect(307, "/x");
  await assertRejects(() => fetch(`${API}/e`, { ...init, redirect: "error" }), TypeError);
  faults.add({ status: 302, headers: { location: "/loop" }, times: Infinity });
  await assertRejects(() => fetch(`${API}/loop`), TypeError, "too many");
});

Deno.test("handle() answers like the given server, and the issuer is the request's origin", async () => {
  const { handle, fetch } = createEmulator({ auth0Algorithm: "HS256" });
  const login = await handle(
    "api",
    new Request("http://localhost:8787/auth/login", { headers: { authorization: basic() } }),
  );
  const { token } = await login.json();
  assertEquals(JSON.parse(atob(token.split(".")[1])).iss, "http://localhost:8787");
  const call = await fetch(`${API}/file/group`, { headers: { authorization: `Bearer ${token}` } });
  assertEquals(call.status, 200);
  const metadata = await handle("auth0", new Request("http://127.0.0.1:8788/.well-known/openid-configuration"));
  assertEquals((await metadata.json()).issuer, "http://127.0.0.1:8788/");
});

Deno.test("createServers() logs no query, no body and no credential", async () => {
  const { emulator, login, refresh, oauth, get, status } = createCaller({
    users: { "user-s": "password-s" },
    clients: { c: "secret-s" },
  });
  const pair = await login("user-s", "password-s");
  const next = await (await refresh(pair.refreshToken, `Bearer ${pair.token}`)).json();
  await status(get("/file/search?query=query-s", `Bearer ${next.token}`));
  const sso = {
    username: "user-s",
    password: "password-s",
    client_id: "c",
    client_secret: "secret-s",
    scope: "offline_access",
  };
  const tokens = await (await oauth(sso)).json();
  const text = Deno.inspect([emulator.log, emulator], { depth: 20, showHidden: true, getters: true });
  const secrets = [
    "password-s",
    "secret-s",
    "query-s",
    ...Object.values(pair),
    ...Object.values(next),
    tokens.access_token,
    tokens.refresh_token,
  ];
  for (const secret of secrets) assertEquals(text.includes(String(secret)), false);
  assertEquals(emulator.log.map(({ operation, credential, status }) => [operation, credential, status]), [
    ["authLogin", "basic", 200],
    ["authRefresh", "bearer", 200],
    ["searchFiles", "bearer", 200],
    ["oauthToken", "none", 200],
  ]);
});

Deno.test("onAnswer() gets every entry when its answer is ready or lost", async () => {
  const seen: [string, number | undefined][] = [];
  const { emulator: { faults, count }, get, status } = createCaller({
    onAnswer: (entry) => seen.push([entry.path, entry.status]),
  });
  await status(get("/a"));
  faults.add({ drop: true });
  await assertRejects(() => get("/b"), TypeError);
  assertEquals(seen, [["/a", 401], ["/b", undefined]]);
  assertEquals([count({}), count({ path: "/a", status: 401 }), count({ host: "files" })], [2, 1, 0]);
});

Deno.test("onResponse() gets the servers' own responses, even lost ones, and none of a fault's (found 138)", async () => {
  const seen: unknown[] = [];
  const { emulator: { faults, fetch }, get } = createCaller({
    onResponse: ({ status }, { host, operation }) => seen.push([host, operation, status]),
  });
  await get("/auth/login", basic());
  await fetch(`${API}/auth/login`, { method: "DELETE" });
  faults.add({ stage: "after", drop: true });
  await assertRejects(() => get("/auth/login", basic()), TypeError);
  faults.add({ status: 299 });
  await get("/auth/login", basic());
  faults.add({ delay: 1 });
  await get("/auth/login", basic());
  assertEquals(seen, [
    ["api", "authLogin", 200],
    ["api", undefined, 405],
    ["api", "authLogin", 200],
    ["api", "authLogin", 200],
  ]);
});

Deno.test("fetch() answers 413 to a chunked body over 1 MiB, whatever it does with redirects (found 135)", async () => {
  const { emulator: { fetch } } = createCaller();
  for (const redirect of ["follow", "manual", "error"] as const) {
    const cancelled = Promise.withResolvers<void>();
    const body = new ReadableStream({
      pull: (controller) => controller.enqueue(new Uint8Array(256 * 1024)), // without an end
      cancel: () => cancelled.resolve(),
    });
    const headers = { "content-type": "application/json" };
    const answer = await fetch(`${API}/auth/refresh`, { method: "POST", headers, body, redirect });
    assertEquals(answer.status, 413, redirect);
    await cancelled.promise;
  }
});
