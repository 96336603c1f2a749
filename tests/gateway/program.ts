/**
 * A server as a program of its own, and what it takes of the machine. Linux only: it reads `/proc`.
 *
 * @module
 */
import { hash } from "node:crypto";
import { processorMs } from "../../bench/processor_time.ts";

/** A program that listens. */
export interface Program extends AsyncDisposable {
  /** Where it listens. */
  readonly origin: string;
  /** The processor time that it used so far, in ms. */
  cpuMs(): number;
  /** The memory that it holds, in bytes. */
  memory(): number;
  /** What it printed so far. */
  log(): Promise<string>;
}

/** What {@link startProgram} takes. */
export interface ProgramOptions {
  /** Arguments of `deno`. */
  readonly args: readonly string[];
  /** Variables. */
  readonly env?: Readonly<Record<string, string>>;
  /** Keeps what it prints, `log()` reads it; absent: nobody does. */
  readonly keepLog?: boolean;
}

/** The gateway's program. */
export const GATEWAY = `${import.meta.dirname}/../../apps/gateway/main.ts`;

/** The one client that the app has, with its secret. */
export const CLIENT = { id: "client", secret: "s3cretOfTheClient0123456789abcdef" };

/** That client as Basic. */
export const CLIENT_BASIC = `Basic ${btoa(`${CLIENT.id}:${CLIENT.secret}`)}`;

/** The account upstream. */
export const ACCOUNT = { username: "account-login", password: "p4ssword-of-the-account" };

/** The variables of that account, at an API. */
export function accountEnv(api: string): Record<string, string> {
  return {
    XSIGNALS_AUTH: "login",
    XSIGNALS_BASE_URL: api,
    XSIGNALS_USERNAME: ACCOUNT.username,
    XSIGNALS_PASSWORD: ACCOUNT.password,
  };
}

/** The variables with which the gateway has that account, at an API, and that client. */
export function appEnv(api: string): Record<string, string> {
  return {
    ...accountEnv(api),
    GATEWAY_CLIENTS: `${CLIENT.id}:sha256-${hash("sha256", CLIENT.secret, "base64url")}`,
    GATEWAY_PORT: "0",
  };
}

/** What the emulator needs to know of the account. */
export const USERS: Readonly<Record<string, string>> = { [ACCOUNT.username]: ACCOUNT.password };

/** Starts a program and waits until its first line says where it listens; it prints through a pipe, as under a supervisor. */
export async function startProgram({ args, env = {}, keepLog = false }: ProgramOptions): Promise<Program> {
  const log = await Deno.makeTempFile();
  // What it prints goes on to `cat`, since whoever measures has other things to do than to read.
  const rest = keepLog ? `>> ${log}` : "> /dev/null";
  const script = `exec "$@" > >(IFS= read -r line; printf '%s\\n' "$line" >> ${log}; exec cat ${rest}) 2>&1`;
  const child = new Deno.Command("bash", {
    args: ["-c", script, "bash", Deno.execPath(), ...args],
    env: { NO_COLOR: "1", ...env },
    stdin: "null",
  }).spawn();
  let isOver = false;
  child.status.then(() => isOver = true);

  async function originIn(): Promise<string> {
    for (;;) {
      const text = await Deno.readTextFile(log);
      const origin = /http:\/\/127\.0\.0\.1:\d+/.exec(text)?.[0];
      if (origin !== undefined) return origin;
      if (isOver) throw new Error(`Cannot start the program: ${text}`);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }

  return {
    origin: await originIn(),
    cpuMs: () => processorMs(child.pid),
    memory: () => Number(/VmRSS:\s+(\d+)/.exec(Deno.readTextFileSync(`/proc/${child.pid}/status`))?.[1]) * 1024,
    log: () => Deno.readTextFile(log),
    async [Symbol.asyncDispose]() {
      if (!isOver) child.kill("SIGTERM");
      await child.status;
      await Deno.remove(log);
    },
  };
}
