/**
 * Puts the credential on each request. After a 401 it asks for another one and sends once more.
 *
 * @module
 */
import { misuse } from "../errors.ts";
import type { Context, FetchLike, Token, TokenSource } from "../types.ts";
import { createAddressBook } from "./address.ts";
import { type Replay, replayInit, replayStream } from "./replay.ts";

const MAX_REDIRECTS = 5;

/** How often a call is sent again: the second time only if another process had obtained the token of the first. */
const MAX_RESENDS = 2;

/** A call with a credential on it. */
interface Outgoing {
  readonly address: string;
  /** The caller's options with headers of our own; the platform follows no redirect. */
  readonly init: RequestInit;
  /** What the caller said about redirects. */
  readonly redirect: RequestRedirect | undefined;
  /** Whether it can be sent again. */
  readonly again: boolean;
}

/** Makes the session's `fetch`. */
export function createFetch(context: Context, source: TokenSource): FetchLike {
  const resolveAddress = createAddressBook(context.baseUrl);
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
        ...(replay && { body: replay.body, duplex: "half" }), // a stream must say so
        headers: withCredential(headers, authorizationOf(token), replay?.type),
        redirect: "manual",
      },
      redirect: options?.redirect,
      again: replay?.again ?? true,
    };
    const response = await context.fetch(address, outgoing.init);
    return response.ok ? response : await afterRefusal(outgoing, token, await follow(outgoing, response));
  }

  function replayOf(request: Request | undefined, init: RequestInit | undefined): Promise<Replay> | undefined {
    if (init?.body !== undefined && init.body !== null) return replayInit(init.body);
    return request?.body ? replayStream(request.body, context.limits.replayBytes) : undefined;
  }

  /** Made once for each token, and joined: the platform reads such a text faster than one from a template. */
  function authorizationOf(token: Token): string {
    if (newest?.token !== token) newest = { token, authorization: [token.scheme, token.value].join(" ") };
    return newest.authorization;
  }

  /** Sends again after a 401, with another credential. Any other answer is the caller's. */
  async function afterRefusal(outgoing: Outgoing, first: Token, answer: Response): Promise<Response> {
    let response = answer;
    let refused = first;
    for (let resends = 0; response.status === 401; resends++) {
      if (resends > 0 && source.notAccepted?.(refused) !== true) return response;
      if (resends === MAX_RESENDS) return response;
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
      response = await follow({ ...outgoing, init }, await context.fetch(outgoing.address, init));
      refused = next;
    }
    return response;
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
      response = await context.fetch(to, init);
      from = to;
    }
    return response;
  }

  /** Where to follow; `undefined` if the caller must decide. */
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

/** What a call takes from a `Request` if its own options do not say. */
const MEMBERS = [
  "method",
  "headers",
  "redirect",
  "cache",
  "credentials",
  "integrity",
  "keepalive",
  "mode",
  "referrer",
  "referrerPolicy",
] as const;

/** The options of a call with a `Request`. */
function optionsOf(request: Request, init: RequestInit = {}): RequestInit {
  const own = Object.fromEntries(MEMBERS.map((name) => [name, init[name] ?? request[name]]));
  return { ...init, ...own, signal: init.signal === undefined ? request.signal : init.signal };
}

/** A copy of the caller's headers; `undefined` without any, which saves making an object. */
function copyHeaders(given: HeadersInit | undefined): Headers | undefined {
  if (!given) return undefined;
  const headers = readHeaders(given);
  if (!headers.has("authorization")) return headers;
  throw misuse("Cannot fetch with an Authorization header of your own: the session adds its own");
}

/** The platform's error would quote what it does not like. */
function readHeaders(given: HeadersInit): Headers {
  try {
    return new Headers(given);
  } catch {
    throw misuse("Cannot fetch with these headers: one has a name or a value that an HTTP header cannot carry");
  }
}

/** Puts the credential on headers of our own, and the body's type if they have none. */
function withCredential(headers: Headers | undefined, authorization: string, type?: string | null): HeadersInit {
  if (!headers) return type ? { authorization, "content-type": type } : { authorization };
  headers.set("authorization", authorization);
  if (type && !headers.has("content-type")) headers.set("content-type", type);
  return headers;
}

function isRedirect({ status }: Response): boolean {
  return [301, 302, 303, 307, 308].includes(status);
}
