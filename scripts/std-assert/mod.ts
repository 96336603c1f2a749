/**
 * A stand-in for the part of `@std/assert` that this project's tests use, over `node:assert/strict`, for machines that
 * cannot reach JSR. Delete the `links` line of the root `deno.json` to use the real one.
 *
 * Deep equality is Node's: it tells `0` from `-0` and `{}` from an object without a prototype, where the real one does not.
 *
 * @module
 */
import assertStrict from "node:assert/strict";

/** Thrown by every function here. */
export const AssertionError: typeof assertStrict.AssertionError =
  assertStrict.AssertionError;

// deno-lint-ignore no-explicit-any -- any constructor, whatever its arguments
type Constructor<T> = abstract new (...args: any[]) => T;

/** Fails with the message. */
export function fail(message?: string): never {
  throw new AssertionError({
    message: `Failed assertion${message ? `: ${message}` : "."}`,
  });
}

/** Asserts that the value is truthy. */
export function assert(
  value: unknown,
  message = "Expected a truthy value",
): asserts value {
  if (!value) fail(message);
}

/** Asserts that the value is falsy. */
export function assertFalse(
  value: unknown,
  message = "Expected a falsy value",
): void {
  if (value) fail(message);
}

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

/** Asserts that the value is neither `null` nor `undefined`. */
export function assertExists<T>(
  actual: T,
  message = "Expected a value",
): asserts actual is NonNullable<T> {
  if (actual === undefined || actual === null) fail(message);
}

/** Asserts that the value is an instance of the class. */
export function assertInstanceOf<T>(
  actual: unknown,
  type: Constructor<T>,
  message?: string,
): asserts actual is T {
  if (!(actual instanceof type)) {
    fail(
      message ??
        `Expected an instance of ${type.name}: got ${describe(actual)}`,
    );
  }
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
  const missing = Array.from(expected).filter((one) =>
    !Array.from(actual).some((other) => equal(other, one))
  );
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

/** Asserts that the value is an error of the class whose message includes the text. */
export function assertIsError<E extends Error = Error>(
  error: unknown,
  type?: Constructor<E>,
  includes?: string,
  message?: string,
): asserts error is E {
  if (!(error instanceof Error)) {
    fail(message ?? `Expected an Error: got ${describe(error)}`);
  }
  if (type && !(error instanceof type)) {
    fail(
      message ??
        `Expected ${type.name}: got ${error.constructor.name}: ${error.message}`,
    );
  }
  if (includes !== undefined && !error.message.includes(includes)) {
    fail(
      message ??
        `Expected the message to include ${describe(includes)}: got ${
          describe(error.message)
        }`,
    );
  }
}

/** Asserts that the call throws, and hands back what it threw. */
export function assertThrows(fn: () => unknown, message?: string): unknown;
/** Asserts that the call throws an error of the class, and hands it back. */
export function assertThrows<E extends Error = Error>(
  fn: () => unknown,
  type: Constructor<E>,
  includes?: string,
  message?: string,
): E;
export function assertThrows(
  fn: () => unknown,
  typeOrMessage?: Constructor<Error> | string,
  includes?: string,
  message?: string,
): unknown {
  try {
    fn();
  } catch (error) {
    return checkThrown(error, typeOrMessage, includes, message);
  }
  fail("Expected the function to throw");
}

/** Asserts that the promise rejects, and hands back the reason. */
export function assertRejects(
  fn: () => PromiseLike<unknown>,
  message?: string,
): Promise<unknown>;
/** Asserts that the promise rejects with an error of the class, and hands it back. */
export function assertRejects<E extends Error = Error>(
  fn: () => PromiseLike<unknown>,
  type: Constructor<E>,
  includes?: string,
  message?: string,
): Promise<E>;
export async function assertRejects(
  fn: () => PromiseLike<unknown>,
  typeOrMessage?: Constructor<Error> | string,
  includes?: string,
  message?: string,
): Promise<unknown> {
  let promise;
  try {
    promise = fn();
  } catch {
    fail("Expected the function to reject: it threw at once");
  }
  try {
    await promise;
  } catch (error) {
    return checkThrown(error, typeOrMessage, includes, message);
  }
  fail("Expected the function to reject");
}

function checkThrown(
  error: unknown,
  type?: Constructor<Error> | string,
  includes?: string,
  message?: string,
): unknown {
  if (typeof type === "function") assertIsError(error, type, includes, message);
  return error;
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

function describe(value: unknown): string {
  return typeof value === "string"
    ? JSON.stringify(value)
    : Deno.inspect(value);
}
