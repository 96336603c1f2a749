import type { AllLimits, Strategy } from "../types.ts";

/**
 * Makes a strategy whose session works by other limits, also by those that are not options of `createSession`.
 *
 * Use it in tests, to wait shorter or to look closer. Not in a program: the limits depend on each other.
 *
 * @param strategy The strategy.
 * @param limits The limits that should differ.
 * @returns The strategy with these limits.
 *
 * @example
 * ```ts
 * import { createSession, login } from "@xsignals/session";
 * import { withLimits } from "@xsignals/session/testing";
 *
 * const strategy = login({ username: "login", password: "password" });
 * const session = createSession({ strategy: withLimits(strategy, { recheckMs: 1_000 }) });
 * ```
 */
export function withLimits(strategy: Strategy, limits: Partial<AllLimits>): Strategy {
  return (context) => strategy({ ...context, limits: { ...context.limits, ...limits } });
}
