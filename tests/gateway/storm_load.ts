/** Valid clients that use gateways all the time, and what became of each of their requests. */
import { hash } from "node:crypto";
import { setTimeout as wait } from "node:timers/promises";

/** A valid request: when it began and ended, in ms, and why it failed, if it did. */
export interface Outcome {
  readonly from: number;
  readonly to: number;
  readonly failure?: string;
}

const CLIENTS = ["a", "b", "c", "d"].map((id) => ({ id, secret: `${id}-s3cretOfTheClient0123456789abcdef` }));

/** What must not be in anything that is written. */
export const CLIENT_SECRETS: readonly string[] = CLIENTS.flatMap(({ id, secret }) => [secret, btoa(`${id}:${secret}`)]);

/** The file of the clients. */
export const CLIENTS_FILE = JSON.stringify({
  clients: CLIENTS.map(({ id, secret }) => ({
    id,
    hashes: [`sha256-${hash("sha256", secret, "base64url")}`],
    scopes: ["files:read", "series:read"],
  })),
});

/** So many requests each client has under way, with so long between one and the next, in ms. */
const LANES = 4;
const PAUSE = 60;

/** How long a client waits for an answer, in ms. */
const PATIENCE = 8_000;

/** So many requests a client sends with a token. */
const USES = 30;

const [startDate, endDate] = ["2024-03-05T00:00:00", "2024-03-05T23:59:59"];
const QUERY = JSON.stringify({ groupName: "CBL_Trades Compliance", startDate, endDate, formatType: "NCSV" });

/** What is asked, with answers that do not change. */
const REQUESTS: readonly (readonly [path: string, init: RequestInit])[] = [
  ["/api/file/group", {}],
  ["/api/file/search", {}],
  ["/api/file/8a7c2f0e-5d0b-4d9c-9c1e-3f6b1f0a2d11/download", {}],
  ["/api/ts", { method: "POST", headers: { "content-type": "application/json" }, body: QUERY }],
  ["/api/ts/symbol/search?size=1", {}],
];

/** Lets the clients ask the gateways in turns until `stop`. The first answer to each request is the right one. */
export function startLoad(origins: readonly string[]) {
  const outcomes: Outcome[] = [];
  const refusals = new Set<string>(); // as they were answered
  const right = new Map<string, string>();
  let isStopping = false;

  /** The text of an answer that is right; notes what became of the request. */
  async function send(address: string, init: RequestInit, isRight: (text: string) => boolean) {
    const from = performance.now();
    const [failure, text] = await fetch(address, { ...init, signal: AbortSignal.timeout(PATIENCE) }).then(
      async (answer) => {
        const text = await answer.text();
        if (answer.status === 200) return isRight(text) ? ["", text] : ["another answer"];
        refusals.add(Deno.inspect(answer.headers) + text);
        return [`${answer.status}`];
      },
    ).catch((error) => [String(error.name)]);
    outcomes.push({ from, to: performance.now(), ...(failure ? { failure } : {}) });
    return text;
  }

  async function lane({ id, secret }: typeof CLIENTS[number], start: number): Promise<void> {
    let token: string | undefined;
    for (let turn = start; !isStopping; turn++, await wait(PAUSE)) {
      const origin = origins[turn % origins.length]!;
      if (token === undefined || turn % USES === 0) {
        const body = new URLSearchParams({ grant_type: "client_credentials" });
        const headers = { authorization: `Basic ${btoa(`${id}:${secret}`)}` };
        const issued = await send(`${origin}/token`, { method: "POST", headers, body }, () => true);
        token = issued && JSON.parse(issued).access_token;
        if (token === undefined) continue;
      }
      const [path, init] = REQUESTS[Math.floor(turn / origins.length) % REQUESTS.length]!;
      const headers = { ...init.headers, authorization: `Bearer ${token}` };
      await send(origin + path, { ...init, headers }, (text) => {
        if (!right.has(path)) right.set(path, text);
        return text === right.get(path);
      });
    }
  }

  const lanes = CLIENTS.flatMap((client) => Array.from({ length: LANES }, (_, index) => lane(client, 7 * index)));
  async function stop(): Promise<void> {
    isStopping = true;
    await Promise.all(lanes);
  }
  return { outcomes, refusals, stop };
}
