/** Failing, and the plainest checks. */
import assertStrict from "node:assert/strict";

/** Thrown by every function here. */
export const AssertionError: typeof assertStrict.AssertionError = assertStrict.AssertionError;

/** Fails with the message. */
export function fail(message?: string): never {
  throw new AssertionError({
    message: `Failed assertion${message ? `: ${message}` : "."}`,
  });
}

/** Asserts that the value is truthy. */
export function assert(value: unknown, message = "Expected a truthy value"): asserts value {
  if (!value) fail(message);
}

/** Asserts that the value is falsy. */
export function assertFalse(value: unknown, message = "Expected a falsy value"): void {
  if (value) fail(message);
}

/** A value as an error message shows it. */
export function describe(value: unknown): string {
  return typeof value === "string" ? JSON.stringify(value) : Deno.inspect(value);
}
