/** Order: greater, less. */
import { describe, fail } from "./fail.ts";

/** Asserts that `actual > expected`. */
export function assertGreater<T>(
  actual: T,
  expected: T,
  message?: string,
): void {
  if (!(actual > expected)) {
    fail(message ?? `Expected ${describe(actual)} > ${describe(expected)}`);
  }
}

/** Asserts that `actual >= expected`. */
export function assertGreaterOrEqual<T>(
  actual: T,
  expected: T,
  message?: string,
): void {
  if (!(actual >= expected)) {
    fail(message ?? `Expected ${describe(actual)} >= ${describe(expected)}`);
  }
}

/** Asserts that `actual < expected`. */
export function assertLess<T>(actual: T, expected: T, message?: string): void {
  if (!(actual < expected)) {
    fail(message ?? `Expected ${describe(actual)} < ${describe(expected)}`);
  }
}

/** Asserts that `actual <= expected`. */
export function assertLessOrEqual<T>(
  actual: T,
  expected: T,
  message?: string,
): void {
  if (!(actual <= expected)) {
    fail(message ?? `Expected ${describe(actual)} <= ${describe(expected)}`);
  }
}
