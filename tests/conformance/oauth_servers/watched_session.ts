import { createSession, type FetchLike, type Session, type SessionOptions, type Strategy } from "@xsignals/session";
import { type MovableClock, movableClock } from "./movable_clock.ts";
import { type TokenCalls, watchTokenCalls } from "./token_calls.ts";

/** A session at a server that others wrote, its clock, and its token calls. */
export interface WatchedSession {
  readonly session: Session;
  readonly clock: MovableClock;
  readonly calls: TokenCalls;
}

/** Makes a session whose clock can be moved and whose token calls are logged. */
export function watchedSession(
  api: FetchLike,
  strategy: Strategy,
  options: Pick<SessionOptions, "store" | "waitBudgetMs"> = {},
): WatchedSession {
  const clock = movableClock();
  const calls = watchTokenCalls();
  const session = createSession({ strategy, fetch: api, tokenFetch: calls.fetch, clock, ...options });
  return { session, clock, calls };
}
