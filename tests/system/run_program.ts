/** How a program ended. */
export interface Ended {
  /** Its exit code. */
  readonly code: number;
  /** What it printed. */
  readonly stdout: string;
  /** What it printed as errors. */
  readonly stderr: string;
  /** When it had ended, in ms since 1970. */
  readonly at: number;
}

/** A program that runs; ended when it is disposed of. */
export interface Running extends AsyncDisposable {
  /** What its first line says. */
  readonly first: string;
  /** Ends it by SIGTERM. */
  end(): Promise<Ended>;
}

/** What a program is started with. */
export interface Start {
  /** Its arguments. */
  readonly args?: readonly string[];
  /** Its variables; it gets no other but those of this machine. */
  readonly env?: Readonly<Record<string, string>>;
}

/** Runs a program of this repository, given by its path from the root, with a network of loopback only. */
export async function runProgram(path: string, start: Start = {}): Promise<Ended> {
  return ended(await command(path, start).output());
}

/** Starts a program that serves, and waits for its first line. */
export async function startProgram(path: string, start: Start = {}): Promise<Running> {
  const child = command(path, start).spawn();
  const errors = new Response(child.stderr).text();
  const reader = child.stdout.pipeThrough(new TextDecoderStream()).getReader();
  let text = "";
  async function read(): Promise<boolean> {
    const { done, value = "" } = await reader.read();
    text += value;
    return !done;
  }
  while (!text.includes("\n")) if (!(await read())) throw new Error(`${path} ended: ${await errors}`);
  let ending: Promise<Ended> | undefined;
  async function end(): Promise<Ended> {
    child.kill("SIGTERM");
    while (await read());
    const { code } = await child.status;
    return { code, stdout: text, stderr: await errors, at: Date.now() };
  }
  return {
    first: text.split("\n")[0] ?? "",
    end: () => ending ??= end(),
    async [Symbol.asyncDispose]() {
      await (ending ??= end());
    },
  };
}

function command(path: string, { args = [], env = {} }: Start): Deno.Command {
  const root = new URL("../../", import.meta.url).pathname;
  const file = `${root}${path}`;
  const preload = `--preload=${root}tests/answers/preload_program.ts`;
  return new Deno.Command(Deno.execPath(), {
    args: [
      "run",
      "--quiet",
      "--no-prompt",
      preload,
      "--allow-net=127.0.0.1",
      "--allow-env",
      "--allow-run",
      file,
      ...args,
    ],
    env: { NO_COLOR: "1", ...env },
    stdout: "piped",
    stderr: "piped",
  });
}

function ended({ code, stdout, stderr }: Deno.CommandOutput): Ended {
  const decoder = new TextDecoder();
  return { code, stdout: decoder.decode(stdout), stderr: decoder.decode(stderr), at: Date.now() };
}
