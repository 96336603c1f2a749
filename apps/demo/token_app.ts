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
  const main = new URL("../token/main.ts", import.meta.url).pathname;
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "--allow-net=127.0.0.1", "--allow-env=XSIGNALS_*,TOKEN_*", main],
    env: { ...env, TOKEN_PORT: "0", NO_COLOR: "1" },
    stdout: "piped",
    stderr: "inherit",
  }).spawn();
  const lines = child.stdout.pipeThrough(new TextDecoderStream()).getReader();
  let text = "";
  for (;;) {
    const { done, value } = await lines.read();
    if (done) throw new Error("the token app ended before it listened");
    const origin = /http:\/\/127\.0\.0\.1:\d+/.exec(text += value)?.[0];
    if (origin === undefined) continue;
    return {
      origin,
      async [Symbol.asyncDispose]() {
        child.kill("SIGTERM");
        while (!(await lines.read()).done);
        await child.status;
      },
    };
  }
}
