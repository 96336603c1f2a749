import { memoryStore, type Session, type SessionEvent, type StoreEngine } from "@xsignals/session";
import type { Step } from "./scenario.ts";

export interface Process {
  readonly name: string;
  readonly store: SharedStore;
  readonly events: SessionEvent[];
  readonly session: Session;
  /** How far its wall clock is ahead, in ms, and was so far. */
  skew: number;
  readonly skews: Set<number>;
  /** How long one renewal waits for a server, in ms. */
  readonly budget: number;
  /** It was killed: nothing of it runs any more. */
  dead: boolean;
  loggedOut: boolean;
  /** The password it holds by itself, as given at the start or as it changed it; otherwise it asks the secret manager. */
  password: string | undefined;
  /** The password that it set itself last, or tried to. */
  changedTo?: string;
  changing: boolean;
}

/** A store, and what is wrong with it: how many of the next calls fail. */
export interface SharedStore {
  readonly name: string;
  readonly inner: StoreEngine;
  failingReads: number;
  failingWrites: number;
  /** Whether a write that fails was made all the same. */
  writesAnyway: boolean;
  /** Whether the record has a token, and when the last one was logged out. */
  hasToken: boolean;
  loggedOutAt: number;
}

export function newStore(name: string): SharedStore {
  const works = { failingReads: 0, failingWrites: 0, writesAnyway: false };
  return { name, inner: memoryStore(), ...works, hasToken: false, loggedOutAt: -1 };
}

export interface Call {
  readonly name: string;
  readonly kind: Extract<Step, { do: "call" }>["kind"] | "logout" | "change password" | "close";
  readonly process: Process;
  readonly signal: AbortController;
  /** Whether the session had been logged out before. */
  readonly afterLogout: boolean;
  /** How it ended: a status or `done`, or the error. */
  ended?: { readonly as?: number | "done"; readonly error?: unknown };
}
