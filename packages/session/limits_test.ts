import { assertEquals, assertThrows } from "@std/assert";
import { DEFAULT_LIMITS, resolveLimits } from "./limits.ts";
import type { Limits } from "./types.ts";

Deno.test("resolveLimits() of nothing is the defaults", () => {
  assertEquals(resolveLimits({}), { ...DEFAULT_LIMITS });
  assertEquals(DEFAULT_LIMITS, {
    tokenDeadlineMs: 10_000,
    leaseMs: 15_000,
    renewalMarginMs: 60_000,
    cooldownMs: 60_000,
    recheckMs: 60_000,
    waitBudgetMs: 30_000,
    overlapMs: 0,
    apiRetries: 0,
    replayBytes: 1_048_576,
  });
});

Deno.test("resolveLimits() takes each limit, and leaves what was given as it is", () => {
  const given = Object.freeze({
    tokenDeadlineMs: 1,
    leaseMs: 2,
    renewalMarginMs: 0,
    cooldownMs: 0,
    recheckMs: 0,
    waitBudgetMs: 0,
    overlapMs: 3,
    apiRetries: 1,
    replayBytes: 0,
    strategy: "no limit",
  });
  const { strategy: _, ...limits } = given;
  assertEquals(resolveLimits(given), limits);
});

Deno.test("resolveLimits() makes the lease outlast a deadline that is given alone", () => {
  assertEquals(resolveLimits({ tokenDeadlineMs: 60_000 }).leaseMs, 65_000);
  assertEquals(resolveLimits({ leaseMs: 60_000 }).tokenDeadlineMs, 10_000);
});

Deno.test("resolveLimits() refuses what is no number from 0 on, by name", () => {
  for (const name of Object.keys(DEFAULT_LIMITS)) {
    for (const wrong of [-1, NaN, Infinity, "7", true, {}]) {
      const given: Partial<Limits> = Object.fromEntries([[name, wrong]]);
      assertThrows(() => resolveLimits(given), TypeError, `Cannot use ${name}: it must be a number from 0 on`);
    }
  }
});

Deno.test("resolveLimits() refuses a deadline of 0, and a lease that would not outlast the deadline", () => {
  assertThrows(() => resolveLimits({ tokenDeadlineMs: 0 }), TypeError, "Cannot use tokenDeadlineMs");
  for (const leaseMs of [0, 9_999, 10_000]) {
    assertThrows(() => resolveLimits({ leaseMs }), TypeError, "a lease must be longer than tokenDeadlineMs");
  }
  assertEquals(resolveLimits({ leaseMs: 10_001 }).leaseMs, 10_001);
});
