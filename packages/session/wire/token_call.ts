// The one place that sends a call with a credential in it: login, refresh, logout, changePassword, oauth/token, revoke.
import { SessionError, type SessionErrorCode, type SessionErrorDetails, until } from "../errors.ts";
import { readBlob, serverTime } from "../platform.ts";
import { retryAfterMs } from "../retry.ts";
import type { Context } from "../types.ts";
import { explainFailure } from "./network_failure.ts";
import type { Receipt } from "./token.ts";

/** One call; `purpose` is what it is for, as the error messages say it: "log in". */
export interface TokenCall {
  readonly purpose: string;
  /** The option that has the address, as the error messages say it. Default: "address". */
  readonly option?: string;
  readonly method: "GET" | "POST";
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** A Blob, which brings its type: Deno sends a text again by itself if a reused connection drops. */
  readonly body?: Blob;
}

/** What the error messages say of a call. */
type Named = Pick<TokenCall, "purpose" | "option" | "url">;

/** The server's answer. It may have any status, but is never a redirect. */
export interface Answer {
  readonly call: Named;
  readonly status: number;
  /** The parsed body; `undefined` if it is not JSON. */
  readonly json: unknown;
  /** Whether it is a page for people, so that something in front of the server answered. */
  readonly isPage?: boolean;
  readonly receipt: Receipt;
  /** When the server wants to be asked again, in ms since 1970 on this machine's clock. */
  readonly retryAt?: number;
}

const MAX_BODY = 1_048_576; // in bytes
const LONGEST_OUTAGE = 900_000; // in ms, 15 minutes: who is down may be back sooner than it thinks

/** Sends the call once, within the deadline for headers and body, and follows no redirect. */
export async function callTokenEndpoint(context: Context, call: TokenCall): Promise<Answer> {
  const { clock, limits: { tokenDeadlineMs } } = context;
  const over = new AbortController();
  const exchange = send(context, call, over.signal);
  const timeout = clock.sleep(tokenDeadlineMs, over.signal).then(() => {
    throw failed(call, "unreachable", `no answer within ${tokenDeadlineMs} ms; try later`, { reason: "timeout" });
  });
  try {
    // The race also handles the failure of the one that comes second.
    return await Promise.race([exchange, timeout]);
  } catch (error) {
    if (error instanceof SessionError) throw error;
    const { why, ...details } = explainFailure(error, new URL(call.url).host);
    throw failed(call, details.reason === "not_permitted" ? "not_permitted" : "unreachable", why, details);
  } finally {
    over.abort();
  }
}

/** The error of a call: what it was for and where it went, and why it failed. */
export function failed(call: Named, code: SessionErrorCode, why: string, details?: SessionErrorDetails): SessionError {
  const { origin, host } = new URL(call.url);
  const message = `Cannot ${call.purpose} at ${origin}: ${why}${until(details?.retryAt)}`;
  return new SessionError(code, message, { ...details, host });
}

/** The error of an answer that comes from somewhere else, it seems. */
function misplaced(call: Named, what: string, details: SessionErrorDetails): SessionError {
  const why = `the server answered with ${what}; is the ${call.option ?? "address"} right?`;
  return failed(call, "bad_response", why, details);
}

async function send({ tokenFetch, clock }: Context, call: TokenCall, deadline: AbortSignal): Promise<Answer> {
  const { purpose, option, url, method, headers, body } = call;
  const response = await tokenFetch(url, {
    signal: deadline,
    method,
    headers: { ...headers },
    body,
    cache: "no-store",
    keepalive: false, // gives the call a connection of its own in Bun
    redirect: "manual",
  });
  const at = clock.now();
  const { status } = response;
  const reader = (response.body ?? new Blob().stream()).getReader();
  const cancel = () => reader.cancel().catch(() => {});
  if (response.type === "opaqueredirect" || (status >= 300 && status < 400)) {
    await cancel();
    throw misplaced(call, `a redirect${target(response, url)}`, { status });
  }
  deadline.addEventListener("abort", cancel); // a `fetch` may leave the body open
  if (deadline.aborted) cancel();
  const blob = await readBlob(reader, MAX_BODY);
  if (!blob) {
    cancel();
    throw failed(call, "bad_response", "the server's answer is too long", { status });
  }
  const text = await blob.text();
  const wish = retryAfterMs(response.headers, at);
  return {
    call: { purpose, option, url },
    status,
    json: await new Response(text).json().catch(() => undefined),
    isPage: /^\s*</.test(text),
    receipt: { at, serverAt: serverTime(response.headers) },
    retryAt: wish === undefined ? undefined : at + Math.min(wish, status === 503 ? LONGEST_OUTAGE : Infinity),
  };
}

/** The error of an answer that is neither a success nor a refusal that the caller can read. */
export function failure({ call, status, retryAt }: Answer): SessionError {
  const details = { status, retryAt };
  if (status === 429) return failed(call, "rate_limited", "the server asks to slow down", details);
  if (status !== 403 && status < 500) {
    return misplaced(call, `status ${status} to ${new URL(call.url).pathname}`, details);
  }
  return failed(call, "unreachable", `the server answered with status ${status}`, details);
}

/**
 * What a failed call did at the server: `refused`, so that what it carried is dead; `denied` to this client or account;
 * `nothing`, because it was not sent or not processed; otherwise `outcome unknown`.
 */
export function outcomeOf(error: unknown): "refused" | "denied" | "nothing" | "outcome unknown" {
  if (!(error instanceof SessionError)) return "outcome unknown";
  const { code, status, sent } = error;
  if (code === "login_required") return "refused";
  if (/^(credentials_rejected|blocked|mfa_required)$/.test(code)) return "denied";
  if (/^(rate_limited|not_permitted)$/.test(code)) return "nothing";
  const isNothing = sent === false || status === 503 || status === 403; // a 403 that is unreachable is a firewall's
  return code === "unreachable" && isNothing ? "nothing" : "outcome unknown";
}

/** Which server a redirect leads to. The rest of the address may hold a secret. */
function target({ headers }: Response, from: string): string {
  const location = headers.get("location");
  const origin = location && URL.parse(location, from)?.origin;
  return origin && origin !== "null" ? ` to ${origin}` : "";
}
