import { assert, assertEquals, assertFalse, assertMatch } from "@std/assert";
import { madeContent } from "@xsignals/emulator";
import { needing } from "@xsignals/tests/has_program";
import { runApp, serveUpstream } from "./testing/run_app.ts";

/** Larger than all buffers on the way together. */
const LARGE = madeContent(48 * 2 ** 20);

function freePort(): number {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  return listener.addr.port;
}

/** Runs the README's Caddyfile: other addresses, no port 80, and a certificate that no machine is told to trust. */
async function runCaddy(folder: string, port: number, upstream: string): Promise<AsyncDisposable> {
  const readme = await Deno.readTextFile(new URL("README.md", import.meta.url));
  const block = /```caddyfile\n([^]*?)```/.exec(readme)?.[1] ?? "";
  assert(block.startsWith("{\n") && block.includes("gateway.example {\n") && block.includes("127.0.0.1:8080"));
  const text = block.replace("{\n", `{\nadmin off\nskip_install_trust\nhttp_port ${freePort()}\n`)
    .replace("gateway.example {", `https://localhost:${port} {`).replace("127.0.0.1:8080", new URL(upstream).host);
  await Deno.writeTextFile(`${folder}/Caddyfile`, text);
  const child = new Deno.Command("caddy", {
    args: ["run", "--config", `${folder}/Caddyfile`, "--adapter", "caddyfile"],
    env: { HOME: folder, XDG_DATA_HOME: folder, XDG_CONFIG_HOME: folder },
    stdout: "null",
    stderr: "piped",
  }).spawn();
  const started = Promise.withResolvers<void>();
  const drained = (async () => {
    let printed = "";
    for await (const chunk of child.stderr.pipeThrough(new TextDecoderStream())) {
      printed += chunk;
      if (printed.includes("serving initial configuration")) started.resolve();
    }
    started.reject(new Error(`Caddy ended: ${printed}`));
  })();
  await started.promise;
  return {
    async [Symbol.asyncDispose]() {
      child.kill("SIGTERM");
      await Promise.all([child.status, drained]);
    },
  };
}

async function run(command: string, args: readonly string[], env: Record<string, string>): Promise<string> {
  const { code, stdout, stderr } = await new Deno.Command(command, { args: [...args], env }).output();
  assertEquals(code, 0, new TextDecoder().decode(stderr));
  return new TextDecoder().decode(stdout);
}

Deno.test({
  ...needing(["caddy", "curl", "jq"], "main.ts works behind the README's Caddyfile: TLS, HTTP/2, a long download"),
  async fn() {
    await using upstream = await serveUpstream({ ranges: "both" });
    upstream.emulator.addFile({ fid: "large", fileName: "large.bin", groupName: "Large", content: LARGE });
    const variables = { ...upstream.env, GATEWAY_PROXIES: "1", GATEWAY_AUDIT: "true" };
    await using app = await runApp(["run", "-A", "main.ts"], variables);
    const folder = await Deno.makeTempDir();
    try {
      const port = freePort();
      await using _caddy = await runCaddy(folder, port, app.origin);
      const base = `https://localhost:${port}`;
      const env = {
        CURL_CA_BUNDLE: `${folder}/caddy/pki/authorities/local/root.crt`,
        NO_PROXY: "localhost",
        XSIGNALS_CLIENT_ID: "client",
        XSIGNALS_CLIENT_SECRET: "secret",
      };
      // Another address of this machine than the proxy's, and a caller that says to be somebody else.
      const curl = (...args: string[]) =>
        run("curl", ["-sS4f", "--interface", "127.0.0.2", "-H", "X-Forwarded-For: 192.0.2.6", ...args], env);

      const page = await curl(`${base}/`);
      const example = /aria-label="Example in curl"><code>([^<]*)/.exec(page)?.[1]?.replaceAll("&quot;", '"') ?? "";
      assert(example.includes(`${base}/token`), "the page names the address that was asked");
      assertMatch(await run("sh", ["-ec", example], env), /"items"/);

      const form = ["-u", "client:secret", "-d", "grant_type=client_credentials"];
      const { access_token: token } = JSON.parse(await curl(...form, `${base}/token`));
      const [file, address] = [`${folder}/large.bin`, `${base}/api/file/large/download`];
      const read = ["-H", `Authorization: Bearer ${token}`, "-o", file, "-w", "%{http_version} %{http_code}", address];
      assertEquals(await curl("-r", "0-9999999", ...read), "2 206");
      assertEquals(await curl("-C", "-", ...read), "2 206");
      const saved = await Deno.readFile(file);
      assertEquals(saved.length, LARGE.size);
      for (let at = 0; at < saved.length;) {
        const chunk = LARGE.chunk(at);
        assertEquals(saved.subarray(at, at + chunk.length).toBase64(), chunk.toBase64());
        at += chunk.length;
      }
      assertEquals(await curl("--http1.1", "-r", "0-9", ...read), "1.1 206");
      const lines = app.text().split("\n").filter((line) => line.includes("/api/file/large"));
      assertEquals(lines.map((line) => JSON.parse(line)).map(({ address, outcome }) => `${address} ${outcome}`), [
        "127.0.0.2 whole",
        "127.0.0.2 whole",
        "127.0.0.2 whole",
      ]);
      assertFalse(app.text().includes('"alert"'));
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  },
});
