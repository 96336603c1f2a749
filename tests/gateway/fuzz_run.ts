import { serveEmulator } from "@xsignals/emulator/serve";
import { badRequest } from "./bad_request.ts";
import { fault, SECRETS } from "./judge.ts";
import { appEnv, CLIENT_BASIC, GATEWAY, type Program, startProgram, USERS } from "./program.ts";
import { seededRandom } from "../seeded_random.ts";
import { sendRaw } from "./raw_http.ts";

/** What {@link fuzz} takes. */
export interface FuzzOptions {
  readonly requests: number;
  readonly seed: number;
  /** The first one's number; to send one again. */
  readonly first?: number;
}

/** What came of it. */
export interface FuzzResult {
  /** How many answers of the app had each status. */
  readonly app: ReadonlyMap<number, number>;
  /** The same for the HTTP server below it, which the app never sees: requests that are no HTTP. */
  readonly http: ReadonlyMap<number, number>;
  /** How many had no answer: cut off by us, or the connection was reset while we were still sending. */
  readonly none: { readonly cut: number; readonly reset: number };
  /** How often the valid client was served. */
  readonly served: number;
  /** The app's memory after each tenth of the requests, in bytes. */
  readonly memory: readonly number[];
  /** What was wrong, with the request's number. */
  readonly faults: readonly string[];
}

/** So many connections at a time. */
const LANES = 16;

/** The valid client asks once for so many bad requests. */
const VALID_EVERY = 50;

/** Sends bad requests to the program of the gateway, and now and then a good one. */
export async function fuzz({ requests, seed, first = 0 }: FuzzOptions): Promise<FuzzResult> {
  const { api, stop } = await serveEmulator({ users: USERS });
  await using app = await startProgram({
    args: ["run", "--allow-net=127.0.0.1", "--allow-env=XSIGNALS_*,GATEWAY_*", GATEWAY],
    env: {
      ...appEnv(api),
      GATEWAY_PROXIES: "1",
      GATEWAY_RATE: "1000000",
      GATEWAY_ISSUER: "http://127.0.0.1:8080",
      GATEWAY_CORS_ORIGINS: "https://a.example",
    },
    keepLog: true,
  });
  const port = Number(new URL(app.origin).port);
  const [own, http] = [new Map<number, number>(), new Map<number, number>()];
  const none = { cut: 0, reset: 0 };
  const faults: string[] = [];
  let next = first;
  let served = 0;
  const memory: number[] = [];

  async function send(number: number): Promise<void> {
    const request = badRequest(seededRandom(Math.imul(seed, 0x9e3779b1) + number));
    const answer = await sendRaw(port, request.bytes, request.isCut);
    if (answer === undefined) return void (request.isCut ? none.cut++ : none.reset++);
    const isOwn = answer.headers.has("x-request-id");
    const counts = isOwn ? own : http;
    counts.set(answer.status, (counts.get(answer.status) ?? 0) + 1);
    const wrong = isOwn ? fault(request, answer) : answer.status >= 500 ? `status ${answer.status}` : undefined;
    if (wrong !== undefined) faults.push(`${number}: ${wrong}`);
  }

  async function lane(): Promise<void> {
    while (next < first + requests) {
      const number = next++;
      if ((number - first + 1) % Math.ceil(requests / 10) === 0) memory.push(app.memory());
      await send(number);
      if (number % VALID_EVERY > 0) continue;
      const status = await askValidly(app);
      if (status === 200) served++;
      else faults.push(`${number}: the valid client got ${status}`);
    }
  }

  await Promise.all(Array.from({ length: LANES }, lane));
  if (memory.length < 10) memory.push(app.memory());
  await stop();
  const log = await app.log();
  for (const secret of [...SECRETS, "eyJ"]) {
    if (log.includes(secret)) faults.push(`the log has a secret in it: ${secret}`);
  }
  const reasons = new Set(log.match(/"reason":"[^"]*"/g)?.filter((reason) => !reason.includes("client_gone")));
  if (reasons.size > 0) faults.push(`the log has ${[...reasons].join(", ")}`);
  return { app: own, http, none, served, memory, faults };
}

/** Gets a token and a listing; resolves with the status of the last. */
async function askValidly({ origin }: Program): Promise<number> {
  const headers = { "x-forwarded-for": "198.51.100.7" };
  const answer = await fetch(`${origin}/token`, {
    method: "POST",
    headers: { ...headers, authorization: CLIENT_BASIC },
    body: new URLSearchParams({ grant_type: "client_credentials" }),
  });
  const { access_token: token } = await answer.json();
  if (answer.status !== 200) return answer.status;
  const listing = await fetch(`${origin}/api/file/group`, {
    headers: { ...headers, authorization: `Bearer ${token}` },
  });
  await listing.body?.cancel();
  return listing.status;
}
