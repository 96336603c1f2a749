import type { SessionError } from "@xsignals/session";
import type { Log } from "./log.ts";
import { OAuthError } from "./oauth_error.ts";
import type { UpstreamGate } from "./upstream_gate.ts";

/** Why there is no token, or no answer: the reason goes to the log, not to the client. */
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

/** What is said when the upstream cannot be used, to the client and to the operator. */
export interface Trouble {
  /** Throws while the upstream is left alone and no token is held that works. */
  checkOpen(): void;
  /** The answer for a failure of the session. */
  unavailable(error: SessionError): UpstreamUnavailable;
  /** The answer where the API itself gives none, with its own `Retry-After` if it sent one. */
  unreachable(retryAfter?: string | null): UpstreamUnavailable;
  /** The answer where the API refuses our own credential. */
  refused(): UpstreamUnavailable;
  /** The answer where the session's credential is not one to be handed out. */
  notBearer(): UpstreamUnavailable;
  /** Takes note that a token could be had, or was accepted: the next trouble is worth a line again. */
  over(): void;
}

/** What {@link createTrouble} works with. */
export interface TroubleOptions {
  /** Whether the upstream is left alone. */
  readonly gate: UpstreamGate;
  /** Whether a token is held that works. */
  readonly holdsToken: () => boolean;
  /** The time, in ms since 1970. */
  readonly now: () => number;
  /** Where an alert goes. */
  readonly log: Log;
}

/** How long to wait when nobody said, in ms. */
const WAIT = 5_000;

/** Makes the answers for an upstream in trouble; writes one alert an incident, since every client asks again and again. */
export function createTrouble({ gate, holdsToken, now, log }: TroubleOptions): Trouble {
  let isAlerted = false;

  function alert(reason: string, message: string): void {
    if (isAlerted) return;
    isAlerted = true;
    log({ at: new Date(now()).toISOString(), event: "alert", reason, message });
  }

  return {
    checkOpen() {
      const ms = gate.closedFor();
      if (ms > 0 && !holdsToken()) throw new UpstreamUnavailable("unreachable", ms);
    },
    unavailable({ code, retryAt }) {
      if (code !== "unreachable" && code !== "rate_limited") {
        alert(code, "Cannot get a token: waiting will not help, see to the account and the configuration");
      }
      return new UpstreamUnavailable(code, retryAt === undefined ? gate.closedFor() || WAIT : retryAt - now());
    },
    unreachable(retryAfter) {
      const seconds = /^\d{1,5}$/.test(retryAfter ?? "") ? Number(retryAfter) : undefined;
      return new UpstreamUnavailable("unreachable", seconds === undefined ? WAIT : seconds * 1000);
    },
    refused() {
      alert("credentials_rejected", "Cannot use the API: it refuses the account's tokens, fresh ones too");
      return new UpstreamUnavailable("credentials_rejected", WAIT);
    },
    notBearer() {
      alert("not_bearer", "Cannot hand out a token: the session's credential is the account itself");
      return new UpstreamUnavailable("not_bearer", WAIT);
    },
    over() {
      isAlerted = false;
    },
  };
}
