// The network, the time and the environment: what differs between runtimes, found out by looking, never by name.
import type { Clock } from "./types.ts";

/**
 * The platform's `fetch`, looked up at every call, so that a program may replace it.
 *
 * Its errors are the platform's, but without the address's query, which may hold a secret. A call to a plain http address
 * goes past a proxy that the environment names: it would read the credential.
 */
export function platformFetch(input: string | URL | Request, init?: RequestInit): Promise<Response> {
  const address = input instanceof Request ? input.url : String(input);
  if (address.startsWith("http:")) {
    const url = new URL(address);
    if (proxyFor(url.hostname)) return ownFetch(input, init, url);
  }
  return globalThis.fetch(input, init).catch((error) => {
    throw withoutQuery(error, address);
  });
}

/**
 * The platform's `fetch` over a connection of its own where Deno has such. A pooled connection may be dead after a long
 * sleep: then Deno sends a GET twice, and the answer to a refresh is lost.
 */
export function platformTokenFetch(input: string | URL | Request, init?: RequestInit): Promise<Response> {
  return ownFetch(input, init, new URL(input instanceof Request ? input.url : input));
}

async function ownFetch(
  input: string | URL | Request,
  init: RequestInit | undefined,
  { protocol, hostname, port, href }: URL,
): Promise<Response> {
  const isPlain = protocol === "http:";
  const to = { transport: "tcp", hostname: hostname.replace(/^\[|\]$/g, ""), port: Number(port || 80) } as const;
  const client = globalThis.Deno?.createHttpClient?.({ poolMaxIdlePerHost: 0, ...(isPlain && { proxy: to }) });
  const own = { ...init, ...(client ? { client } : isPlain && { proxy: false }) }; // which Bun knows
  try {
    return await globalThis.fetch(input, own);
  } catch (error) {
    throw withoutQuery(error, href);
  } finally {
    client?.close(); // the answer's body can still be read
  }
}

/**
 * The variable that names a proxy for a plain http address at this host; `PROXY` if there may be one. Deno goes by these
 * variables without a permission to read them, Node only if it is told to.
 */
export function proxyFor(hostname: string): string | undefined {
  const except = [envOf("NO_PROXY"), envOf("no_proxy")].join().split(",").map((one) =>
    one.trim().replace(/^\*?\./, "")
  );
  if (except.some((one) => one === "*" || (one && `.${hostname}`.endsWith(`.${one}`)))) return undefined;
  const names = ["HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"];
  return names.find((name) => envOf(name)) ?? (envOf(names[0]!) === undefined ? "PROXY" : undefined);
}

/** Whether Node was told to use the proxies of the environment: by its variable, or by its flag. */
export function usesProxies(): boolean {
  const flags = globalThis.Deno ? [] : Reflect.get(globalThis, "process")?.execArgv ?? [];
  return !!envOf("NODE_USE_ENV_PROXY") || [envOf("NODE_OPTIONS"), ...flags].join().includes("--use-env-proxy");
}

/** The error; if it quotes the address's query, a copy that does not, and neither do its members and its cause. */
function withoutQuery(error: unknown, address: string): unknown {
  const query = /\?[^#]+/.exec(address)?.[0];
  const clean = (value: unknown): unknown => {
    if (typeof value === "string") return value.replaceAll(query!, "");
    if (!(value instanceof Error)) return value;
    const copy = new TypeError(value.message.replaceAll(query!, ""), { cause: clean(value.cause) });
    return Object.assign(copy, Object.fromEntries(Object.entries(value).map(([name, one]) => [name, clean(one)])));
  };
  if (query === undefined || !(error instanceof TypeError)) return error;
  const texts = [error.message, Object(error.cause).message, ...Object.values(error)];
  return texts.some((text) => String(text).includes(query)) ? clean(error) : error;
}

/** The promise, or the signal's reason if that aborts first. Leaves no listener behind. */
export function abortable<T>(promise: Promise<T>, signal?: AbortSignal, onAborted?: () => void): Promise<T> {
  if (!signal) return promise;
  return new Promise((resolve, reject) => {
    const onAbort = () => {
      reject(signal.reason);
      onAborted?.();
    };
    if (signal.aborted) return onAbort();
    signal.addEventListener("abort", onAbort, { once: true });
    const leave = () => signal.removeEventListener("abort", onAbort);
    promise.finally(leave).then(resolve, reject);
  });
}

const LONGEST_TIMER = 2 ** 31 - 1; // in ms, about 25 days: a longer one would be over at once

/** The platform's time. */
export function platformClock(): Required<Clock> {
  return {
    now: () => Date.now(),
    monotonic: () => performance.now(),
    sleep(ms, signal) {
      let timer: ReturnType<typeof setTimeout> | undefined;
      const slept = new Promise<void>((resolve) => timer = setTimeout(resolve, Math.min(ms, LONGEST_TIMER)));
      return abortable(slept, signal, () => clearTimeout(timer));
    },
  };
}

/** The server's clock when it answered, in ms since 1970. An answer with an `Age` is one that a cache has kept. */
export function serverTime(headers: Headers): number | undefined {
  return headers.has("age") ? undefined : Date.parse(headers.get("date") ?? "") || undefined;
}

/** Pauses in ms. They grow: those of our own are shortened at random, so that many do not come back together. */
const [SHORTEST_PAUSE, FIRST_PAUSE, LONGEST_PAUSE, SHORTEST_WISH] = [50, 500, 8_000, 1_000];

/**
 * Makes the function that waits between the tries of one piece of work, which takes `budgetMs` in all: until the server wants
 * to be asked again, in ms since 1970, or longer each time if it did not say, or wants to be asked at once. It resolves with
 * `false`, at once, if that is beyond the budget, and rejects with the signal's reason. `tell` gets to know until when.
 */
export function waitWithin(
  { clock, random }: { readonly clock: Clock; readonly random: () => number },
  budgetMs: number,
  signal?: AbortSignal,
  tell?: (until: number) => void,
) {
  const time = () => clock.monotonic ? clock.monotonic() : clock.now();
  const end = time() + budgetMs;
  let growth = 1;
  return async (retryAt?: number): Promise<boolean> => {
    const pause = retryAt === undefined
      ? Math.max(SHORTEST_PAUSE, random() * Math.min(FIRST_PAUSE * growth, LONGEST_PAUSE))
      : Math.max(SHORTEST_WISH * growth, (retryAt - clock.now()) * (1 + random() / 10));
    if (time() + pause > end) return false;
    growth *= 2;
    tell?.(clock.now() + pause);
    await clock.sleep(pause, signal);
    return true;
  };
}

/** Whether this is an isolate of Deno Deploy. Nothing tells `deno serve` from a script. */
export function isEdge(): boolean {
  return !!envOf("DENO_DEPLOYMENT_ID");
}

/** A variable of the environment, empty if it is not set; `undefined` if reading it would ask the user, or cannot be done. */
export function envOf(variable: string): string | undefined {
  const permissions = globalThis.Deno?.permissions;
  if (permissions?.querySync?.({ name: "env", variable }).state === "granted") return Deno.env.get(variable) ?? "";
  return globalThis.Deno ? undefined : Reflect.get(globalThis, "process")?.env?.[variable] ?? "";
}
