/**
 * What differs between runtimes, found out by looking, never by name.
 *
 * @module
 */
import type { Clock, Io } from "./types.ts";

/**
 * The platform's `fetch`, looked up at every call, so that a program may replace it.
 *
 * Its failures are the platform's, but for the query of the address, which they may quote and which may hold a secret.
 */
export function platformFetch(input: string | URL | Request, init?: RequestInit): Promise<Response> {
  return globalThis.fetch(input, init).catch((error) => {
    throw withoutQuery(error, input instanceof Request ? input.url : String(input));
  });
}

/** The error; where it quotes the address's query, one that is the same but for that. */
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

/** The longest time that a timer can wait, in ms, some 25 days; it would be over at once for a longer one. */
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

/**
 * Gives a request a connection of its own, where Deno's HTTP client is there: a GET on a reused connection that drops is
 * sent again by Deno itself, and a login has no body that could prevent it.
 */
export function platformConnection(): Io["ownConnection"] {
  if (typeof Deno === "undefined" || typeof Deno.createHttpClient !== "function") return undefined;
  return () => {
    const client = Deno.createHttpClient({ poolMaxIdlePerHost: 0 });
    const init: RequestInit & { client: Deno.HttpClient } = { client };
    return { init, close: () => client.close() };
  };
}

/** Whether this is an isolate of Deno Deploy. `deno serve` cannot be told from a script. */
export function isEdge(): boolean {
  const variable = "DENO_DEPLOYMENT_ID";
  if (typeof Deno === "undefined" || Deno.permissions?.querySync?.({ name: "env", variable }).state !== "granted") {
    return false; // asking for the variable would ask the user for the permission
  }
  return Deno.env.get(variable) !== undefined;
}
