import type { GivenAssumptions } from "@xsignals/emulator";

/** What a session is given to get tokens with. */
export type StrategyName = "login" | "login and tokens" | "tokens" | "auth0" | "auth0 offline" | "auth0 tokens";

/** What goes wrong with a call. `after` means: after the server did what it was asked. */
export type FaultName =
  | "lost before"
  | "lost after"
  | "not sent"
  | "401"
  | "403"
  | "429"
  | "429 with a hint"
  | "500 before"
  | "500 after"
  | "503"
  | "503 with a hint"
  | "slow"
  | "never"
  | "slow body"
  | "empty before"
  | "empty after"
  | "html before"
  | "html after"
  | "no token before"
  | "no token after";

/** Which calls a fault strikes. */
export type Target = "login" | "refresh" | "logout" | "changePassword" | "api";

/** One thing that happens; `then` deliveries are made before the next one. */
export type Step =
  & { readonly then: number }
  & (
    | { readonly do: "nothing" }
    | {
      readonly do: "call";
      readonly at: number;
      readonly kind: "get" | "post" | "stream" | "token" | "valid token";
      readonly times: number;
    }
    | { readonly do: "abort"; readonly which: number }
    | { readonly do: "pause"; readonly ms: number }
    | { readonly do: "rest"; readonly ms: number }
    | { readonly do: "jump"; readonly at: number; readonly ms: number }
    | {
      readonly do: "fault";
      readonly fault: FaultName;
      readonly target: Target;
      readonly times: number;
      readonly skip: number;
      /** How long what is slow takes, or how long a hint says, in ms. */
      readonly ms: number;
    }
    | { readonly do: "revoke"; readonly what: "access tokens" | "refresh tokens" }
    | {
      readonly do: "store fails";
      readonly at: number;
      readonly operation: "read" | "write" | "write that is made";
      readonly times: number;
    }
    | { readonly do: "store works" }
    | { readonly do: "logout"; readonly at: number }
    | { readonly do: "change password"; readonly at: number }
    | { readonly do: "restart"; readonly at: number; readonly how: "killed" | "closed" }
  );

/** One history of some sessions and a server. */
export interface Scenario {
  readonly strategy: StrategyName;
  /** Whether secrets are given as text, or by functions that ask a secret manager. */
  readonly secrets: "text" | "function";
  /** Whether the sessions have one store, or each its own. */
  readonly store: "shared" | "private";
  readonly sessions: readonly {
    /** How far its wall clock is ahead at first, in ms. */
    readonly skew: number;
    /** Whether it may renew in the background. */
    readonly background: boolean;
  }[];
  readonly assumptions: GivenAssumptions;
  /** Lifetime of access tokens, in ms. */
  readonly accessLifetime: number;
  /** Lifetime of refresh tokens, in ms. */
  readonly refreshLifetime: number;
  /** Which order the scheduler delivers in, of all that there are. */
  readonly order: number;
  /** Where the sessions' jitter comes from. */
  readonly jitter: number;
  readonly steps: readonly Step[];
}
