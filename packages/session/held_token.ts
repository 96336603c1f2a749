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
  /** Takes note of the access token that is in the record at this moment. */
  look(value: string | undefined): void;
  /** Holds another one. */
  adopt(kept: Kept): Token;
  /** Holds none. */
  drop(): void;
  /** Goes on with what still works, and looks after it later, at the latest when it expires; `undefined`: nothing does. */
  postpone(until: number): Token | undefined;
  /** Takes note of the access token that the API refused last; returns the one that was noted before. */
  refuse(value: string | undefined): string | undefined;
  /** Whether nothing is known against a token. */
  works(token: Token): boolean;
  /** Whether a token of the record can be used as it is, and will last for so many ms. */
  good(token: Token, minValid: number): boolean;
  /**
   * Whether a token cannot have expired, whatever another session's clock says: the expiry in the record is by that. This
   * session knows how old it is at most if it got it itself, or saw another one in the record before. Where nobody said
   * how long it works, a minute is.
   */
  isFresh(token: Token): boolean;
}

/**
 * The pairs that are good at the server, of what is held and what the record has: where the one that is held could not be
 * stored, the one that it came from is spent.
 */
export function livePairs(held: Kept | undefined, stored: Token | undefined): Token[] {
  if (!held) return stored ? [stored] : [];
  if (held.unsavedOver === undefined) return [stored ?? held.token];
  return stored && stored.value !== held.unsavedOver ? [held.token, stored] : [held.token];
}

/** Holds the pair of one session. */
export function holdToken(io: Io): HeldToken {
  const { clock, limits } = io;
  let held: Held | undefined;
  let refused: string | undefined;
  /** The token of the record that was not good enough, in case that no better one can be had. */
  let spare: Token | undefined;
  /** The access token that was in the record last, and since when there can have been one, on the monotonic clock. */
  let seen: { readonly value: string | undefined; readonly bornAfter: number } | undefined;
  let lookedAt = -Infinity;

  function bornAfter(value: string): number {
    if (held?.token.value === value) return held.bornAfter;
    return seen?.value === value ? seen.bornAfter : -Infinity;
  }

  function isFresh({ value, lifetime = limits.recheckMs }: Token): boolean {
    return clock.monotonic() - bornAfter(value) < lifetime;
  }

  /** Whether it has more left than it ever had: another clock is ahead, or this one was set back. */
  function isFromTheFuture({ expiresAt, lifetime }: Token): boolean {
    return expiresAt !== undefined && lifetime !== undefined && expiresAt - clock.now() > lifetime * 1.1;
  }

  function works({ value, expiresAt }: Token): boolean {
    return value !== refused && (expiresAt === undefined || clock.now() < expiresAt);
  }

  function adopt(kept: Kept): Token {
    const { token } = kept;
    const due = renewAt(token, limits.renewalMarginMs, io.random());
    const born = kept.found ? bornAfter(token.value) : clock.monotonic();
    held = { ...kept, renewAt: due, recheckAt: clock.now() + limits.recheckMs, bornAfter: born };
    spare = undefined;
    return token;
  }

  function isGood(token: Token, minValid: number): boolean {
    const due = held?.token.value === token.value ? held.renewAt : renewAt(token, limits.renewalMarginMs, 0);
    if (isFromTheFuture(token) && !isFresh(token)) return false;
    return works(token) && clock.now() < due && outlasts(token, minValid, clock.now());
  }

  return {
    now: () => held,
    look(value) {
      if (seen?.value !== value) seen = { value, bornAfter: lookedAt };
      lookedAt = clock.monotonic();
    },
    adopt,
    drop() {
      held = undefined;
      spare = undefined;
    },
    postpone(until) {
      if (!(held && works(held.token)) && spare && works(spare)) adopt({ token: spare, found: true });
      if (!held || !works(held.token)) return undefined;
      held = { ...held, renewAt: Math.min(until, held.token.expiresAt ?? Infinity), recheckAt: until };
      return held.token;
    },
    refuse(value) {
      const before = refused;
      refused = value;
      if (spare?.value === value) spare = undefined;
      return before;
    },
    works,
    good(token, minValid) {
      if (isGood(token, minValid)) return true;
      spare = works(token) ? token : undefined;
      return false;
    },
    isFresh,
  };
}
