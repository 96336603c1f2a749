import { DEFAULT_LIMITS } from "../options.ts";
import type { AllLimits, Clock, Context, SessionEvent } from "../types.ts";

/** A context for tests. */
export interface FakeContext extends Context {
  /** What was told so far, oldest first. */
  readonly events: SessionEvent[];
}

/** What should differ from {@link fakeContext}'s own. */
export interface FakeContextOptions extends Partial<Omit<Context, "clock" | "limits">> {
  /** The limits that differ from the defaults. */
  readonly limits?: Partial<AllLimits>;
}

/**
 * Makes the context that a strategy gets, without a network and without chance.
 *
 * Use it to test a strategy of your own without a session.
 *
 * @param clock The time, such as a `fakeClock()`.
 * @param options What should differ: usually `tokenFetch`, which fails otherwise.
 * @returns The context, with a list of what it was told.
 *
 * @example A source by itself
 * ```ts
 * import { bearer } from "@xsignals/session";
 * import { assertEquals } from "@std/assert";
 *
 * const context = fakeContext({ now: () => 0, monotonic: () => 0, sleep: () => Promise.resolve() });
 * const source = bearer("a-token")(context);
 * await source.logout?.();
 *
 * assertEquals(context.events, [{ type: "logged_out", at: 0 }]);
 * ```
 */
export function fakeContext(clock: Required<Clock>, options: FakeContextOptions = {}): FakeContext {
  const events: SessionEvent[] = [];
  const noNetwork = () => Promise.reject(new TypeError("Cannot fetch: the test gave no fetch"));
  return {
    baseUrl: "https://api.xsignals.xpansiv.com",
    fetch: noNetwork,
    tokenFetch: noNetwork,
    clock,
    random: () => 0.5,
    emit: (event) => events.push(event),
    checkSecure: () => {},
    ...options,
    limits: { ...DEFAULT_LIMITS, ...options.limits },
    events,
  };
}
