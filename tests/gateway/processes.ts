/**
 * `deno task gateway:processes`: four processes of the gateway that share a store, a KV file and then a directory.
 *
 * Fails if there was more than one renewal in a lifetime, a request failed or a client had more than its rate.
 */
import { randomBytes } from "node:crypto";
import { setTimeout as wait } from "node:timers/promises";
import { parseArgs } from "node:util";
import { type EmulatorOptions, type ServedEmulator, serveEmulator } from "@xsignals/emulator/serve";
import { type Program, startGateway, TOKEN_REQUEST, useGateway, USERS } from "./program.ts";

const PROCESSES = 4;

/** How long a token of the account works, in seconds. It is renewed when a tenth of that is left, or a little earlier. */
const LIFETIME = 8;
const USED = 0.8 * LIFETIME;

/** The window of a client's rate, in ms. */
const WINDOW = 60_000;

/** Starts the emulator and the processes, with a store of this kind, and lets `judge` say whether all is well, and what it saw. */
async function withGateways(
  kind: string,
  options: EmulatorOptions,
  env: Readonly<Record<string, string>>,
  judge: (gateways: readonly Program[], emulator: ServedEmulator["emulator"]) => Promise<readonly [boolean, string]>,
): Promise<void> {
  await using stack = new AsyncDisposableStack();
  const directory = await Deno.makeTempDir();
  stack.defer(() => Deno.remove(directory, { recursive: true }));
  const { api, emulator, stop } = await serveEmulator({ users: USERS, ...options });
  stack.defer(stop);
  const keys = () => randomBytes(32).toString("base64url");
  const place = kind === "kv" ? `kv:${directory}/kv` : `file:${directory}`;
  const store = { GATEWAY_STORE: place, GATEWAY_SIGNING_KEY: keys(), GATEWAY_STORE_KEYS: keys() };
  const start = () => startGateway(api, { ...store, ...env }, { permissions: ["-A", "--unstable-kv"] });
  const gateways = (await Promise.all(Array.from({ length: PROCESSES }, start))).map((one) => stack.use(one));
  const [isGood, seen] = await judge(gateways, emulator);
  console.log(`${isGood ? "ok  " : "FAIL"} ${kind}: ${seen}`);
  if (!isGood) Deno.exitCode = 1;
}

/** Calls the API through all of them all the time for some lifetimes: each lifetime has one renewal. */
function renew(kind: string, lifetimes: number): Promise<void> {
  // With "family", a refresh token that two of them spend ends the session.
  const options: EmulatorOptions = { accessTokenLifetime: 1000 * LIFETIME, assumptions: { rotation: "family" } };
  return withGateways(kind, options, {}, async (gateways, emulator) => {
    const end = performance.now() + 1000 * LIFETIME * lifetimes;
    const statuses = new Map<number, number>();
    await Promise.all(gateways.map(async (gateway) => {
      while (performance.now() < end) {
        const status = await useGateway(gateway.origin);
        statuses.set(status, (statuses.get(status) ?? 0) + 1);
        await wait(20);
      }
    }));
    const [logins, refreshes] = [emulator.count("authLogin"), emulator.count("authRefresh")];
    const most = Math.floor(lifetimes * LIFETIME / USED);
    const isGood = logins === 1 && refreshes >= lifetimes - 1 && refreshes <= most &&
      [...statuses.keys()].every((status) => status === 200);
    const answers = [...statuses].map(([status, count]) => `${count} answers ${status}`).join(", ");
    return [isGood, `${logins} login and ${refreshes} renewals in ${lifetimes} lifetimes, ${most} at most; ${answers}`];
  });
}

/** Asks all of them as fast as they answer: the client gets its rate at most. */
function limit(kind: string, rate: number): Promise<void> {
  return withGateways(kind, {}, { GATEWAY_RATE: String(rate) }, async (gateways) => {
    const left = WINDOW - (Date.now() % WINDOW);
    if (left < 15_000) await wait(left); // the window of the clock must not end meanwhile
    const window = Math.floor(Date.now() / WINDOW);
    const asked = await Promise.all(gateways.flatMap(({ origin }) =>
      Array.from({ length: rate }, async () => {
        const answer = await fetch(`${origin}/token`, TOKEN_REQUEST);
        await answer.body?.cancel();
        return answer.status;
      })
    ));
    const isOneWindow = Math.floor(Date.now() / WINDOW) === window;
    const [granted = 0, refused = 0] = [200, 429].map((status) => asked.filter((one) => one === status).length);
    // docs/gateway.md: never beyond the rate, and each process may leave up to a tenth of it unused.
    const isGood = isOneWindow && granted <= rate && granted >= rate - PROCESSES * Math.floor(rate / 10) &&
      granted + refused === asked.length;
    const late = isOneWindow ? "" : "; it took longer than the window";
    return [isGood, `${granted} of ${asked.length} granted at a rate of ${rate}, ${refused} refused${late}`];
  });
}

if (import.meta.main) {
  const type = "string";
  const options = { lifetimes: { type, default: "5" }, rate: { type, default: "100" } } as const;
  const { values } = parseArgs({ args: Deno.args, options });
  const [lifetimes, rate] = [Number(values.lifetimes), Number(values.rate)];
  if (!(lifetimes >= 1 && rate >= 10)) {
    console.error("usage: deno task gateway:processes [--lifetimes N] [--rate N]");
    Deno.exit(2);
  }
  for (const kind of ["kv", "file"]) {
    await renew(kind, lifetimes);
    await limit(kind, rate);
  }
}
