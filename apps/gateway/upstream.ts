// Watches the upstream: when it is left alone, and when its failure is worth an alert.
import { SessionError, type SessionEvent, type SourceStatus } from "@xsignals/session";
import type { Alerts } from "./log.ts";
import { OAuthError, retryAfter } from "./oauth_error.ts";

/** Why a request cannot be answered now. The reason goes to the log, not to the client. */
export class UpstreamUnavailable extends OAuthError {
  /** The session's error code, or one of ours. */
  override readonly reason: string;

  /** The wait is in ms from now. */
  constructor(reason: string, waitMs: number) {
    super(503, "temporarily_unavailable", "Cannot answer now: the service behind this one cannot be used", {
      "retry-after": retryAfter(waitMs),
    });
    this.reason = reason;
  }
}

/** Watches over the upstream. */
export type Upstream = ReturnType<typeof watchUpstream>;

/** The first and the longest time that the upstream is left alone, in ms. */
const FIRST_PAUSE = 1_000;
const LONGEST_PAUSE = 5_000;

/** How long a client should wait when nobody said, in ms. */
const WAIT = 5_000;

/** An upstream that is away for so long, in ms, is worth an alert. */
const OUTAGE = 30_000;

/** Nothing but 401 for so long, in ms, and on so many paths, is about the account. */
const REFUSED = { ms: 60_000, paths: 3 };

/**
 * Watches over the upstream. After each failed renewal the upstream is left alone for twice as long, five seconds at most:
 * many clients that ask must not become many requests upstream. It counts from the question, since an upstream that was
 * silent meanwhile was left alone. One alert is written an incident, since every client asks again and again.
 */
export function watchUpstream(now: () => number, alerts: Alerts) {
  let pause = 0;
  let closedUntil = 0;
  let askedAt: number | undefined;
  let awaySince: number | undefined;
  let refused: { readonly since: number; readonly paths: Set<string> } | undefined; // since the API accepted one

  /** For how long the upstream is left alone after a failure, in ms; 0 when it may be asked. */
  function closedFor(): number {
    return Math.min(LONGEST_PAUSE, Math.max(0, closedUntil - now()));
  }

  function away(): void {
    awaySince ??= now();
    if (now() - awaySince < OUTAGE) return;
    alerts.raise("unreachable", "Cannot reach the upstream for half a minute: clients get 503 until it answers");
  }

  /** The answer where the API itself gives none, with its own wish to wait in ms if it has one. */
  function unreachable(waitMs = WAIT): UpstreamUnavailable {
    away();
    return new UpstreamUnavailable("unreachable", waitMs);
  }

  function arrived(): void {
    awaySince = undefined;
    alerts.clear("unreachable");
  }

  /** Why the account does not work, although it can log in; absent: nothing is known against it. */
  function refusal(): string | undefined {
    const isRefused = refused && refused.paths.size >= REFUSED.paths && now() - refused.since >= REFUSED.ms;
    return isRefused ? "credentials_rejected" : undefined;
  }

  return {
    onEvent({ type }: SessionEvent): void {
      if (type === "renewed" || type === "login") {
        pause = 0;
        closedUntil = 0;
        askedAt = undefined;
        arrived();
        alerts.clear("login");
      } else if (type === "renewal_failed") {
        pause = Math.min(Math.max(FIRST_PAUSE, pause * 2), LONGEST_PAUSE);
        closedUntil = (askedAt ?? now()) + pause;
        askedAt = undefined;
      }
    },
    asked(): void {
      askedAt = now();
    },
    /** Throws while the upstream is left alone and the session holds no token that works. */
    checkOpen({ state }: SourceStatus): void {
      const ms = closedFor();
      if (ms > 0 && state !== "active") throw new UpstreamUnavailable("unreachable", ms);
    },
    /** The answer where the session failed. */
    unavailable(error: unknown): UpstreamUnavailable {
      if (!(error instanceof SessionError)) return unreachable();
      const { code, retryAt } = error;
      if (code === "unreachable" || code === "rate_limited") away();
      else if (code !== "store_failed") { // which has an alert of its own
        alerts.raise("login", `Cannot get a token (${code}): waiting will not help, see to account and variables`);
      }
      return new UpstreamUnavailable(code, retryAt === undefined ? closedFor() || WAIT : retryAt - now());
    },
    unreachable,
    heard(path: string, status: number): void {
      if (status >= 500 || status === 429) return;
      arrived();
      if (status !== 401) {
        refused = undefined;
        alerts.clear("refused");
        return;
      }
      refused ??= { since: now(), paths: new Set() };
      if (refused.paths.size < REFUSED.paths) refused.paths.add(path);
      if (refusal()) alerts.raise("refused", "Cannot use the API: it refuses the account's tokens, fresh ones too");
    },
    refusal,
  };
}
