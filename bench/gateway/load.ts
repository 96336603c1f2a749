/**
 * `deno task gateway:load`: `POST /token` under load, beside a bare route that sends the same; calls during slow renewals;
 * 1 GiB through the gateway, beside a bare proxy.
 *
 * Fails when the gateway answers too few of the bare route's requests in a second or takes too much of its processor time
 * for each or for the GiB, in the median of the rounds, or when a request failed or waited for a renewal.
 */
import { parseArgs } from "node:util";
import { serveEmulator } from "@xsignals/emulator/serve";
import { type Program, startGateway, TOKEN_REQUEST, USERS } from "../../tests/gateway/program.ts";
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
  const parts = [() => compare(rounds, seconds), () => renew(2 * LIFETIME), () => stream(rounds)];
  for (const part of values.stream ? parts.slice(-1) : parts) if (!await part()) Deno.exitCode = 1;
}
