/**
 * Puts the credential on each request, and on a 401 asks for another one and sends once more.
 *
 * @module
 */
import { resolveAddress } from "./address.ts";
import { type Replay, replayInit, replayStream } from "./replay.ts";
import type { FetchLike, Io, Token, TokenSource } from "./types.ts";

/** So many redirects are followed. */
const MAX_REDIRECTS = 5;

/** A request that can be put on the wire with any credential. */
interface Outgoing {
  readonly method: string;
  readonly signal: AbortSignal | undefined;
  readonly redirect: RequestRedirect;
  readonly again: boolean;
  send(address: string, token: Token): Promise<Response>;
}

/** Makes the session's `fetch`. */
export function createTransport(io: Io, source: TokenSource): FetchLike {
  return async function sessionFetch(input, init) {
    const address = resolveAddress(input instanceof Request ? input.url : String(input), io.baseUrl);
    refuseAuthorization(input, init);
    const outgoing = await prepare(io, input, init);
    const held = source.token({ ...(outgoing.signal ? { signal: outgoing.signal } : {}) });
    const token = held instanceof Promise ? await held : held;
    const response = await follow(io, outgoing, address, token);
    if (response.status !== 401) return response;
    return await afterRefusal(io, source, outgoing, address, token, response);
  };
}

/** The resend after a 401: at most one, with another credential. */
async function afterRefusal(
  io: Io,
  source: TokenSource,
  outgoing: Outgoing,
  address: string,
  refused: Token,
  response: Response,
): Promise<Response> {
  let next: Token;
  try {
    next = await source.replace(refused, outgoing.signal);
  } catch (error) {
    if (!outgoing.again) return response;
    await response.body?.cancel();
    throw error;
  }
  if (next.value === refused.value || !outgoing.again) return response;
  await response.body?.cancel();
  const second = await follow(io, outgoing, address, next);
  if (second.status === 401) source.notAccepted?.(next);
  return second;
}

/** Sends, and follows redirects within the origin as the platform would, for GET and HEAD only. */
async function follow(io: Io, outgoing: Outgoing, start: string, token: Token): Promise<Response> {
  let address = start;
  for (let redirects = 0;; redirects++) {
    const response = await outgoing.send(address, token);
    if (response.status < 300 || response.status >= 400 || outgoing.redirect === "manual") return response;
    if (outgoing.redirect === "error") {
      await response.body?.cancel();
      throw new TypeError("Cannot follow the redirect: the request says redirect: error");
    }
    const next = redirects < MAX_REDIRECTS ? redirectTarget(io, outgoing.method, response, address) : undefined;
    if (next === undefined) return response;
    await response.body?.cancel();
    address = next;
  }
}

/** Where to follow; `undefined` for what is the caller's to decide. */
function redirectTarget(io: Io, method: string, response: Response, from: string): string | undefined {
  const location = response.headers.get("location");
  if (![301, 302, 303, 307, 308].includes(response.status) || location === null) return undefined;
  if (method !== "GET" && method !== "HEAD") return undefined;
  try {
    return resolveAddress(new URL(location, from).href, io.baseUrl);
  } catch {
    return undefined;
  }
}

function refuseAuthorization(input: string | URL | Request, init: RequestInit | undefined): void {
  const given = init?.headers ?? (input instanceof Request ? input.headers : undefined);
  if (given && new Headers(given).has("authorization")) {
    throw new TypeError("Cannot fetch with an Authorization of your own: the session adds its own");
  }
}

async function prepare(io: Io, input: string | URL | Request, init: RequestInit | undefined): Promise<Outgoing> {
  const request = input instanceof Request ? input : undefined;
  const replay = await replayOf(io, request, init);
  const given = init?.headers ?? request?.headers;
  return {
    method: (init?.method ?? request?.method ?? "GET").toUpperCase(),
    signal: init?.signal ?? request?.signal ?? undefined,
    redirect: init?.redirect ?? request?.redirect ?? "follow",
    again: replay?.again ?? true,
    send(address, token) {
      const headers = new Headers(given);
      headers.set("authorization", `${token.scheme} ${token.value}`);
      if (replay?.type !== undefined && !headers.has("content-type")) headers.set("content-type", replay.type);
      const streamed = replay && !replay.again ? { duplex: "half" } : {};
      const body = replay ? { body: replay.body, ...streamed } : {};
      return io.fetch(address, { ...optionsOf(request), ...init, headers, ...body, redirect: "manual" });
    },
  };
}

async function replayOf(io: Io, request: Request | undefined, init: RequestInit | undefined): Promise<Replay | null> {
  if (init?.body !== undefined && init.body !== null) return await replayInit(init.body);
  if (request?.body) return await replayStream(request.body, io.limits.replayBytes);
  return null;
}

/** The options of a `Request`, for a copy at another address. */
function optionsOf(request: Request | undefined): RequestInit {
  if (!request) return {};
  const { method, signal, cache, credentials, integrity, keepalive, mode, referrer, referrerPolicy } = request;
  return { method, signal, cache, credentials, integrity, keepalive, mode, referrer, referrerPolicy };
}
