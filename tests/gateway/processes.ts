/**
 * Four processes of the gateway that share a store: how often they renew, and how many tokens a client gets from all.
 *
 *   deno task gateway:processes [--lifetimes 5] [--rate 100]
 *
 * For a KV file and for a directory. The account's tokens work for a few seconds, each of which is renewed while it is
 * still good. Exits with 1 when more was renewed than once a lifetime, a request failed or a client had more than its rate.
 */
import { parseArgs } from "node:util";
import { randomBytes } from "node:crypto";
import { serveEmulator } from "@xsignals/emulator/serve";
import { appEnv, CLIENT_BASIC, GATEWAY, type Program, startProgram, USERS } from "./program.ts";

const PROCESSES = 4;

/** How long a token of the account works, in seconds. It is renewed when a tenth of that is left, or a little earlier. */
const LIFETIME = 8;
const USED = 0.8 * LIFETIME;

/** The window of a client's rate, in ms. */
const WINDOW = 60_000;

async function startAll(stack: AsyncDisposableStack, env: Record<string, string>): Promise<Program[]> {
  const args = ["run", "-A", "--unstable-kv", GATEWAY];
  const starts = Array.from({ length: PROCESSES }, () => startProgram({ args, env }));
  return (await Promise.all(starts)).map((program) => stack.use(program));
}

async function ask({ origin }: Program): Promise<{ readonly status: number; readonly token?: string }> {
  const answer = await fetch(`${origin}/token`, {
    method: "POST",
    headers: { authorization: CLIENT_BASIC },
    body: new URLSearchParams({ grant_type: "client_credentials" }),
  });
  const { access_token: token } = await answer.json();
  return { status: answer.status, token };
}

async function listFiles({ origin }: Program, token = ""): Promise<number> {
  const answer = await fetch(`${origin}/api/file/group`, { headers: { authorization: `Bearer ${token}` } });
  await answer.body?.cancel();
  return answer.status;
}

function wait(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

/** Calls the API through all of them all the time for some lifetimes: whether each lifetime had one renewal. */
async function renew(kind: string, store: Record<string, string>, lifetimes: number): Promise<boolean> {
  const { api, emulator, stop } = await serveEmulator({
    users: USERS,
    accessTokenLifetime: 1000 * LIFETIME,
    assumptions: { rotation: "family" }, // a refresh token that two of them spend ends the session
  });
  await using stack = new AsyncDisposableStack();
  stack.defer(stop);
  const env = { ...appEnv(api), ...store, GATEWAY_RATE: "1000000" };
  const programs = await startAll(stack, env);
  const end = performance.now() + 1000 * LIFETIME * lifetimes;
  const statuses = new Map<number, number>();
  await Promise.all(programs.map(async (program) => {
    while (performance.now() < end) {
      const { token } = await ask(program);
      const status = await listFiles(program, token);
      statuses.set(status, (statuses.get(status) ?? 0) + 1);
      await wait(20);
    }
  }));
  const logins = emulator.count({ operation: "authLogin" });
  const refreshes = emulator.count({ operation: "authRefresh" });
  const expected = Math.floor(lifetimes * LIFETIME / USED);
  const isGood = logins === 1 && refreshes >= lifetimes - 1 && refreshes <= expected &&
    [...statuses.keys()].every((status) => status === 200);
  const answers = [...statuses].map(([status, count]) => `${count} answers ${status}`).join(", ");
  console.log(
    `${isGood ? "ok  " : "FAIL"} ${kind}: ${logins} login and ${refreshes} renewals in ${lifetimes} lifetimes, ` +
      `${expected} at most; ${answers}`,
  );
  return isGood;
}

/** Asks all of them as fast as they answer: whether the client got its rate at most. */
async function limit(kind: string, store: Record<string, string>, rate: number): Promise<boolean> {
  const { api, stop } = await serveEmulator({ users: USERS });
  await using stack = new AsyncDisposableStack();
  stack.defer(stop);
  const programs = await startAll(stack, { ...appEnv(api), ...store, GATEWAY_RATE: String(rate) });
  const left = WINDOW - (Date.now() % WINDOW);
  if (left < 15_000) await wait(left); // the window of the clock must not end meanwhile
  const window = Math.floor(Date.now() / WINDOW);
  const asked = await Promise.all(
    programs.flatMap((program) => Array.from({ length: rate }, () => program)).map((program) => ask(program)),
  );
  const granted = asked.filter(({ status }) => status === 200).length;
  const refused = asked.filter(({ status }) => status === 429).length;
  const isOneWindow = Math.floor(Date.now() / WINDOW) === window;
  // The README: never beyond the rate, and each process may leave up to a tenth of it unused.
  const isGood = isOneWindow && granted <= rate && granted >= rate - PROCESSES * Math.floor(rate / 10) &&
    granted + refused === asked.length;
  console.log(
    `${
      isGood ? "ok  " : "FAIL"
    } ${kind}: ${granted} of ${asked.length} granted at a rate of ${rate}, ${refused} refused` +
      (isOneWindow ? "" : "; it took longer than the window"),
  );
  return isGood;
}

if (import.meta.main) {
  const { values } = parseArgs({
    args: Deno.args,
    options: { lifetimes: { type: "string", default: "5" }, rate: { type: "string", default: "100" } },
  });
  const [lifetimes, rate] = [Number(values.lifetimes), Number(values.rate)];
  if (!(lifetimes >= 1 && rate >= 10)) {
    console.error("usage: deno task gateway:processes [--lifetimes N] [--rate N]");
    Deno.exit(2);
  }
  const keys = () => randomBytes(32).toString("base64url");
  for (const kind of ["kv", "file"]) {
    for (const run of [renew, limit]) {
      const directory = await Deno.makeTempDir();
      const place = kind === "kv" ? `kv:${directory}/kv` : `file:${directory}`;
      const store = { GATEWAY_STORE: place, GATEWAY_SIGNING_KEY: keys(), GATEWAY_STORE_KEYS: keys() };
      if (!await run(kind, store, run === renew ? lifetimes : rate)) Deno.exitCode = 1;
      await Deno.remove(directory, { recursive: true });
    }
  }
}
