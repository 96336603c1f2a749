/**
 * What differs between runtimes, found out by looking, never by name.
 *
 * @module
 */
import type { Clock } from "./types.ts";

/**
 * The platform's `fetch`, looked up at every call, so that a program may replace it.
 *
 * Its errors are the platform's, but without the address's query, which may hold a secret.
 */
export function platformFetch(input: string | URL | Request, init?: RequestInit): Promise<Response> {
  return globalThis.fetch(input, init).catch((error) => {
    throw withoutQuery(error, input instanceof Request ? input.url : String(input));
  });
}

/**
 * The platform's `fetch` over a connection of its own where Deno has such. A pooled connection may be dead after a long
 * sleep: then Deno sends a GET twice, and the answer to a refresh is lost.
 */
export async function platformTokenFetch(input: string | URL | Request, init?: RequestInit): Promise<Response> {
  if (typeof Deno === "undefined" || typeof Deno.createHttpClient !== "function") {
    return await platformFetch(input, init);
  }
  const client = Deno.createHttpClient({ poolMaxIdlePerHost: 0 });
  const own: RequestInit & { client: Deno.HttpClient } = { ...init, client };
  try {
    return await platformFetch(input, own);
  } finally {
    client.close(); // the answer's body can still be read
  }
}

/** The error; if it quotes the address's query, a copy without that. */
function withoutQuery(error: unknown, address: string): unknown {
  const query = /\?[^#]+/.exec(address)?.[0];
  if (query === undefined || !(error instanceof TypeError)) return error;
  const { message, cause } = error;
  const reason = cause instanceof Error ? cause.message : undefined;
  const members = Object.entries(error); // Bun's errors have the address as `path`
  const isQuoted = (text: unknown) => typeof text === "string" && text.includes(query);
  if (![message, reason, ...members.map(([, value]) => value)].some(isQuoted)) return error;
  const clean = (text: string) => text.replaceAll(query, "");
  return Object.assign(
    new TypeError(clean(message), reason === undefined ? {} : { cause: new Error(clean(reason)) }),
    Object.fromEntries(members.map(([name, value]) => [name, typeof value === "string" ? clean(value) : value])),
  );
}

/** The longest time that a timer can wait, in ms (about 25 days). A longer one would be over at once. */
const LONGEST_TIMER = 2 ** 31 - 1;

/** The platform's time. */
export function platformClock(): Required<Clock> {
  return {
    now: () => Date.now(),
    monotonic: () => performance.now(),
    sleep: (ms, signal) =>
      new Promise((resolve, reject) => {
        if (signal?.aborted) return reject(signal.reason);
        const timer = setTimeout(() => {
          signal?.removeEventListener("abort", onAbort);
          resolve();
        }, Math.min(ms, LONGEST_TIMER));
        function onAbort(): void {
          clearTimeout(timer);
          reject(signal?.reason);
        }
        signal?.addEventListener("abort", onAbort, { once: true });
      }),
  };
}

/** Whether this is an isolate of Deno Deploy. Nothing tells `deno serve` from a script. */
export function isEdge(): boolean {
  const variable = "DENO_DEPLOYMENT_ID";
  if (typeof Deno === "undefined" || Deno.permissions?.querySync?.({ name: "env", variable }).state !== "granted") {
    return false; // reading the variable would ask the user for the permission
  }
  return Deno.env.get(variable) !== undefined;
}
