import type { Context, Handler } from "hono";
import type { StatusCode } from "hono/utils/http-status";
import { type Session, SessionError } from "@xsignals/session";
import { type Scope, scopesOf } from "./clients.ts";
import { readText } from "./form.ts";
import type { AppEnv } from "./log.ts";
import { insufficientScope, invalidRequest, invalidToken, OAuthError, wrongMethod } from "./oauth_error.ts";
import type { GatewayTokens } from "./tokens.ts";
import type { Upstream } from "./upstream.ts";

/** What of a request goes on to the API: nothing that tells who asks. */
const REQUEST_HEADERS = ["accept", "accept-language", "if-modified-since", "if-none-match", "if-range", "range"];

/** What of the API's answer comes back: nothing that is meant for one connection, or for a browser's jar. */
const RESPONSE_HEADERS = (
  "accept-ranges content-disposition content-length content-range content-type etag last-modified location nextpagetoken"
).split(" ");

/**
 * Makes the handler of `/api/*`: forwards what reads files or time series to the API with the account's credential, in a
 * stream.
 *
 * A client shows a token of the gateway's own. It never gets the account's token.
 *
 * @param session The account's session.
 * @param tokens Knows the gateway's own tokens.
 * @param upstream Says what to answer when the upstream cannot be used.
 */
export function apiRoute(
  session: Pick<Session, "fetch" | "status">,
  tokens: GatewayTokens,
  upstream: Upstream,
): Handler<AppEnv> {
  return async (c) => {
    const request = c.req.raw;
    const client = await tokens.verify(bearerIn(request.headers));
    c.set("client", client.id);
    const { address, scope } = targetOf(request);
    if (!scopesOf(client).includes(scope)) throw insufficientScope(scope);
    const body = request.method === "POST" ? await readQuery(request) : null;
    upstream.checkOpen(session.status());
    let answer: Response;
    try {
      answer = await session.fetch(address, {
        method: request.method,
        headers: pick(request.headers, body ? REQUEST_HEADERS.slice(0, 2) : REQUEST_HEADERS),
        body,
        signal: request.signal,
        redirect: "manual",
      });
    } catch (error) {
      if (request.signal.aborted) {
        c.set("reason", "client_gone");
        throw invalidRequest("Cannot answer: the client has gone");
      }
      throw error instanceof SessionError ? upstream.unavailable(error) : upstream.unreachable();
    }
    return await handBack(c, answer, upstream);
  };
}

function bearerIn(headers: Headers): string {
  const authorization = headers.get("authorization");
  if (authorization === null) throw invalidToken(true);
  const token = /^bearer +([\w.~+/-]+=*)$/i.exec(authorization)?.[1];
  if (token === undefined) throw invalidToken();
  return token;
}

/** The longest address that goes on, in characters. */
const MAX_ADDRESS = 4_096;

/** What a part of a path may be written with; what any server could take for a separator is not among it. */
const CHARACTERS = /^(?:[\w~!$&'()*+,;=:@.-]|%[0-9a-f]{2})+$/i;

/** What would mean something else to a server that decodes once more, or another way. */
const MEANING = /[\p{Cc}%/\\]/u;

/** A part that some servers take for `..` or for nothing: they cut it at a semicolon, or take spaces away. */
const DOTS = /^[\s.]*(?:;|$)/;

/** What of the API can be reached besides files. */
const SERIES = ["/api/ts", "/api/ts/symbol/search"];

/** Where a request goes at the API, if anywhere: however it is written. The session refuses `/auth/*` once more. */
function targetOf({ method, url }: Request): { readonly address: string; readonly scope: Scope } {
  const { pathname, search } = new URL(url);
  if (SERIES.includes(pathname)) {
    if (pathname === "/api/ts" && method !== "POST") throw wrongMethod(["POST"]);
    return { address: short(pathname.slice("/api".length) + search), scope: "series:read" };
  }
  const [, api, file, ...parts] = pathname.split("/");
  const named = parts.length > 1 && parts.at(-1) === "" ? parts.slice(0, -1) : parts; // the API has `/file/group/`, too
  if (api !== "api" || file !== "file" || named.length === 0 || !named.every(isName)) {
    throw new OAuthError(404, "invalid_request", "Cannot find this path: the gateway has /api/file/* and /api/ts only");
  }
  return { address: short(`/file/${parts.join("/")}${search}`), scope: "files:read" };
}

function short(address: string): string {
  if (address.length > MAX_ADDRESS) {
    throw invalidRequest(`Cannot forward the request: its address is over ${MAX_ADDRESS} characters`);
  }
  return address;
}

/** The largest query for time series, in bytes. */
const MAX_QUERY = 65_536;

/** The body of a query for time series, written anew: what goes on is JSON to every server, and means the same to each. */
async function readQuery(request: Request): Promise<Blob> {
  if (!/^application\/json *(; *charset="?utf-8"? *)?$/i.test(request.headers.get("content-type") ?? "")) {
    throw new OAuthError(415, "invalid_request", "Cannot read the request: its content type must be application/json");
  }
  try {
    const query: unknown = JSON.parse(await readText(request, MAX_QUERY));
    if (typeof query === "object" && query !== null && !Array.isArray(query)) {
      return new Blob([JSON.stringify(query)], { type: "application/json" });
    }
  } catch (error) {
    if (error instanceof OAuthError) throw error;
  }
  throw invalidRequest("Cannot read the request: its body is not a JSON object");
}

/** Whether a part of a path is a name, to every server. */
function isName(part: string): boolean {
  if (!CHARACTERS.test(part)) return false;
  try {
    const name = decodeURIComponent(part);
    return !MEANING.test(name) && !DOTS.test(name);
  } catch {
    return false; // percent-encoded bytes that are not UTF-8
  }
}

async function handBack(c: Context<AppEnv>, answer: Response, upstream: Upstream): Promise<Response> {
  const { status } = answer;
  if (status === 401) {
    await answer.body?.cancel();
    throw upstream.refused();
  }
  if (status === 429 || status >= 500) {
    await answer.body?.cancel();
    throw upstream.unreachable(answer.headers.get("retry-after"));
  }
  upstream.over();
  const { "content-length": length, ...headers } = pick(answer.headers, RESPONSE_HEADERS);
  const isDecoded = answer.headers.has("content-encoding"); // then the length was another
  return c.newResponse(answer.body, status as StatusCode, {
    ...headers,
    ...(length === undefined || isDecoded ? {} : { "content-length": length }),
    "x-content-type-options": "nosniff",
  });
}

/** Those of the headers that have these names. */
function pick(headers: Headers, names: readonly string[]): Record<string, string> {
  return Object.fromEntries(names.flatMap((name) => {
    const value = headers.get(name);
    return value === null ? [] : [[name, value]];
  }));
}
