/**
 * `deno task gateway:edge`: an edge function that holds no secret, in four processes: an issuer, the gateway, its upstream and
 * the function. It gets a file, goes on when the issuer changes its keys, and ends when its entry is removed.
 *
 * @module
 */
import { CLAIMS } from "./testing/issuer.ts";

/** A process that listens. */
interface Process extends AsyncDisposable {
  readonly origin: string;
  /** Its environment, as the system has it where it tells. */
  environment(): string;
}

const HERE = new URL(".", import.meta.url).pathname;

/** Starts a program with these variables and no other, and waits until it says where it listens. */
async function start(args: readonly string[], env: Record<string, string>): Promise<Process> {
  const child = new Deno.Command(Deno.execPath(), {
    args: [...args],
    env,
    clearEnv: true,
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const found = Promise.withResolvers<string>();
  let text = "";
  const read = async (stream: ReadableStream<Uint8Array<ArrayBuffer>>) => {
    for await (const chunk of stream.pipeThrough(new TextDecoderStream())) {
      text += chunk;
      const [origin] = /http:\/\/127\.0\.0\.1:\d+/.exec(text) ?? [];
      if (origin !== undefined) found.resolve(origin);
    }
  };
  const ended = Promise.all([read(child.stdout), read(child.stderr), child.status]);
  ended.then(() => found.reject(new Error(`${args.at(-1)} ended: ${text}`)));
  return {
    origin: await found.promise,
    environment: () => Deno.build.os === "linux" ? Deno.readTextFileSync(`/proc/${child.pid}/environ`) : "",
    async [Symbol.asyncDispose]() {
      child.kill("SIGTERM");
      await ended;
    },
  };
}

function freePort(): number {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  return listener.addr.port;
}

/**
 * Shows it, a line each step.
 *
 * @param print Takes a line.
 * @param untilRemoved Whether to wait until the function without its entry ends, which takes up to a minute.
 */
export async function show(print: (line: string) => void, untilRemoved: boolean): Promise<void> {
  await using stack = new AsyncDisposableStack();
  const folder = await Deno.makeTempDir();
  stack.defer(() => Deno.remove(folder, { recursive: true }));
  const run = async (args: readonly string[], env: Record<string, string> = {}) => stack.use(await start(args, env));
  const upstream = await run([
    "run",
    "-A",
    `${HERE}../../packages/emulator/main.ts`,
    "--port",
    "0",
    "--assume",
    "downloadBy=stream",
  ]);
  const issuer = await run(["run", "--allow-net=127.0.0.1", `${HERE}testing/issuer.ts`]);
  const { sub: subject, ...claims } = CLAIMS;
  const entry = { id: "edge", assertion: { issuer: issuer.origin, subject, claims }, scopes: ["files:read"] };
  const file = `${folder}/clients.json`;
  const write = (clients: readonly object[]) => Deno.writeTextFile(file, JSON.stringify({ clients }));
  await write([entry]);
  print(`the gateway's entry: ${JSON.stringify(entry)}`);
  const port = String(freePort());
  const gateway = await run(["run", "-A", `${HERE}../gateway/main.ts`], {
    XSIGNALS_BASE_URL: upstream.origin,
    XSIGNALS_USERNAME: "login",
    XSIGNALS_PASSWORD: "password",
    GATEWAY_CLIENTS_FILE: file,
    GATEWAY_ISSUER: `http://127.0.0.1:${port}`,
    GATEWAY_PORT: port,
  });
  const env = {
    XSIGNALS_TOKEN_URL: `${gateway.origin}/token`,
    XSIGNALS_BASE_URL: `${gateway.origin}/api`,
    OIDC_ISSUER: issuer.origin,
  };
  const isolate = () =>
    run([
      "serve",
      "--host=127.0.0.1",
      "--port=0",
      "--allow-net=127.0.0.1",
      "--allow-env",
      `${HERE}edge_without_secret.ts`,
    ], env);
  async function ask(what: string, { origin }: Process): Promise<number> {
    const answer = await fetch(origin);
    const { byteLength } = await answer.bytes();
    print(`${what}: ${answer.status}, ${byteLength} bytes of ${answer.headers.get("content-type")}`);
    return answer.status;
  }
  const first = await isolate();
  const variables = first.environment().split("\0").filter((one) => one !== "");
  print(`the function's environment, all of it: ${(variables.length > 0 ? variables : Object.entries(env)).join(" ")}`);
  print("OIDC_ISSUER is for the stand-in of jsr:@deno/oidc; on Deno Deploy the platform knows it");
  await ask("the function gets a file", first);
  await (await fetch(`${issuer.origin}/rotate`, { method: "POST" })).body?.cancel();
  print("the issuer has changed its key");
  await new Promise((resolve) => setTimeout(resolve, 1_000)); // the gateway asks an issuer once a second at most
  await ask("the function goes on", first);
  await ask("another isolate of it, which needs a token by the new key", await isolate());
  if (!untilRemoved) return;
  await write([]);
  const at = Date.now();
  print("the entry is removed");
  while ((await fetch(first.origin).then(async (answer) => (await answer.body?.cancel(), answer.status))) === 200) {
    await new Promise((resolve) => setTimeout(resolve, 1_000));
  }
  await ask(`the function ended after ${Math.round((Date.now() - at) / 1000)} s`, first);
}

if (import.meta.main) await show(console.log, true);
