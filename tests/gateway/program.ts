/** The gateway, and what is measured beside it, as programs of their own. Linux only: it reads `/proc`. */
import { hash } from "node:crypto";
import { setTimeout as wait } from "node:timers/promises";

export interface Program extends AsyncDisposable {
  readonly origin: string;
  /** The processor time that it has used, in ms. */
  cpuMs(): number;
  /** The memory that it holds, in bytes. */
  memory(): number;
  /** What it has printed, if that is kept. */
  log(): string;
  readonly pid: number;
  /** Reads what it prints no more, until the result is called. */
  stall(): () => void;
  /** Ends it by SIGTERM, or after ten seconds at once, and resolves with its exit code. */
  end(): Promise<number>;
}

/** How long a program may take to end, in ms. */
const PATIENCE = 10_000;

/** A heap that has an end: garbage is collected early, so that memory which grows is memory which is held. */
export const SMALL_HEAP = { DENO_V8_FLAGS: "--max-old-space-size=64,--max-semi-space-size=4" };

export const CLIENT = { id: "client", secret: "s3cretOfTheClient0123456789abcdef" };

export const CLIENT_BASIC = `Basic ${btoa(`${CLIENT.id}:${CLIENT.secret}`)}`;

/** What every token endpoint is asked, for `fetch` and for wrk. */
export const TOKEN_REQUEST = {
  method: "POST",
  headers: { authorization: CLIENT_BASIC, "content-type": "application/x-www-form-urlencoded" },
  body: "grant_type=client_credentials",
};

export const ACCOUNT = { username: "account-login", password: "p4ssword-of-the-account" };

/** That account, as the emulator takes it. */
export const USERS: Readonly<Record<string, string>> = { [ACCOUNT.username]: ACCOUNT.password };

/** The variables of that account, at an API. */
export function accountEnv(api: string): Record<string, string> {
  return {
    XSIGNALS_AUTH: "login",
    XSIGNALS_BASE_URL: api,
    XSIGNALS_USERNAME: ACCOUNT.username,
    XSIGNALS_PASSWORD: ACCOUNT.password,
  };
}

/** Gets a token and lists the groups with it; resolves with the status of the last answer. */
export async function useGateway(origin: string, more: Readonly<Record<string, string>> = {}): Promise<number> {
  const answer = await fetch(`${origin}/token`, { ...TOKEN_REQUEST, headers: { ...TOKEN_REQUEST.headers, ...more } });
  const { access_token: token } = await answer.json();
  if (answer.status !== 200) return answer.status;
  const headers = { ...more, authorization: `Bearer ${token}` };
  const listing = await fetch(`${origin}/api/file/group`, { headers });
  await listing.body?.cancel();
  return listing.status;
}

/** The arguments and variables of the gateway with that account and that client, whose rate allows everything. */
export function gatewayCommand(
  api: string,
  env: Readonly<Record<string, string>> = {},
  permissions: readonly string[] = ["--allow-net=127.0.0.1", "--allow-env=XSIGNALS_*,GATEWAY_*"],
): { readonly args: string[]; readonly env: Record<string, string> } {
  return {
    args: ["run", ...permissions, `${import.meta.dirname}/../../apps/gateway/main.ts`],
    env: {
      ...accountEnv(api),
      ...(env.GATEWAY_CLIENTS_FILE
        ? {}
        : { GATEWAY_CLIENTS: `${CLIENT.id}:sha256-${hash("sha256", CLIENT.secret, "base64url")}` }),
      GATEWAY_PORT: "0",
      GATEWAY_RATE: "1000000",
      ...env,
    },
  };
}

/** Starts that gateway. */
export function startGateway(
  api: string,
  env: Readonly<Record<string, string>> = {},
  { keepsLog = false, permissions }: { readonly keepsLog?: boolean; readonly permissions?: readonly string[] } = {},
): Promise<Program> {
  return startProgram(Deno.execPath(), gatewayCommand(api, env, permissions), keepsLog);
}

/**
 * Starts a program and waits until it prints where it listens. It prints through a pipe, as under a supervisor, or to the
 * end of a file. There a write beyond the limit of a file's size fails as on a full disk, since that signal is ignored.
 */
export async function startProgram(
  command: string,
  { args = [], env, ...options }: Deno.CommandOptions,
  keepsLog = false,
  file?: string,
): Promise<Program> {
  if (file !== undefined) await Deno.writeTextFile(file, "", { append: true });
  const before = file === undefined ? 0 : (await Deno.readTextFile(file)).length;
  const child = new Deno.Command("sh", {
    ...options,
    args: ["-c", 'trap "" XFSZ; exec "$@" >> "$0" 2>&1', file ?? "/dev/stdout", command, ...args],
    env: { NO_COLOR: "1", ...env },
    stdin: "null",
    stdout: "piped",
  }).spawn();
  let text = "";
  let origin: string | undefined;
  let [mayRead, goOn] = [Promise.resolve(), () => {}];
  let code: number | undefined;
  const drained = (async () => {
    for await (const chunk of child.stdout.pipeThrough(new TextDecoderStream())) {
      if (keepsLog || origin === undefined) text += chunk;
      await mayRead;
    }
    ({ code } = await child.status);
  })();
  const log = () => file === undefined ? text : Deno.readTextFileSync(file);
  while ((origin = /http:\/\/127\.0\.0\.1:\d+(?=\D)/.exec(log().slice(before))?.[0]) === undefined) {
    if (code !== undefined) throw new Error(`Cannot start ${command} ${args.join(" ")}: ${log()}`);
    await wait(20);
  }
  const inProc = (name: string) => Deno.readTextFileSync(`/proc/${child.pid}/${name}`);
  async function end(): Promise<number> {
    goOn();
    if (code === undefined) child.kill("SIGTERM");
    const timer = setTimeout(() => child.kill("SIGKILL"), PATIENCE);
    await drained;
    clearTimeout(timer);
    return code!;
  }
  return {
    origin,
    pid: child.pid,
    cpuMs() {
      const stat = inProc("stat");
      const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" "); // the name before may hold anything
      return (Number(fields[11]) + Number(fields[12])) * 10; // Linux counts 100 a second
    },
    memory: () => Number(/VmRSS:\s+(\d+)/.exec(inProc("status"))?.[1]) * 1024,
    log,
    stall() {
      mayRead = new Promise((resolve) => goOn = resolve);
      return goOn;
    },
    end,
    [Symbol.asyncDispose]: async () => void await end(),
  };
}
