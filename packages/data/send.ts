// Sends a call, and sends it again while that may help: after a failed connection, or when the server asks to wait.
import { addressOf, type Calls, type Work } from "./calls.ts";
import { DataError } from "./data_error.ts";
import { failed, statusFailure } from "./failure.ts";
import { describeError } from "./printable.ts";
import { watchBody } from "./watch_body.ts";

/** Pauses in ms: the first one, from which they double, the longest, and the shortest after a 429 or 503. */
const [FIRST_PAUSE, LONGEST_PAUSE, SHORTEST_WISH] = [1_000, 30_000, 1_000];

/** The longest wish of a server that is believed, in ms: a day. */
const LONGEST_WISH = 86_400_000;

const ASKS_TO_WAIT = [429, 503];
const FAILS_FOR_NOW = [502, 504];

/** How a call is sent. */
export interface SendOptions {
  /** Statuses that are not errors to the caller, besides 200 to 299. */
  readonly accept?: readonly number[];
  /** How long the beginning of the answer may take, in ms; a later one is not asked for again. `idleMs` if left out, and it is. */
  readonly firstByteMs?: number;
  /** `true`: the answer is read whole, so that one that is cut counts as a failed connection. */
  readonly whole?: boolean;
  /** What errors call the server, if it is not the API's. */
  readonly server?: string;
}

/**
 * Sends a call that may be repeated: a GET, or the query of time series.
 *
 * @param attempt Sends it once; without following redirects, and with this signal.
 * @returns An answer with a status from 200 to 299, or one that is accepted.
 * @throws {DataError} `not_found`, `gone`, `forbidden`, `http_error`, `rate_limited`, `unreachable`, `unknown_path`.
 */
export async function send(
  calls: Calls,
  work: Work,
  attempt: (signal: AbortSignal) => Promise<Response>,
  options: SendOptions = {},
): Promise<Response> {
  const { clock, limits, pace, random, emit } = calls;
  let [waits, failures] = [0, 0];
  for (;;) {
    await standBy(calls, work);
    const outcome = await tryOnce(calls, work, attempt, options);
    const tries = waits + failures + 1;
    if (outcome instanceof Response) {
      const { status } = outcome;
      if (outcome.ok || options.accept?.includes(status)) return outcome;
      if (ASKS_TO_WAIT.includes(status)) {
        const wish = askedWait(outcome.headers, clock.now());
        const pause = wish ??
          SHORTEST_WISH + random() * Math.min(LONGEST_PAUSE - SHORTEST_WISH, FIRST_PAUSE * (2 ** waits - 1));
        if (limits.retries === 0 || !work.spend(pause)) {
          throw await statusFailure(calls, work, outcome, { tries, ...(wish && { retryAt: clock.now() + wish }) });
        }
        await outcome.body?.cancel();
        waits++;
        pace.pause(pause);
        emit({ type: "waiting", at: clock.now(), ms: pause, status });
        await clock.sleep(pause, work.signal);
        continue;
      }
      if (!FAILS_FOR_NOW.includes(status) || failures >= limits.retries) {
        throw await statusFailure(calls, work, outcome, { tries });
      }
      await outcome.body?.cancel();
    } else if (outcome.isFinal || failures >= limits.retries) {
      throw failed(work, "unreachable", outcome.why, { tries, retryable: !outcome.isForbidden });
    }
    const pause = random() * Math.min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** failures);
    failures++;
    const reason = outcome instanceof Response ? String(outcome.status) : outcome.why;
    emit({ type: "retrying", at: clock.now(), ms: pause, reason });
    await clock.sleep(pause, work.signal);
  }
}

/** Sends a GET to a path of the API. */
export function get(calls: Calls, path: string, headers?: Record<string, string>) {
  const init = { redirect: "manual", ...(headers && { headers }) } as const;
  return (signal: AbortSignal) => calls.connection.fetch(addressOf(calls, path), { ...init, signal });
}

/** Why no answer came. */
interface NoAnswer {
  readonly why: string;
  /** Another try cannot help, or must not be made. */
  readonly isFinal: boolean;
  /** The program may not connect to that host. */
  readonly isForbidden: boolean;
}

/** Waits while another call's answer stops all of them. */
async function standBy({ clock, pace }: Calls, work: Work): Promise<void> {
  work.signal?.throwIfAborted();
  for (let pause = pace.pauseLeft(); pause > 0; pause = pace.pauseLeft()) {
    if (!work.spend(pause)) {
      const details = { retryable: true, retryAt: clock.now() + pause };
      throw failed(work, "rate_limited", "the server asked to come back later", details);
    }
    await clock.sleep(pause, work.signal);
  }
}

async function tryOnce(
  calls: Calls,
  work: Work,
  attempt: (signal: AbortSignal) => Promise<Response>,
  { firstByteMs, whole, server }: SendOptions,
): Promise<Response | NoAnswer> {
  const ms = firstByteMs ?? calls.limits.idleMs;
  const [late, came] = [new AbortController(), new AbortController()];
  const signal = work.signal ? AbortSignal.any([work.signal, late.signal]) : late.signal;
  calls.clock.sleep(ms, came.signal).then(() => late.abort(), () => {});
  try {
    signal.throwIfAborted(); // another call's answer may have led to that
    const response = await untilAborted(attempt(signal), signal);
    came.abort();
    if (!whole || !response.ok || !response.body) return response;
    const body = watchBody(calls, response.body, { signal: work.signal });
    return new Response(await new Response(body).arrayBuffer(), response);
  } catch (error) {
    work.signal?.throwIfAborted();
    if (late.signal.aborted) {
      return { why: `no answer came within ${ms / 1000} s`, isFinal: firstByteMs !== undefined, isForbidden: false };
    }
    if (isFinal(error)) throw error;
    const isForbidden = isNotPermitted(error);
    const { origin, host } = new URL(calls.connection.baseUrl);
    const { cause } = Object(error);
    if (isForbidden) return { why: `run the program with --allow-net=${host}`, isFinal: true, isForbidden };
    const why = error instanceof DataError
      ? "the answer did not come whole"
      : /refused|ECONNREF|(to|bad) port/i.test(`${error} ${cause} ${cause?.code}`)
      ? `nothing listens at ${server ?? origin}; is the address right?`
      : `the connection to ${server ?? origin} failed`;
    return { why: `${why} (${describeError(error)})`, isFinal: false, isForbidden };
  } finally {
    came.abort();
  }
}

/**
 * Settles like the answer, or rejects with the signal's reason if that aborts first: not every network looks at its signal. No
 * listener stays behind, since a signal that has one lives as long as the signal of the work.
 */
function untilAborted(answer: Promise<Response>, signal: AbortSignal): Promise<Response> {
  return new Promise((resolve, reject) => {
    const stop = () => reject(signal.reason);
    if (signal.aborted) stop(); // an event that is over is not heard
    signal.addEventListener("abort", stop, { once: true });
    answer.finally(() => signal.removeEventListener("abort", stop)).then(resolve, reject);
  });
}

/** A runtime's word that the program lacks the permission to connect. */
function isNotPermitted(error: unknown): boolean {
  return error instanceof Error && /^(NotCapable|PermissionDenied)$/.test(error.name);
}

/** What the session says of itself and of the program, and our own errors, but for those of a body that did not come. */
function isFinal(error: unknown): boolean {
  if (error instanceof DataError) return error.code !== "stalled" && error.code !== "truncated";
  return error instanceof Error && (error.name === "SessionError" || Object(error).code === "misuse");
}

/** How long the server asks to wait, in ms, from `Retry-After` as seconds or a date; `undefined` if it does not say. */
function askedWait(headers: Headers, now: number): number | undefined {
  const text = headers.get("retry-after")?.trim() ?? "";
  const serverNow = Date.parse(headers.has("age") ? "" : headers.get("date") ?? "") || now;
  const date = /\d:\d\d/.test(text) ? Date.parse(text) : NaN; // any number alone would be a year
  const wish = /^\d+$/.test(text) ? Number(text) * 1000 : date - serverNow;
  return Number.isNaN(wish) ? undefined : Math.min(Math.max(wish, SHORTEST_WISH), LONGEST_WISH);
}
