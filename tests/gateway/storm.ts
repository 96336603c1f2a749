/**
 * `deno task gateway:storm`: two gateways on one Postgres serve valid clients, while one neighbour after the other fails.
 *
 * Fails when a valid request failed for no cause or later than ten seconds after one, when one failed for the log alone,
 * when a cause left no trace, a login was refused, the memory grew, or a secret was written.
 */
import { randomBytes } from "node:crypto";
import { setTimeout as wait } from "node:timers/promises";
import { parseArgs } from "node:util";
import pg from "pg";
import { type ServedEmulator, serveEmulator } from "@xsignals/emulator/serve";
import { type SilentProxy, silentProxy } from "../../apps/gateway/testing/silent_proxy.ts";
import { hasProgram } from "../has_program.ts";
import { POSTGRES_PROGRAMS, startServer } from "../postgres/with_postgres.ts";
import { leaksIn } from "../system/secrets.ts";
import { SECRETS } from "./judge.ts";
import { gatewayCommand, memoryOf, USERS } from "./program.ts";
import { CLIENT_SECRETS, CLIENTS_FILE, type Outcome, startLoad } from "./storm_load.ts";

/** How long after the end of a cause valid requests may still fail, in ms. */
const GRACE = 10_000;

/** The least time for a cause, for the grace, and for what must be well again, in seconds. */
const MIN_TURN = 14;

const MAX_GROWTH = 32 * 2 ** 20;

/** How long the account's token works, in ms: it has to be renewed during each cause, and after it. */
const LIFETIME = 10_000;

/** What a pipe holds that nobody reads, in bytes. */
const PIPE = 65_536;

const STORE_PASSWORD = "p4ssword-of-the-store";
const KEYS = { GATEWAY_SIGNING_KEY: newKey(), GATEWAY_STORE_KEYS: newKey() };

function newKey(): string {
  return randomBytes(32).toString("base64url");
}

/** Something that goes wrong outside of the gateways. */
interface Cause {
  readonly name: string;
  /** Whether valid requests may fail. */
  readonly isFelt: boolean;
  /** What this machine lacks for it. */
  readonly lacks?: string | undefined;
  /** Makes it go wrong, and resolves with what ends that. */
  begin(): (() => unknown) | Promise<() => unknown>;
  /** Whether something tells that it did go wrong; absent: a request that failed does. */
  hasTrace?(): boolean;
}

/** A cause that has had its turn. */
interface Turn extends Cause {
  readonly from: number;
  readonly to: number;
}

type Gateway = Awaited<ReturnType<typeof startOne>>;

/** Starts a gateway that can be started again on its port, with its log in a file or in a pipe. */
async function startOne(api: string, env: Readonly<Record<string, string>>, file?: string) {
  const probe = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = probe.addr;
  probe.close();
  const origin = `http://127.0.0.1:${port}`;
  const command = gatewayCommand(api, { ...env, GATEWAY_PORT: String(port) }, ["-A"]);
  let text = "";
  let mayRead = Promise.resolve();
  let [child, ended] = start();

  function start(): [Deno.ChildProcess, Promise<void>] {
    // A write beyond the limit of a file's size fails, as on a full disk, where that signal is ignored.
    const shell = 'trap "" XFSZ; exec "$@" >> "$0" 2>&1';
    const args = ["-c", shell, file ?? "/dev/stdout", Deno.execPath(), ...command.args];
    const env = { NO_COLOR: "1", ...command.env };
    const child = new Deno.Command("sh", { args, env, stdin: "null", stdout: "piped" }).spawn();
    return [child, read(child.stdout)];
  }

  async function read(stdout: Deno.ChildProcess["stdout"]): Promise<void> {
    for await (const chunk of stdout.pipeThrough(new TextDecoderStream())) {
      text += chunk;
      await mayRead;
    }
  }

  const gateway = {
    origin,
    pid: () => child.pid,
    log: () => file === undefined ? text : Deno.readTextFileSync(file),
    /** Waits until it is ready. */
    async ready() {
      const isReady = () =>
        fetch(`${origin}/readyz`).then((answer) => answer.text().then(() => answer.ok), () => false);
      for (let tries = 0; !await isReady(); tries++) {
        if (tries > 150) throw new Error(`Cannot start the gateway: ${gateway.log().slice(-1_000)}`);
        await wait(100);
      }
    },
    /** Ends it, and resolves with its exit code. */
    async end() {
      child.kill("SIGTERM");
      const { code } = await child.status;
      await ended;
      return code;
    },
    startAgain: () => void ([child, ended] = start()),
    /** Reads its log no more, until the result is called. */
    stall() {
      const { promise, resolve } = Promise.withResolvers<void>();
      mayRead = promise;
      return resolve;
    },
  };
  await gateway.ready();
  return gateway;
}

interface World {
  readonly emulator: ServedEmulator["emulator"];
  readonly upstream: SilentProxy;
  readonly database: SilentProxy;
  /** Logs to a file; to a pipe. */
  readonly filed: Gateway;
  readonly piped: Gateway;
}

/** What the API is asked for by the load. */
const ASKED = ["listFileGroups", "searchFiles", "queryTimeSeries", "searchSymbols"] as const;

function causesIn({ emulator, upstream, database, filed, piped }: World, lacksDatabase?: string): Cause[] {
  let burst = 0;

  async function limitFile(size: string): Promise<void> {
    const args = ["--pid", String(filed.pid()), `--fsize=${size}:`];
    const { success, stderr } = await new Deno.Command("prlimit", { args }).output();
    if (!success) throw new Error(`Cannot limit the size of files: ${new TextDecoder().decode(stderr)}`);
  }

  function silence(proxy: SilentProxy): () => void {
    proxy.isSilent = true;
    return () => void (proxy.isSilent = false);
  }

  return [
    {
      name: "the log's disk is full",
      isFelt: false,
      lacks: hasProgram("prlimit") ? undefined : "prlimit",
      async begin() {
        await limitFile("0");
        return () => limitFile("unlimited");
      },
      hasTrace: () => filed.log().includes('"reason":"log_failed"'),
    },
    {
      name: "the log's reader stalls",
      isFelt: false,
      begin() {
        const goOn = piped.stall();
        return async () => {
          const before = piped.log().length;
          goOn();
          await wait(500);
          burst = piped.log().length - before;
        };
      },
      hasTrace: () => burst > PIPE,
    },
    { name: "Postgres is silent", isFelt: true, lacks: lacksDatabase, begin: () => silence(database) },
    { name: "the upstream is silent", isFelt: true, begin: () => silence(upstream) },
    {
      name: "the upstream answers 429",
      isFelt: true,
      begin: () => emulator.faults.add({ host: "api", status: 429, headers: { "retry-after": "1" }, times: Infinity }),
    },
    {
      name: "the upstream answers 401",
      isFelt: true,
      begin() {
        const ends = ASKED.map((operation) => emulator.faults.add({ operation, status: 401, times: Infinity }));
        return () => ends.forEach((end) => end());
      },
    },
    {
      name: "SIGTERM, and a start",
      isFelt: true,
      async begin() {
        const code = await filed.end();
        if (code !== 0) throw new Error(`The gateway ended with ${code} after SIGTERM`);
        return async () => {
          filed.startAgain();
          await filed.ready();
        };
      },
    },
  ];
}

/** Whether a request was under way while a cause was there, or shortly after. */
function isIn({ from, to }: Outcome, turn: Turn): boolean {
  return to >= turn.from && from <= turn.to + GRACE;
}

/** Lets the causes have their turns, and says what is wrong. */
async function storm(seconds: number, wanted: RegExp): Promise<string[]> {
  await using stack = new AsyncDisposableStack();
  const directory = await Deno.makeTempDir();
  stack.defer(() => Deno.remove(directory, { recursive: true }));
  const missing = POSTGRES_PROGRAMS.filter((program) => !hasProgram(program)).join(" and ");
  const postgres = missing === "" ? stack.use(await startServer()) : undefined;
  const socket = postgres && `${new URL(postgres.url).searchParams.get("host")}/.s.PGSQL.5432`;
  const database = stack.use(silentProxy(() => Deno.connect({ transport: "unix", path: socket! })));
  const { emulator, api, stop } = await serveEmulator({ users: USERS, accessTokenLifetime: LIFETIME });
  stack.defer(stop);
  const upstream = stack.use(silentProxy(() => Deno.connect({ port: Number(new URL(api).port) })));
  await Deno.writeTextFile(`${directory}/clients.json`, CLIENTS_FILE);
  const env = {
    ...KEYS,
    GATEWAY_CLIENTS_FILE: `${directory}/clients.json`,
    GATEWAY_RATE: "10000",
    GATEWAY_STORE: postgres
      ? `postgres://postgres:${STORE_PASSWORD}@127.0.0.1:${database.port}/postgres`
      : `file:${directory}/store`,
  };
  const address = `http://127.0.0.1:${upstream.port}`;
  const filed = await startOne(address, env, `${directory}/log`);
  const piped = await startOne(address, { ...env, GATEWAY_AUDIT: "true" });
  const load = startLoad([filed.origin, piped.origin]);
  const all = causesIn({ emulator, upstream, database, filed, piped }, missing || undefined)
    .filter(({ name }) => wanted.test(name));
  const memory = [memoryOf(piped.pid())];
  const turns: Turn[] = [];
  const lasts = 1000 * seconds / all.length - GRACE;
  for (const cause of all.filter(({ lacks }) => lacks === undefined)) {
    const from = performance.now();
    const end = await cause.begin();
    await wait(lasts / 2);
    await end();
    turns.push({ ...cause, from, to: performance.now() });
    await wait(GRACE + lasts / 2);
    memory.push(memoryOf(piped.pid()));
  }
  await load.stop();
  const codes = [await filed.end(), await piped.end()];

  const faults = judge(load.outcomes, turns);
  for (const { name, lacks } of all) {
    if (lacks !== undefined) console.log(`skipped: ${name}, since PATH has no ${lacks}`);
  }
  const mib = memory.map((bytes) => (bytes / 2 ** 20).toFixed(0));
  console.log(`memory, at the start and after each cause: ${mib.join(", ")} MiB`);
  if (memory.at(-1)! - memory[Math.floor(memory.length / 2)]! > MAX_GROWTH) faults.push("the memory grew");
  const logins = emulator.count("authLogin");
  const refused = emulator.count({ operation: "authLogin", status: 401 });
  console.log(`logins: ${logins}, refused: ${refused}; renewals: ${emulator.count("authRefresh")}`);
  if (refused > 0) faults.push(`${refused} logins were refused`);
  if (codes.join() !== "0,0") faults.push(`the gateways ended with ${codes}`);
  const written = [filed.log(), piped.log(), ...load.refusals, ...postgres ? [await stored(postgres.url)] : []];
  const secrets = [...SECRETS, ...CLIENT_SECRETS, ...Object.values(KEYS), STORE_PASSWORD, "eyJhbGci"];
  const leaks = written.flatMap((text) => leaksIn(text, secrets));
  console.log(`written: ${written.join("").length} characters, secrets in them: ${leaks.length}`);
  return [...faults, ...leaks.map((leak) => `a secret was written: ${leak}`)];
}

/** Prints what became of the requests, and says which of them should not have failed. */
function judge(outcomes: readonly Outcome[], turns: readonly Turn[]): string[] {
  const failed = outcomes.filter(({ failure }) => failure !== undefined);
  console.log(`valid requests: ${outcomes.length}, failed: ${failed.length}`);
  const faults: string[] = [];
  for (const turn of turns) {
    const own = failed.filter((one) => isIn(one, turn));
    const last = own.length === 0 ? 0 : Math.max(...own.map(({ to }) => to - turn.to));
    const kinds = Map.groupBy(own, ({ failure }) => failure!);
    const listed = [...kinds].map(([failure, some]) => `${some.length} × ${failure}`).join(", ");
    console.log(
      `${turn.name}, for ${((turn.to - turn.from) / 1000).toFixed(1)} s: ${own.length} failed` +
        (own.length === 0 ? "" : `, the last ${(last / 1000).toFixed(1)} s after its end (${listed})`),
    );
    if (!turn.isFelt && own.length > 0) faults.push(`${own.length} requests failed while ${turn.name}`);
    if (!(turn.hasTrace?.() ?? own.length > 0)) faults.push(`nothing tells that ${turn.name}`);
  }
  const outside = failed.filter((one) => !turns.some((turn) => isIn(one, turn)));
  console.log(`failed for no cause: ${outside.length}`);
  if (outside.length > 0) faults.push(`${outside.length} failed for no cause, first ${outside[0]!.failure}`);
  return faults;
}

/** What is in the database, as text. */
async function stored(url: string): Promise<string> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  const { rows } = await client.query("SELECT * FROM xsignals_session");
  await client.end();
  return rows.flatMap((row: object) => Object.values(row).map((value) => String(value))).join("\n");
}

if (import.meta.main) {
  const type = "string";
  const options = { seconds: { type, default: "180" }, cause: { type, default: "" } } as const;
  const { values } = parseArgs({ args: Deno.args, options });
  const [seconds, cause] = [Number(values.seconds), new RegExp(values.cause)];
  const faults = await storm(seconds, cause);
  for (const fault of faults) console.log(`FAIL ${fault}`);
  Deno.exit(faults.length > 0 ? 1 : 0);
}
