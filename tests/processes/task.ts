import type { AllLimits, InitialTokens } from "@xsignals/session";
import type { Place } from "./place.ts";

/** What a process is to be: a session of an account, in a place that it shares with others. */
export interface Task {
  readonly place: Place;
  readonly baseUrl: string;
  readonly limits?: Partial<AllLimits>;
  /** Logs in with these. */
  readonly username?: string;
  readonly password?: string;
  /** Begins with these instead. */
  readonly tokens?: InitialTokens;
  /** Where to stop for good in the next refresh, so that it can be killed just there. */
  readonly stopAt?: StopAt;
}

/** Before a refresh is sent, or after its answer came and before that is written. */
export type StopAt = "before sending" | "after the answer";

/** What a process is told to do. */
export type Order =
  /** Calls the API so many times, `together` of them at once. */
  | { readonly do: "call"; readonly times: number; readonly together?: number }
  /** Moves its clock by so many ms. */
  | { readonly do: "advance"; readonly ms: number };

/** What a process says. */
export type Report =
  | { readonly said: "ready" | "advanced" | "stopped" }
  /** The calls are over: how many were answered with 200, and what the others came to. */
  | { readonly said: "called"; readonly answered: number; readonly failures: readonly string[] };
