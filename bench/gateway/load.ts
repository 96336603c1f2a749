/**
 * `POST /token` under load, beside a bare Hono route that reads the same form and sends the same headers; then calls
 * of the API during renewals that take 1.5 s each.
 *
 *   deno task gateway:load [--rounds 9] [--seconds 3]     needs wrk, a package of Debian; Linux
 *
 * The two take turns in one run, since on a shared machine nothing but ratios counts. Exits with 1 when the app answers
 * fewer than 40 % of the bare route's requests in a second or takes more than three times its processor time for each, in
 * the median of the rounds, or when a request failed or waited for a renewal.
 */
import { parseArgs } from "node:util";
import { serveEmulator } from "@xsignals/emulator/serve";
import { hasProgram } from "../../tests/has_program.ts";
import { median } from "../median.ts";
import { appUnderLoad, askedOf } from "./app_under_load.ts";
import { type Program, startProgram, USERS } from "../../tests/gateway/program.ts";
import { runWrk } from "./wrk.ts";

const MIN_RATE = 0.4;
const MAX_CPU = 3;

/** How long a renewal takes, in ms: less than the tenth of a lifetime that is left when it begins. */
const RENEWAL = 1_500;

/** How long the account's token works during the renewals, in seconds. */
const LIFETIME = 20;

/** What one round cost. */
interface Cost {
  readonly perSecond: number;
  /** Processor time for each request, in ms. */
  readonly cpuMs: number;
  readonly failures: number;
}

async function measure(program: Program, seconds: number): Promise<Cost> {
  const before = program.cpuMs();
  const { perSecond, answers, failures } = await runWrk(askedOf(program.origin), seconds);
  return { perSecond, failures, cpuMs: (program.cpuMs() - before) / answers };
}

/** The bare route, which sends what the app sent just now, but for the headers that every server makes anew. */
async function startBare(app: Program): Promise<Program> {
  const { url, ...asked } = askedOf(app.origin);
  const answer = await fetch(url, { method: "POST", ...asked });
  if (answer.status !== 200) throw new Error(`Cannot load: the app answered ${answer.status}`);
  const own = ["date", "content-length", "content-type", "vary"];
  const headers = Object.fromEntries([...answer.headers].filter(([name]) => !own.includes(name)));
  const bare = new URL("bare.ts", import.meta.url).pathname;
  const env = { ANSWER_HEADERS: JSON.stringify(headers), ANSWER_BODY: await answer.text() };
  return await startProgram({
    args: ["run", "--allow-net=127.0.0.1", "--allow-env=ANSWER_HEADERS,ANSWER_BODY", bare],
    env,
  });
}

/** The two in turns: whether the app is within the limits. */
async function compare(rounds: number, seconds: number): Promise<boolean> {
  const { api, stop } = await serveEmulator({ users: USERS });
  await using app = await startProgram(appUnderLoad(api, { GATEWAY_ISSUER: "http://127.0.0.1:8080" }));
  await using bare = await startBare(app);
  for (const program of [app, bare]) await measure(program, 2); // warms up
  const rates: number[] = [];
  const costs: number[] = [];
  let failures = 0;
  for (let round = 0; round < rounds; round++) {
    const order = round % 2 === 0 ? [app, bare] : [bare, app];
    const results = new Map<Program, Cost>();
    for (const program of order) results.set(program, await measure(program, seconds));
    const [ours, theirs] = [results.get(app)!, results.get(bare)!];
    rates.push(ours.perSecond / theirs.perSecond);
    costs.push(ours.cpuMs / theirs.cpuMs);
    failures += ours.failures + theirs.failures;
    console.log(`round ${round + 1}: app ${describe(ours)}; bare ${describe(theirs)}`);
  }
  await stop();
  const [rate, cost] = [median(rates), median(costs)];
  const isGood = rate >= MIN_RATE && cost <= MAX_CPU && failures === 0;
  console.log(
    `${isGood ? "ok  " : "FAIL"} ${(100 * rate).toFixed(0)} % of the bare route's requests in a second, ` +
      `${100 * MIN_RATE} at least; ${cost.toFixed(2)} times its processor time, ${MAX_CPU} at most; ${failures} failed`,
  );
  return isGood;
}

function describe({ perSecond, cpuMs }: Cost): string {
  return `${perSecond.toFixed(0)}/s, ${cpuMs.toFixed(3)} ms of processor each`;
}

/** Calls of the API during renewals of the account's token: whether nobody waited for one. */
async function renew(seconds: number): Promise<boolean> {
  const { api, emulator, stop } = await serveEmulator({ users: USERS, accessTokenLifetime: 1000 * LIFETIME });
  await using stack = new AsyncDisposableStack();
  stack.defer(stop); // after the gateway, which keeps connections to it
  const app = stack.use(await startProgram(appUnderLoad(api, {})));
  const { url, ...asked } = askedOf(app.origin);
  const { access_token: token } = await (await fetch(url, { method: "POST", ...asked })).json();
  const call = { url: `${app.origin}/api/file/group`, headers: { authorization: `Bearer ${token}` } };
  await runWrk(call, 2); // warms up, and logs in
  emulator.faults.add({ operation: "authRefresh", delay: RENEWAL, times: Infinity });
  const { perSecond, failures, longestMs, p99Ms } = await runWrk(call, seconds);
  const [refreshes, logins] = [
    emulator.count({ operation: "authRefresh" }),
    emulator.count({ operation: "authLogin" }),
  ];
  const isGood = failures === 0 && longestMs < RENEWAL && refreshes > 0 && logins === 1;
  console.log(
    `${isGood ? "ok  " : "FAIL"} ${refreshes} renewals of ${RENEWAL} ms in ${seconds} s of ${
      perSecond.toFixed(0)
    } calls/s: ` +
      `${failures} calls failed, the longest took ${longestMs.toFixed(0)} ms, 99 of 100 less than ${p99Ms.toFixed(0)}`,
  );
  return isGood;
}

if (import.meta.main) {
  const { values } = parseArgs({
    args: Deno.args,
    options: { rounds: { type: "string", default: "9" }, seconds: { type: "string", default: "3" } },
  });
  const [rounds, seconds] = [Number(values.rounds), Number(values.seconds)];
  if (!(rounds >= 1 && seconds >= 1)) {
    console.error("usage: deno task gateway:load [--rounds N] [--seconds N]");
    Deno.exit(2);
  }
  if (!hasProgram("wrk")) {
    console.error("Cannot load: PATH has no wrk; install it (on Debian: apt-get install wrk)");
    Deno.exit(1);
  }
  const isWithin = await compare(rounds, seconds);
  if (!(await renew(2 * LIFETIME) && isWithin)) Deno.exitCode = 1;
}
