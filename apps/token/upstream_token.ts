import { type Session, SessionError } from "@xsignals/session";
import type { TokenAnswer } from "./token_answer.ts";
import { type Trouble, UpstreamUnavailable } from "./trouble.ts";
import type { UpstreamGate } from "./upstream_gate.ts";

/** What {@link upstreamToken} works with. */
export interface UpstreamTokenOptions {
  /** The one session of the account. */
  readonly session: Pick<Session, "token">;
  /** Whether the upstream is left alone. */
  readonly gate: UpstreamGate;
  /** What to say when there is no token. */
  readonly trouble: Trouble;
  /** Renew first when the token has less than this left, in ms. */
  readonly minValidMs: number;
  /** The session's clock, in ms since 1970. */
  readonly now: () => number;
}

/**
 * Makes the function that hands out the session's own token, the same to every client: passthrough.
 *
 * A token with less than the minimum left is handed out only where the session could get no better one. One that has less
 * than twice the minimum left is renewed in the background, so that nobody waits for it.
 *
 * @returns A function that rejects with {@link UpstreamUnavailable} when there is no token that a client may have.
 */
export function upstreamToken(
  { session, gate, trouble, minValidMs, now }: UpstreamTokenOptions,
): () => Promise<TokenAnswer> {
  let isRenewing = false;

  function renewEarly(): void {
    if (isRenewing || gate.closedFor() > 0) return;
    isRenewing = true;
    session.token({ minValid: 2 * minValidMs }).catch(() => {}).finally(() => isRenewing = false);
  }

  return async () => {
    trouble.checkOpen();
    let token;
    try {
      token = await session.token({ minValid: gate.closedFor() > 0 ? 0 : minValidMs });
    } catch (error) {
      throw error instanceof SessionError ? trouble.unavailable(error) : error;
    }
    const { scheme, value, expiresAt } = token;
    if (scheme !== "Bearer") throw trouble.notBearer();
    if (expiresAt === undefined) {
      trouble.over();
      return { access_token: value, token_type: "Bearer" };
    }
    const leftMs = expiresAt - now();
    const expires_in = Math.floor(leftMs / 1000);
    if (expires_in < 1) throw new UpstreamUnavailable("expired", gate.closedFor());
    if (leftMs < 2 * minValidMs) renewEarly();
    trouble.over();
    return { access_token: value, token_type: "Bearer", expires_in };
  };
}
