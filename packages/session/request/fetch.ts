// Puts the credential on each request. After a 401 it asks for another one and sends once more.
import { defined, misuse } from "../errors.ts";
import type { Context, FetchLike, Token, TokenSource } from "../types.ts";
import { createAddressBook } from "./address.ts";
import { replayInit, replayStream } from "./replay.ts";

const MAX_REDIRECTS = 5;
const REDIRECTS = [301, 302, 303, 307, 308];

const MAX_SENDS = 3; // the third one only if another process had obtained the token of the second

/** Makes the session's `fetch`. */
export function createFetch(context: Context, source: TokenSource): FetchLike {
  const resolveAddress = createAddressBook(context.baseUrl);
  let newest: Token | undefined;
  let authorization = ""; // of the newest token

  async function sessionFetch(input: string | URL | Request, init?: RequestInit): Promise<Response> {
    const request = input instanceof Request ? input : undefined;
    const text = request ? request.url : typeof input === "string" ? input : Object(input).href;
    if (typeof text !== "string") { // it would be sent as `[object Object]`
      throw misuse("Cannot fetch: the input must be a string, a URL, or a Request of this platform");
    }
    const address = resolveAddress(text);
    if (request?.bodyUsed && !init?.body) throw misuse("Cannot fetch: the Request was read before");
    if (init instanceof Request) return await sessionFetch(new Request(address, init));
    const options = request ? optionsOf(request, init) : init;
    const signal = options?.signal ?? undefined;
    const headers = copyHeaders(options?.headers);
    const replay = init?.body != null
      ? await replayInit(init.body)
      : request?.body && await replayStream(request.body, context.limits.replayBytes);
    const outgoing = (by: Token, own?: Headers): RequestInit => ({
      ...options,
      ...(replay && { body: replay.body, duplex: "half" }), // a stream must say so
      headers: withCredential(own, authorizationOf(by), replay?.type),
      redirect: "manual",
    });
    const held = source.token({ signal });
    let token = held instanceof Promise ? await held : held;
    let sending = outgoing(token, headers);
    for (let sends = 1;; sends++) {
      const first = await context.fetch(address, sending);
      const response = first.ok ? first : await follow(address, sending, options?.redirect, first);
      if (response.status !== 401) return response;
      if (sends > 1 && source.notAccepted?.(token) !== true) return response; // another process may have obtained it
      if (sends === MAX_SENDS) return response;
      const next = await source.replace(token, signal).catch(async (error) => {
        if (replay?.again === false) return token; // the next call says what is wrong
        await response.body?.cancel();
        throw error;
      });
      if (replay?.again === false || next.value === token.value) return response;
      await response.body?.cancel();
      token = next;
      sending = outgoing(token, new Headers(sending.headers)); // what was sent stays as it is
    }
  }

  /** Made once for each token, and joined: the platform reads such a text faster than one from a template. */
  function authorizationOf(token: Token): string {
    if (newest !== token) authorization = [token.scheme, token.value].join(" ");
    newest = token;
    return authorization;
  }

  /** Follows redirects within the origin as the platform would, for GET and HEAD. Any other one is the caller's. */
  async function follow(address: string, init: RequestInit, how = "follow", first: Response): Promise<Response> {
    let from = address;
    let response = first;
    for (let redirects = 0; REDIRECTS.includes(response.status) && how !== "manual"; redirects++) {
      if (how === "error") {
        await response.body?.cancel();
        throw misuse("Cannot follow the redirect: the request says redirect: error");
      }
      const location = response.headers.get("location");
      if (location === null || redirects === MAX_REDIRECTS || !/^(GET|HEAD)$/i.test(init.method ?? "GET")) break;
      try {
        from = resolveAddress(new URL(location, from).href);
      } catch {
        break;
      }
      await response.body?.cancel();
      response = await context.fetch(from, init);
    }
    return response;
  }

  return sessionFetch;
}

/** The options of a call with a `Request`: its own, unless the call says otherwise. Listed, because that is fastest. */
function optionsOf(request: Request, init: RequestInit = {}): RequestInit {
  const { method, headers, redirect, cache, credentials, signal, integrity, keepalive, mode, referrer } = request;
  const own = { method, headers, redirect, cache, credentials, signal, integrity, keepalive, mode, referrer };
  return { ...own, referrerPolicy: request.referrerPolicy, ...defined(init) };
}

/** A copy of the caller's headers; `undefined` without any, which saves making an object. */
function copyHeaders(given: HeadersInit | undefined): Headers | undefined {
  if (!given) return undefined;
  let headers: Headers;
  try {
    headers = new Headers(given);
  } catch { // the platform's error would quote what it does not like
    throw misuse("Cannot fetch with the headers: an HTTP header cannot carry one");
  }
  if (!headers.has("authorization")) return headers;
  throw misuse("Cannot fetch with an Authorization header: the session adds its own");
}

/** Puts the credential on headers of our own, and the body's type if they have none. */
function withCredential(headers: Headers | undefined, authorization: string, type?: string | null): HeadersInit {
  if (!headers) return type ? { authorization, "content-type": type } : { authorization };
  headers.set("authorization", authorization);
  if (type && !headers.has("content-type")) headers.set("content-type", type);
  return headers;
}
