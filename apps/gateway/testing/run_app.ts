/**
 * The app as a program, over an upstream on loopback.
 *
 * @module
 */
import type { GivenAssumptions } from "@xsignals/emulator";
import { type ServedEmulator, serveEmulator } from "@xsignals/emulator/serve";
import { CLIENT, clientLine } from "./test_app.ts";

/** A program of the app that runs; ended by SIGTERM when it is disposed of. */
export interface RunningApp extends AsyncDisposable {
  /** Where it listens. */
  readonly origin: string;
  /** Asks it for a token as the one client. */
  ask(): Promise<Response>;
  /** What it printed. */
  text(): string;
}

/** How a program ended. */
export interface Ended {
  /** Its exit code. */
  readonly code: number;
  /** What it printed, errors included. */
  readonly text: string;
}

/** The upstream that programs use, and the variables with which they do. */
export interface Upstream extends AsyncDisposable {
  /** The upstream. */
  readonly emulator: ServedEmulator["emulator"];
  /** The variables. */
  readonly env: Record<string, string>;
}

/** Starts the upstream. */
export async function serveUpstream(assumptions: GivenAssumptions = {}): Promise<Upstream> {
  const { emulator, api, stop } = await serveEmulator({ users: { login: "password" }, assumptions });
  const env = {
    NO_COLOR: "1",
    XSIGNALS_AUTH: "login",
    XSIGNALS_BASE_URL: api,
    XSIGNALS_USERNAME: "login",
    XSIGNALS_PASSWORD: "password",
    GATEWAY_CLIENTS: clientLine("client", "secret"),
    GATEWAY_PORT: "0",
  };
  return { emulator, env, [Symbol.asyncDispose]: stop };
}

/** Runs a program until it ends by itself. */
export async function runToEnd(args: readonly string[], env: Record<string, string>): Promise<Ended> {
  const { code, stdout, stderr } = await command(args, env).output();
  const decoder = new TextDecoder();
  return { code, text: decoder.decode(stdout) + decoder.decode(stderr) };
}

/** Starts a program and waits until it says where it listens. */
export async function runApp(args: readonly string[], env: Record<string, string>): Promise<RunningApp> {
  const child = command(args, env).spawn();
  let text = "";
  const found = Promise.withResolvers<string>();
  async function listen(stream: ReadableStream<Uint8Array<ArrayBuffer>>): Promise<void> {
    for await (const chunk of stream.pipeThrough(new TextDecoderStream())) {
      text += chunk;
      const origin = /http:\/\/127\.0\.0\.1:\d+/.exec(text)?.[0];
      if (origin !== undefined) found.resolve(origin);
    }
  }
  const ended = Promise.all([listen(child.stdout), listen(child.stderr), child.status]).then(() =>
    found.reject(new Error(`The program ended: ${text}`))
  );
  const origin = await found.promise;
  return {
    origin,
    text: () => text,
    ask: () =>
      fetch(`${origin}/token`, {
        method: "POST",
        headers: { authorization: CLIENT },
        body: new URLSearchParams({ grant_type: "client_credentials" }),
      }),
    async [Symbol.asyncDispose]() {
      child.kill("SIGTERM");
      await ended;
    },
  };
}

function command(args: readonly string[], env: Record<string, string>): Deno.Command {
  const cwd = new URL("..", import.meta.url).pathname;
  return new Deno.Command(Deno.execPath(), { args: [...args], env, cwd, stdout: "piped", stderr: "piped" });
}
