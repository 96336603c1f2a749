import type { Session, SessionEvent, StoreEngine } from "@xsignals/session";

/** A process with one session in it. */
export interface Process {
  /** How the trace calls it. */
  readonly name: string;
  readonly store: SharedStore;
  readonly events: SessionEvent[];
  readonly session: Session;
  /** How far its wall clock is ahead, in ms. */
  skew: number;
  /** How far it ever was. */
  readonly skews: number[];
  /** It was killed: nothing of it runs any more. */
  dead: boolean;
  /** `logout()` was called. */
  loggedOut: boolean;
  /** The password it holds by itself: as given at the start, or as it changed it. */
  password: string;
  /** A change of the password is under way. */
  changing: boolean;
}

/** A store, and what is wrong with it. */
export interface SharedStore {
  readonly name: string;
  readonly inner: StoreEngine;
  /** How many of the next reads fail. */
  failingReads: number;
  /** How many of the next writes fail. */
  failingWrites: number;
  /** Whether a write that fails was made all the same. */
  writesAnyway: boolean;
}
