import { randomText } from "./random.ts";
import type { Rotation } from "./readings.ts";
import type { Issuer, Session } from "./session.ts";

/** How one server's refresh tokens behave. */
export interface RefreshRules {
  readonly rotation: Rotation;
  /** How long a spent token may be used once more, where `rotation` is `overlap`, in milliseconds. */
  readonly overlap: number;
  /** How long a token works, in milliseconds. */
  readonly lifetime: number;
  /** Whether `lifetime` counts from a token's own issue, or for all tokens of a session from the login. */
  readonly sliding: boolean;
}

/** Who wants to exchange a refresh token: the server that was asked, and the client that asked Auth0. */
export type Holder = Pick<Session, "issuer" | "client">;

/** What became of a refresh token that was sent; with rotation off, `refreshToken` is the one that was sent. */
export type Exchanged =
  | { readonly outcome: "ok"; readonly session: Session; readonly refreshToken: string }
  | { readonly outcome: "spent" | "foreign" | "unknown" };

/** The refresh tokens of both servers. No method waits, so nothing can come between its look and its change. */
export interface RefreshTokens {
  /** A new token for a session. */
  issue(session: Session, now: number): string;
  /** Exchanges a token for the next one: of two callers with the same token, one gets `ok`. */
  exchange(token: string, holder: Holder, now: number): Exchanged;
  /** The session of a token that could be exchanged now. */
  sessionOf(token: string, now: number): Session | undefined;
}

interface RefreshToken {
  readonly session: Session;
  readonly generation: number;
  readonly expiresAt: number;
  spentAt?: number;
}

/** Keeps refresh tokens, each server's by its own rules. */
export function createRefreshTokens(rules: Readonly<Record<Issuer, RefreshRules>>): RefreshTokens {
  const tokens = new Map<string, RefreshToken>();

  function issue(session: Session, now: number): string {
    const { lifetime, sliding } = rules[session.issuer];
    const token = randomText();
    const expiresAt = (sliding ? now : session.startedAt) + lifetime;
    tokens.set(token, { session, generation: session.generation, expiresAt });
    return token;
  }

  function works({ session, expiresAt }: RefreshToken, now: number): boolean {
    return !session.ended && now < expiresAt;
  }

  /** Whether a spent token is good for one more exchange: only the one before the newest, and not for long. */
  function overlaps({ session, generation, spentAt = -Infinity }: RefreshToken, now: number): boolean {
    const { rotation, overlap } = rules[session.issuer];
    return rotation === "overlap" && generation === session.generation - 1 && now - spentAt <= overlap;
  }

  return {
    issue,
    exchange(text, holder, now) {
      const token = tokens.get(text);
      if (!token) return { outcome: "unknown" };
      const { session } = token;
      if (session.issuer !== holder.issuer) return { outcome: "foreign" };
      if (session.client !== holder.client) return { outcome: "unknown" };
      const { rotation } = rules[session.issuer];
      if (token.spentAt !== undefined && !overlaps(token, now)) {
        if (rotation !== "on") session.ended = true;
        return { outcome: "spent" };
      }
      if (!works(token, now)) return { outcome: "unknown" };
      if (rotation === "off") return { outcome: "ok", session, refreshToken: text };
      token.spentAt ??= now;
      session.generation = Math.max(session.generation, token.generation + 1);
      return { outcome: "ok", session, refreshToken: issue(session, now) };
    },
    sessionOf(text, now) {
      const token = tokens.get(text);
      return token && token.spentAt === undefined && works(token, now) ? token.session : undefined;
    },
  };
}
