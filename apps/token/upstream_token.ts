import { type Session, SessionError } from "@xsignals/session";
import type { Log } from "./log.ts";
import { OAuthError } from "./oauth_error.ts";

/** The answer to a client (RFC 6749, 5.1). */
export interface TokenAnswer {
  /** The token. A secret. */
  readonly access_token: string;
  /** Always `Bearer`. */
  readonly token_type: "Bearer";
  /** Whole seconds that it has left; absent when nobody knows. */
  readonly expires_in?: number;
}

/** What {@link upstreamToken} works with. */
export interface UpstreamTokenOptions {
  /** The one session of the account. */
  readonly session: Pick<Session, "token">;
  /** Renew first when the token has less than this left, in ms. */
  readonly minValidMs: number;
  /** The session's clock, in ms since 1970. */
  readonly now: () => number;
  /** Where an alert goes. */
  readonly log: Log;
}

/** Why there is no token: the reason goes to the log, not to the client. */
export class TokenUnavailable extends OAuthError {
  /** The session's error code, or one of ours. */
  readonly reason: string;

  /** The wait is in ms from now. */
  constructor(reason: string, waitMs?: number) {
    const headers: Record<string, string> = {};
    if (waitMs !== undefined) headers["retry-after"] = String(Math.max(1, Math.ceil(waitMs / 1000)));
    super(503, "temporarily_unavailable", "Cannot get a token now: the service behind this one gave none", headers);
    this.reason = reason;
  }
}

/**
 * Makes the function that hands out the session's own token, the same to every client: passthrough.
 *
 * A token with less than the minimum left is handed out only where the session could get no better one.
 *
 * @returns A function that rejects with {@link TokenUnavailable} when there is no token that a client may have.
 */
export function upstreamToken({ session, minValidMs, now, log }: UpstreamTokenOptions): () => Promise<TokenAnswer> {
  let alerted = false;

  function unavailable(error: SessionError): TokenUnavailable {
    const { code, retryAt } = error;
    if (code !== "unreachable" && code !== "rate_limited") {
      alert(code, "waiting will not help, see to the account and the configuration");
    }
    return new TokenUnavailable(code, retryAt === undefined ? undefined : retryAt - now());
  }

  /** Once an incident: every client asks again and again meanwhile. */
  function alert(reason: string, message: string): void {
    if (alerted) return;
    alerted = true;
    log({ at: new Date(now()).toISOString(), event: "alert", reason, message: `Cannot get a token: ${message}` });
  }

  return async () => {
    let token;
    try {
      token = await session.token({ minValid: minValidMs });
    } catch (error) {
      throw error instanceof SessionError ? unavailable(error) : error;
    }
    const { scheme, value, expiresAt } = token;
    if (scheme !== "Bearer") {
      alert("not_bearer", "the session's credential is the account itself and is not handed out");
      throw new TokenUnavailable("not_bearer");
    }
    const secondsLeft = expiresAt === undefined ? undefined : Math.floor((expiresAt - now()) / 1000);
    if (secondsLeft !== undefined && secondsLeft < 1) throw new TokenUnavailable("expired");
    alerted = false;
    return {
      access_token: value,
      token_type: "Bearer",
      ...(secondsLeft === undefined ? {} : { expires_in: secondsLeft }),
    };
  };
}
