/**
 * Puts the credential on each request, and on a 401 asks for another one and sends once more.
 *
 * @module
 */
import { createAddressBook } from "./address.ts";
import { misuse } from "./errors.ts";
import { type Replay, replayInit, replayStream } from "./replay.ts";
import type { FetchLike, Io, Token, TokenSource } from "./types.ts";

/** So many redirects are followed. */
const MAX_REDIRECTS = 5;

/** A call with a credential on it. */
interface Outgoing {
  readonly address: string;
  /** The caller's options, headers of our own, and no redirects followed by the platform. */
  readonly init: RequestInit;
  /** What the caller said of redirects. */
  readonly redirect: RequestRedirect | undefined;
  /** Whether it can be sent again. */
  readonly again: boolean;
}

/** Makes the session's `fetch`. */
export function createTransport(io: Io, source: TokenSource): FetchLike {
  const resolveAddress = createAddressBook(io.baseUrl);
  let newest: { readonly token: Token; readonly authorization: string } | undefined;

  async function sessionFetch(input: string | URL | Request, init?: RequestInit): Promise<Response> {
    const request = input instanceof Request ? input : undefined;
    const address = resolveAddress(request ? request.url : String(input));
    if (init instanceof Request) return await sessionFetch(new Request(address, init));
    const options = request ? optionsOf(request, init) : init;
    const headers = copyHeaders(options?.headers);
    const reading = replayOf(request, init);
    const replay = reading && await reading;
    const held = source.token({ signal: options?.signal ?? undefined });
    const token = held instanceof Promise ? await held : held;
    const outgoing: Outgoing = {
      address,
      init: {
        ...options,
        ...(replay && { body: replay.body, duplex: "half" }), // which a stream has to say
        headers: withCredential(headers, authorizationOf(token), replay?.type),
        redirect: "manual",
      },
      redirect: options?.redirect,
      again: replay?.again ?? true,
    };
    const response = await io.fetch(address, outgoing.init);
    return response.ok ? response : await afterRefusal(outgoing, token, await follow(outgoing, response));
  }

  function replayOf(request: Request | undefined, init: RequestInit | undefined): Promise<Replay> | undefined {
    if (init?.body !== undefined && init.body !== null) return replayInit(init.body);
    return request?.body ? replayStream(request.body, io.limits.replayBytes) : undefined;
  }

  /** Made once for each token, and joined: the platform reads such a text faster than one that a template just made. */
  function authorizationOf(token: Token): string {
    if (newest?.token !== token) newest = { token, authorization: [token.scheme, token.value].join(" ") };
    return newest.authorization;
  }

  /** The resend after a 401: at most one, with another credential. Any other answer is the caller's. */
  async function afterRefusal(outgoing: Outgoing, refused: Token, response: Response): Promise<Response> {
    if (response.status !== 401) return response;
    let next: Token;
    try {
      next = await source.replace(refused, outgoing.init.signal ?? undefined);
    } catch (error) {
      if (!outgoing.again) return response;
      await response.body?.cancel();
      throw error;
    }
    if (next.value === refused.value || !outgoing.again) return response;
    await response.body?.cancel();
    const headers = withCredential(new Headers(outgoing.init.headers), authorizationOf(next));
    const init = { ...outgoing.init, headers };
    const second = await follow({ ...outgoing, init }, await io.fetch(outgoing.address, init));
    if (second.status === 401) source.notAccepted?.(next);
    return second;
  }

  /** Follows redirects within the origin as the platform would, for GET and HEAD only. */
  async function follow({ address, init, redirect }: Outgoing, first: Response): Promise<Response> {
    let from = address;
    let response = first;
    for (let redirects = 0; isRedirect(response) && redirect !== "manual"; redirects++) {
      if (redirect === "error") {
        await response.body?.cancel();
        throw new TypeError("Cannot follow the redirect: the request says redirect: error");
      }
      const to = redirects < MAX_REDIRECTS ? redirectTarget(init.method, response, from) : undefined;
      if (to === undefined) break;
      await response.body?.cancel();
      response = await io.fetch(to, init);
      from = to;
    }
    return response;
  }

  /** Where to follow; `undefined` for what is the caller's to decide. */
  function redirectTarget(method = "GET", { headers }: Response, from: string): string | undefined {
    const location = headers.get("location");
    if (location === null || !/^(GET|HEAD)$/i.test(method)) return undefined;
    try {
      return resolveAddress(new URL(location, from).href);
    } catch {
      return undefined;
    }
  }

  return sessionFetch;
}

/** The options of a call with a `Request`: the request's own, where no other is given. */
function optionsOf(request: Request, init: RequestInit = {}): RequestInit {
  return {
    ...init,
    method: init.method ?? request.method,
    headers: init.headers ?? request.headers,
    signal: init.signal === undefined ? request.signal : init.signal,
    redirect: init.redirect ?? request.redirect,
    cache: init.cache ?? request.cache,
    credentials: init.credentials ?? request.credentials,
    integrity: init.integrity ?? request.integrity,
    keepalive: init.keepalive ?? request.keepalive,
    mode: init.mode ?? request.mode,
    referrer: init.referrer ?? request.referrer,
    referrerPolicy: init.referrerPolicy ?? request.referrerPolicy,
  };
}

/** A copy of the caller's headers; `undefined` without any, which spares the making of an object. */
function copyHeaders(given: HeadersInit | undefined): Headers | undefined {
  if (!given) return undefined;
  const headers = readHeaders(given);
  if (!headers.has("authorization")) return headers;
  throw misuse("Cannot fetch with an Authorization of your own: the session adds its own");
}

/** The platform's error quotes what it does not like. */
function readHeaders(given: HeadersInit): Headers {
  try {
    return new Headers(given);
  } catch {
    throw misuse("Cannot fetch with these headers: one has a name or a value that no header can carry");
  }
}

/** Puts the credential on headers of our own, and the body's type where they have none. */
function withCredential(headers: Headers | undefined, authorization: string, type?: string | null): HeadersInit {
  if (!headers) return type ? { authorization, "content-type": type } : { authorization };
  headers.set("authorization", authorization);
  if (type && !headers.has("content-type")) headers.set("content-type", type);
  return headers;
}

function isRedirect({ status }: Response): boolean {
  return [301, 302, 303, 307, 308].includes(status);
}
