// `/api/*`: reads of files and time series, forwarded with the account's credential.
import type { Context, Handler } from "hono";
import type { ContentfulStatusCode, StatusCode } from "hono/utils/http-status";
import { decodeJwt } from "jose";
import type { Session } from "@xsignals/session";
import { retryAfterMs } from "@xsignals/session/retry";
import { WITHHELD } from "./api_guard.ts";
import type { Calls } from "./calls.ts";
import { type Scope, scopesOf } from "./clients.ts";
import { readText } from "./form.ts";
import type { AppEnv } from "./log.ts";
import { insufficientScope, invalidRequest, invalidToken, OAuthError, tryLater, wrongMethod } from "./oauth_error.ts";
import type { GatewayTokens } from "./tokens.ts";
import { type Upstream, UpstreamUnavailable } from "./upstream.ts";

/** What of a request goes on to the API: nothing that tells who asks. */
const REQUEST_HEADERS = (
  "accept accept-language if-match if-modified-since if-none-match if-range if-unmodified-since range"
).split(" ");

/** What of the API's answer comes back: nothing that is meant for one connection, or for a browser's jar. */
const RESPONSE_HEADERS = (
  "accept-ranges allow content-disposition content-encoding content-language content-length content-range content-type etag " +
  "last-modified nextpagetoken"
).split(" ");

/** How long the API may take for the head of an answer, and for that to a query for time series, in ms. */
const HEAD = 30_000;
const QUERY_HEAD = 120_000;

/** How long a client should wait where the API said nothing, in ms. */
const SILENT_WAIT = 5_000;

/**
 * Makes the handler of `/api/*`: forwards what reads files or time series to the API with the account's credential, in a
 * stream. A client shows a token of the gateway's own. It never gets the account's token.
 */
export function apiRoute(
  session: Pick<Session, "fetch" | "status" | "baseUrl">,
  tokens: GatewayTokens,
  upstream: Upstream,
  calls: Calls,
  now: () => number,
): Handler<AppEnv> {
  return async (c) => {
    const request = c.req.raw;
    const token = bearerIn(request.headers);
    const client = await tokens.verify(token);
    c.set("client", client.id);
    c.set("token", decodeJwt(token).jti!);
    const { address, scope } = targetOf(request);
    if (!scopesOf(client).includes(scope)) throw insufficientScope(scope);
    const body = request.method === "POST" ? await readQuery(request) : null;
    upstream.checkOpen(session.status());
    const call = await calls.begin(client.id, token, body ? QUERY_HEAD : HEAD);
    c.set("call", call);
    const { controller } = call;
    request.signal.addEventListener("abort", () => controller.abort(), { once: true });
    try {
      const answer = await session.fetch(address, {
        method: request.method,
        headers: {
          ...pick(request.headers, body ? REQUEST_HEADERS.slice(0, 2) : REQUEST_HEADERS),
          "accept-encoding": "identity", // then nothing is decoded on the way, which would change lengths and ranges
        },
        body,
        signal: controller.signal,
        redirect: "manual",
      });
      call.hasHead = true;
      call.nextBy = Infinity;
      return await handBack(c, answer, upstream, session.baseUrl + address, now);
    } catch (error) {
      if (error instanceof OAuthError) throw error;
      if (error instanceof TypeError && Reflect.get(error, "code") === "misuse") throw unknownPath(); // /auth/* below /file
      if (call.end) {
        c.set("reason", call.end);
        if (call.end === "removed") throw invalidToken();
        throw tryLater(504, "Cannot answer: the service behind this one says nothing", SILENT_WAIT);
      }
      if (controller.signal.aborted) {
        c.set("reason", "client_gone");
        throw invalidRequest("Cannot answer: the client has gone");
      }
      throw upstream.unavailable(error);
    } finally {
      Promise.resolve(c.env?.completed).catch(() => {}).finally(() => calls.finish(call));
    }
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
    throw unknownPath();
  }
  return { address: short(`/file/${parts.join("/")}${search}`), scope: "files:read" };
}

function unknownPath(): OAuthError {
  return new OAuthError(404, "invalid_request", "Cannot find this path: the gateway has /api/file/* and /api/ts only");
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
    // Some servers normalise a path: then a full-width dot or slash is one.
    return [name, name.normalize("NFKC").replace(/\p{Cf}/gu, "")].every((form) =>
      !MEANING.test(form) && !DOTS.test(form)
    );
  } catch {
    return false; // percent-encoded bytes that are not UTF-8
  }
}

async function handBack(
  c: Context<AppEnv>,
  answer: Response,
  upstream: Upstream,
  address: string,
  now: () => number,
): Promise<Response> {
  const { status, headers, body } = answer;
  if (status === 429 || status >= 500 || status === 401 || headers.has(WITHHELD)) {
    await body?.cancel();
    if (headers.has(WITHHELD) && status !== 403) throw inOwnWords(status);
    if (status === 429 || status >= 500) throw upstream.unreachable(retryAfterMs(headers, now()));
    const refusal = upstream.refusal();
    if (refusal !== undefined) throw new UpstreamUnavailable(refusal, 60_000);
    throw inOwnWords(403);
  }
  const location = mapped(headers.get("location"), address);
  return c.newResponse(body, status as StatusCode, {
    ...pick(headers, RESPONSE_HEADERS),
    ...(location === undefined ? {} : { location }),
    "x-content-type-options": "nosniff",
  });
}

/** A refusal of the API that the client gets in the gateway's words. */
function inOwnWords(status: number): OAuthError {
  return status === 403
    ? new OAuthError(403, "access_denied", "Cannot answer: the API refused the account for this resource")
    : new OAuthError(status as ContentfulStatusCode, "invalid_request", "Cannot answer: the API refused the request");
}

/** Where a redirect leads as the client reaches it: within the API to the gateway's own path, elsewhere as it is. */
function mapped(location: string | null, address: string): string | undefined {
  if (location === null || !URL.canParse(location, address)) return undefined;
  const { href, origin, pathname, search } = new URL(location, address);
  if (origin !== new URL(address).origin) return href;
  const known = /\/(?:file|ts)(?:\/|$)/;
  const base = new URL(address).pathname.split(known, 1)[0]!;
  const path = pathname.slice(base.length);
  return pathname.startsWith(base) && path.search(known) === 0 ? `/api${path}${search}` : undefined;
}

/** Those of the headers that have these names. */
function pick(headers: Headers, names: readonly string[]): Record<string, string> {
  return Object.fromEntries(names.flatMap((name) => {
    const value = headers.get(name);
    return value === null ? [] : [[name, value]];
  }));
}
