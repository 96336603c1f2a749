/** Sameness: of values, of their parts, of texts. */
import assertStrict from "node:assert/strict";
import { describe, fail } from "./fail.ts";

/** Asserts that both are deeply equal. */
export function assertEquals<T>(
  actual: T,
  expected: T,
  message?: string,
): void {
  assertStrict.deepStrictEqual(actual, expected, message);
}

/** Asserts that the two are not deeply equal. */
export function assertNotEquals<T>(
  actual: T,
  expected: T,
  message?: string,
): void {
  assertStrict.notDeepStrictEqual(actual, expected, message);
}

/** Asserts that both are the same value, by `Object.is`. */
export function assertStrictEquals<T>(
  actual: unknown,
  expected: T,
  message?: string,
): asserts actual is T {
  assertStrict.strictEqual(actual, expected, message);
}

/** Asserts that the two are not the same value. */
export function assertNotStrictEquals<T>(
  actual: T,
  expected: T,
  message?: string,
): void {
  assertStrict.notStrictEqual(actual, expected, message);
}

/** Asserts that the text has the part in it. */
export function assertStringIncludes(
  actual: string,
  expected: string,
  message?: string,
): void {
  if (!actual.includes(expected)) {
    fail(
      message ??
        `Expected ${describe(actual)} to include ${describe(expected)}`,
    );
  }
}

/** Asserts that every expected element is, deeply equal, among the actual ones. */
export function assertArrayIncludes<T>(
  actual: ArrayLike<T>,
  expected: ArrayLike<T>,
  message?: string,
): void {
  const missing = Array.from(expected).filter((one) => !Array.from(actual).some((other) => equal(other, one)));
  if (missing.length) {
    fail(message ?? `Expected the array to include ${describe(missing)}`);
  }
}

/** Asserts that the text matches. */
export function assertMatch(
  actual: string,
  expected: RegExp,
  message?: string,
): void {
  assertStrict.match(actual, expected, message);
}

/** Asserts that the text does not match. */
export function assertNotMatch(
  actual: string,
  expected: RegExp,
  message?: string,
): void {
  assertStrict.doesNotMatch(actual, expected, message);
}

/** Asserts that every member of `expected` is, deeply, in `actual`, which may have more. */
export function assertObjectMatch(
  actual: object,
  expected: object,
  message?: string,
): void {
  assertStrict.deepStrictEqual(project(actual, expected), expected, message);
}

function equal(one: unknown, other: unknown): boolean {
  try {
    assertStrict.deepStrictEqual(one, other);
    return true;
  } catch {
    return false;
  }
}

function project(actual: unknown, shape: unknown): unknown {
  if (!isRecord(shape) || !isRecord(actual)) return actual;
  return Object.fromEntries(
    Object.keys(shape).filter((key) => key in actual).map((
      key,
    ) => [key, project(actual[key], shape[key])]),
  );
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null &&
    Object.getPrototypeOf(value) === Object.prototype;
}
