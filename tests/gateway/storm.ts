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
import { type Emulator, serveEmulator } from "@xsignals/emulator/serve";
import { type SilentProxy, silentProxy } from "../../apps/gateway/testing/silent_proxy.ts";
import { hasProgram } from "../has_program.ts";
import { leaksIn } from "../system/secrets.ts";
import { SECRETS } from "./judge.ts";
import { gatewayCommand, type Program, SMALL_HEAP, startProgram, USERS } from "./program.ts";
import { CLIENT_SECRETS, CLIENTS_FILE, type Outcome, startLoad } from "./storm_load.ts";

/** How long after the end of a cause valid requests may still fail, in ms, and so long all must be well before the next. */
const GRACE = 10_000;
const WELL = 2_000;

/** So much memory may be gained in the second half, in bytes. */
const MAX_GROWTH = 16 * 2 ** 20;

/** How long the account's token works, in ms: it is renewed during each cause, and after it. */
const LIFETIME = 10_000;

/** What a pipe holds that nobody reads, in bytes. */
const PIPE = 65_536;

const STORE_PASSWORD = "p4ssword-of-the-store";
const [SIGNING_KEY, STORE_KEY] = [32, 32].map((size) => randomBytes(size).toString("base64url"));
const ALL_SECRETS = [...SECRETS, ...CLIENT_SECRETS, STORE_PASSWORD, SIGNING_KEY, STORE_KEY, "eyJhbGci"] as string[];

/** What the API is asked for by the load. */
const ASKED = ["listFileGroups", "searchFiles", "downloadFile", "queryTimeSeries", "searchSymbols"] as const;

/** Something that goes wrong outside of the gateways. */
interface Cause {
  readonly name: string;
  /** Makes it go wrong, and resolves with what ends that. */
  begin(): (() => unknown) | Promise<() => unknown>;
  /** Tells that it did go wrong, where no request may fail; absent: some have to. */
  hasTrace?(): boolean;
  /** What it needs, and is not there. */
  readonly lacks?: string | false;
}

type Turn = Cause & { readonly from: number; readonly to: number };

interface World {
  readonly emulator: Emulator;
  readonly upstream: SilentProxy;
  readonly database: SilentProxy | undefined;
  readonly gateways: readonly [filed: Program, piped: Program];
  restart(): Promise<() => unknown>;
}

/** All that may go wrong. */
function causesIn({ emulator, upstream, database, gateways: [filed, piped], restart }: World): Cause[] {
  const silence = (proxy: SilentProxy) => () => {
    proxy.isSilent = true;
    return () => void (proxy.isSilent = false);
  };
  async function limitFiles(size: string): Promise<void> {
    await new Deno.Command("prlimit", { args: ["--pid", String(filed.pid), `--fsize=${size}:`] }).output();
  }
  let unread = 0;
  /** Makes the gateway write lines, if it still can. */
  async function ask(times: number): Promise<void> {
    const init = { signal: AbortSignal.timeout(2_000) };
    const one = () => fetch(`${piped.origin}/healthz`, init).then((answer) => answer.text()).catch(() => {});
    await Promise.all(Array.from({ length: times }, one));
  }

  return [
    {
      name: "the log's disk is full",
      lacks: !hasProgram("prlimit") && "prlimit",
      begin: () => limitFiles("0").then(() => () => limitFiles("unlimited")),
      hasTrace: () => filed.log().includes('"reason":"log_failed"'),
    },
    {
      name: "the log's reader stalls",
      async begin() {
        const goOn = piped.stall();
        for (let round = 0; round < 10; round++) await ask(50); // fills the pipe, however slow the load is
        return async () => {
          const before = piped.log().length;
          goOn();
          await wait(500);
          unread = piped.log().length - before;
        };
      },
      hasTrace: () => unread > PIPE,
    },
    { name: "Postgres is silent", lacks: !database && "POSTGRES_URL", begin: silence(database!) },
    { name: "the upstream is silent", begin: silence(upstream) },
    {
      name: "the upstream answers 429",
      begin: () => emulator.faults.add({ host: "api", status: 429, headers: { "retry-after": "1" }, times: Infinity }),
    },
    {
      name: "the upstream answers 401",
      begin() {
        const ends = ASKED.map((operation) => emulator.faults.add({ operation, status: 401, times: Infinity }));
        return () => ends.forEach((end) => end());
      },
    },
    { name: "a gateway gets SIGTERM, and is started again", begin: restart },
  ];
}

/** Starts all that is needed, lets the causes whose names match have their turns, and says what is wrong. */
async function storm(seconds: number, wanted: RegExp, signal: AbortSignal): Promise<string[]> {
  const faults: string[] = [];
  await using stack = new AsyncDisposableStack();
  const directory = await Deno.makeTempDir();
  stack.defer(() => Deno.remove(directory, { recursive: true }));
  const postgres = Deno.env.get("POSTGRES_URL");
  const path = postgres && `${new URL(postgres).searchParams.get("host")}/.s.PGSQL.5432`;
  const database = path ? stack.use(silentProxy(() => Deno.connect({ transport: "unix", path }))) : undefined;
  const { emulator, api, stop } = await serveEmulator({ users: USERS, accessTokenLifetime: LIFETIME });
  stack.defer(stop);
  const upstream = stack.use(silentProxy(() => Deno.connect({ port: Number(new URL(api).port) })));
  await Deno.writeTextFile(`${directory}/clients.json`, CLIENTS_FILE);
  const env = {
    ...SMALL_HEAP,
    GATEWAY_AUDIT: "true",
    GATEWAY_CLIENTS_FILE: `${directory}/clients.json`,
    GATEWAY_RATE: "10000",
    GATEWAY_SIGNING_KEY: SIGNING_KEY!,
    GATEWAY_STORE_KEYS: STORE_KEY!,
    GATEWAY_STORE: database
      ? `postgres://postgres:${STORE_PASSWORD}@127.0.0.1:${database.port}/postgres`
      : `file:${directory}/store`,
  };
  const [address, log] = [`http://127.0.0.1:${upstream.port}`, `${directory}/log`];
  const start = async (GATEWAY_PORT: string, file?: string) =>
    stack.use(
      await startProgram(Deno.execPath(), gatewayCommand(address, { ...env, GATEWAY_PORT }, ["-A"]), true, file),
    );
  let filed = await start("0", log);
  const piped = await start("0");
  async function end(one: Program): Promise<void> {
    const code = await one.end();
    if (code !== 0) faults.push(`a gateway ended with ${code}: ${one.log().slice(-1_000)}`);
  }
  /** Ends the gateway whose log is a file, and starts it again. */
  async function restart() {
    await end(filed);
    return () => start(new URL(filed.origin).port, log).then((next) => void (filed = next));
  }
  const load = startLoad([filed.origin, piped.origin]);
  const world: World = { emulator, upstream, database, gateways: [filed, piped], restart };
  const chosen = causesIn(world).filter(({ name }) => wanted.test(name));
  const lasts = Math.max(2 * WELL, 1000 * seconds / chosen.length - GRACE);
  const turns: Turn[] = [];
  const memory = [piped.memory()];
  for (const cause of chosen) {
    if (cause.lacks) {
      console.log(`skipped, for want of ${cause.lacks}: ${cause.name}`);
      continue;
    }
    const from = performance.now();
    const finish = await cause.begin();
    await wait(lasts / 2, undefined, { signal });
    await finish();
    turns.push({ ...cause, from, to: performance.now() });
    await wait(GRACE + lasts / 2, undefined, { signal });
    memory.push(piped.memory());
  }
  await load.stop();
  for (const one of [filed, piped]) await end(one);

  faults.push(...judge(load.outcomes, turns));
  console.log(`memory: ${memory.map((bytes) => (bytes / 2 ** 20).toFixed(0)).join(", ")} MiB`);
  if (memory.at(-1)! - memory[Math.floor(memory.length / 2)]! > MAX_GROWTH) faults.push("the memory grew");
  const refused = emulator.count({ operation: "authLogin", status: 401 });
  console.log(
    `logins: ${emulator.count("authLogin")}, refused: ${refused}; renewals: ${emulator.count("authRefresh")}`,
  );
  if (refused > 0) faults.push("a login was refused");
  const written = [filed.log(), piped.log(), ...load.refusals, ...postgres ? [await stored(postgres)] : []];
  const leaks = written.flatMap((text) => leaksIn(text, ALL_SECRETS));
  console.log(`secrets in ${written.join("").length} characters that were written: ${leaks.length}`);
  return [...faults, ...leaks.map((leak) => `a secret was written: ${leak}`)];
}

/** Prints what became of the requests, and says which of them should not have failed. */
function judge(outcomes: readonly Outcome[], turns: readonly Turn[]): string[] {
  const failed = outcomes.filter(({ failure }) => failure !== undefined);
  console.log(`valid requests: ${outcomes.length}, failed: ${failed.length}`);
  const isIn = (one: Outcome, turn: Turn) => one.to >= turn.from && one.from <= turn.to + GRACE;
  const faults: string[] = [];
  for (const turn of turns) {
    const own = failed.filter((one) => isIn(one, turn));
    const kinds = [...Map.groupBy(own, ({ failure }) => failure)].map(([failure, some]) => `${some.length} ${failure}`);
    const last = Math.max(0, ...own.map(({ to }) => to - turn.to)) / 1000;
    const lasted = ((turn.to - turn.from) / 1000).toFixed(1);
    const when = own.length === 0 ? "" : ` (${kinds.join(", ")}), until ${last.toFixed(1)} s after it`;
    console.log(`${turn.name}, ${lasted} s: ${own.length} failed${when}`);
    if (turn.hasTrace && own.length > 0) faults.push(`${own.length} requests failed while ${turn.name}`);
    if (!(turn.hasTrace?.() ?? own.length > 0)) faults.push(`nothing tells that ${turn.name}`);
  }
  const outside = failed.filter((one) => !turns.some((turn) => isIn(one, turn)));
  console.log(`failed for no cause: ${outside.length}`);
  if (outside.length > 0) faults.push(`${outside.length} requests failed for no cause, first ${outside[0]!.failure}`);
  return faults;
}

/** What is in the database, as text. */
async function stored(url: string): Promise<string> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  const { rows } = await client.query("SELECT * FROM xsignals_session");
  await client.end();
  return rows.flatMap((row: object) => Object.values(row).map(String)).join("\n");
}

if (import.meta.main) {
  const type = "string";
  const options = { seconds: { type, default: "180" }, cause: { type, default: "" } } as const;
  const { values } = parseArgs({ args: Deno.args, options });
  if (!(Number(values.seconds) >= 1)) {
    console.error("usage: deno task gateway:storm [--seconds N] [--cause PART_OF_ITS_NAME]");
    Deno.exit(2);
  }
  const stopping = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM"] as const) Deno.addSignalListener(signal, () => stopping.abort());
  const faults = await storm(Number(values.seconds), new RegExp(values.cause), stopping.signal)
    .catch((error) => [String(error)]);
  for (const fault of faults) console.log(`FAIL ${fault}`);
  Deno.exit(faults.length > 0 ? 1 : 0);
}
