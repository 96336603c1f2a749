import { processorMs } from "../processor_time.ts";

/** A server in a process of its own. Linux only: it reads `/proc`. */
export interface Server extends AsyncDisposable {
  readonly origin: string;
  /** The processor time that it used so far, in ms. */
  cpuMs(): number;
}

/** Starts a server, and waits until it prints where it listens; it prints through a pipe, as under a supervisor. */
export async function startServer(command: string, options: Deno.CommandOptions): Promise<Server> {
  const child = new Deno.Command(command, { ...options, stdin: "null", stdout: "piped", stderr: "null" }).spawn();
  const reader = child.stdout.pipeThrough(new TextDecoderStream()).getReader();
  let text = "";
  let origin: string | undefined;
  while (origin === undefined) {
    const { done, value } = await reader.read();
    if (done) throw new Error(`Cannot start ${command} ${options.args?.join(" ")}: ${text}`);
    text += value;
    origin = /http:\/\/127\.0\.0\.1:\d+(?=\D)/.exec(text)?.[0];
  }
  const drained = (async () => {
    while (!(await reader.read()).done);
  })();
  return {
    origin,
    cpuMs: () => processorMs(child.pid),
    async [Symbol.asyncDispose]() {
      child.kill("SIGKILL"); // a measured server has nothing to finish
      await Promise.all([child.status, drained]);
    },
  };
}
