/** The token app as a process of its own. */
export interface TokenApp extends AsyncDisposable {
  /** Where it listens. */
  readonly origin: string;
}

/**
 * Starts the token app on a free loopback port.
 *
 * @param env Its variables.
 * @throws {Error} When it ends before it listens; what it said is on standard error.
 */
export async function startTokenApp(env: Record<string, string>): Promise<TokenApp> {
  const program = new URL("token_program.ts", import.meta.url).pathname;
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "--allow-net=127.0.0.1", "--allow-env=XSIGNALS_*,GATEWAY_*", program],
    env: { ...env, GATEWAY_PORT: "0", NO_COLOR: "1" },
    stdin: "piped",
    stdout: "piped",
    stderr: "inherit",
  }).spawn();
  const lines = child.stdout.pipeThrough(new TextDecoderStream()).getReader();

  async function end(): Promise<void> {
    await child.stdin.close();
    while (!(await lines.read()).done);
    await child.status;
  }

  let text = "";
  for (;;) {
    const { done, value } = await lines.read();
    if (done) {
      await end();
      throw new Error("Cannot start the token app: it ended before it listened");
    }
    const origin = /http:\/\/127\.0\.0\.1:\d+/.exec(text += value)?.[0];
    if (origin !== undefined) return { origin, [Symbol.asyncDispose]: end };
  }
}
