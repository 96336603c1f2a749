const REDIRECTS = [301, 302, 303, 307, 308];
const MAX_REDIRECTS = 20;

/** The longest time that `setTimeout` can wait; it fires at once for a longer one. */
const MAX_TIMEOUT = 2 ** 31 - 1;

/**
 * Sends a request and treats redirects as `request.redirect` says, like a runtime's `fetch`: a method other than GET
 * becomes GET after 303 (POST after 301 and 302 too), 307 and 308 repeat the body, and another origin gets no credentials.
 *
 * @throws {TypeError} If a redirect is not allowed, or after {@link MAX_REDIRECTS} of them.
 */
export async function followRedirects(
  request: Request,
  send: (request: Request) => Promise<Response>,
): Promise<Response> {
  let current = request;
  for (let count = 0; count <= MAX_REDIRECTS; count++) {
    const spare = current.body && current.redirect === "follow" ? current.clone() : current;
    const response = await send(current);
    const location = response.headers.get("location");
    if (location === null || !REDIRECTS.includes(response.status) || request.redirect === "manual") {
      if (spare !== current) spare.body?.cancel().catch(() => {});
      return response;
    }
    await response.body?.cancel();
    if (request.redirect === "error") throw new TypeError("fetch failed: a redirect came");
    current = redirected(spare, new URL(location, current.url), response.status);
  }
  throw new TypeError("fetch failed: too many redirects came");
}

/** Settles like the answer, or rejects with the signal's reason if that aborts first; then it drops a late answer. */
export function untilAborted(answer: Promise<Response>, signal: AbortSignal): Promise<Response> {
  return new Promise((resolve, reject) => {
    signal.addEventListener("abort", stop);
    answer.then((response) => {
      if (signal.aborted) response.body?.cancel().catch(() => {});
      else resolve(response);
    }, reject).finally(() => signal.removeEventListener("abort", stop));

    function stop(): void {
      reject(signal.reason);
    }
  });
}

/** The same answer, whose body fails with the signal's reason if that aborts before its end. */
export function abortable(response: Response, signal: AbortSignal): Response {
  const { status, headers } = response;
  const reader = response.body?.getReader();
  if (!reader) return response;
  let stop = () => {};
  const body = new ReadableStream<Uint8Array<ArrayBuffer>>({
    start(controller) {
      stop = () => {
        controller.error(signal.reason);
        reader.cancel(signal.reason).catch(() => {});
      };
      signal.addEventListener("abort", stop);
    },
    async pull(controller) {
      const { done, value } = await reader.read();
      if (signal.aborted) return;
      if (!done) return controller.enqueue(value);
      signal.removeEventListener("abort", stop);
      controller.close();
    },
    async cancel(reason) {
      signal.removeEventListener("abort", stop);
      await reader.cancel(reason);
    },
  }, { highWaterMark: 0 });
  return new Response(body, { status, headers });
}

/** Resolves after `ms` milliseconds, never for `Infinity`; rejects with the signal's reason if that aborts first. */
export function sleep(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    signal.throwIfAborted();
    let timer: ReturnType<typeof setTimeout> | undefined;
    signal.addEventListener("abort", stop);
    wait(ms);

    function wait(left: number): void {
      if (left === Infinity) return;
      timer = setTimeout(() => left > MAX_TIMEOUT ? wait(left - MAX_TIMEOUT) : done(), Math.min(left, MAX_TIMEOUT));
    }
    function done(): void {
      signal.removeEventListener("abort", stop);
      resolve();
    }
    function stop(): void {
      clearTimeout(timer);
      signal.removeEventListener("abort", stop);
      reject(signal.reason);
    }
  });
}

/** The error of `fetch` when the server got the request and the connection was lost before the answer. */
export function connectionLost(url: string): TypeError {
  return failed(url, "client error (SendRequest): connection closed before message completed");
}

/** The error of a body whose connection closed before its end. */
export function bodyLost(): TypeError {
  return new TypeError("error reading a body from connection");
}

/**
 * The answer as Deno's `fetch` hands it on: decompressed and without its length, unless the request says itself which
 * encodings it takes, or asks for a range. `Content-Encoding` stays.
 */
export function decoded(response: Response, request: Request): Response {
  const isPlain = response.headers.get("content-encoding") !== "gzip";
  const isLeft = request.headers.has("accept-encoding") || request.headers.has("range");
  if (isPlain || isLeft || !response.body) return response;
  const headers = new Headers(response.headers);
  headers.delete("content-length");
  return new Response(response.body.pipeThrough(new DecompressionStream("gzip")), { status: response.status, headers });
}

/** The error of `fetch` when nothing listens at the address. */
export function connectionRefused(url: string): TypeError {
  return failed(url, "client error (Connect): tcp connect error: Connection refused (os error 111)");
}

/** The error of `fetch` when no host has that name. */
export function hostNotFound(url: string): TypeError {
  return failed(
    url,
    "client error (Connect): dns error: failed to lookup address information: Name or service not known",
  );
}

/** In the words of Deno 2.9, but without the query, which may be a presigned link's. */
function failed(url: string, reason: string): TypeError {
  const { origin, pathname } = new URL(url);
  return new TypeError("fetch failed", {
    cause: new Error(`error sending request for url (${origin}${pathname}): ${reason}`),
  });
}

function redirected(request: Request, to: URL, status: number): Request {
  const headers = new Headers(request.headers);
  const becomesGet = (status === 303 && request.method !== "GET" && request.method !== "HEAD") ||
    ((status === 301 || status === 302) && request.method === "POST");
  if (becomesGet) {
    for (const name of ["content-type", "content-length"]) headers.delete(name);
    request.body?.cancel().catch(() => {});
  }
  if (to.origin !== new URL(request.url).origin) {
    for (const name of ["authorization", "cookie", "proxy-authorization"]) headers.delete(name);
  }
  return new Request(to, {
    method: becomesGet ? "GET" : request.method,
    headers,
    redirect: request.redirect,
    signal: request.signal,
    ...(!becomesGet && { body: request.body, duplex: "half" }), // Node needs `duplex` for a stream.
  });
}
