import type { SessionEvent } from "@xsignals/session";

/** Whether the upstream is left alone for a while, because it failed. */
export interface UpstreamGate {
  /** Is told what happened to the session. */
  onEvent(event: SessionEvent): void;
  /** For how long it is still left alone, in ms; 0 when it may be asked. */
  closedFor(): number;
}

/** First and longest time that the upstream is left alone, in ms. */
const FIRST = 1_000;
const LONGEST = 30_000;

/**
 * Makes the gate: after each failed renewal it is closed for twice as long, half a minute at most, so that many clients
 * who ask do not become many requests upstream.
 *
 * @param now The time, in ms since 1970.
 */
export function upstreamGate(now: () => number): UpstreamGate {
  let pause = 0;
  let closedUntil = 0;
  return {
    onEvent({ type }) {
      if (type === "renewed" || type === "login") {
        pause = 0;
        closedUntil = 0;
      } else if (type === "renewal_failed") {
        pause = Math.min(Math.max(FIRST, pause * 2), LONGEST);
        closedUntil = now() + pause;
      }
    },
    closedFor: () => Math.min(LONGEST, Math.max(0, closedUntil - now())),
  };
}
