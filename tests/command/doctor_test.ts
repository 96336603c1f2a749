import { run } from "@xsignals/cli/run";
import { assert, assertEquals, assertMatch } from "@std/assert";
import { serveEmulator } from "@xsignals/emulator/serve";
import { rawServer } from "../system/raw_server.ts";

const CERTIFICATES = new URL("../runtimes/certificates/", import.meta.url);

/** Runs `doctor` against an address, with the platform's own network. */
async function examine(baseUrl: string, home: string): Promise<{ code: number; crossed: string[]; out: string }> {
  let out = "";
  const sink = {
    isTerminal: false,
    write: (bytes: Uint8Array) => Promise.resolve(void (out += new TextDecoder().decode(bytes))),
  };
  const code = await run(["doctor", "--timeout", "9", "--base-url", baseUrl], {
    stdin: { isTerminal: false, readable: new Blob().stream() },
    stdout: sink,
    stderr: sink,
    env: new Map([["XSIGNALS_USERNAME", "login"], ["XSIGNALS_PASSWORD", "PASSWORD-SECRET"]]),
    home,
    signal: new AbortController().signal,
    ask: () => Promise.resolve(undefined),
  });
  assert(!out.includes("PASSWORD-SECRET"), out);
  return { code, crossed: [...out.matchAll(/^✗ (\w+)/gm)].map(([, check]) => check!), out };
}

Deno.test("doctor tells a good server from a closed port, an unknown name, one without TLS and wrong certificates", async () => {
  const home = await Deno.makeTempDir();
  await using stack = new AsyncDisposableStack();
  stack.defer(() => Deno.remove(home, { recursive: true }));
  const { emulator, api, stop } = await serveEmulator({ users: { login: "PASSWORD-SECRET" } });
  stack.defer(stop);
  const key = await Deno.readTextFile(new URL("key.pem", CERTIFICATES));
  const secure = async (name: string) => {
    const cert = await Deno.readTextFile(new URL(`${name}.pem`, CERTIFICATES));
    return stack.use(rawServer(() => ({ then: "drop" }), undefined, { key, cert })).origin;
  };
  const closed = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const gone = `http://127.0.0.1:${closed.addr.port}`;
  closed.close();
  const silent = stack.use(rawServer(() => ({ then: "drop" })));

  const good = await examine(api, home);
  assertEquals([good.code, good.crossed], [0, []], good.out);
  assertEquals(emulator.log.map(({ operation }) => operation), ["listFileGroups", "authLogin", "listFileGroups"]);

  const cases: readonly (readonly [baseUrl: string, check: string, says: RegExp])[] = [
    [
      gone,
      "connection",
      /nothing listens at 127\.0\.0\.1:\d+\n +to do: start the server, or check --base-url and XSIGNALS_BASE_URL\n/,
    ],
    ["http://127.0.0.1:1", "connection", /nothing listens at 127\.0\.0\.1:1\n/],
    [
      `https://${"x".repeat(64)}.invalid`,
      "name",
      /the name is not known\n +to do: check the network, --base-url and XSIGNALS_BASE_URL\n/,
    ],
    [silent.origin, "connection", /it was cut\n +to do: try again/],
    [api.replace("http:", "https:"), "TLS", /it does not speak TLS\n +to do: check https and the port of --base-url/],
    [
      await secure("self_signed"),
      "TLS",
      /of an unknown authority\n +to do: if you trust it, name its file in DENO_CERT/,
    ],
    [await secure("of_unknown"), "TLS", /of an unknown authority\n/],
  ];
  for (const [baseUrl, check, says] of cases) {
    const { code, crossed, out } = await examine(baseUrl, home);
    assertEquals([code, crossed], [1, [check]], out);
    assertMatch(out, says);
    assertMatch(out, /^– login {7}not tried: the connection comes first$/m);
  }
  assertEquals(emulator.count("authLogin"), 1);
});

Deno.test("doctor as a program names the permission that is missing", async () => {
  const home = await Deno.makeTempDir();
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: [
      "run",
      "--no-prompt",
      "--allow-env",
      "--allow-read",
      `--allow-write=${home}`,
      new URL("../../packages/cli/main.ts", import.meta.url).pathname,
      "doctor",
      "--base-url",
      "http://127.0.0.1:8787",
    ],
    env: { HOME: home, XSIGNALS_USERNAME: "login", XSIGNALS_PASSWORD: "PASSWORD-SECRET" },
  }).output();
  const out = new TextDecoder().decode(stdout);
  assertEquals([code, out.match(/^✗ \w+/gm)], [1, ["✗ permission"]], out + new TextDecoder().decode(stderr));
  assertMatch(out, /run the program with --allow-net=127\.0\.0\.1:8787/);
  await Deno.remove(home, { recursive: true });
});
