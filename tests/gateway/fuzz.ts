/**
 * `deno task gateway:fuzz`: bad requests for the program of the gateway, over real connections.
 *
 * Fails when an answer is not one that is documented, a secret comes to light, the valid client is not served or the
 * gateway's memory grows by more than 32 MiB in the second half.
 */
import { parseArgs } from "node:util";
import fc from "fast-check";
import { serveEmulator } from "@xsignals/emulator/serve";
import { type BadRequest, badRequest } from "./bad_request.ts";
import { fault, SECRETS } from "./judge.ts";
import { SMALL_HEAP, startGateway, useGateway, USERS } from "./program.ts";
import { sendRaw } from "./raw_http.ts";

/** So many connections at a time, each with a seed of its own. */
const LANES = 16;

/** The valid client asks once for so many bad requests. */
const VALID_EVERY = 50;

const MAX_GROWTH = 32 * 2 ** 20;

/** A program that has just started grows anyway: its memory is judged from so many requests on. */
const MIN_REQUESTS = 20_000;

/** Sends bad requests to the program of the gateway, and now and then a good one; with a path, one of them again. */
export async function fuzz(requests: number, seed: number, path?: string) {
  const { api, stop } = await serveEmulator({ users: USERS });
  await using gateway = await startGateway(
    api,
    {
      ...SMALL_HEAP,
      GATEWAY_PROXIES: "1",
      GATEWAY_ISSUER: "http://127.0.0.1:8080",
      GATEWAY_CORS_ORIGINS: "https://a.example",
    },
    { keepsLog: true },
  );
  const own = new Map<number, number>(); // answers of the gateway by their status
  const http = new Map<number, number>(); // answers of the HTTP server below it, to what is not HTTP
  const none = { cut: 0, reset: 0 }; // no answer: cut off by us, or reset while we were still sending
  const memory: number[] = [];
  const faults: string[] = [];
  let [sent, served] = [0, 0];

  async function send({ method, bytes, isCut }: BadRequest): Promise<void> {
    const answer = await sendRaw(Number(new URL(gateway.origin).port), bytes, isCut);
    if (++sent % Math.ceil(requests / 10) === 0) memory.push(gateway.memory());
    if (sent % VALID_EVERY === 0) {
      const status = await useGateway(gateway.origin, { "x-forwarded-for": "198.51.100.7" });
      if (status === 200) served++;
      else faults.push(`the valid client got ${status}`);
    }
    if (answer === undefined) return void (isCut ? none.cut++ : none.reset++);
    const { status, headers } = answer;
    const isOwn = headers.has("x-request-id");
    const counts = isOwn ? own : http;
    counts.set(status, (counts.get(status) ?? 0) + 1);
    const wrong = isOwn ? fault(method, answer) : status >= 500 ? `status ${status}` : undefined;
    if (wrong !== undefined) throw new Error(wrong);
  }

  async function lane(seed: number, numRuns: number): Promise<void> {
    if (numRuns === 0) return;
    const options = { seed, numRuns, ...(path === undefined ? {} : { path }) };
    const details = await fc.check(fc.asyncProperty(badRequest, send), options);
    if (details.counterexample === null) return;
    const text = new TextDecoder().decode(details.counterexample[0].bytes).slice(0, 1_000);
    const { message } = details.errorInstance as Error;
    faults.push(`--seed ${seed} --path ${details.counterexamplePath}: ${message}: ${JSON.stringify(text)}`);
  }

  const lanes = path === undefined ? Array.from({ length: LANES }, (_, index) => index) : [];
  await Promise.all(lanes.map((index) => lane(seed * LANES + index, Math.floor((requests + index) / LANES))));
  if (path !== undefined) await lane(seed, 1);
  await stop();
  const log = gateway.log();
  for (const secret of [...SECRETS, "eyJ"]) {
    if (log.includes(secret)) faults.push(`the log has a secret in it: ${secret}`);
  }
  const reasons = new Set(log.match(/"reason":"[^"]*"/g)?.filter((reason) => !reason.includes("client_gone")));
  if (reasons.size > 0) faults.push(`the log has ${[...reasons].join(", ")}`);
  return { own, http, none, served, memory, faults };
}

function table(counts: ReadonlyMap<number, number>): string {
  return [...counts].sort(([a], [b]) => a - b).map(([status, count]) => `${status}: ${count}`).join(", ") || "none";
}

if (import.meta.main) {
  const type = "string";
  const options = { requests: { type, default: "50000" }, seed: { type, default: "1" }, path: { type } } as const;
  const { values } = parseArgs({ args: Deno.args, options });
  const [requests, seed] = [values.path === undefined ? Number(values.requests) : 1, Number(values.seed)];
  if (!(requests >= 1 && seed >= 0)) {
    console.error("usage: deno task gateway:fuzz [--requests N] [--seed N] [--path P]");
    Deno.exit(2);
  }
  const { own, http, none, served, memory, faults } = await fuzz(requests, seed, values.path);
  const mib = (bytes: number) => (bytes / 2 ** 20).toFixed(0);
  console.log(`seed ${seed}, ${requests} requests`);
  console.log(`the app answered                ${table(own)}`);
  console.log(`the HTTP server below answered  ${table(http)}`);
  console.log(`no answer                       ${none.cut} that we cut off, ${none.reset} reset while we sent`);
  console.log(`the valid client was served     ${served} times`);
  console.log(`memory                          ${memory.map(mib).join(", ")} MiB, a tenth of the requests apart`);
  const hasGrown = requests >= MIN_REQUESTS && (memory.at(-1) ?? 0) - (memory[4] ?? 0) > MAX_GROWTH;
  if (hasGrown) faults.push(`the memory grew in the second half by more than ${mib(MAX_GROWTH)} MiB`);
  for (const line of faults.slice(0, 20)) console.log(`FAIL ${line}`);
  if (faults.length > 0) Deno.exitCode = 1;
}
