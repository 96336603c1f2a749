import { DEFAULT_LIMITS } from "../limits.ts";
import { memoryStore } from "../stores/memory.ts";
import type { Clock, Io, Limits, SessionEvent } from "../types.ts";

/** An outside world for tests. */
export interface FakeIo extends Io {
  /** What was told so far, oldest first. */
  readonly events: SessionEvent[];
}

/** What is to differ from {@link fakeIo}'s own. */
export interface FakeIoOptions extends Partial<Omit<Io, "clock" | "limits">> {
  /** The numbers to work by; the defaults for those not given. */
  readonly limits?: Partial<Limits>;
}

/**
 * Makes the outside world that a strategy sees, with no network and no chance in it.
 *
 * Use it to test a strategy of your own without a session.
 *
 * @param clock The time, such as a `fakeClock()`.
 * @param options What is to differ: usually `tokenFetch`, which fails otherwise.
 * @returns The world, with a list of what it was told.
 *
 * @example A source by itself
 * ```ts
 * import { bearer } from "@xsignals/session";
 * import { assertEquals } from "@std/assert";
 *
 * const io = fakeIo({ now: () => 0, monotonic: () => 0, sleep: () => Promise.resolve() });
 * const source = bearer("a-token")(io);
 * await source.logout?.();
 *
 * assertEquals(io.events, [{ type: "logged_out", at: 0 }]);
 * ```
 */
export function fakeIo(clock: Required<Clock>, options: FakeIoOptions = {}): FakeIo {
  const events: SessionEvent[] = [];
  const noNetwork = () => Promise.reject(new TypeError("Cannot fetch: the test gave no fetch"));
  return {
    baseUrl: "https://api.xsignals.xpansiv.com",
    fetch: noNetwork,
    tokenFetch: noNetwork,
    clock,
    random: () => 0.5,
    store: memoryStore(),
    emit: (event) => events.push(event),
    checkSecure: () => {},
    ...options,
    limits: { ...DEFAULT_LIMITS, ...options.limits },
    events,
  };
}
