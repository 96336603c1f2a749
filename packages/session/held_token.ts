import type { Kept } from "./keep_token.ts";
import { outlasts, renewAt } from "./token.ts";
import type { Io, Token } from "./types.ts";

/** The pair in memory, and when to look after it. */
export interface Held extends Kept {
  /** When to renew it, in ms since 1970. */
  readonly renewAt: number;
  /** When to compare it with the store, in ms since 1970. */
  readonly recheckAt: number;
  /** It is no older than this, on the monotonic clock. */
  readonly bornAfter: number;
}

/** The pair of one session, and what is known of it. */
export interface HeldToken {
  /** What is held. */
  now(): Held | undefined;
  /** Holds another one. */
  adopt(kept: Kept, bornAfter: number): Token;
  /** Holds none. */
  drop(): void;
  /** Looks after what is held later, at the latest when it expires. */
  postpone(until: number): void;
  /** Takes note of the access token that the API refused last; returns the one that was noted before. */
  refuse(value: string | undefined): string | undefined;
  /** Whether nothing is known against a token. */
  works(token: Token): boolean;
  /** Whether a token of the record can be used as it is, and will last for so many ms. */
  good(token: Token, minValid: number): boolean;
  /**
   * Whether a token is held and cannot have expired, whatever another session's clock says: the expiry in the record is by
   * that. This one knows how old it is at most if it saw another one there before.
   */
  isFresh(token: Token): boolean;
}

/** Holds the pair of one session. */
export function holdToken(io: Io): HeldToken {
  const { clock, limits } = io;
  let held: Held | undefined;
  let refused: string | undefined;

  function works({ value, expiresAt }: Token): boolean {
    return value !== refused && (expiresAt === undefined || clock.now() < expiresAt);
  }

  return {
    now: () => held,
    adopt(kept, since) {
      const { token } = kept;
      const due = renewAt(token, limits.renewalMarginMs, io.random());
      const bornAfter = held?.token.value === token.value ? held.bornAfter : since;
      held = { ...kept, renewAt: due, recheckAt: clock.now() + limits.recheckMs, bornAfter };
      return token;
    },
    drop() {
      held = undefined;
    },
    postpone(until) {
      if (held) held = { ...held, renewAt: Math.min(until, held.token.expiresAt ?? Infinity), recheckAt: until };
    },
    refuse(value) {
      const before = refused;
      refused = value;
      return before;
    },
    works,
    good(token, minValid) {
      const due = held?.token.value === token.value ? held.renewAt : renewAt(token, limits.renewalMarginMs, 0);
      return works(token) && clock.now() < due && outlasts(token, minValid, clock.now());
    },
    isFresh({ value, lifetime }) {
      if (held?.token.value !== value) return false;
      return lifetime === undefined || clock.monotonic() - held.bornAfter < lifetime;
    },
  };
}
