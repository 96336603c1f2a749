// The network, the time and the environment: what differs between runtimes, found out by looking, never by name.
import type { Clock, Context, FetchLike } from "./types.ts";

/** The platform's `fetch`. A call to a plain http address goes past a proxy that the environment names: it would read the credential. */
export const platformFetch = fetchBy(false);

/**
 * The platform's `fetch` over a connection of its own where Deno has such. A pooled connection may be dead after a long
 * sleep: then Deno sends a GET twice, and the answer to a refresh is lost.
 */
export const platformTokenFetch = fetchBy(true);

/** Makes a `fetch` that fails as the platform's does, which it looks up at every call: a program may replace it. */
function fetchBy(isApart: boolean): FetchLike {
  return async (input, init) => {
    const address = input instanceof Request ? input.url : String(input);
    const { hostname = "", port } = address.startsWith("http:") ? new URL(address) : {};
    const proxy = hostname !== "" && proxyFor(hostname) !== undefined // the server itself: the client writes to it as to a proxy
      ? { transport: "tcp", hostname: hostname.replace(/^\[|\]$/g, ""), port: Number(port || 80) } as const
      : undefined;
    const make = isApart || proxy ? globalThis.Deno?.createHttpClient : undefined;
    const client = make?.({ poolMaxIdlePerHost: 0, ...(proxy && { proxy }) });
    const options = client ? { ...init, client } : proxy ? { ...init, proxy: false } : init; // this `proxy` is Bun's
    try {
      return await globalThis.fetch(input, options);
    } catch (error) {
      const query = /\?[^#]+/.exec(address)?.[0];
      if (query && error instanceof TypeError) dropText(error, query);
      throw error;
    } finally {
      client?.close(); // the answer's body can still be read
    }
  };
}

/** Whether Node was told to use the proxies of the environment: by its variable, or by its flag. */
export function usesProxies(): boolean {
  const flags = globalThis.Deno ? [] : Reflect.get(globalThis, "process")?.execArgv ?? [];
  return !!envOf("NODE_USE_ENV_PROXY") || `${envOf("NODE_OPTIONS")} ${flags}`.includes("--use-env-proxy");
}

/** Takes the address's query, which may hold a secret, out of all texts of an error and its causes. */
function dropText(error: Error, text: string): void {
  for (const name of Reflect.ownKeys(error)) {
    const value = Reflect.get(error, name);
    if (value instanceof Error) dropText(value, text);
    if (typeof value === "string") Reflect.set(error, name, value.replaceAll(text, ""));
  }
}

/**
 * The variable that names a proxy for a plain http address at this host; `PROXY` if there may be one. Deno goes by these
 * variables without a permission to read them, Node only if it is told to.
 */
export function proxyFor(hostname: string): string | undefined {
  const except = `${envOf("NO_PROXY")},${envOf("no_proxy")}`.split(",").map((one) => one.trim().replace(/^\*?\./, ""));
  if (except.some((one) => one === "*" || (one && `.${hostname}`.endsWith(`.${one}`)))) return undefined;
  const names = ["HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"];
  return envOf(names[0]!) === undefined ? "PROXY" : names.find(envOf);
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

/** The clock with all its methods. */
export function wholeClock(clock: Clock = platformClock()): Required<Clock> {
  return {
    now: () => clock.now(),
    sleep: (ms, signal) => clock.sleep(ms, signal),
    monotonic: () => clock.monotonic ? clock.monotonic() : clock.now(),
  };
}

/** Reads a stream to its end; `undefined` if it has more bytes than that: then the rest stays in it. */
export async function readBlob(
  reader: ReadableStreamDefaultReader<Uint8Array<ArrayBuffer>>,
  maxBytes: number,
): Promise<Blob | undefined> {
  const chunks: Uint8Array<ArrayBuffer>[] = [];
  for (let left = maxBytes; left >= 0;) {
    const { done, value } = await reader.read();
    if (done) return new Blob(chunks);
    chunks.push(value);
    left -= value.byteLength;
  }
}

/** The server's clock when it answered, in ms since 1970. An answer with an `Age` is one that a cache has kept. */
export function serverTime(headers: Headers): number | undefined {
  return headers.has("age") ? undefined : Date.parse(headers.get("date") ?? "") || undefined;
}

/**
 * Makes the function that waits between the tries of one piece of work, which takes `budgetMs` in all: until the server wants
 * to be asked again, in ms since 1970, or longer each time if it did not say, or wants to be asked at once. It resolves with
 * `false`, at once, if that is beyond the budget, and rejects with the signal's reason. `emit` gets to know until when.
 */
export function waitWithin(
  { clock, random, emit }: Pick<Context, "clock" | "random"> & Partial<Context>,
  budgetMs: number,
  signal?: AbortSignal,
) {
  const end = clock.monotonic() + budgetMs;
  let growth = 1;
  return async (retryAt?: number): Promise<boolean> => {
    const pause = retryAt === undefined
      ? Math.max(50, random() * Math.min(500 * growth, 8_000)) // in ms; by chance, so that many do not come back together
      : Math.max(1_000 * growth, (retryAt - clock.now()) * (1 + random() / 10));
    if (clock.monotonic() + pause > end) return false;
    growth *= 2;
    emit?.({ type: "waiting", at: clock.now(), until: clock.now() + pause });
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
