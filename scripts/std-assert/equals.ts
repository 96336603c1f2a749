/** Sameness and order: of values, of their parts, of texts. */
import assertStrict from "node:assert/strict";
import { describe, fail } from "./fail.ts";

/** Asserts that both are deeply equal. */
export function assertEquals<T>(actual: T, expected: T, message?: string): void {
  assertStrict.deepStrictEqual(actual, expected, message);
}

/** Asserts that the two are not deeply equal. */
export function assertNotEquals<T>(actual: T, expected: T, message?: string): void {
  assertStrict.notDeepStrictEqual(actual, expected, message);
}

/** Asserts that both are the same value, by `Object.is`. */
export function assertStrictEquals<T>(actual: unknown, expected: T, message?: string): asserts actual is T {
  assertStrict.strictEqual(actual, expected, message);
}

/** Asserts that the two are not the same value. */
export function assertNotStrictEquals<T>(actual: T, expected: T, message?: string): void {
  assertStrict.notStrictEqual(actual, expected, message);
}

/** Asserts that the text has the part in it. */
export function assertStringIncludes(actual: string, expected: string, message?: string): void {
  if (!actual.includes(expected)) {
    fail(message ?? `Expected ${describe(actual)} to include ${describe(expected)}`);
  }
}

/** Asserts that every expected element is, deeply equal, among the actual ones. */
export function assertArrayIncludes<T>(actual: ArrayLike<T>, expected: ArrayLike<T>, message?: string): void {
  const missing = Array.from(expected).filter((one) => !Array.from(actual).some((other) => equal(other, one)));
  if (missing.length) {
    fail(message ?? `Expected the array to include ${describe(missing)}`);
  }
}

/** Asserts that the text matches. */
export function assertMatch(actual: string, expected: RegExp, message?: string): void {
  assertStrict.match(actual, expected, message);
}

/** Asserts that `actual < expected`. */
export function assertLess<T>(actual: T, expected: T, message?: string): void {
  if (!(actual < expected)) {
    fail(message ?? `Expected ${describe(actual)} < ${describe(expected)}`);
  }
}

function equal(one: unknown, other: unknown): boolean {
  try {
    assertStrict.deepStrictEqual(one, other);
    return true;
  } catch {
    return false;
  }
}
