/**
 * `deno task gateway:load`: `POST /token` under load, beside a bare route that sends the same; calls during slow renewals;
 * 1 GiB through the gateway, beside a bare proxy.
 *
 * Fails when the gateway answers too few of the bare route's requests in a second or takes too much of its processor time
 * for each or for the GiB, in the median of the rounds, or when a request failed or waited for a renewal.
 */
import { hash } from "node:crypto";
import { parseArgs } from "node:util";
import { exportJWK, generateKeyPair, SignJWT } from "jose";
import { serveEmulator } from "@xsignals/emulator/serve";
import { CLIENT, type Program, startGateway, TOKEN_REQUEST, USERS } from "../../tests/gateway/program.ts";
import { hasProgram } from "../../tests/has_program.ts";
import { interleave } from "../interleaved.ts";
import { median } from "../median.ts";
import { startBare } from "./bare.ts";
import { stream } from "./stream.ts";
import { type Load, loadProgram } from "./wrk.ts";

const MIN_RATE = 0.4;
const MAX_CPU = 3;

/** How long a renewal takes, in ms: less than the tenth of a lifetime that is left when it begins. */
const RENEWAL = 1_500;

/** How long the account's token works during the renewals, in seconds. */
const LIFETIME = 20;

/** Whether the gateway is within the limits beside the bare route. */
async function compare(rounds: number, seconds: number): Promise<boolean> {
  const { api, stop } = await serveEmulator({ users: USERS });
  await using stack = new AsyncDisposableStack();
  stack.defer(stop); // after the gateway, which keeps connections to it
  const gateway = stack.use(await startGateway(api, { GATEWAY_ISSUER: "http://127.0.0.1:8080" }));
  const answer = await fetch(`${gateway.origin}/token`, TOKEN_REQUEST);
  if (answer.status !== 200) throw new Error(`Cannot load: the app answered ${answer.status}`);
  const own = ["date", "content-length", "content-type", "vary"]; // every server makes these anew
  const headers = Object.fromEntries([...answer.headers].filter(([name]) => !own.includes(name)));
  const bare = stack.use(await startBare(headers, await answer.json()));
  const load = (program: Program) => () => loadProgram(program, "/token", seconds, TOKEN_REQUEST);
  const [ours = [], theirs = []] = await interleave(rounds, [load(gateway), load(bare)], 1);
  const inBare = (of: (load: Load) => number) => median(ours.map((own, round) => of(own) / of(theirs[round]!)));
  const rate = inBare(({ perSecond }) => perSecond);
  const cost = inBare(({ cpuMs }) => cpuMs);
  const failures = [...ours, ...theirs].reduce((sum, load) => sum + load.failures, 0);
  const describe = ({ perSecond, cpuMs }: Load) =>
    `${perSecond.toFixed(0)}/s, ${cpuMs.toFixed(3)} ms of processor each`;
  for (const [round, own] of ours.entries()) {
    console.log(`round ${round + 1}: app ${describe(own)}; bare ${describe(theirs[round]!)}`);
  }
  const isGood = rate >= MIN_RATE && cost <= MAX_CPU && failures === 0;
  console.log(
    `${isGood ? "ok  " : "FAIL"} ${(100 * rate).toFixed(0)} % of the bare route's requests in a second, ` +
      `${100 * MIN_RATE} at least; ${cost.toFixed(2)} times its processor time, ${MAX_CPU} at most; ${failures} failed`,
  );
  return isGood;
}

/** How many times the processor time of a request with a secret one with an assertion may take: new, and the same again. */
const [MAX_NEW, MAX_AGAIN] = [{ EdDSA: 3, RS256: 5, ES256: 8 }, 1.3];

/** More than the gateway remembers: each is as good as new when its turn comes again. */
const ASSERTIONS = 4_600;

/** Requests with assertions, beside requests with a secret. */
async function assertions(rounds: number, seconds: number): Promise<boolean> {
  const { api, stop } = await serveEmulator({ users: USERS });
  await using stack = new AsyncDisposableStack();
  stack.defer(stop);
  const pairs = await Promise.all(Object.keys(MAX_NEW).map(async (alg) => ({ alg, ...await generateKeyPair(alg) })));
  const keys = await Promise.all(
    pairs.map(async ({ alg, publicKey }) => ({ ...await exportJWK(publicKey), kid: alg })),
  );
  const issuer = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, ({ url }) => {
    const { origin, pathname } = new URL(url);
    return Response.json(pathname === "/keys" ? { keys } : { issuer: origin, jwks_uri: `${origin}/keys` });
  });
  stack.defer(() => issuer.shutdown());
  const [iss, aud] = [`http://127.0.0.1:${issuer.addr.port}`, "http://127.0.0.1:8080"];
  const file = await Deno.makeTempFile();
  stack.defer(() => Deno.remove(file));
  const hashes = [`sha256-${hash("sha256", CLIENT.secret, "base64url")}`];
  const listed = [{ id: CLIENT.id, hashes }, { id: "edge", assertion: { issuer: iss, subject: "app" } }];
  await Deno.writeTextFile(file, JSON.stringify({ clients: listed }));
  const env = { GATEWAY_CLIENTS_FILE: file, GATEWAY_ISSUER: aud };
  const permissions = ["--allow-net=127.0.0.1", "--allow-env", `--allow-read=${file}`];
  const gateway = stack.use(await startGateway(api, env, { permissions }));
  const bodies = (alg: string, key: CryptoKey, count: number) =>
    Promise.all(Array.from({ length: count }, async (_, jti) => {
      const jwt = new SignJWT({ iss, aud, sub: "app", jti: `${jti}`, org_id: crypto.randomUUID() }).setIssuedAt();
      const assertion = await jwt.setExpirationTime("1h").setProtectedHeader({ alg, kid: alg }).sign(key);
      return `${new URLSearchParams({ grant_type: "urn:ietf:params:oauth:grant-type:jwt-bearer", assertion })}`;
    }));
  const { "content-type": type } = TOKEN_REQUEST.headers;
  const load = (body: readonly string[]) => () =>
    loadProgram(gateway, "/token", seconds, { headers: { "content-type": type }, body });
  const secret = () => loadProgram(gateway, "/token", seconds, TOKEN_REQUEST);
  const all = await Promise.all(pairs.map(({ alg, privateKey }) => bodies(alg, privateKey, ASSERTIONS)));
  const loads = [secret, load(all[0]!.slice(0, 1)), ...all.map(load)];
  const [bySecret = [], ...others] = await interleave(rounds, loads, 1);
  const limits: [string, number][] = [["the same again", MAX_AGAIN], ...Object.entries(MAX_NEW)];
  return limits.map(([what, limit], index) => {
    const own = others[index]!;
    const cost = median(own.map(({ cpuMs }, round) => cpuMs / bySecret[round]!.cpuMs));
    const slower = median(own.map(({ perSecond }, round) => bySecret[round]!.perSecond / perSecond));
    const failures = own.reduce((sum, load) => sum + load.failures, 0);
    const isGood = cost <= limit && failures === 0;
    console.log(
      `${isGood ? "ok  " : "FAIL"} assertion, ${what}: ${cost.toFixed(2)} times the processor time of a secret's ` +
        `${(1000 * median(bySecret.map(({ cpuMs }) => cpuMs))).toFixed(0)} µs, ${limit} at most; ${
          slower.toFixed(2)
        } times its time; ${failures} failed`,
    );
    return isGood;
  }).every((isGood) => isGood);
}

/** Calls of the API during renewals of the account's token: whether nobody waited for one. */
async function renew(seconds: number): Promise<boolean> {
  const { api, emulator, stop } = await serveEmulator({ users: USERS, accessTokenLifetime: 1000 * LIFETIME });
  await using stack = new AsyncDisposableStack();
  stack.defer(stop);
  const gateway = stack.use(await startGateway(api));
  const { access_token: token } = await (await fetch(`${gateway.origin}/token`, TOKEN_REQUEST)).json();
  const load = (seconds: number) =>
    loadProgram(gateway, "/api/file/group", seconds, { headers: { authorization: `Bearer ${token}` } });
  await load(2); // warms up, and logs in
  emulator.faults.add({ operation: "authRefresh", delay: RENEWAL, times: Infinity });
  const { perSecond, failures, longestMs, p99Ms } = await load(seconds);
  const [refreshes, logins] = [emulator.count("authRefresh"), emulator.count("authLogin")];
  const isGood = failures === 0 && longestMs < RENEWAL && refreshes > 0 && logins === 1;
  console.log(
    `${isGood ? "ok  " : "FAIL"} ${refreshes} renewals of ${RENEWAL} ms in ${seconds} s of ${perSecond.toFixed(0)} ` +
      `calls/s: ${failures} calls failed, the longest took ${longestMs.toFixed(0)} ms, 99 of 100 less than ` +
      p99Ms.toFixed(0),
  );
  return isGood;
}

if (import.meta.main) {
  const type = "string";
  const options = {
    rounds: { type, default: "9" },
    seconds: { type, default: "3" },
    stream: { type: "boolean" },
  } as const;
  const { values } = parseArgs({ args: Deno.args, options });
  const [rounds, seconds] = [Number(values.rounds), Number(values.seconds)];
  if (!(rounds >= 1 && seconds >= 1)) {
    console.error("usage: deno task gateway:load [--rounds N] [--seconds N] [--stream]");
    Deno.exit(2);
  }
  if (!hasProgram("wrk") || !hasProgram("curl")) {
    console.error("Cannot load: PATH has no wrk or no curl; install them (on Debian: apt-get install wrk curl)");
    Deno.exit(1);
  }
  const parts = [
    () => compare(rounds, seconds),
    () => assertions(rounds, seconds),
    () => renew(2 * LIFETIME),
    () => stream(rounds),
  ];
  for (const part of values.stream ? parts.slice(-1) : parts) if (!await part()) Deno.exitCode = 1;
}
