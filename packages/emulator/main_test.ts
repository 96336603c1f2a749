import { assertEquals, assertMatch, assertRejects } from "@std/assert";
import { decodeJwt } from "jose";
import { basic } from "./caller_test.ts";

interface Program {
  readonly api: string;
  readonly auth0: string;
  readonly files: string;
  /** Ends it with a signal; returns its exit code and what it printed after its first line. */
  end(signal?: Deno.Signal): Promise<{ code: number; printed: string }>;
}

function command(args: string[], permissions = ["--allow-net=127.0.0.1", "--allow-read"]): Deno.Command {
  const main = new URL("main.ts", import.meta.url).pathname;
  const judge = `${new URL("../../tests/answers/", import.meta.url).pathname}preload_program.ts`;
  return new Deno.Command(Deno.execPath(), {
    args: ["run", "--quiet", "--no-prompt", `--preload=${judge}`, ...permissions, main, ...args],
    stdout: "piped",
    stderr: "piped",
  });
}

async function start(...args: string[]): Promise<Program> {
  const child = command(["--port", "0", ...args]).spawn();
  const reader = child.stdout.pipeThrough(new TextDecoderStream()).getReader();
  let text = "";
  while (!text.includes("\n")) {
    const { done, value } = await reader.read();
    if (done) throw new Error(`the program ended: ${await new Response(child.stderr).text()}`);
    text += value;
  }
  const line =
    /^emulator: api (http:\/\/127\.0\.0\.1:\d+) auth0 (http:\/\/127\.0\.0\.1:\d+) files (http:\/\/127\.0\.0\.1:\d+)\n/;
  const [first = "", api = "", auth0 = "", files = ""] = line.exec(text) ?? [];
  return {
    api,
    auth0,
    files,
    async end(signal = "SIGTERM") {
      child.kill(signal);
      let printed = text.slice(first.length);
      for (let read = await reader.read(); !read.done; read = await reader.read()) printed += read.value;
      await child.stderr.cancel();
      return { code: (await child.status).code, printed };
    },
  };
}

async function temporaryFolder(): Promise<AsyncDisposable & { readonly path: string }> {
  const path = await Deno.makeTempDir();
  return { path, [Symbol.asyncDispose]: () => Deno.remove(path, { recursive: true }) };
}

function fail(...args: string[]): Promise<[code: number, stdout: string, stderr: string]> {
  return ended(command(args));
}

async function ended(command: Deno.Command): Promise<[code: number, stdout: string, stderr: string]> {
  const { code, stdout, stderr } = await command.output();
  return [code, new TextDecoder().decode(stdout), new TextDecoder().decode(stderr)];
}

Deno.test("main.ts answers the vendor's examples as printed", async () => {
  const { api, auth0, end } = await start("--user", "login:password", "--client", "ID:SECRET", "--as-printed");
  /** What `curl -d` sends. */
  const send = (url: string, body: unknown, authorization?: string) =>
    fetch(url, {
      method: "POST",
      headers: {
        "content-type": "application/x-www-form-urlencoded",
        accept: "*/*",
        ...(authorization === undefined ? {} : { authorization }),
      },
      body: JSON.stringify(body, null, 1),
    });
  const status = async (answer: Promise<Response>) => {
    await (await answer).body?.cancel();
    return (await answer).status;
  };

  const login = await fetch(`${api}/auth/login`, { headers: { authorization: basic() } });
  const pair = await login.json();
  assertEquals([login.status, Object.keys(pair)], [200, ["token", "refreshToken"]]);
  assertEquals(decodeJwt(pair.token).iss, api);
  const refresh = await send(`${api}/auth/refresh`, { refreshToken: pair.refreshToken });
  const next = await refresh.json();
  assertEquals([refresh.status, Object.keys(next)], [200, ["token", "refreshToken"]]);
  assertEquals(await status(send(`${api}/auth/refresh`, { refreshToken: pair.refreshToken })), 401);
  for (const authorization of [`Bearer ${next.token}`, basic()]) {
    assertEquals(await status(fetch(`${api}/`, { headers: { authorization } })), 404);
  }
  assertEquals(await status(fetch(`${api}/`)), 401);
  assertEquals(await status(fetch(`${api}/auth/login`, { headers: { authorization: basic("login", "x") } })), 401);
  assertEquals(await status(send(`${api}/auth/changePassword`, { password: "new" }, basic())), 200);
  assertEquals(await status(fetch(`${api}/auth/login`, { headers: { authorization: basic("login", "new") } })), 200);
  assertEquals(
    await status(send(`${api}/auth/logout`, { refreshToken: next.refreshToken }, `Bearer ${next.token}`)),
    200,
  );
  assertEquals(await status(send(`${api}/auth/refresh`, { refreshToken: next.refreshToken })), 401);

  const sso = await send(`${auth0}/oauth/token`, {
    username: "login",
    password: "password",
    grant_type: "http://auth0.com/oauth/grant-type/password-realm",
    realm: "Username-Password-Authentication",
    scope: "SCOPE",
    audience: "https://xpansiv/platform",
    client_id: "ID",
    client_secret: "SECRET",
  });
  const { access_token, ...rest } = await sso.json();
  assertEquals([sso.status, rest], [200, { token_type: "Bearer", expires_in: 86400, scope: "" }]);
  assertEquals(decodeJwt(access_token).iss, `${auth0}/`);
  assertEquals(await status(fetch(`${api}/file/group`, { headers: { authorization: `Bearer ${access_token}` } })), 200);
  assertEquals(await end(), { code: 0, printed: "" });
});

Deno.test("main.ts rejects JSON under the form type without --as-printed", async () => {
  const { api, end } = await start();
  const { refreshToken } = await (await fetch(`${api}/auth/login`, { headers: { authorization: basic() } })).json();
  const body = new Blob([JSON.stringify({ refreshToken })], { type: "application/x-www-form-urlencoded" });
  const answer = await fetch(`${api}/auth/refresh`, { method: "POST", body });
  assertEquals([answer.status, typeof (await answer.json()).message], [400, "string"]);
  assertEquals((await end("SIGINT")).code, 0);
});

Deno.test("main.ts prints its log without secrets, and follows assumptions and faults", async () => {
  const { api, files, end } = await start(
    ...["--user", "user-s:password:s", "--api-key", "user-s:key-s", "--log", "--access-token-lifetime", "60"],
    ...["--assume", "clockSkew=-86400000", "--fault", '{"operation":"authLogin","drop":true}'],
  );
  const headers = { authorization: basic("user-s", "password:s") };
  await assertRejects(() => fetch(`${api}/auth/login`, { headers }), TypeError);
  const login = await fetch(`${api}/auth/login`, { headers });
  const date = Date.parse(login.headers.get("date")!);
  assertEquals(Math.abs(date + 86_400_000 - Date.now()) < 60_000, true);
  const { token } = await login.json();
  const { exp, iat } = decodeJwt(token);
  assertEquals(exp! - iat!, 60);
  const file = await fetch(`${api}/file/8a7c2f0e-5d0b-4d9c-9c1e-3f6b1f0a2d14`, {
    headers: { authorization: "ApiKey key-s" },
  });
  await file.body?.cancel();
  const link = file.headers.get("location")!;
  assertEquals(new URL(link).origin, files);
  assertMatch(await (await fetch(link)).text(), /^Quiet trading/);
  const { printed } = await end();
  assertEquals(printed.trim().split("\n").map((line) => line.replace(/2d14$/, "")), [
    "api GET /auth/login basic lost authLogin fault",
    "api GET /auth/login basic 200 authLogin",
    "api GET /file/8a7c2f0e-5d0b-4d9c-9c1e-3f6b1f0a2d14 apikey 200 getFile",
    "files GET /8a7c2f0e-5d0b-4d9c-9c1e-3f6b1f0a2d14 none 200 fetchLink",
  ]);
});

Deno.test("main.ts serves the data and assumptions of files, and lets files arrive (found 137)", async () => {
  await using folder = await temporaryFolder();
  const data = { groups: [{ name: "G" }], files: [{ fid: "large", fileName: "l", groupName: "G", size: 2 ** 40 }] };
  const [dataFile, assumptionsFile] = [`${folder.path}/data.json`, `${folder.path}/assumptions.json`];
  await Deno.writeTextFile(dataFile, JSON.stringify(data));
  await Deno.writeTextFile(assumptionsFile, '{"ranges":"both","fileList":"files"}');
  const { api, end } = await start("--data", dataFile, "--assumptions", assumptionsFile, "--arrive", "G=0.01");
  const headers = { authorization: basic() };
  const part = await fetch(`${api}/file/large/download`, { headers: { ...headers, range: "bytes=1099511627772-" } });
  assertEquals([part.status, await part.bytes()], [206, Uint8Array.of(255, 255, 255, 255)]);
  let newest: { fid: string; fileName: string } | undefined;
  while (newest?.fileName !== "arrived.csv") { // comes within 10 ms
    const page = await (await fetch(`${api}/file/search?query=groupName%3DG`, { headers })).json();
    newest = page.files[0];
  }
  const arrived = await fetch(`${api}/file/${newest.fid}/download`, { headers });
  assertMatch(await arrived.text(), /^Instrument,Order Ref,Date\(UTC\),Price\nEX-V24,\d{9},/);
  assertEquals((await end()).code, 0);
});

Deno.test("main.ts names a wrong option in one line, without its value, and exits with 2", async () => {
  const wrong: [args: string[], name: string][] = [
    [["--usr=SECRET:SECRET"], "--usr"],
    [["--assume", "rotation=SECRET"], "rotation: its value must be one of on, family, overlap, off"],
    [["--assume", "rotatoin=on"], "rotatoin: the name must be one of rotation, auth0Rotation, overlap, "],
    [["--fault", '{"operation":"SECRET","drop":true}'], "operation must be one of authLogin, "],
    [["SECRET"], "every argument must be an option"],
    [["--data", "/none/SECRET"], "--data: there is no such file"],
    [["--arrive", "Market Notes=0"], "--arrive: what comes after = must be a number of seconds"],
  ];
  using taken = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const port = String(taken.addr.port); // A wrong option is reported before the port is tried.
  const found = await Promise.all(wrong.map(([args]) => fail("--port", port, ...args)));
  for (const [index, [code, stdout, stderr]] of found.entries()) {
    assertEquals([code, stdout, stderr.includes("SECRET")], [2, "", false], stderr);
    assertEquals([stderr.includes(wrong[index]![1]), stderr.trimEnd().includes("\n")], [true, false], stderr);
  }
  const [code, stdout] = await fail("--help");
  assertEquals([code, stdout.startsWith("Usage: deno task emulator")], [0, true]);
});

Deno.test("main.ts says which port is in use, and exits with 1", async () => {
  const taken = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const port = String(taken.addr.port);
  const [code, stdout, stderr] = await fail("--port", port);
  const why = `port ${port} is in use; end what uses it, or choose another --port`;
  assertEquals([code, stdout, stderr], [1, "", `emulator: Cannot listen on 127.0.0.1: ${why}\n`]);
  taken.close();
});

Deno.test("main.ts says which permission is missing, and exits with 1", async () => {
  const unread = await ended(command(["--data", "SECRET"], ["--allow-net=127.0.0.1"]));
  assertEquals(unread, [1, "", "emulator: Cannot read the file of an option: run with --allow-read\n"]);
  const cases: [port: string, permissions: string[], host: string][] = [
    ["0", [], "127.0.0.1:0"],
    ["8787", ["--allow-net=127.0.0.1:8787"], "127.0.0.1:8788"],
    ["8787", ["--allow-net", "--deny-net=127.0.0.1:8789"], "127.0.0.1:8789"],
  ];
  for (const [port, permissions, host] of cases) {
    const [code, stdout, stderr] = await ended(command(["--port", port], permissions));
    const expected = `emulator: Cannot listen on ${host}: run with --allow-net=127.0.0.1\n`;
    assertEquals([code, stdout, stderr], [1, "", expected]);
  }
});
