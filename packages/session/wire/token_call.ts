/**
 * The one place that sends a call with a credential in it: login, refresh, logout, changePassword, oauth/token, revoke.
 *
 * @module
 */
import { describeError, SessionError } from "../errors.ts";
import { retryAfterMs } from "../retry.ts";
import type { Context } from "../types.ts";
import { notSent } from "./not_sent.ts";
import type { Receipt } from "./token.ts";

/** One call. */
export interface TokenCall {
  /** What it is for, as the error messages say it: "log in". */
  readonly purpose: string;
  /** The method. */
  readonly method: "GET" | "POST";
  /** The whole address. */
  readonly url: string;
  /** The headers, without the content type. */
  readonly headers?: Readonly<Record<string, string>>;
  /** The body and its content type. */
  readonly body?: { readonly type: string; readonly text: string };
}

/** The server's answer. It may have any status, but is never a redirect. */
export interface Answer {
  /** The HTTP status. */
  readonly status: number;
  /** The parsed body; `undefined` if it is not JSON. */
  readonly json: unknown;
  /** When it came, by both clocks. */
  readonly receipt: Receipt;
  /** When the server wants to be asked again, in ms since 1970 on this machine's clock. */
  readonly retryAt?: number;
}

/** The longest answer that is read, in bytes. */
const MAX_BODY = 1_048_576;

/**
 * Sends the call once, within the deadline for headers and body, and follows no redirect.
 *
 * @throws {SessionError} `unreachable` if there is no answer (`sent: false` if the call certainly never left this machine),
 *   `bad_response` for a redirect or an answer that is too long.
 */
export async function callTokenEndpoint(context: Context, call: TokenCall): Promise<Answer> {
  const { clock, limits: { tokenDeadlineMs } } = context;
  const deadline = new AbortController();
  const timer = new AbortController();
  const exchange = send(context, call, deadline.signal);
  const timeout = clock.sleep(tokenDeadlineMs, timer.signal).then(() => {
    throw new SessionError("unreachable", `Cannot ${call.purpose}: no answer within ${tokenDeadlineMs} ms`);
  });
  try {
    // The race also handles the failure of the one that comes second.
    return await Promise.race([exchange, timeout]);
  } catch (error) {
    if (error instanceof SessionError) throw error;
    const message = `Cannot ${call.purpose}: the connection failed (${describeError(error)})`;
    throw new SessionError("unreachable", message, notSent(error) ? { sent: false } : {});
  } finally {
    timer.abort();
    deadline.abort();
  }
}

async function send({ tokenFetch, clock }: Context, call: TokenCall, deadline: AbortSignal): Promise<Answer> {
  const { purpose, url, method, headers, body } = call;
  const response = await tokenFetch(url, {
    signal: deadline,
    method,
    headers: { ...headers, ...(body ? { "content-type": body.type } : {}) },
    // A Blob, because Deno sends a string again by itself if a reused connection drops.
    ...(body ? { body: new Blob([body.text], { type: body.type }) } : {}),
    cache: "no-store",
    keepalive: false, // gives the call a connection of its own in Bun
    redirect: "manual",
  });
  const at = clock.now();
  const { status } = response;
  if (response.type === "opaqueredirect" || (status >= 300 && status < 400)) {
    await response.body?.cancel().catch(() => {});
    const message = `Cannot ${purpose}: the server answered with a redirect${target(response, url)}`;
    throw new SessionError("bad_response", message, { status });
  }
  const text = await limitedText(response, deadline);
  if (text === undefined) {
    throw new SessionError("bad_response", `Cannot ${purpose}: the server's answer is too long`, { status });
  }
  const serverAt = Date.parse(response.headers.get("date") ?? "");
  const wish = retryAfterMs(response.headers, at);
  return {
    status,
    json: parse(text),
    receipt: Number.isNaN(serverAt) ? { at } : { at, serverAt },
    ...(wish === undefined ? {} : { retryAt: at + wish }),
  };
}

/** The body as text; `undefined` if it is too long, or if the signal aborts: the rest of it is cancelled. */
async function limitedText(response: Response, signal: AbortSignal): Promise<string | undefined> {
  if (!response.body) return "";
  const reader = response.body.getReader();
  const cancel = () => reader.cancel().catch(() => {});
  signal.addEventListener("abort", cancel); // a `fetch` may leave the body open
  try {
    const decoder = new TextDecoder();
    let text = "";
    for (let size = 0; !signal.aborted && size <= MAX_BODY;) {
      const { done, value } = await reader.read();
      if (done) return signal.aborted ? undefined : text + decoder.decode();
      size += value.byteLength;
      text += decoder.decode(value, { stream: true });
    }
    cancel();
    return undefined;
  } finally {
    signal.removeEventListener("abort", cancel);
  }
}

/**
 * The error of an answer that is neither a success nor a refusal that the caller can read.
 *
 * @param purpose What the call was for, as in {@link TokenCall.purpose}.
 * @param answer The answer.
 * @returns `rate_limited` for 429, `unreachable` for 5xx, otherwise `bad_response`; with the status and the server's wish.
 */
export function failure(purpose: string, { status, retryAt }: Answer): SessionError {
  const details = { status, ...(retryAt === undefined ? {} : { retryAt }) };
  if (status === 429) {
    return new SessionError("rate_limited", `Cannot ${purpose}: the server asks to slow down`, details);
  }
  if (status >= 500) {
    return new SessionError("unreachable", `Cannot ${purpose}: the server failed with status ${status}`, details);
  }
  return new SessionError("bad_response", `Cannot ${purpose}: the server answered with status ${status}`, details);
}

/**
 * What a failed call did at the server: `refused`, so that what it carried is dead; `denied` to this client or account;
 * `nothing`, because it was not sent or not processed; otherwise `unknown`.
 */
export function outcomeOf(error: unknown): "refused" | "denied" | "nothing" | "unknown" {
  if (!(error instanceof SessionError)) return "unknown";
  const { code, status, sent } = error;
  if (code === "login_required") return "refused";
  if (code === "credentials_rejected" || code === "blocked" || code === "mfa_required") return "denied";
  if (code === "rate_limited" || (code === "unreachable" && (sent === false || status === 503))) return "nothing";
  return "unknown";
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
