// The one place that sends a call with a credential in it: login, refresh, logout, changePassword, oauth/token, revoke.
import { describeError, SessionError } from "../errors.ts";
import { serverTime } from "../platform.ts";
import { retryAfterMs } from "../retry.ts";
import type { Context } from "../types.ts";
import type { Receipt } from "./token.ts";

/** One call; `purpose` is what it is for, as the error messages say it: "log in". */
export interface TokenCall {
  readonly purpose: string;
  readonly method: "GET" | "POST";
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: { readonly type: string; readonly text: string };
}

/** The server's answer. It may have any status, but is never a redirect. */
export interface Answer {
  readonly status: number;
  /** The parsed body; `undefined` if it is not JSON. */
  readonly json: unknown;
  readonly receipt: Receipt;
  /** When the server wants to be asked again, in ms since 1970 on this machine's clock. */
  readonly retryAt?: number;
}

/** The longest answer that is read, in bytes. */
const MAX_BODY = 1_048_576;

const LONGEST_OUTAGE = 15 * 60_000; // in ms: who is down may be back sooner than it thinks

/** Sends the call once, within the deadline for headers and body, and follows no redirect. */
export async function callTokenEndpoint(context: Context, call: TokenCall): Promise<Answer> {
  const { clock, limits: { tokenDeadlineMs } } = context;
  const over = new AbortController();
  const exchange = send(context, call, over.signal);
  const timeout = clock.sleep(tokenDeadlineMs, over.signal).then(() => {
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
    over.abort();
  }
}

async function send({ tokenFetch, clock }: Context, call: TokenCall, deadline: AbortSignal): Promise<Answer> {
  const { purpose, url, method, headers, body } = call;
  const response = await tokenFetch(url, {
    signal: deadline,
    method,
    headers: { ...headers },
    // A Blob, which brings its type, because Deno sends a string again by itself if a reused connection drops.
    body: body && new Blob([body.text], { type: body.type }),
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
  const wish = retryAfterMs(response.headers, at);
  const retryAt = wish === undefined ? undefined : at + Math.min(wish, status === 503 ? LONGEST_OUTAGE : Infinity);
  return { status, json: parse(text), receipt: { at, serverAt: serverTime(response.headers) }, retryAt };
}

/** The body as text; `undefined` if it is too long, or if the signal aborts: the rest of it is cancelled. */
async function limitedText({ body }: Response, signal: AbortSignal): Promise<string | undefined> {
  if (!body) return "";
  const reader = body.getReader();
  const cancel = () => reader.cancel().catch(() => {});
  signal.addEventListener("abort", cancel); // a `fetch` may leave the body open
  const chunks: Uint8Array<ArrayBuffer>[] = [];
  for (let left = MAX_BODY; left >= 0 && !signal.aborted;) {
    const { done, value } = await reader.read();
    if (signal.aborted) return undefined;
    if (done) return await new Blob(chunks).text();
    chunks.push(value);
    left -= value.byteLength;
  }
  cancel();
}

/** The error of an answer that is neither a success nor a refusal that the caller can read. */
export function failure(purpose: string, { status, retryAt }: Answer): SessionError {
  const code = status === 429 ? "rate_limited" : status >= 500 || status === 403 ? "unreachable" : "bad_response";
  const why = status === 429 ? "the server asks to slow down" : `the server answered with status ${status}`;
  return new SessionError(code, `Cannot ${purpose}: ${why}`, { status, retryAt });
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
  if (code === "rate_limited" || (code === "unreachable" && (sent === false || status === 503 || status === 403))) {
    return "nothing"; // a 403 that is unreachable is a firewall's
  }
  return "unknown";
}

/** Which server a redirect leads to. The rest of the address may hold a secret. */
function target({ headers }: Response, from: string): string {
  const location = headers.get("location") ?? "";
  const origin = location !== "" && URL.canParse(location, from) ? new URL(location, from).origin : "null";
  return origin === "null" ? "" : ` to ${origin}`;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/**
 * Whether a failed `fetch` is known to have sent nothing, because it failed before it had a connection.
 *
 * Each runtime says so in its own way. An unknown error counts as sent, because a refresh token that may have reached the
 * server must not be sent again. Do not ask about a request that the runtime repeats by itself, such as one with a string
 * as its body in Deno: an earlier copy may have arrived.
 */
export function notSent(error: unknown): boolean {
  return error instanceof Error && [error, error.cause].some(isConnect);
}

function isConnect(error: unknown): boolean {
  const { errors } = Object(error);
  // Node tries each address of a host and reports all of them.
  return Array.isArray(errors) && errors.length > 0 ? errors.every(hasMark) : hasMark(error);
}

/** Error codes raised before a connection exists (POSIX, Node, Node TLS against a plain-text port, Bun). */
const CODES =
  /^(ECONNREFUSED|UND_ERR_CONNECT_TIMEOUT|ERR_SSL_WRONG_VERSION_NUMBER|ConnectionRefused|FailedToOpenSocket)$/;

/** Node's and Bun's codes of a server certificate that is not trusted. An alert about the client's may come later. */
const CERTIFICATE = /^(CERT_|DEPTH_ZERO_SELF_|ERR_TLS_CERT_|SELF_SIGNED_CERT_|UNABLE_TO_(GET|VERIFY)_)/;

/** What Node and Bun say in their messages alone: a TLS handshake failed. */
const HANDSHAKE = /^(Client network socket disconnected before secure|EPROTO: The TLS handshake failed)/;

function hasMark(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const { name, message, code = "", syscall = "" }: Error & { code?: unknown; syscall?: unknown } = error;
  const [start, client = ""] = message.split(": client error ("); // the first one is Deno's own, later ones may be quoted
  return CODES.test(String(code)) || CERTIFICATE.test(String(code)) || HANDSHAKE.test(message) ||
    syscall === "connect" || syscall === "getaddrinfo" ||
    (/^error sending request /.test(start!) && client.startsWith("Connect)")) ||
    (name === "NotCapable" && message.startsWith("Requires net access"));
}
