import fc from "fast-check";
import type { Scenario, Step } from "./scenario.ts";

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** One of the values; a value that is named twice comes twice as often. What comes first is what is shrunk to. */
function one<T extends string | number | boolean>(...values: T[]): fc.Arbitrary<T> {
  return fc.constantFrom(...values);
}

/** A kind of step that comes so often. */
function step<T>(weight: number, arbitrary: fc.Arbitrary<T>): fc.WeightedArbitrary<T> {
  return { weight, arbitrary };
}

/** Which session; the number is taken modulo their count. */
const at = fc.nat(2);
const then = fc.oneof(step(2, fc.constant(0)), step(3, fc.nat(12)));

const fault = fc.record({
  do: one("fault"),
  then,
  fault: one(
    "lost after",
    "lost before",
    "not sent",
    "401",
    "403",
    "429",
    "429 with a hint",
    "500 before",
    "500 after",
    "503",
    "503 with a hint",
    "slow",
    "never",
    "slow body",
    "empty before",
    "empty after",
    "html before",
    "html after",
    "no token before",
    "no token after",
  ),
  target: one("refresh", "login", "api", "logout", "changePassword"),
  times: one(1, 1, 2, 5),
  skip: one(0, 0, 1),
  ms: one(0, SECOND, 7 * SECOND, 15 * SECOND, HOUR),
});

const call = fc.record({
  do: one("call"),
  then,
  at,
  kind: one("get", "get", "post", "stream", "token", "valid token"),
  times: one(1, 1, 2, 4),
});

const steps: fc.Arbitrary<Step> = fc.oneof(
  step(12, call),
  step(10, fault),
  step(2, fc.record({ do: one("abort"), then, which: fc.nat(5) })),
  step(5, fc.record({ do: one("pause"), then, ms: one(10, 200, 2 * SECOND, 6 * SECOND, 12 * SECOND, 40 * SECOND) })),
  step(6, fc.record({ do: one("rest"), then, ms: one(0, 30 * SECOND, 55 * MINUTE, HOUR, 2 * HOUR, DAY, 5 * DAY) })),
  step(1, fc.record({ do: one("jump"), then, at, ms: one(HOUR, -HOUR, 30 * SECOND) })),
  step(2, fc.record({ do: one("revoke"), then, what: one("access tokens", "refresh tokens") })),
  step(
    3,
    fc.record({
      do: one("store fails"),
      then,
      at,
      operation: one("write", "read", "write that is made"),
      times: one(1, 2, 50),
    }),
  ),
  step(1, fc.record({ do: one("store works"), then })),
  step(1, fc.record({ do: one("logout"), then, at })),
  step(1, fc.record({ do: one("change password"), then, at })),
  step(2, fc.record({ do: one("restart"), then, at, how: one("closed", "killed") })),
);

const assumptions: fc.Arbitrary<Scenario["assumptions"]> = fc.record({
  rotation: one("on", "family", "overlap", "off"),
  auth0Rotation: one("family", "on", "overlap", "off"),
  refreshAuthorization: one("ignored", "ignored", "checked", "refused", "required"),
  accessTokens: one("jwt", "jwt", "opaque"),
  tokenTimes: one("both", "both", "no_iat", "no_exp", "none"),
  clockSkew: one(0, 0, HOUR, -HOUR),
  sessions: one("many", "many", "one"),
  expiredToken: one(401, 401, 403),
  logout: one("survives", "dies"),
  passwordChange: one("survive", "die"),
  errorBody: one("json", "text", "html", "empty"),
  offlineAccess: one("allowed", "allowed", "missing"),
  auth0Errors: one("reported", "specified"),
});

/** Any history of one to three sessions over simulated weeks. */
export const scenarios: fc.Arbitrary<Scenario> = fc.record({
  strategy: one("login", "login and tokens", "tokens", "auth0", "auth0 offline", "auth0 tokens"),
  secrets: one("text", "function"),
  store: one("shared", "shared", "private"),
  sessions: fc.array(
    fc.record({ skew: one(0, 0, HOUR, -HOUR), background: one(false, false, true) }),
    { minLength: 1, maxLength: 3, size: "max" },
  ),
  assumptions,
  accessLifetime: one(HOUR, MINUTE, DAY),
  refreshLifetime: one(30 * DAY, 2 * DAY),
  order: fc.nat(),
  jitter: fc.nat(),
  steps: fc.array(steps, { minLength: 1, maxLength: 40, size: "max" }),
});
