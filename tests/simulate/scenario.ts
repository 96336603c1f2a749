/**
 * The histories that are drawn: one to three sessions over simulated weeks. The types are those of the draws.
 *
 * @module
 */
import fc from "fast-check";
import { type FaultName, FAULTS, HINTS } from "./faults.ts";

type Drawn<A> = A extends fc.Arbitrary<infer T> ? T : never;

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** One of the values; a value that is named twice comes twice as often. The first one is what others shrink to. */
function one<T extends string | boolean | 401 | 403>(...values: T[]): fc.Arbitrary<T> {
  return fc.constantFrom(...values);
}

function amount(...values: number[]): fc.Arbitrary<number> {
  return fc.constantFrom(...values);
}

const then = fc.oneof({ weight: 2, arbitrary: fc.constant(0) }, { weight: 3, arbitrary: fc.nat(12) });

/** One thing that happens, this often; `then` deliveries are made before the next one. */
function step<const Name extends string, T>(weight: number, name: Name, rest: { [K in keyof T]: fc.Arbitrary<T[K]> }) {
  const arbitrary: fc.Arbitrary<unknown> = fc.record({ do: fc.constant(name), then, ...rest });
  return { weight, arbitrary: arbitrary as fc.Arbitrary<{ do: Name; then: number } & T> };
}

/** Which session; the number is taken modulo their count. */
const at = fc.nat(2);

const steps = fc.oneof(
  step(12, "call", {
    at,
    kind: one("get", "get", "post", "stream", "token", "valid token"),
    times: amount(1, 1, 2, 4, 12),
    every: amount(0, 0, 0, 0, 0, 0, 20 * SECOND, 2 * MINUTE, 20 * MINUTE, 7 * HOUR, DAY, DAY),
  }),
  step(10, "fault", {
    fault: one(...Object.keys(FAULTS) as FaultName[]),
    target: one("refresh", "login", "api", "logout", "changePassword"),
    times: amount(1, 1, 2, 5, 40),
    skip: amount(0, 0, 1),
    ms: amount(0, SECOND, 7 * SECOND, 15 * SECOND, HOUR), // how long something slow takes
    hint: one(...Object.keys(HINTS) as (keyof typeof HINTS)[]),
    wish: amount(0, SECOND, 7 * SECOND, 15 * SECOND, HOUR, -HOUR, 2 * DAY, 30_000 * DAY),
  }),
  step(1, "new password", { isTold: one(false, true) }),
  step(2, "abort", { which: fc.nat(5) }),
  step(5, "pause", { ms: amount(10, 200, 2 * SECOND, 6 * SECOND, 12 * SECOND, 40 * SECOND) }),
  step(6, "rest", { ms: amount(0, 30 * SECOND, 55 * MINUTE, HOUR, 2 * HOUR, DAY, 5 * DAY) }),
  step(1, "jump", { at, ms: amount(HOUR, -HOUR, 30 * SECOND) }),
  step(2, "revoke", { what: one("access tokens", "refresh tokens") }),
  step(3, "store fails", { at, operation: one("write", "read", "write that is made"), times: amount(1, 2, 50) }),
  step(1, "store works", {}),
  step(1, "logout", { at }),
  step(1, "change password", { at }),
  step(2, "restart", { at, how: one("closed", "killed") }),
);

export const scenarios = fc.record({
  strategy: one("login", "login and tokens", "tokens", "auth0", "auth0 offline", "auth0 tokens"),
  /** Whether secrets are given as text, or by functions that ask a secret manager. */
  secrets: one("text", "function"),
  store: one("shared", "shared", "private"),
  /** How far each one's wall clock is ahead at first, in ms, and whether it may renew in the background. */
  sessions: fc.array(
    fc.record({ skew: amount(0, 0, HOUR, -HOUR), background: one(false, false, true) }),
    { minLength: 1, maxLength: 3, size: "max" },
  ),
  assumptions: fc.record({
    rotation: one("on", "family", "overlap", "off"),
    auth0Rotation: one("family", "on", "overlap", "off"),
    refreshAuthorization: one("ignored", "ignored", "checked", "refused", "required"),
    accessTokens: one("jwt", "jwt", "opaque"),
    tokenTimes: one("both", "both", "no_iat", "no_exp", "none"),
    clockSkew: amount(0, 0, HOUR, -HOUR),
    sessions: one("many", "many", "one"),
    expiredToken: one(401, 401, 403),
    logout: one("survives", "dies"),
    passwordChange: one("survive", "die"),
    errorBody: one("json", "text", "html", "empty"),
    offlineAccess: one("allowed", "allowed", "missing"),
    auth0Errors: one("reported", "specified"),
  }),
  /** Lifetimes of the tokens, in ms. */
  accessLifetime: amount(HOUR, MINUTE, DAY),
  refreshLifetime: amount(30 * DAY, 2 * DAY),
  /** Which order the scheduler delivers in, of all that there are. */
  order: fc.nat(),
  /** Where the sessions' jitter comes from. */
  jitter: fc.nat(),
  steps: fc.array(steps, { minLength: 1, maxLength: 40, size: "max" }),
});

export type Step = Drawn<typeof steps>;

export type Scenario = Omit<Drawn<typeof scenarios>, "assumptions" | "steps"> & {
  readonly assumptions: Partial<Drawn<typeof scenarios>["assumptions"]>;
  readonly steps: readonly Step[];
};
