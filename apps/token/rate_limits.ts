import type { Context } from "hono";
import type { AppEnv } from "./app_env.ts";
import type { Client } from "./clients.ts";
import { OAuthError } from "./oauth_error.ts";
import { type Quotas, WINDOW } from "./quota.ts";

/** How often may be asked: failures are counted by address, successes by client, so that nobody locks out another one. */
export interface RateLimits {
  /**
   * Refuses callers whose address failed too often in this minute.
   *
   * @throws {OAuthError} 429.
   */
  checkFailures(c: Context<AppEnv>): void;
  /** Counts a failure of the caller's address. */
  countFailure(c: Context<AppEnv>): Promise<void>;
  /**
   * Counts a token for the client; returns the headers that tell what is left (draft-ietf-httpapi-ratelimit-headers-10).
   *
   * @throws {OAuthError} 429 when it had as many as it may have in a minute.
   */
  countSuccess(client: Client): Promise<Record<string, string>>;
}

/** What {@link rateLimits} takes. */
export interface RateLimitOptions {
  /** Counts the tokens of each client. */
  readonly successes: Quotas;
  /** Counts the failures of each address; apart, so that a flood of addresses pushes no client out. */
  readonly failures: Quotas;
  /** How many tokens a client may ask for in a minute, unless its own rate says otherwise. */
  readonly rate: number;
  /** The address that a request is counted by. */
  addressOf(c: Context<AppEnv>): string;
}

/** So many failures in a minute an address may have. */
export const FAILURES = 30;

/** Makes the limits. */
export function rateLimits({ successes, failures, rate, addressOf }: RateLimitOptions): RateLimits {
  return {
    checkFailures(c) {
      const { allowed, resetMs } = failures.look(addressOf(c), FAILURES);
      if (!allowed) throw tooMany("there were too many failures from this address", resetMs);
    },
    async countFailure(c) {
      await failures.take(addressOf(c), FAILURES);
    },
    async countSuccess({ id, rate: own = rate }) {
      const { allowed, remaining, resetMs } = await successes.take(id, own);
      const headers = {
        "ratelimit-policy": `"client";q=${own};w=${WINDOW / 1000}`,
        "ratelimit": `"client";r=${remaining};t=${seconds(resetMs)}`,
      };
      if (!allowed) throw tooMany("the client had all its tokens of this minute", resetMs, headers);
      return headers;
    },
  };
}

function tooMany(why: string, resetMs: number, headers: Record<string, string> = {}): OAuthError {
  return new OAuthError(429, "temporarily_unavailable", `Cannot grant a token: ${why}`, {
    ...headers,
    "retry-after": String(seconds(resetMs)),
  });
}

function seconds(ms: number): number {
  return Math.max(1, Math.ceil(ms / 1000));
}
