import { assertEquals, assertMatch } from "@std/assert";
import { createEmulator } from "@xsignals/emulator";
import { clientLine } from "./testing/test_app.ts";

const API = "https://api.xsignals.xpansiv.com";
const MAIN = new URL("./main.ts", import.meta.url).pathname;
/** An empty variable counts as not set, whatever this machine has set. */
const NOTHING = Object.fromEntries(
  ["AUTH", "USERNAME", "PASSWORD", "TOKEN", "API_KEY", "CLIENT_ID", "CLIENT_SECRET", "BASE_URL", "AUTH_DOMAIN"]
    .concat("AUDIENCE", "SCOPE", "TOKEN_URL").map((name) => [`XSIGNALS_${name}`, ""])
    .concat(
      [
        "CLIENTS",
        "CLIENTS_FILE",
        "PORT",
        "HOST",
        "ISSUER",
        "LIFETIME",
        "RATE",
        "PROXIES",
        "CORS_ORIGINS",
      ]
        .concat("SIGNING_KEY", "STORE", "STORE_KEYS").map((name) => [`GATEWAY_${name}`, ""]),
    ),
);
const GOOD = {
  XSIGNALS_USERNAME: "login",
  XSIGNALS_PASSWORD: "password",
  GATEWAY_CLIENTS: clientLine("client", "secret"),
  GATEWAY_PORT: "0",
  XSIGNALS_BASE_URL: "http://127.0.0.1:1",
};

function program(variables: Record<string, string>): Deno.Command {
  return new Deno.Command(Deno.execPath(), {
    args: ["run", "--no-prompt", "--allow-net=127.0.0.1", "--allow-env=XSIGNALS_*,GATEWAY_*", MAIN],
    env: { ...NOTHING, ...variables, NO_COLOR: "1" },
    stdout: "piped",
    stderr: "piped",
  });
}

/** A running program: its lines one by one, what is left of them, and its end. */
function start(variables: Record<string, string>): {
  readonly process: Deno.ChildProcess;
  readonly lines: ReadableStreamDefaultReader<string>;
} {
  const process = program(variables).spawn();
  let rest = "";
  const lines = process.stdout.pipeThrough(new TextDecoderStream()).pipeThrough(
    new TransformStream<string, string>({
      transform(chunk, controller) {
        const parts = (rest + chunk).split("\n");
        rest = parts.pop() ?? "";
        for (const part of parts) controller.enqueue(part);
      },
    }),
  ).getReader();
  return { process, lines };
}

async function addressIn(lines: ReadableStreamDefaultReader<string>): Promise<string> {
  const { value = "" } = await lines.read();
  assertMatch(
    value,
    /^Listening on http:\/\/127\.0\.0\.1:\d+: hands out its own tokens and forwards GET \/api\/file\/\*; account: \w+, store: works$/,
  );
  return value.match(/http:\S+\d/)![0];
}

Deno.test("main.ts exits with 1 and one line that names the variable that is missing or wrong", async () => {
  const busy = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const cases: [Record<string, string>, RegExp][] = [
    [{ XSIGNALS_USERNAME: "" }, /XSIGNALS_USERNAME is not set/],
    [{ XSIGNALS_PASSWORD: "" }, /XSIGNALS_PASSWORD is not set/],
    [{ XSIGNALS_BASE_URL: "http://a.example" }, /XSIGNALS_BASE_URL/],
    [{ GATEWAY_CLIENTS: "" }, /GATEWAY_CLIENTS is not set/],
    [{ GATEWAY_CLIENTS: "secret" }, /GATEWAY_CLIENTS/],
    [{ GATEWAY_PORT: "http" }, /GATEWAY_PORT/],
    [{ GATEWAY_HOST: "a b" }, /GATEWAY_HOST/],
    [{ GATEWAY_RATE: "1m" }, /GATEWAY_RATE/],
    [{ GATEWAY_PORT: String(busy.addr.port) }, /^Cannot listen: port \d+ is in use \(from GATEWAY_PORT\)$/],
  ];
  const ends = await Promise.all(cases.map(([variables]) => program({ ...GOOD, ...variables }).output()));
  busy.close();

  for (const [index, { code, stdout, stderr }] of ends.entries()) {
    const printed = new TextDecoder().decode(stderr).split("\n");
    // Deno's own, when programs that start together find that node_modules is to be looked over.
    const [line = "", ...rest] = printed.filter((text) => !text.startsWith("Blocking waiting for file lock"));
    assertMatch(line, cases[index]![1]);
    assertEquals([code, rest, stdout.byteLength], [1, [""], 0], line);
  }
});

Deno.test("main.ts serves until SIGTERM or SIGINT, then exits with 0", async () => {
  for (const signal of ["SIGTERM", "SIGINT"] as const) {
    const { process, lines } = start(GOOD);
    const address = await addressIn(lines);
    const answer = await fetch(`${address}/healthz`);
    assertEquals([answer.status, await answer.text()], [200, '{"status":"ok"}']);
    assertMatch(
      (await lines.read()).value!,
      /^\{"at":".*","event":"request","id":"[-0-9a-f]{36}","method":"GET","path":"\/healthz","status":200,/,
    );
    process.kill(signal);

    const [{ code, signal: killedBy }, stderr, { done }] = await Promise.all([
      process.status,
      process.stderr.text(),
      lines.read(),
    ]);
    assertEquals([code, killedBy, stderr, done], [0, null, "", true]);
  }
});

Deno.test("main.ts goes on when nobody reads its log any more", async () => {
  const { process, lines } = start(GOOD);
  const address = await addressIn(lines);
  await lines.cancel();
  for (let i = 0; i < 3; i++) {
    const answer = await fetch(`${address}/healthz`);
    assertEquals([answer.status, await answer.text()], [200, '{"status":"ok"}']);
  }
  process.kill("SIGTERM");

  const [{ code }, stderr] = await Promise.all([process.status, process.stderr.text()]);
  assertEquals([code, stderr], [0, ""]);
});

Deno.test("main.ts lets a request in flight finish, takes no new one, and logs nobody out", async () => {
  const emulator = createEmulator({ users: { login: "password" } });
  const asked = Promise.withResolvers<void>();
  const stopping = Promise.withResolvers<void>();
  const upstream = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, async ({ url, method, headers }) => {
    if (url.includes("/file/")) {
      asked.resolve();
      await stopping.promise;
    }
    return await emulator.fetch(API + new URL(url).pathname, { method, headers });
  });
  const { process, lines } = start({ ...GOOD, XSIGNALS_BASE_URL: `http://127.0.0.1:${upstream.addr.port}` });
  const address = await addressIn(lines);
  const { access_token } = await (await fetch(`${address}/token`, {
    method: "POST",
    headers: { authorization: `Basic ${btoa("client:secret")}` },
    body: new URLSearchParams({ grant_type: "client_credentials" }),
  })).json();
  await lines.read(); // the line of that request
  const answer = fetch(`${address}/api/file/group`, { headers: { authorization: `Bearer ${access_token}` } });
  await asked.promise;
  process.kill("SIGTERM");
  await refused(address);
  stopping.resolve();

  assertEquals((await (await answer).json()).totalSize, 3);
  assertMatch((await lines.read()).value!, /"path":"\/api\/\*","status":200,.*"client":"client"/);
  const [{ code }, stderr, { done }] = await Promise.all([process.status, process.stderr.text(), lines.read()]);
  const own = stderr.split("\n").filter((line) => !line.startsWith("Deno.serve: request.signal")); // Deno's own notice
  assertEquals([code, own, done], [0, [""], true]);
  assertEquals(emulator.log.map((entry) => entry.path), ["/auth/login", "/file/group"]);
  await upstream.shutdown();
});

/** Returns once the program takes no connection any more. */
async function refused(address: string): Promise<void> {
  const { hostname, port } = new URL(address);
  for (;;) {
    try {
      (await Deno.connect({ hostname, port: Number(port) })).close();
    } catch (error) {
      if (error instanceof Deno.errors.ConnectionRefused) return;
      const isLate = error instanceof Deno.errors.ConnectionReset || error instanceof Deno.errors.NotConnected;
      if (!isLate) throw error; // it came while the program stopped listening
    }
  }
}
