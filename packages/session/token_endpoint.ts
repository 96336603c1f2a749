/**
 * The one place that sends a call with a credential in it: login, refresh, logout, changePassword, oauth/token, revoke.
 *
 * @module
 */
import { describeError, SessionError } from "./errors.ts";
import { limitedText } from "./limited_text.ts";
import { notSent } from "./not_sent.ts";
import { retryAfterMs } from "./retry_after.ts";
import type { Receipt } from "./token.ts";
import type { Io } from "./types.ts";

/** One call. */
export interface TokenCall {
  /** What it is for, as the error messages say it: "log in". */
  readonly purpose: string;
  /** The method. */
  readonly method: "GET" | "POST";
  /** The whole address. */
  readonly url: string;
  /** The headers, but for the content type. */
  readonly headers?: Readonly<Record<string, string>>;
  /** The body and its content type. */
  readonly body?: { readonly type: string; readonly text: string };
}

/** The server's answer, whatever its status, but never a redirect. */
export interface Answer {
  /** The HTTP status. */
  readonly status: number;
  /** The parsed body; `undefined` when it is no JSON. */
  readonly json: unknown;
  /** When it came, by both clocks. */
  readonly receipt: Receipt;
  /** When the server wants to be asked again, in ms since 1970 on this machine's clock. */
  readonly retryAt?: number;
}

/** No token answer is longer, in bytes. */
const MAX_BODY = 1_048_576;

/**
 * Sends the call once, within the deadline over headers and body, and follows no redirect.
 *
 * @throws {SessionError} `unreachable` when there is no answer (`sent: false` when it certainly never left this machine),
 *   `bad_response` for a redirect or a body without end.
 */
export async function callTokenEndpoint(io: Io, call: TokenCall): Promise<Answer> {
  const deadline = new AbortController();
  const timer = new AbortController();
  const own = call.method === "GET" ? io.ownConnection?.() : undefined;
  const exchange = send(io, call, deadline.signal, own?.init);
  const timeout = io.clock.sleep(io.limits.tokenDeadlineMs, timer.signal).then(() => {
    throw new SessionError("unreachable", `Cannot ${call.purpose}: no answer within ${io.limits.tokenDeadlineMs} ms`);
  });
  try {
    // The race handles the failure of the one that comes second, too.
    return await Promise.race([exchange, timeout]);
  } catch (error) {
    if (error instanceof SessionError) throw error;
    const sent = notSent(error) ? { sent: false } : {};
    throw new SessionError(
      "unreachable",
      `Cannot ${call.purpose}: the connection failed (${describeError(error)})`,
      sent,
    );
  } finally {
    timer.abort();
    deadline.abort();
    own?.close();
  }
}

async function send(io: Io, call: TokenCall, deadline: AbortSignal, init?: RequestInit): Promise<Answer> {
  const response = await io.tokenFetch(call.url, {
    ...init,
    signal: deadline,
    method: call.method,
    headers: { ...call.headers, ...(call.body ? { "content-type": call.body.type } : {}) },
    // A Blob, because Deno sends a string again by itself when a reused connection drops.
    ...(call.body ? { body: new Blob([call.body.text], { type: call.body.type }) } : {}),
    cache: "no-store",
    redirect: "manual",
  });
  const at = io.clock.now();
  if (response.type === "opaqueredirect" || (response.status >= 300 && response.status < 400)) {
    await response.body?.cancel().catch(() => {});
    throw new SessionError(
      "bad_response",
      `Cannot ${call.purpose}: the server answered with a redirect${target(response, call.url)}`,
      { status: response.status },
    );
  }
  const text = await limitedText(response, MAX_BODY, deadline);
  if (text === undefined) {
    throw new SessionError("bad_response", `Cannot ${call.purpose}: the server's answer is too long`, {
      status: response.status,
    });
  }
  const serverAt = Date.parse(response.headers.get("date") ?? "");
  const wait = retryAfterMs(response.headers, at);
  return {
    status: response.status,
    json: parse(text),
    receipt: Number.isNaN(serverAt) ? { at } : { at, serverAt },
    ...(wait === undefined ? {} : { retryAt: at + wait }),
  };
}

/**
 * The error of an answer that is neither a success nor a refusal which the caller knows how to read.
 *
 * @param purpose What the call was for, as in {@link TokenCall.purpose}.
 * @param answer The answer.
 * @returns `rate_limited` for 429, `unreachable` for 5xx, otherwise `bad_response`; with the status and the server's hint.
 */
export function failure(purpose: string, answer: Answer): SessionError {
  const { status, retryAt } = answer;
  const details = { status, ...(retryAt === undefined ? {} : { retryAt }) };
  if (status === 429) {
    return new SessionError("rate_limited", `Cannot ${purpose}: the server asks to slow down`, details);
  }
  if (status >= 500) {
    return new SessionError("unreachable", `Cannot ${purpose}: the server failed with status ${status}`, details);
  }
  return new SessionError("bad_response", `Cannot ${purpose}: the server answered with status ${status}`, details);
}

/** Where a redirect leads, without the query, which may hold a secret. */
function target(response: Response, from: string): string {
  const location = response.headers.get("location") ?? "";
  if (location === "" || !URL.canParse(location, from)) return "";
  const url = new URL(location, from);
  return url.protocol === "https:" || url.protocol === "http:" ? ` to ${url.origin}${url.pathname}` : "";
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
