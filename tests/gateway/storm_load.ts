/** Valid clients that use gateways all the time, and what became of each of their requests. */
import { hash } from "node:crypto";
import { setTimeout as wait } from "node:timers/promises";

/** What became of a valid request. */
export interface Outcome {
  /** When it began and when it ended, in ms. */
  readonly from: number;
  readonly to: number;
  /** Why it failed; absent when it did not. */
  readonly failure?: string;
}

/** The load. */
export interface Load {
  readonly outcomes: readonly Outcome[];
  /** All that was answered to requests that failed. */
  readonly refusals: ReadonlySet<string>;
  /** Stops asking, and resolves when every request has ended. */
  stop(): Promise<void>;
}

const CLIENTS = Array.from({ length: 4 }, (_, index) => ({
  id: `client-${index}`,
  secret: `${index}-s3cretOfTheClient0123456789abcdef`,
}));

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

const QUERY = {
  method: "POST",
  headers: { "content-type": "application/json" },
  body: JSON.stringify({
    groupName: "CBL_Trades Compliance",
    startDate: "2024-03-05T00:00:00",
    endDate: "2024-03-05T23:59:59",
    formatType: "NCSV",
  }),
};

/** What is asked, with answers that do not change. */
const REQUESTS: readonly (readonly [path: string, init: RequestInit])[] = [
  ["/api/file/group", {}],
  ["/api/ts", QUERY],
  ["/api/file/search", {}],
  ["/api/file/8a7c2f0e-5d0b-4d9c-9c1e-3f6b1f0a2d11/download", {}],
  ["/api/ts/symbol/search?size=1", {}],
];

/** Lets the clients ask these gateways in turns, until it is stopped. The first answer to each request is the right one. */
export function startLoad(origins: readonly string[]): Load {
  const outcomes: Outcome[] = [];
  const refusals = new Set<string>();
  const right = new Map<number, string>();
  let isStopping = false;

  async function send(address: string, init: RequestInit, name: string, isRight: (text: string) => boolean) {
    const from = performance.now();
    const [failure, text] = await ask().catch((error) => [Error.isError(error) ? error.name : String(error), ""]);
    outcomes.push({ from, to: performance.now(), ...(failure === "" ? {} : { failure: `${name}: ${failure}` }) });
    return failure === "" ? text : undefined;

    async function ask(): Promise<[string, string]> {
      const answer = await fetch(address, { ...init, signal: AbortSignal.timeout(PATIENCE) });
      const text = await answer.text();
      if (answer.status === 200) return [isRight(text) ? "" : "another answer", text];
      refusals.add(`${[...answer.headers].map(([, value]) => value).join(" ")} ${text}`);
      return [String(answer.status), text];
    }
  }

  async function lane({ id, secret }: typeof CLIENTS[number], start: number): Promise<void> {
    let token: string | undefined;
    for (let turn = start; !isStopping; turn++) {
      const origin = origins[turn % origins.length]!;
      if (token === undefined || turn % USES === 0) {
        const body = new URLSearchParams({ grant_type: "client_credentials" });
        const headers = { authorization: `Basic ${btoa(`${id}:${secret}`)}` };
        const issued = await send(`${origin}/token`, { method: "POST", headers, body }, "token", () => true);
        token = issued && JSON.parse(issued).access_token;
      }
      if (token !== undefined) {
        const index = Math.floor(turn / origins.length) % REQUESTS.length;
        const [path, init] = REQUESTS[index]!;
        const headers = { ...init.headers, authorization: `Bearer ${token}` };
        await send(origin + path, { ...init, headers }, init.method ?? "GET", (text) => {
          if (!right.has(index)) right.set(index, text);
          return text === right.get(index);
        });
      }
      await wait(PAUSE);
    }
  }

  const lanes = CLIENTS.flatMap((client) => Array.from({ length: LANES }, (_, index) => lane(client, 7 * index)));
  return {
    outcomes,
    refusals,
    async stop() {
      isStopping = true;
      await Promise.all(lanes);
    },
  };
}
