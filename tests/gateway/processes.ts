/**
 * `deno task gateway:processes`: four processes of the gateway that share a store: a KV file, a directory, and Postgres
 * where `POSTGRES_URL` names one.
 *
 * Fails if there was more than one renewal in a lifetime, or a request failed.
 */
import { randomBytes } from "node:crypto";
import { setTimeout as wait } from "node:timers/promises";
import { parseArgs } from "node:util";
import { type EmulatorOptions, serveEmulator } from "@xsignals/emulator/serve";
import { startGateway, useGateway, USERS } from "./program.ts";

const PROCESSES = 4;

/** How long a token of the account works, in seconds. It is renewed when a tenth of that is left, or a little earlier. */
const LIFETIME = 8;
const USED = 0.8 * LIFETIME;

/** Calls the API through processes with a store of this kind, all the time for some lifetimes: each has one renewal. */
async function renew(kind: string, lifetimes: number): Promise<void> {
  await using stack = new AsyncDisposableStack();
  const directory = await Deno.makeTempDir();
  stack.defer(() => Deno.remove(directory, { recursive: true }));
  // With "family", a refresh token that two of them spend ends the session.
  const options: EmulatorOptions = { accessTokenLifetime: 1000 * LIFETIME, assumptions: { rotation: "family" } };
  const { api, emulator, stop } = await serveEmulator({ users: USERS, ...options });
  stack.defer(stop);
  const key = randomBytes(32).toString("base64url");
  const place = kind === "kv" ? `kv:${directory}/kv` : kind === "file" ? `file:${directory}` : kind;
  const store = { GATEWAY_STORE: place, GATEWAY_SIGNING_KEY: key, GATEWAY_STORE_KEYS: key };
  const start = () => startGateway(api, store, { permissions: ["-A", "--unstable-kv"] });
  const gateways = (await Promise.all(Array.from({ length: PROCESSES }, start))).map((one) => stack.use(one));
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
  console.log(
    `${isGood ? "ok  " : "FAIL"} ${kind.split(":")[0]}: ${logins} login and ${refreshes} renewals in ${lifetimes} ` +
      `lifetimes, ${most} at most; ${answers}`,
  );
  if (!isGood) Deno.exitCode = 1;
}

if (import.meta.main) {
  const type = "string";
  const options = { lifetimes: { type, default: "5" } } as const;
  const { values } = parseArgs({ args: Deno.args, options });
  const lifetimes = Number(values.lifetimes);
  if (!(lifetimes >= 1)) {
    console.error("usage: deno task gateway:processes [--lifetimes N]");
    Deno.exit(2);
  }
  for (const kind of ["kv", "file", Deno.env.get("POSTGRES_URL")]) if (kind) await renew(kind, lifetimes);
}
