import type { HostKind, OperationId } from "./operations.ts";

/** An answer of the emulator's own, before a fault replaces, delays or loses it. */
export interface Announcement {
  readonly host: HostKind;
  /** The operation; absent for a path or a method that no operation has, and for a request that could not be read. */
  readonly operation?: OperationId;
  /** The answer itself: to read its body, clone it during the call. */
  readonly response: Response;
}

const LISTENER = Symbol.for("@xsignals/emulator.answer");

/**
 * Tells the process's listener, a function at the global symbol `@xsignals/emulator.answer`, of an answer: so a run of
 * tests can judge the answers of every emulator. Without one, nothing. Not `node:diagnostics_channel`, which browsers
 * lack.
 */
export function announce(announcement: Announcement): void {
  const listener: unknown = Reflect.get(globalThis, LISTENER);
  if (typeof listener === "function") listener(announcement);
}
