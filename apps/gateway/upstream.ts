/**
 * What is known of the upstream, and what is said while it cannot be used: to the client, and to the operator.
 *
 * @module
 */
import type { SessionError, SessionEvent, SourceStatus } from "@xsignals/session";
import type { Log } from "./log.ts";
import { OAuthError } from "./oauth_error.ts";

/** Why a request cannot be answered now. The reason goes to the log, not to the client. */
export class UpstreamUnavailable extends OAuthError {
  /** The session's error code, or one of ours. */
  readonly reason: string;

  /** The wait is in ms from now. */
  constructor(reason: string, waitMs: number) {
    super(503, "temporarily_unavailable", "Cannot answer now: the service behind this one cannot be used", {
      "retry-after": String(Math.min(86_400, Math.max(1, Math.ceil(waitMs / 1000)))),
    });
    this.reason = reason;
  }
}

/** Watches over the upstream. */
export interface Upstream {
  /** Is told what happened to the session. */
  onEvent(event: SessionEvent): void;
  /** Throws while the upstream is left alone and the session holds no token that works. */
  checkOpen(status: SourceStatus): void;
  /** The answer for a failure of the session. */
  unavailable(error: SessionError): UpstreamUnavailable;
  /** The answer where the API itself gives none, with its own `Retry-After` if it sent one. */
  unreachable(retryAfter?: string | null): UpstreamUnavailable;
  /** The answer where the API refuses the account's token. */
  refused(): UpstreamUnavailable;
  /** Takes note that the API accepted a token: the next incident is worth a line again. */
  over(): void;
}

/** First and longest time that the upstream is left alone, in ms. */
const FIRST_PAUSE = 1_000;
const LONGEST_PAUSE = 30_000;

/** How long a client should wait when nobody said, in ms. */
const WAIT = 5_000;

/**
 * Watches over the upstream. After each failed renewal the upstream is left alone for twice as long, half a minute at
 * most: many clients that ask must not become many requests upstream. One alert is written an incident, since every client
 * asks again and again.
 *
 * @param now The time, in ms since 1970.
 * @param log Where an alert goes.
 */
export function watchUpstream(now: () => number, log: Log): Upstream {
  let pause = 0;
  let closedUntil = 0;
  let isAlerted = false;

  function alert(reason: string, message: string): void {
    if (isAlerted) return;
    isAlerted = true;
    log({ at: new Date(now()).toISOString(), event: "alert", reason, message });
  }

  /** For how long the upstream is left alone after a failure, in ms; 0 when it may be asked. */
  function closedFor(): number {
    return Math.min(LONGEST_PAUSE, Math.max(0, closedUntil - now()));
  }

  return {
    onEvent({ type }) {
      if (type === "renewed" || type === "login") {
        pause = 0;
        closedUntil = 0;
      } else if (type === "renewal_failed") {
        pause = Math.min(Math.max(FIRST_PAUSE, pause * 2), LONGEST_PAUSE);
        closedUntil = now() + pause;
      }
    },
    checkOpen({ state }) {
      const ms = closedFor();
      if (ms > 0 && state !== "active") throw new UpstreamUnavailable("unreachable", ms);
    },
    unavailable({ code, retryAt }) {
      if (code !== "unreachable" && code !== "rate_limited") {
        alert(code, "Cannot get a token: waiting will not help, see to the account and the configuration");
      }
      return new UpstreamUnavailable(code, retryAt === undefined ? closedFor() || WAIT : retryAt - now());
    },
    unreachable(retryAfter) {
      const seconds = /^\d{1,5}$/.test(retryAfter ?? "") ? Number(retryAfter) : undefined;
      return new UpstreamUnavailable("unreachable", seconds === undefined ? WAIT : seconds * 1000);
    },
    refused() {
      alert("credentials_rejected", "Cannot use the API: it refuses the account's tokens, fresh ones too");
      return new UpstreamUnavailable("credentials_rejected", WAIT);
    },
    over() {
      isAlerted = false;
    },
  };
}

/** Whether the account's session works, or nothing is known against it yet. Goes by what is known, without a call. */
export function isReady({ state, lastFailure }: SourceStatus): boolean {
  return state === "active" || (state !== "logged_out" && lastFailure === undefined);
}
